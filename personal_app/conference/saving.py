"""Recordings that are to be brought here: whose turn it is, how fast it goes, and what may go to make room.

Pure: the files, the network and the clock belong to others.
"""

from collections import deque
from collections.abc import Iterable, Sequence

import msgspec

from personal_app.conference.ids import RecordingId

#: So many are brought at once: one waits for the server while the other uses the line.
AT_ONCE = 2
#: What recordings that were only watched may take, where a person has said nothing else.
QUOTA_BYTES = 5_000_000_000
#: The rate is that of the last so many milliseconds: long enough to be calm, short enough to be true.
_WINDOW_MS = 5_000
_LEAST_MS = 500


class Order(msgspec.Struct, frozen=True):
    """A recording that is to be brought. `by_hand`: a person asked to keep it, rather than watched it."""

    recording: RecordingId
    by_hand: bool = True
    paused: bool = False


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that is here; `watched_at` in seconds since 1970, 0 where nobody knows."""

    recording: RecordingId
    size_bytes: int
    by_hand: bool
    watched_at: float = 0.0


def to_run(orders: Iterable[Order], watched: RecordingId | None) -> tuple[RecordingId, ...]:
    """Return which recordings are to be on their way now.

    The one that somebody waits to watch has the line for itself; else the first that are not paused, in their order.
    """
    ready = [order.recording for order in orders if not order.paused]
    return (watched,) if watched in ready and watched is not None else tuple(ready[:AT_ONCE])


def to_forget(held: Sequence[Held], quota_bytes: int, in_use: RecordingId | None) -> tuple[RecordingId, ...]:
    """Return which recordings go so that those that were only watched take no more than the quota.

    The longest unwatched go first; what is being watched stays, and what was saved by hand never counts or goes.
    """
    watched = [each for each in held if not each.by_hand]
    over = sum(each.size_bytes for each in watched) - quota_bytes
    gone: list[RecordingId] = []
    for each in sorted(watched, key=lambda each: (each.watched_at, each.recording)):
        if over <= 0:
            break
        if each.recording != in_use:
            gone.append(each.recording)
            over -= each.size_bytes
    return tuple(gone)


class Pace:
    """How fast bytes come, from what was held at which moment of a clock that never goes back."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def take(self, at_ms: float, held_bytes: int) -> None:
        """Note that `held_bytes` are here."""
        self._seen.append((at_ms, held_bytes))
        while self._seen[0][0] < at_ms - _WINDOW_MS:
            self._seen.popleft()

    def bytes_a_second(self) -> int:
        """Return the rate, 0 while it cannot be told."""
        if len(self._seen) < 2 or self._seen[-1][0] - self._seen[0][0] < _LEAST_MS:
            return 0
        (first_ms, first), (last_ms, last) = self._seen[0], self._seen[-1]
        return max(0, round((last - first) * 1000 / (last_ms - first_ms)))


def left_s(missing_bytes: int, bytes_a_second: int) -> int | None:
    """Return how many seconds it will take, at least one; None while that cannot be told."""
    return max(1, round(missing_bytes / bytes_a_second)) if bytes_a_second > 0 else None
