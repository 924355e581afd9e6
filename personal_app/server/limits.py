"""How much one participant, connection or address may ask for in a time: token buckets, and the bounds in one place.

This module must never ask for the time itself; the caller hands in seconds of a clock that never jumps.
"""

import resource
import sys
from collections.abc import Hashable

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """So many per second on the whole, and `burst` at once."""

    per_second: float
    burst: int


#: Commands of one participant, over all their devices.
COMMANDS = Rate(20, 40)
#: Messages of any kind on one connection; a client of ours sends ten in its first second and then few.
MESSAGES = Rate(50, 300)
#: Joining and codes from one address: a lecture hall sits behind one address, and a code has 60 bits or more.
JOINS = Rate(20, 600)
#: Live connections of one participant: every device somebody may have, and those that are gone and not yet noticed.
MOST_CONNECTIONS = 50
#: So many connections are taken in one turn of the loop, before any of them can be looked at.
TAKEN_AT_ONCE = 64
#: Files that no connection gets: for one such turn, for the database, for recordings that are being read.
KEPT_FILES = TAKEN_AT_ONCE + 64
_KEPT = 10_000


def most_connections() -> int:
    """Return how many connections this process may have, as the system bounds its open files now."""
    bound, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if bound == resource.RLIM_INFINITY else max(1, bound - KEPT_FILES)


class Bucket:
    """What is left of a rate for one of its users."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, now_s: float) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._at = now_s

    def take(self, now_s: float) -> float:
        """Take one and return 0, or return after how many seconds one may be taken."""
        self._left = min(self._rate.burst, self._left + (now_s - self._at) * self._rate.per_second)
        self._at = now_s
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._rate.per_second

    def full(self, now_s: float) -> bool:
        """Tell whether nothing of it would be remembered."""
        return self._left + (now_s - self._at) * self._rate.per_second >= self._rate.burst


class Buckets:
    """A bucket for each user of a rate; the full ones are forgotten when there are many."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._of: dict[Hashable, Bucket] = {}

    def take(self, user: Hashable, now_s: float) -> float:
        """Take one for `user` and return 0, or return after how many seconds they may take one."""
        bucket = self._of.get(user)
        if bucket is None:
            if len(self._of) >= _KEPT:
                self._of = {who: kept for who, kept in self._of.items() if not kept.full(now_s)}
            bucket = self._of[user] = Bucket(self._rate, now_s)
        return bucket.take(now_s)
