"""One thread that carries out an engine's jobs in order, so that no call of the UI waits for a disk or a library.

It is a daemon: a library that hangs must not keep the process alive. The module must never import Qt or a decoding
library.
"""

import logging
import queue
import threading
from collections.abc import Callable
from time import monotonic

Job = Callable[[], None]

_log = logging.getLogger(__name__)


class Worker:
    """A started thread with a queue of jobs."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def post(self, job: Job) -> None:
        """Carry out `job` after those posted before; one posted after `close` is never carried out."""
        self._jobs.put(job)

    def idle(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s` seconds until the jobs posted so far are done and tell whether they are."""
        done = threading.Event()
        self.post(done.set)
        deadline = monotonic() + timeout_s
        # After `close` the last job is never carried out; the thread's end means the same.
        while not done.wait(0.01) and self._thread.is_alive():
            if monotonic() > deadline:
                return False
        return True

    def close(self) -> None:
        """End the thread after the jobs posted so far."""
        self._jobs.put(None)

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s` seconds for the thread's end and tell whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                _log.exception("a job of %s broke", self._thread.name)
