"""A listener's place in the hub, and the rings of those who are told everything as it comes.

This module must never decide what anybody is told (`hub`, `rounds`).
"""

from typing import Protocol

from personal_app.conference.ids import ParticipantId, Revision, Tally
from personal_app.conference.people import Audience, Participant
from personal_app.server.state_parts import Picture
from personal_app.server.touched import Mark


class Listener(Protocol):
    """A connection as the hub sees it."""

    @property
    def writable(self) -> bool:
        """True while the transport has room."""

    def write(self, frames: bytes) -> None:
        """Hand whole frames to the transport."""


class Ring:
    """The listeners of one audience who are level: they hold all that rounds have told, and have room for more."""

    __slots__ = ("audience", "seats", "told_s")

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        #: In the order in which they came; the values say nothing.
        self.seats: dict[Seat, None] = {}
        #: When they were last sent anything, in seconds of the loop's clock.
        self.told_s = float("-inf")


class Seat:
    """One listener's place: who it is, what it was told last, and the part of the state that comes next."""

    __slots__ = ("audience", "listener", "mark", "me", "next_part", "person", "picture", "ring")

    def __init__(self, listener: Listener, me: Participant | None, seen_as: Audience) -> None:
        self.listener = listener
        self.mark = NOTHING_TOLD
        self.picture: Picture | None = None
        self.next_part = 0
        self.ring: Ring | None = None
        self.is_for(me, seen_as)

    def is_for(self, me: Participant | None, seen_as: Audience) -> None:
        """Take the participant with the grants held now, None for a public connection, and what they may see."""
        self.me = me
        self.audience = seen_as
        self.person: ParticipantId | None = me.id if me is not None else None

    def told_since(self, moment_s: float) -> bool:
        """Tell whether it is level and was sent something after that moment of the loop's clock, with all its ring."""
        return self.ring is not None and self.ring.told_s > moment_s

    @property
    def level(self) -> bool:
        """True while the rounds tell this listener what comes."""
        return self.ring is not None


NOTHING_TOLD = Mark(0, Revision(0), Tally(0))
