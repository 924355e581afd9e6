"""The network thread: an asyncio loop of its own, beside the UI. Must never call into Qt.

It is a daemon: a peer that keeps it waiting must not keep the process alive after `stop` has given up.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

THREAD_NAME = "network"


class NetworkThread:
    """Runs coroutines on a loop in a thread named "network"."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        self._thread.start()

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run the coroutine on the network thread; its result, error or cancellation is in the future.

        After `stop` it is not run, and the future is cancelled.
        """
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:
            # The loop is closed; nobody but this method could have known in time.
            coroutine.close()
            future: Future[T] = Future()
            future.cancel()
            return future

    def call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a plain function soon on the network thread; after `stop` it is not called any more."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *arguments)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Cancel what runs, stop the loop and join the thread; tell whether it ended within `timeout_s`."""
        self.call(self._loop.stop)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()
