"""When the next round goes out: rows at once while that is cheap, counts merged over a tick that widens under load.

The tick is 20 ms while there is room and doubles up to 250 ms as long as a round takes longer than half of it. This
module must never know what a round does.
"""

from asyncio import TimerHandle
from collections.abc import Callable
from typing import Protocol

SHORTEST_S, LONGEST_S = 0.020, 0.250
#: A round cheaper than this needs no pause before rows go out again.
CHEAP_S = 0.005


class Timers(Protocol):
    """What is needed of an event loop."""

    def time(self) -> float:
        """Return seconds of a clock that never jumps."""

    def call_at(self, when: float, callback: Callable[[], object], /) -> TimerHandle:
        """Call back at `when`."""


class Pace:
    """Calls `round_` when it is due, never twice within a tick for counts alone."""

    def __init__(self, timers: Timers, round_: Callable[[], None]) -> None:
        self.tick_s = SHORTEST_S
        self._timers = timers
        self._round = round_
        self._timer: TimerHandle | None = None
        self._began = float("-inf")
        self._cost_s = 0.0
        self._closed = False

    def due(self, *, urgent: bool) -> None:
        """There is something to tell; `urgent` where rows changed."""
        if self._closed:
            return
        gap = 0.0 if urgent and self._cost_s < CHEAP_S else self.tick_s
        at = self._began + gap
        if at <= self._timers.time():
            self._go()
        elif self._timer is None or at < self._timer.when():
            self._cancel()
            self._timer = self._timers.call_at(at, self._go)

    def close(self) -> None:
        """Call no more."""
        self._closed = True
        self._cancel()

    def _go(self) -> None:
        self._cancel()
        self._began = self._timers.time()
        self._round()
        self._cost_s = self._timers.time() - self._began
        if self._cost_s > self.tick_s / 2:
            self.tick_s = min(LONGEST_S, self.tick_s * 2)
        elif self._cost_s < self.tick_s / 8:
            self.tick_s = max(SHORTEST_S, self.tick_s / 2)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
