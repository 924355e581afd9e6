"""Gathers the reactions that come in a moment and hands them to the ledger as counts.

Who sent one is known for as long as it takes to look whether they send too many. What was gathered and not yet handed
on when the server dies is lost: nobody was promised it. This module must never keep a person beside a reaction.
"""

from asyncio import TimerHandle
from collections import Counter
from collections.abc import Callable

from personal_app.conference.ids import ParticipantId, TalkId
from personal_app.conference.reactions import AT_ONCE, PER_SECOND, Gathered, Reaction
from personal_app.server.limits import Buckets, Rate
from personal_app.server.pace import Timers

#: So long reactions are gathered: applause is many at once, and each transaction costs a sync of the disk.
GATHER_S = 0.25


class Applause:
    """All methods run on the loop's thread. Nothing is counted before `hand_to` says who counts."""

    def __init__(self, timers: Timers, is_talk: Callable[[TalkId], bool]) -> None:
        self._timers = timers
        self._is_talk = is_talk
        self._buckets = Buckets(Rate(PER_SECOND, AT_ONCE))
        self._gathered: Counter[tuple[TalkId, Reaction]] = Counter()
        self._timer: TimerHandle | None = None
        self._count: Callable[[Gathered], None] | None = None

    def hand_to(self, count: Callable[[Gathered], None]) -> None:
        """Hand what is gathered to `count` from now on."""
        self._count = count

    def take(self, person: ParticipantId, talk: TalkId, kind: Reaction) -> None:
        """Take one reaction in; one about no talk, or beyond what a person may send, is passed over."""
        if self._count is None or not self._is_talk(talk) or self._buckets.take(person, self._timers.time()):
            return
        self._gathered[talk, kind] += 1
        if self._timer is None:
            self._timer = self._timers.call_at(self._timers.time() + GATHER_S, self._hand_on)

    def close(self) -> None:
        """Hand on what is gathered, and take nothing more in."""
        if self._timer is not None:
            self._timer.cancel()
            self._hand_on()
        self._count = None

    def _hand_on(self) -> None:
        gathered, self._gathered, self._timer = self._gathered, Counter(), None
        if self._count is not None and gathered:
            self._count(gathered)
