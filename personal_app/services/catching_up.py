"""Catching up with everyone: faster than they go, until level, and when that will be.

Pure; must never touch an engine: `services.playback` does.
"""

from datetime import datetime, timedelta

import msgspec

from personal_app.player.engine import FASTEST

#: Speeds to catch up with; slower ones take too long to be worth a wait.
CATCH_UP_RATES = (1.1, 1.25, 1.5, 1.75, 2.0)
#: Nearer than this there is nothing to catch up.
WORTH_MS = 3_000
#: The engine is told of its place ten times a second; so near, who catches up is level.
_LEVEL_WITHIN_MS = 20


class CatchUp(msgspec.Struct, frozen=True):
    """Catching up at `rate`; 0 where nobody does."""

    rate: float = 0.0

    @property
    def active(self) -> bool:
        """Whether somebody catches up."""
        return self.rate > 0

    def is_level(self, position_ms: int, live_ms: int) -> bool:
        """Tell whether who is at `position_ms` has caught up with everyone at `live_ms`."""
        return self.active and position_ms >= live_ms - _LEVEL_WITHIN_MS


def catching_up(rate: float) -> CatchUp:
    """Return catching up at `rate`, brought into what an engine plays; one that is not faster than 1 never ends."""
    return CatchUp(min(rate, FASTEST)) if rate > 1.0 else CatchUp()


def level_at(now: datetime, behind_ms: int, rate: float, left_ms: int) -> datetime | None:
    """Return when who is `behind_ms` behind at `now` will be level at `rate`.

    `left_ms` is how long everyone still watches: None where it is over before that, or where `rate` is no faster.
    """
    if rate <= 1.0:
        return None
    needed_ms = behind_ms / (rate - 1.0)
    return now + timedelta(milliseconds=needed_ms) if needed_ms <= left_ms else None
