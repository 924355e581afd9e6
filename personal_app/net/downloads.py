"""Recordings brought here: two at a time, resumed where they stopped, checked before they count.

A file grows as `<name>.part` and gets its name only after its SHA-256 was found right and its bytes were synced. It is
resumed only on an exact 206 with the same strong ETag (RFC 9110, sections 13.1.5 and 15.3.7). Must never import Qt.
"""

import contextlib
import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import TypeVar

import msgspec
import requests

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.recordings import FileFacts
from personal_app.net.address import Address
from personal_app.net.http_api import CONNECT_S, session_for

T = TypeVar("T")

CHUNK_BYTES = 256 * 1024
STALL_S = 20.0
PROGRESS_EVERY_S = 0.1
TRIES = 4


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: the path on the server, the facts the program gives, and the file it shall become."""

    path: str
    facts: FileFacts
    target: Path


class Cancelled(Exception):
    """The download was given up because the program ends; what came stays for the next time."""


class DownloadPool:
    """Two threads for everything that blocks on HTTP."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="download")
        self._closing = threading.Event()

    def run(self, job: Callable[[], T]) -> "Future[T]":
        """Run a blocking job in the pool."""
        return self._pool.submit(job)

    def fetch(self, address: Address, wanted: Download, progress: Callable[[int], None]) -> "Future[Path]":
        """Bring a file here; `progress` gets the number of bytes held, from a pool thread, at most ten times a second.

        The future gives the verified file, or raises EnvironmentTrouble with a sentence, or Cancelled.
        """
        return self._pool.submit(self._fetch, address, wanted, progress)

    def close(self) -> None:
        """Give up what runs at the next chunk and join the threads."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _fetch(self, address: Address, wanted: Download, progress: Callable[[int], None]) -> Path:
        for attempt in range(TRIES):
            try:
                with environment(wanted.target):
                    wanted.target.parent.mkdir(parents=True, exist_ok=True)
                    self._continue(address, wanted, progress)
                    return finished(wanted)
            except (requests.RequestException, _TryAgain) as fault:
                last = fault
                if self._closing.wait(0.3 * 2**attempt):
                    raise Cancelled from None
        raise EnvironmentTrouble(
            f"The recording could not be brought here ({last}). Try again when the network is better."
        )

    def _continue(self, address: Address, wanted: Download, progress: Callable[[int], None]) -> None:
        part = part_of(wanted)
        held = part.stat().st_size if part.exists() else 0
        if held > wanted.facts.size_bytes:
            part.unlink()
            held = 0
        if held == wanted.facts.size_bytes:
            return
        etag = f'"{wanted.facts.sha256}"'
        headers = {"Range": f"bytes={held}-", "If-Range": etag} if held else {}
        with (
            session_for(address) as session,
            session.get(
                address.base_url + wanted.path,
                headers=headers,
                stream=True,
                timeout=(CONNECT_S, STALL_S),
                allow_redirects=False,
            ) as answer,
        ):
            held = _accepted(answer, wanted, held, etag)
            self._receive(answer, wanted, held, progress)

    def _receive(self, answer: requests.Response, wanted: Download, held: int, progress: Callable[[int], None]) -> None:
        told = 0.0
        with part_of(wanted).open("r+b" if held else "wb") as file:
            file.seek(held)
            file.truncate()
            for chunk in answer.iter_content(CHUNK_BYTES):
                if self._closing.is_set():
                    raise Cancelled
                held += len(chunk)
                if held > wanted.facts.size_bytes:
                    raise _TryAgain("the server sent more bytes than the program says")
                file.write(chunk)
                if monotonic() - told > PROGRESS_EVERY_S:
                    told = monotonic()
                    progress(held)
            file.flush()
            os.fsync(file.fileno())
        if held < wanted.facts.size_bytes:
            raise _TryAgain("the connection ended too early")
        progress(held)


class _TryAgain(Exception):
    """What came was not what was promised; another try may be better."""


def part_of(wanted: Download) -> Path:
    """Return the name under which the file grows."""
    return wanted.target.with_name(wanted.target.name + ".part")


def finished(wanted: Download) -> Path:
    """Check the whole file and give it its name. Wrong bytes are removed, and _TryAgain is raised."""
    part = part_of(wanted)
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wanted.facts.sha256:
        part.unlink()
        raise _TryAgain("the bytes are not those that the program promises")
    part.replace(wanted.target)
    return wanted.target


def _accepted(answer: requests.Response, wanted: Download, held: int, etag: str) -> int:
    """Return from which byte on the answer continues; 0 where the server sends the whole."""
    total = wanted.facts.size_bytes
    if answer.status_code == 404:
        raise EnvironmentTrouble("The server does not have this recording; ask the organizers.")
    if answer.status_code == 200:
        return 0
    expected = f"bytes {held}-{total - 1}/{total}"
    exact = answer.headers.get("Content-Range") == expected and answer.headers.get("ETag") == etag
    if answer.status_code == 206 and held and exact:
        return held
    if answer.status_code in (206, 416):
        part_of(wanted).unlink(missing_ok=True)
        raise _TryAgain("the server answered with another part than was asked for")
    raise _TryAgain(f"the server answered with status {answer.status_code}")


@contextlib.contextmanager
def environment(target: Path) -> Iterator[None]:
    """Turn what the disk refuses into a sentence for the person."""
    try:
        yield
    except requests.RequestException:
        raise
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EnvironmentTrouble(
                f"The disk is full: free {target.parent} of something, then save the recording again."
            ) from None
        raise EnvironmentTrouble(f"The recording cannot be written to {target.parent}: {fault.strerror}.") from None
