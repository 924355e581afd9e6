"""When the next round goes out: rows at once while that is cheap, counts merged over a tick that widens under load.

There are two lanes. A round of rows alone overtakes a round of counts that is under way, and a round may take its time,
in pieces; what falls due meanwhile makes up the next one. The tick is several times what a round's own pieces take, so
that counts never take more than their share of the processor, from 20 ms while there is room up to a second. Rows wait
for what rows cost, and for nothing that counts do. This module must never know what a round does.
"""

from asyncio import TimerHandle
from collections.abc import Callable
from math import inf
from typing import Protocol

SHORTEST_S, LONGEST_S = 0.020, 1.000
#: A round cheaper than this needs no pause before rows go out again, and takes the counts along.
CHEAP_S = 0.005
#: The tick is so many times the last round's cost: counts take a sixth of the time at most, while a tick may grow.
_ROUNDS_PER_TICK = 6
#: Rows may take half of the time: what changes ceaselessly is merged as counts are, only sooner.
_ROUNDS_PER_URGENT = 2


class Timers(Protocol):
    """What is needed of an event loop."""

    def time(self) -> float:
        """Return seconds of a clock that never jumps."""

    def call_at(self, when: float, callback: Callable[[], object], /) -> TimerHandle:
        """Call back at `when`."""


class Pace:
    """Calls `begin` when a round is due, for counts at most once in a tick; `ended` tells it when that is over.

    `begin` is told whether the round is of rows alone; at most one of each kind is under way.
    """

    def __init__(self, timers: Timers, begin: Callable[[bool], None]) -> None:
        self.tick_s = SHORTEST_S
        self._timers = timers
        self._begin = begin
        self._timer: TimerHandle | None = None
        self._rows_due = self._counts_due = self._closed = False
        self._rows_running = self._all_running = False
        self._began = self._urgent_began = float("-inf")
        self._cost_s = 0.0
        #: What the last round of rows alone took; before the first one it is not known.
        self._rows_cost_s = inf

    def due(self, *, urgent: bool, counts: bool = True) -> None:
        """There is something to tell; `urgent` where rows changed, without `counts` where nothing else did."""
        if self._closed:
            return
        self._counts_due = self._counts_due or counts
        self._rows_due = self._rows_due or urgent
        self._plan()

    def ended(self, cost_s: float, *, rows_alone: bool) -> None:
        """A round is over and took the loop for `cost_s` seconds in all its pieces."""
        self._cost_s = cost_s
        if rows_alone:
            self._rows_running = False
            self._rows_cost_s = cost_s
        else:
            self._all_running = False
            self.tick_s = min(LONGEST_S, max(SHORTEST_S, cost_s * _ROUNDS_PER_TICK))
        if not self._closed:
            self._plan()

    def close(self) -> None:
        """Call no more."""
        self._closed = True
        self._cancel()

    def _plan(self) -> None:
        at = self._next()
        if at is None:
            return
        if at <= self._timers.time():
            self._go()
        elif self._timer is None or at < self._timer.when():
            self._cancel()
            self._timer = self._timers.call_at(at, self._go)

    def _next(self) -> float | None:
        """Return when the next round is to begin, None where nothing is due or what is due must wait for another."""
        if self._rows_running:
            return None
        tick_over = self._began + self.tick_s
        if self._rows_due:
            at = self._urgent_began + self._pause_s()
            return at if self._all_running else min(at, tick_over)
        return tick_over if self._counts_due and not self._all_running else None

    def _pause_s(self) -> float:
        """Return how long after rows more of them may go."""
        return 0.0 if self._cost_s < CHEAP_S else min(self._cost_s, self._rows_cost_s) * _ROUNDS_PER_URGENT

    def _go(self) -> None:
        self._cancel()
        now = self._timers.time()
        # Where rows must wait and a tick is over they go with the counts, or those would never have their turn.
        dear = self._cost_s >= CHEAP_S and now >= self._urgent_began + self._pause_s()
        rows_alone = self._rows_due and (self._all_running or (self._counts_due and dear))
        if self._rows_due:
            self._urgent_began = now
        self._rows_due = False
        if rows_alone:
            self._rows_running = True
        else:
            self._began, self._counts_due, self._all_running = now, False, True
        self._begin(rows_alone)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
