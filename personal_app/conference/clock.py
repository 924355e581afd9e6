"""Time as the rules see it: a clock is a function that gives an aware UTC instant, and is always passed in.

The module also holds the estimate of the server's clock that a client makes over the live connection, and the clock
it is made on, which takes no notice when somebody sets the machine's. It must never ask the machine for the time.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NewType

import msgspec

#: Gives the present instant, aware, in UTC.
Clock = Callable[[], datetime]
#: Milliseconds of a clock that never jumps and has no meaning but in differences.
MonotonicMs = NewType("MonotonicMs", int)
#: Milliseconds since 1970-01-01T00:00:00Z.
EpochMs = NewType("EpochMs", int)

_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT_SAMPLES = 8
#: So many that follow each other are kept as one.
_UNITED = 8
#: How far two clocks part, of which nobody sets either (quartz is good to some 50 parts in a million).
_DRIFT = 50e-6
#: Two true samples differ by less than half of both delays. This much more is rounding and drift; beyond it one of the
#: clocks was set.
_AGREE_WITHIN_MS = 50
#: A wall clock this far from the running one was set.
_SET_BEYOND = timedelta(seconds=1)


def to_epoch_ms(instant: datetime) -> EpochMs:
    """Return `instant` as whole milliseconds since 1970 in UTC; a naive instant raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone: use datetime.now(UTC) or attach one")
    return EpochMs((instant - _ORIGIN) // timedelta(milliseconds=1))


def from_epoch_ms(epoch_ms: int) -> datetime:
    """Return the aware UTC instant that is `epoch_ms` milliseconds after 1970."""
    return _ORIGIN + timedelta(milliseconds=epoch_ms)


class ClockSample(msgspec.Struct, frozen=True):
    """One question and answer about the time: how far the server is ahead, and how long the round took (ms).

    `at_ms` is when it ended, on our clock. It may stand for several, `of` in number: then it is what they allow
    together, and the round trip is how wide that is.
    """

    offset_ms: float
    round_trip_ms: float
    at_ms: float = 0.0
    of: int = 1

    def bounds(self, at_ms: float) -> tuple[float, float]:
        """Return between which two the offset lies at an instant of our clock."""
        half = self.round_trip_ms / 2 + max(0.0, at_ms - self.at_ms) * _DRIFT
        return self.offset_ms - half, self.offset_ms + half


def sample(sent_ms: int, server_ms: int, received_ms: int) -> ClockSample:
    """Return what one exchange tells: the server's reading is taken to lie in the middle of the round trip.

    This is the on-wire computation of NTP (RFC 5905, section 8) with the server's two time stamps taken as one,
    since it answers within the same turn of its loop.
    """
    return ClockSample(server_ms - (sent_ms + received_ms) / 2, float(received_ms - sent_ms), float(received_ms))


class ServerOffset(msgspec.Struct, frozen=True):
    """Eight samples, newest last, each of up to eight rounds; the least delays are believed, there and back apart.

    Each round shows that the offset lies within half of it of what it says. What all allow is at most as wide as what
    the one with the least delay allows, and the middle of it is taken (Marzullo and Owicki, "Maintaining the time in a
    distributed system", 1983).
    """

    samples: tuple[ClockSample, ...] = ()

    def add(self, new: ClockSample) -> "ServerOffset":
        """Return the estimate with `new` in it, united with the newest sample or beside it, and the oldest left out.

        Samples that contradict the new one are from before a clock was set, here or there, and are dropped; so is a new
        one that seems to have come back before it was sent.
        """
        if new.round_trip_ms < 0:
            return self
        agreeing = tuple(old for old in self.samples if _agree(old, new))
        if agreeing and (both := _united(agreeing[-1], new)) is not None:
            return ServerOffset((*agreeing[:-1], both))
        return ServerOffset((*agreeing, new)[-_KEPT_SAMPLES:])

    @property
    def offset_ms(self) -> float:
        """How far the server's clock is ahead of ours, in ms; 0 before the first sample."""
        if not self.samples:
            return 0.0
        allowed = [sample.bounds(self.samples[-1].at_ms) for sample in self.samples]
        least, most = max(low for low, _ in allowed), min(high for _, high in allowed)
        if least <= most:
            return (least + most) / 2
        # Rounding and drift: two of them miss each other by some milliseconds.
        return min(self.samples, key=lambda s: s.round_trip_ms).offset_ms


class SteadyClock:
    """A clock that runs as evenly as `running_ms`, sleep of the machine included, from the wall clock's time on.

    Somebody who sets the machine's clock moves nobody's recording: once the server's time is known from it
    (`trust`) it takes no notice. Until then the wall clock is all there is, and it is followed.
    """

    def __init__(self, wall: Clock, running_ms: Callable[[], float]) -> None:
        """`running_ms` gives milliseconds that never jump and go on while the machine sleeps."""
        self._wall = wall
        self._running_ms = running_ms
        self._trusted = False
        self._anchor()

    def __call__(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        now = self._at + timedelta(milliseconds=self._running_ms() - self._from_ms)
        if not self._trusted and abs(self._wall() - now) > _SET_BEYOND:
            self._anchor()
            return self._at
        return now

    def trust(self) -> None:
        """Follow the wall clock no more: somebody reckons with this one."""
        self._trusted = True

    def _anchor(self) -> None:
        self._at, self._from_ms = self._wall(), self._running_ms()


def _united(old: ClockSample, new: ClockSample) -> ClockSample | None:
    """Return what both allow, or None where that is nothing, or enough are united already."""
    (low, high), (new_low, new_high) = old.bounds(new.at_ms), new.bounds(new.at_ms)
    least, most = max(low, new_low), min(high, new_high)
    if least > most or old.of >= _UNITED:
        return None
    return ClockSample((least + most) / 2, most - least, new.at_ms, old.of + 1)


def _agree(one: ClockSample, other: ClockSample) -> bool:
    widest_ms = (one.round_trip_ms + other.round_trip_ms) / 2 + _AGREE_WITHIN_MS
    return abs(one.offset_ms - other.offset_ms) <= widest_ms
