"""Calls from other threads, carried out on the loop's thread in the order in which they were put.

Waking a loop is a system call; here one wakes it for all that wait, however many answers a transaction has. This module
must never know what is called.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable

#: So many calls at once; then whatever else the loop has to do comes in between.
_AT_ONCE = 100

_log = logging.getLogger(__name__)


class Mailbox:
    """One for a loop. Its calls end in order even where they are put from several threads."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: deque[Callable[[], object]] = deque()
        self._woken = False

    def put(self, call: Callable[[], object]) -> None:
        """Have `call` called soon. From any thread; once the loop is closed nobody is called any more."""
        self._calls.append(call)
        if not self._woken:
            self._woken = True
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._empty)

    def _empty(self) -> None:
        # Lowered first: what is put from here on either is seen below or wakes the loop again.
        self._woken = False
        for _ in range(_AT_ONCE):
            try:
                call = self._calls.popleft()
            except IndexError:
                return
            try:
                call()
            except Exception:
                _log.exception("a call from another thread met a bug of ours")
        self._woken = True
        self._loop.call_soon(self._empty)
