"""A few threads that carry out blocking jobs, and that cannot keep the process alive.

The standard library's pool joins its threads before the interpreter ends, however long a server makes them wait; these
are daemons, and `close` waits for so long and no longer. Must never know what the jobs are.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class _Job(msgspec.Struct, frozen=True):
    future: "Future[Any]"
    work: Callable[[], object]


class Crew:
    """Threads named `<name> 1`, `<name> 2` and so on, and the jobs that wait for them."""

    def __init__(self, name: str, size: int) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name} {number + 1}", daemon=True) for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Carry out `work` after what waits already; after `close` the future is cancelled at once."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.cancel()
            else:
                self._jobs.put(_Job(future, work))
        return future

    def close(self) -> None:
        """Take no more jobs, cancel those that wait, and let the threads end after the ones they are at."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            waiting = self._drain()
            for _ in self._threads:
                self._jobs.put(None)
        for job in waiting:
            job.future.cancel()

    def join(self, timeout_s: float) -> bool:
        """After `close`, wait at most `timeout_s` seconds for the threads' end and tell whether it came."""
        deadline = monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _drain(self) -> list[_Job]:
        waiting: list[_Job] = []
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return waiting
            if job is not None:
                waiting.append(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                result = job.work()
            except BaseException as fault:
                job.future.set_exception(fault)
            else:
                job.future.set_result(result)
            # What the job held must not live on until the next one comes.
            del job
