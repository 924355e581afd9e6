"""What a transaction said, as it is told once it is durable: to the hub, to identities, and to the other servers.

A `Committed` is written into the database as a page too, where several servers share one: what they read of each other
is the very value that the writer told its own hub. This module must never know how it is kept or who is told.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from personal_app.conference.ids import Epoch, ParticipantId, Revision, Tally
from personal_app.conference.people import Participant
from personal_app.conference.register import Decision, Register


class CommittedCommand(msgspec.Struct, frozen=True):
    """What one command changed: its votes carry `tally`, its rows `revision`; both counters stood so after it."""

    decision: Decision
    tally: Tally
    revision: Revision


class KeptToken(msgspec.Struct, frozen=True):
    """A token as it is kept: its hash, whose it is, and until when it is good."""

    hash: bytes
    participant: ParticipantId
    expires_at: datetime


class News(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What jobs changed about people: who is new or was granted something, tokens made, and tokens revoked (hashes)."""

    participants: tuple[Participant, ...] = ()
    tokens: tuple[KeptToken, ...] = ()
    revoked: tuple[bytes, ...] = ()


class Committed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One durable transaction: what its commands changed, in order, and what its jobs changed about people."""

    entries: tuple[CommittedCommand, ...] = ()
    news: News = News()

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Who joined or was granted something by it."""
        return self.news.participants

    @property
    def empty(self) -> bool:
        """True where it changed nothing that anybody is told of."""
        return not self.entries and self.news == News()


class Anew(msgspec.Struct, frozen=True):
    """The whole truth, where what was missed cannot be told piece by piece; its receiver owns the register.

    `participants` are those who changed, `tokens` all that are good.
    """

    epoch: Epoch
    register: Register
    participants: tuple[Participant, ...]
    tokens: tuple[KeptToken, ...]


NO_NEWS = News()


def all_news(several: Sequence[News]) -> News:
    """Return what several jobs changed as one; of two states of a participant the later one."""
    if not several:
        return NO_NEWS
    participants = {person.id: person for news in several for person in news.participants}
    return News(
        participants=tuple(participants.values()),
        tokens=tuple(token for news in several for token in news.tokens),
        revoked=tuple(hashed for news in several for hashed in news.revoked),
    )
