"""An event loop's timers, moved by hand."""

import asyncio
from collections.abc import Callable
from typing import cast


class _Handle:
    def __init__(self, when: float, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback
        self._when = when

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.callback = None


class HandTimers:
    """Time stands still until `run_until`."""

    def __init__(self) -> None:
        self.now = 0.0
        self._handles: list[_Handle] = []

    def time(self) -> float:
        """Return the present second."""
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> asyncio.TimerHandle:
        """Call back when time has come to `when`."""
        handle = _Handle(when, callback)
        self._handles.append(handle)
        return cast(asyncio.TimerHandle, handle)

    def run_until(self, when: float) -> None:
        """Let time go by, calling what falls due."""
        while due := sorted((h for h in self._handles if h.callback and h.when() <= when), key=_Handle.when):
            self._handles.remove(due[0])
            self.now = max(self.now, due[0].when())
            callback = due[0].callback
            assert callback is not None
            callback()
        self.now = max(self.now, when)
