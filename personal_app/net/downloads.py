"""Recordings brought here, two at a time, and played meanwhile: one partial file for both, whoever asked first.

A recording grows as `<name>.part` and gets its name only after its SHA-256 was found right and its bytes were synced.
While it is on its way it is offered at the loopback endpoint, checked block by checked block. Must never import Qt.
"""

import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from pathlib import Path
from time import monotonic
from typing import TypeVar

import msgspec

from personal_app.net.address import Address
from personal_app.net.crew import Crew
from personal_app.net.fetching import (
    Answers,
    Cancelled,
    DiskFull,
    Download,
    Fetching,
    Patience,
    environment,
)
from personal_app.net.loopback import Endpoint, Offer
from personal_app.net.partial_file import PartialFile, map_of, part_of

__all__ = ["Cancelled", "Coming", "DiskFull", "Download", "DownloadPool", "Patience", "map_of", "part_of"]

T = TypeVar("T")

CLOSE_S = 5.0
#: What a player looks at to tell the container.
HEAD_BYTES = 16
#: So many recordings that came may still be played from the endpoint.
_MOST_OFFERS = 4


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a recording is here, in bytes; `spans` say where, each by its first byte and its end (not included).

    `offer` says where it can be played from as it comes, and `head` holds its first 16 bytes; None and empty until the
    first block is here. `trouble` says why nothing comes at present, in a sentence.
    """

    held_bytes: int
    spans: tuple[tuple[int, int], ...] = ()
    offer: Offer | None = None
    head: bytes = b""
    trouble: str = ""


class DownloadPool:
    """The threads for all that blocks on HTTP: two for files, two for what is small and must not wait for them."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._files = Crew("download", 2)
        self._small = Crew("http", 2)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._answers = Answers()
        self._endpoint = Endpoint()
        self._fetching: dict[Path, Future[Path]] = {}
        self._stopped: dict[Path, threading.Event] = {}
        # Partial files that are open, the one used last at the end.
        self._parts: dict[Path, PartialFile] = {}
        self._offers: dict[Path, Offer] = {}

    @property
    def port(self) -> int:
        """The port of 127.0.0.1 that recordings are played from while they come."""
        return self._endpoint.port

    def run(self, job: Callable[[], T]) -> "Future[T]":
        """Run a short blocking job beside the downloads."""
        return self._small.submit(job)

    def fetch(self, address: Address, wanted: Download, progress: Callable[[Coming], None]) -> "Future[Path]":
        """Bring a file here; `progress` is told how much is held, from another thread, at most ten times a second.

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
        self._answers.wake(target)

    def forget_part(self, wanted: Download) -> None:
        """Remove what has come of a download, after it was stopped; nobody plays it any more."""
        with self._lock:
            running = self._fetching.get(wanted.target)

        def work() -> None:
            if running is not None:
                futures.wait([running])
            with self._lock:
                # Somebody may have changed their mind.
                if self._fetching.get(wanted.target) is running:
                    self._let_go(wanted.target)
                    for path in (part_of(wanted.target), map_of(wanted.target)):
                        path.unlink(missing_ok=True)

        self._small.submit(work)

    def close(self, timeout_s: float = CLOSE_S) -> bool:
        """Give up what runs and join the threads; tell whether they ended within `timeout_s`."""
        with self._lock:
            self._closing.set()
            for stopped in self._stopped.values():
                stopped.set()
        self._answers.wake()
        self._files.close()
        self._small.close()
        deadline = monotonic() + timeout_s
        ended = self._files.join(timeout_s)
        with self._lock:
            for target in tuple(self._parts):
                self._let_go(target)
        ended = self._endpoint.close(max(0.0, deadline - monotonic())) and ended
        return self._small.join(max(0.0, deadline - monotonic())) and ended

    def _fetch(
        self,
        address: Address,
        wanted: Download,
        progress: Callable[[Coming], None],
        stopped: threading.Event,
        before: "Future[Path] | None",
    ) -> Path:
        if before is not None:
            futures.wait([before])
        if stopped.is_set():
            raise Cancelled
        with environment(wanted.target):
            part = self._part(wanted)

        def tell(trouble: str) -> None:
            head = part.head(HEAD_BYTES)
            held, offer = part.held(), self._offers.get(wanted.target) if head else None
            progress(Coming(held_bytes=held.bytes, spans=held.spans, offer=offer, head=head, trouble=trouble))

        if part.held().bytes:
            tell("")
        fetching = Fetching(address, wanted, part, self._patience, self._answers, stopped, tell)
        # One that was stopped before its answer came was not among those that were woken.
        return fetching.run()

    def _part(self, wanted: Download) -> PartialFile:
        """Return the partial file of a download, with an offer at the endpoint; nobody else opens it meanwhile."""
        with self._lock:
            part = self._parts.get(wanted.target)
            if part is not None and (part.is_whole or part.facts != wanted.facts):
                # Its file was removed since, or this is another one under the same name.
                self._let_go(wanted.target)
                part = None
        # To look at what an earlier run left may take its time.
        part = part or PartialFile(wanted.target, wanted.facts, wanted.blocks)
        with self._lock:
            if self._closing.is_set():
                part.close()
                raise Cancelled
            self._parts.pop(wanted.target, None)
            self._parts[wanted.target] = part
            if wanted.target not in self._offers:
                self._offers[wanted.target] = self._endpoint.offer(part)
            self._let_go_of_old()
        return part

    def _let_go_of_old(self) -> None:
        """Close partial files that nobody brings or, for all we know, plays any more."""
        idle = [
            target
            for target, part in self._parts.items()
            if not part.is_read and (target not in self._fetching or self._fetching[target].done())
        ]
        for target in idle[: max(0, len(idle) - _MOST_OFFERS)]:
            self._let_go(target)

    def _let_go(self, target: Path) -> None:
        part = self._parts.pop(target, None)
        if part is not None:
            self._endpoint.withdraw(self._offers.pop(target))
            part.close()
