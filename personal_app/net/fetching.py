"""Bringing one recording from a server that may do anything into its partial file, block by block.

What lies ahead of whoever plays it comes first, then the rest. A part is asked for by an exact range of the one file
that the program names, and taken only from an exact answer (RFC 9110, sections 13.1.1, 14.4 and 15.3.7); a server
without ranges sends the whole. A wrong block is asked for once more. Must never import Qt.
"""

import contextlib
import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import msgspec
import requests
import urllib3

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import BLOCK_BYTES, FileFacts
from personal_app.net.address import Address
from personal_app.net.http_api import reason, session_for, spoken_fault
from personal_app.net.partial_file import PartialFile, Withdrawn, WrongBlock

CHUNK_BYTES = 256 * 1024
PROGRESS_EVERY_S = 0.1
#: So much more of the file, and the tries are counted anew: a long file over a bad line comes in many pieces.
PROGRESS_BYTES = 64 * 1024
_OTHER_FILE = "the server has another file under this name than its program says"


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a server is waited for, in seconds.

    `window_s` and `window_bytes` are the least that must come: a server that gives a byte now and then is given up.
    `again_s` is the wait before the second try, doubled for each one after it. While somebody plays what comes, the
    tries do not end, and the wait is never longer than `watched_wait_s`.
    """

    connect_s: float = 6.0
    stall_s: float = 8.0
    window_s: float = 20.0
    window_bytes: int = 20 * 1024
    again_s: float = 0.3
    longest_wait_s: float = 10.0
    tries: int = 5
    watched_wait_s: float = 3.0


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: the path on the server, the facts and block hashes of the program, the file it shall become."""

    path: str
    facts: FileFacts
    blocks: tuple[Sha256, ...]
    target: Path


class Cancelled(Exception):
    """The download was given up, by a person or because the program ends; what came stays for the next time."""


class DiskFull(EnvironmentTrouble):
    """There is no room for more; what came stays, and every other download would meet the same."""

    code = "disk_full"


class Answers:
    """The answers that are being read, so that whoever gives them up can wake the threads that wait for bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[requests.Response, Path] = {}

    @contextlib.contextmanager
    def kept(self, answer: requests.Response, target: Path) -> Iterator[None]:
        """Keep an answer while it is read, and close it."""
        with self._lock:
            self._answers[answer] = target
        try:
            yield
        finally:
            with self._lock:
                self._answers.pop(answer, None)
            answer.close()

    def wake(self, target: Path | None = None) -> None:
        """Wake whoever waits for bytes of a file, or of any."""
        with self._lock:
            for answer, its in self._answers.items():
                if target in (None, its):
                    # There is nothing to wake where it has all its bytes.
                    with contextlib.suppress(ValueError, RuntimeError, OSError):
                        answer.raw.shutdown()


class Fetching:
    """One run at bringing a recording here."""

    def __init__(
        self,
        address: Address,
        wanted: Download,
        part: PartialFile,
        patience: Patience,
        answers: Answers,
        stopped: threading.Event,
        tell: Callable[[str], None],
    ) -> None:
        """`tell` is called as bytes come, at most ten times a second, with why none come, or ""."""
        self._address = address
        self._wanted = wanted
        self._part = part
        self._patience = patience
        self._answers = answers
        self._stopped = stopped
        self._tell = tell
        self._told = 0.0
        self._trouble = ""
        self._whole_next = False
        self._has_ranges = True
        self._wrong: set[int] = set()

    def run(self) -> Path:
        """Bring what is missing and return the verified file. Raises EnvironmentTrouble with a sentence, or Cancelled.

        What came is on the disk and marked when it returns, in whatever way.
        """
        try:
            return self._run()
        finally:
            if self._part.next_block() is not None:
                with contextlib.suppress(OSError, Withdrawn):
                    self._part.settle()

    def _run(self) -> Path:
        fruitless = 0
        while True:
            if self._stopped.is_set():
                raise Cancelled
            before = self._part.received
            try:
                with environment(self._wanted.target):
                    return self._bring()
            except Withdrawn:
                raise Cancelled from None
            except _TryAgain as fault:
                # Given up by us, the connection looks as if it had been cut.
                if self._stopped.is_set():
                    raise Cancelled from None
                fruitless = 1 if self._part.received >= before + PROGRESS_BYTES else fruitless + 1
                self._wait(fault, fruitless)

    def _wait(self, fault: "_TryAgain", fruitless: int) -> None:
        """Wait before the next try; raise where there is none."""
        wait_s = fault.wait_s or self._patience.again_s * 2 ** min(fruitless - 1, 10)
        if fruitless >= self._patience.tries:
            if not self._part.is_read:
                raise EnvironmentTrouble(
                    f"The recording could not be brought here: {fault}. Try again when the network is better."
                ) from None
            # Somebody plays it and has, for a while, what is here: it goes on by itself as soon as it can.
            self._trouble = f"Waiting for the server: {fault}. It goes on by itself."
            self._tell(self._trouble)
            wait_s = min(wait_s, self._patience.watched_wait_s)
        if self._stopped.wait(wait_s):
            raise Cancelled from None

    def _bring(self) -> Path:
        while (block := self._part.next_block()) is not None:
            if self._stopped.is_set():
                raise Cancelled
            self._ask(block)
        if not self._part.finish():
            raise _TryAgain("the bytes on the disk are not those that came")
        self._tell("")
        return self._wanted.target

    def _ask(self, block: int) -> None:
        """Ask for the missing blocks from one on, and take them until something else is more pressing."""
        total = self._wanted.facts.size_bytes
        first, end = (0, total) if self._whole_next else self._part.run(block)
        whole = (first, end) == (0, total)
        headers = {} if whole else {"Range": f"bytes={first}-{end - 1}", "If-Match": _etag(self._wanted)}
        with session_for(self._address) as session:
            answer = self._opened(session, headers)
            with self._answers.kept(answer, self._wanted.target):
                if self._stopped.is_set():
                    raise Cancelled
                if self._accepted(answer, first, end, whole):
                    first, end = 0, total
                self._receive(answer, first, end)

    def _opened(self, session: requests.Session, headers: dict[str, str]) -> requests.Response:
        timeout = (self._patience.connect_s, self._patience.stall_s)
        url = self._address.base_url + self._wanted.path
        try:
            return session.get(url, headers=headers, stream=True, timeout=timeout, allow_redirects=False)
        except requests.RequestException as fault:
            raise _TryAgain(f"{self._address.base_url} does not answer ({reason(fault)})") from None

    def _accepted(self, answer: requests.Response, first: int, end: int, whole: bool) -> bool:
        """Tell whether the server sends the whole rather than the part that was asked for."""
        if answer.status_code not in (200, 206, 412, 416):
            raise self._refusal(answer)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise EnvironmentTrouble(
                "The server sends recordings packed, which was not asked for; tell the organizers."
            )
        total, tag = self._wanted.facts.size_bytes, _etag(self._wanted)
        expected = total if answer.status_code == 200 else end - first
        length_fits = answer.headers.get("Content-Length", str(expected)) == str(expected)
        if answer.status_code == 200 and length_fits and answer.headers.get("ETag", tag) == tag:
            self._has_ranges = self._has_ranges and whole
            return True
        exact = answer.headers.get("Content-Range") == f"bytes {first}-{end - 1}/{total}"
        if answer.status_code == 206 and not whole and exact and length_fits and answer.headers.get("ETag") == tag:
            return False
        # Not the file that the program promises, or another part of it: a beginning that is here may be of another.
        self._part.forget_begun()
        self._whole_next, self._has_ranges = True, False
        raise _TryAgain(_OTHER_FILE)

    def _refusal(self, answer: requests.Response) -> Exception:
        wait_s = _retry_after(answer)
        if 0 < wait_s <= self._patience.longest_wait_s:
            return _TryAgain(f"the server is busy (status {answer.status_code})", wait_s)
        sentence = spoken_fault(answer, self._patience.stall_s).detail
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            return _TryAgain(sentence.rstrip(".") or f"the server answered with status {answer.status_code}")
        if not sentence and answer.status_code == 404:
            sentence = "The server does not have this recording; ask the organizers."
        return EnvironmentTrouble(
            sentence or f"The server does not give this recording (status {answer.status_code}); ask the organizers."
        )

    def _receive(self, answer: requests.Response, at: int, end: int) -> None:
        pace = _Pace(self._patience)
        while at < end and (chunk := _chunk(answer)):
            if self._stopped.is_set():
                raise Cancelled
            # Whatever comes after the last byte that was asked for is left where it is.
            self._take(at, chunk[: end - at])
            at += len(chunk)
            pace.take(len(chunk))
            if monotonic() - self._told > PROGRESS_EVERY_S:
                self._told, self._trouble = monotonic(), ""
                self._tell("")
            if self._has_ranges and self._leaves(at):
                return
        if at < end:
            raise _TryAgain("the connection ended too early")
        self._whole_next = False

    def _take(self, at: int, chunk: bytes) -> None:
        try:
            first_came = not self._part.has(0)
            self._part.take(at, chunk)
        except WrongBlock as wrong:
            if wrong.doubtful:
                raise _TryAgain("what was on the disk was not right") from None
            if wrong.index in self._wrong:
                total = len(self._wanted.blocks)
                raise EnvironmentTrouble(
                    "The recording could not be brought here: twice the bytes were not those that the program promises "
                    f"(part {wrong.index + 1} of {total}). Try again later, and tell the organizers if it stays so."
                ) from None
            self._wrong.add(wrong.index)
            raise _TryAgain("the bytes are not those that the program promises") from None
        if first_came and self._part.has(0):
            # Whoever waits to see it can begin now.
            self._told = 0.0

    def _leaves(self, at: int) -> bool:
        """Tell whether to leave this answer at byte `at`, because something else is wanted before what it brings."""
        block = at // BLOCK_BYTES
        pressing = self._part.pressing_block()
        if pressing is not None:
            # What comes next anyway is there sooner than an answer to another question would be.
            return not block <= pressing <= block + 1
        return at % BLOCK_BYTES < CHUNK_BYTES and self._part.next_block() not in (None, block, block + 1)


class _TryAgain(Exception):
    """What came was not what was promised; another try may be better, after `wait_s` where the server says so."""

    def __init__(self, fault: str, wait_s: float = 0.0) -> None:
        super().__init__(fault)
        self.wait_s = wait_s


class _Pace:
    """Raises _TryAgain where less comes in a window of time than is worth waiting for."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._began = monotonic()
        self._bytes = 0

    def take(self, count: int) -> None:
        self._bytes += count
        now = monotonic()
        if now - self._began < self._patience.window_s:
            return
        if self._bytes < self._patience.window_bytes:
            raise _TryAgain("the server sends next to nothing")
        self._began, self._bytes = now, 0


def _etag(wanted: Download) -> str:
    return f'"{wanted.facts.sha256}"'


def _chunk(answer: requests.Response) -> bytes:
    """Return what has come by now, at least a byte, or nothing at the end; waits no longer than the read time-out."""
    try:
        chunk: bytes = answer.raw.read1(CHUNK_BYTES, decode_content=False)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as fault:
        raise _TryAgain(f"the connection was cut ({reason(fault)})") from None
    return chunk


def _retry_after(answer: requests.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0.0


@contextlib.contextmanager
def environment(target: Path) -> Iterator[None]:
    """Turn what the disk refuses into a sentence for the person."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            sentence = f"The disk that holds {target.parent} is full: free some room there, then try again."
            raise DiskFull(sentence) from None
        raise EnvironmentTrouble(f"The recording cannot be written to {target.parent}: {fault.strerror}.") from None
