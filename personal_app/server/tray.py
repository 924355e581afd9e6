"""What waits for the ledger, in order. What is patient waits a moment for company, while there is a stream of it.

A transaction has a price of its own, which thirty votes share as well as one. The first after a rest is taken at once;
in a stream the next lot is taken no sooner than `COMPANY_S` after the last, or when there is `ENOUGH` of it, and
whatever is not patient ends the wait and takes everything along. This module must never know what waits.
"""

import threading
from queue import SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")

#: Half of the shortest tick in which votes are shown: nobody sees the wait, and the processor is left for others.
COMPANY_S = 0.010
#: So many share the price of a transaction well enough.
ENOUGH = 16


class Tray(Generic[T]):
    """Filled by any thread, emptied by one."""

    def __init__(self) -> None:
        self._things: SimpleQueue[T] = SimpleQueue()
        self._hurry = threading.Event()
        self._taken_at = float("-inf")

    def put(self, thing: T, *, patient: bool = False) -> None:
        """Put a thing behind all others."""
        self._things.put(thing)
        if (not patient or self._things.qsize() >= ENOUGH) and not self._hurry.is_set():
            self._hurry.set()

    def size(self) -> int:
        """Return how much waits."""
        return self._things.qsize()

    def first(self, timeout_s: float | None) -> T:
        """Wait for a thing and its company, and take it; the rest is `next`. Raises queue.Empty past the time."""
        thing = self._things.get(timeout=timeout_s)
        wait_s = self._taken_at + COMPANY_S - monotonic()
        if wait_s > 0:
            self._hurry.wait(wait_s)
        self._hurry.clear()
        self._taken_at = monotonic()
        return thing

    def next(self) -> T:
        """Take what waits next. Raises queue.Empty where nothing does."""
        return self._things.get_nowait()
