"""Recordings brought here: two at a time, resumed where they stopped, checked before they count.

A file grows as `<name>.part` and gets its name only after its SHA-256 was found right and its bytes were synced. It is
resumed only on an exact 206 with the same strong ETag (RFC 9110, sections 13.1.5 and 15.3.7). Must never import Qt.
"""

import contextlib
import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import Future
from pathlib import Path
from time import monotonic
from typing import TypeVar

import msgspec
import requests
import urllib3

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.recordings import FileFacts
from personal_app.net.address import Address
from personal_app.net.crew import Crew
from personal_app.net.http_api import reason, session_for, spoken_fault

T = TypeVar("T")

CHUNK_BYTES = 256 * 1024
PROGRESS_EVERY_S = 0.1
#: So much more of the file, and the tries are counted anew: a long file over a bad line comes in many pieces.
PROGRESS_BYTES = 64 * 1024
CLOSE_S = 5.0


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a server is waited for, in seconds.

    `window_s` and `window_bytes` are the least that must come: a server that gives a byte now and then is given up.
    `again_s` is the wait before the second try, doubled for each one after it.
    """

    connect_s: float = 6.0
    stall_s: float = 8.0
    window_s: float = 20.0
    window_bytes: int = 20 * 1024
    again_s: float = 0.3
    longest_wait_s: float = 10.0
    tries: int = 5


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: the path on the server, the facts the program gives, and the file it shall become."""

    path: str
    facts: FileFacts
    target: Path


class Cancelled(Exception):
    """The download was given up, by a person or because the program ends; what came stays for the next time."""


class DiskFull(EnvironmentTrouble):
    """There is no room for more; what came stays, and every other download would meet the same."""

    code = "disk_full"


class DownloadPool:
    """The threads for all that blocks on HTTP: two for files, two for what is small and must not wait for them."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._files = Crew("download", 2)
        self._small = Crew("http", 2)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._answers: dict[requests.Response, Path] = {}
        self._fetching: dict[Path, Future[Path]] = {}
        self._stopped: dict[Path, threading.Event] = {}

    def run(self, job: Callable[[], T]) -> "Future[T]":
        """Run a short blocking job beside the downloads."""
        return self._small.submit(job)

    def fetch(self, address: Address, wanted: Download, progress: Callable[[int], None]) -> "Future[Path]":
        """Bring a file here; `progress` gets the number of bytes held, from another thread, at most ten times a second.

        The future gives the verified file, or raises EnvironmentTrouble with a sentence, or Cancelled. While the same
        target is on its way, its future is given again and `progress` is not called.
        """
        with self._lock:
            running = self._fetching.get(wanted.target)
            if running is not None and not running.done() and not self._stopped[wanted.target].is_set():
                return running
            stopped = self._stopped[wanted.target] = threading.Event()
            # One that was stopped a moment ago may still have the file in its hands.
            future = self._files.submit(lambda: self._fetch(address, wanted, progress, stopped, running))
            self._fetching[wanted.target] = future
        return future

    def stop(self, target: Path) -> None:
        """Give up the download of that file: its future raises Cancelled soon, and what came stays."""
        with self._lock:
            if target in self._stopped:
                self._stopped[target].set()
            self._wake([answer for answer, its in self._answers.items() if its == target])

    def forget_part(self, wanted: Download) -> None:
        """Remove what has come of a download, after it was stopped."""
        with self._lock:
            running = self._fetching.get(wanted.target)

        def work() -> None:
            if running is not None:
                futures.wait([running])
            with self._lock:
                # Somebody may have changed their mind.
                again = self._fetching.get(wanted.target)
            if again is running:
                part_of(wanted).unlink(missing_ok=True)

        self._small.submit(work)

    def close(self, timeout_s: float = CLOSE_S) -> bool:
        """Give up what runs and join the threads; tell whether they ended within `timeout_s`."""
        with self._lock:
            self._closing.set()
            for stopped in self._stopped.values():
                stopped.set()
            self._wake(self._answers)
        self._files.close()
        self._small.close()
        deadline = monotonic() + timeout_s
        ended = self._files.join(timeout_s)
        return self._small.join(max(0.0, deadline - monotonic())) and ended

    def _wake(self, answers: Iterable[requests.Response]) -> None:
        for answer in answers:
            # Wakes the thread that waits for bytes; there is nothing to wake where it has them already.
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                answer.raw.shutdown()

    def _fetch(
        self,
        address: Address,
        wanted: Download,
        progress: Callable[[int], None],
        stopped: threading.Event,
        before: "Future[Path] | None",
    ) -> Path:
        if before is not None:
            futures.wait([before])
        fruitless = 0
        while True:
            if stopped.is_set():
                raise Cancelled
            held = _held(wanted)
            try:
                with environment(wanted.target):
                    wanted.target.parent.mkdir(parents=True, exist_ok=True)
                    seen = self._continue(address, wanted, progress, stopped)
                    return finished(wanted, seen)
            except _TryAgain as fault:
                # Given up by us, the connection looks as if it had been cut.
                if stopped.is_set():
                    raise Cancelled from None
                fruitless = 1 if _held(wanted) >= held + PROGRESS_BYTES else fruitless + 1
                if fruitless >= self._patience.tries:
                    raise EnvironmentTrouble(
                        f"The recording could not be brought here: {fault}. Try again when the network is better."
                    ) from None
                if stopped.wait(fault.wait_s or self._patience.again_s * 2 ** (fruitless - 1)):
                    raise Cancelled from None

    def _continue(
        self, address: Address, wanted: Download, progress: Callable[[int], None], stopped: threading.Event
    ) -> "hashlib._Hash | None":
        """Bring what is missing; return the hash of the whole where every byte of it came by now, else None."""
        held = _held(wanted)
        if held > wanted.facts.size_bytes:
            part_of(wanted).unlink()
            held = 0
        if held == wanted.facts.size_bytes:
            return None
        with session_for(address) as session, self._opened(session, address, wanted, held, stopped) as answer:
            return self._receive(answer, wanted, self._accepted(answer, wanted, held), progress, stopped)

    @contextlib.contextmanager
    def _opened(
        self, session: requests.Session, address: Address, wanted: Download, held: int, stopped: threading.Event
    ) -> Iterator[requests.Response]:
        headers = {"Range": f"bytes={held}-", "If-Range": _etag(wanted)} if held else {}
        timeout = (self._patience.connect_s, self._patience.stall_s)
        try:
            answer = session.get(
                address.base_url + wanted.path, headers=headers, stream=True, timeout=timeout, allow_redirects=False
            )
        except requests.RequestException as fault:
            raise _TryAgain(f"{address.base_url} does not answer ({reason(fault)})") from None
        with self._lock:
            if stopped.is_set() or self._closing.is_set():
                answer.close()
                raise Cancelled
            self._answers[answer] = wanted.target
        try:
            yield answer
        finally:
            with self._lock:
                self._answers.pop(answer, None)
            answer.close()

    def _accepted(self, answer: requests.Response, wanted: Download, held: int) -> int:
        """Return from which byte on the answer continues; 0 where the server sends the whole."""
        if answer.status_code not in (200, 206, 416):
            raise self._refusal(answer)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise EnvironmentTrouble(
                "The server sends recordings packed, which was not asked for; tell the organizers."
            )
        total = wanted.facts.size_bytes
        start = 0 if answer.status_code == 200 else held
        length = answer.headers.get("Content-Length", str(total - start))
        if answer.status_code == 200 and length == str(total):
            return 0
        exact = answer.headers.get("Content-Range") == f"bytes {held}-{total - 1}/{total}"
        if answer.status_code == 206 and held and exact and answer.headers.get("ETag") == _etag(wanted):
            return held
        # Not the file that the program promises, or another part of it: what is here may be of the old one.
        part_of(wanted).unlink(missing_ok=True)
        raise _TryAgain("the server has another file under this name than its program says")

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

    def _receive(
        self,
        answer: requests.Response,
        wanted: Download,
        held: int,
        progress: Callable[[int], None],
        stopped: threading.Event,
    ) -> "hashlib._Hash | None":
        # What is hashed as it comes need not be read again: a file of 200 MB takes a quarter longer else.
        seen = hashlib.sha256() if held == 0 else None
        pace = _Pace(self._patience)
        told = 0.0
        with part_of(wanted).open("r+b" if held else "wb") as file:
            file.seek(held)
            file.truncate()
            while chunk := _chunk(answer):
                if stopped.is_set():
                    raise Cancelled
                held += len(chunk)
                if held > wanted.facts.size_bytes:
                    raise _TryAgain("the server sent more bytes than the program says")
                file.write(chunk)
                if seen is not None:
                    seen.update(chunk)
                pace.take(len(chunk))
                if monotonic() - told > PROGRESS_EVERY_S:
                    told = monotonic()
                    progress(held)
            file.flush()
            os.fsync(file.fileno())
        if held < wanted.facts.size_bytes:
            raise _TryAgain("the connection ended too early")
        progress(held)
        return seen


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


def part_of(wanted: Download) -> Path:
    """Return the name under which the file grows."""
    return wanted.target.with_name(wanted.target.name + ".part")


def finished(wanted: Download, seen: "hashlib._Hash | None" = None) -> Path:
    """Check the whole file and give it its name. Wrong bytes are removed, and _TryAgain is raised.

    `seen` is the hash of its bytes as they came, where all of them came just now.
    """
    part = part_of(wanted)
    if seen is None:
        with part.open("rb") as file:
            seen = hashlib.file_digest(file, "sha256")
    found = seen.hexdigest()
    if found != wanted.facts.sha256:
        part.unlink()
        raise _TryAgain("the bytes are not those that the program promises")
    part.replace(wanted.target)
    return wanted.target


def _held(wanted: Download) -> int:
    try:
        return part_of(wanted).stat().st_size
    except OSError:
        return 0


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
