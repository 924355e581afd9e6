"""Who somebody is at the conference, and what that lets them see and do.

A participant is one identity with one vote; grants come from invitations. An audience is what a set of grants makes
visible: everyone with the same audience is sent the same bytes. This module must never know how identities are proved.
"""

from enum import StrEnum
from functools import lru_cache

import msgspec

from personal_app.conference.ids import ParticipantId, PersonId, PollId, SessionId, TalkId


class Role(StrEnum):
    """What a grant makes of a participant; an attendee needs none."""

    AUTHOR = "author"
    CHAIR = "chair"
    ORGANIZER = "organizer"


class Grant(msgspec.Struct, frozen=True, order=True):
    """A role and what it is for: a session's slug for a chair, a talk's for an author, nothing for an organizer.

    `person` is the slug of whom the program names as the talk's presenter, where the invitation was for that one.
    """

    role: Role
    scope: str = ""
    person: str = ""


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """One joined person, the same on each of their devices."""

    id: ParticipantId
    name: str
    grants: tuple[Grant, ...] = ()


class Audience(msgspec.Struct, frozen=True):
    """What somebody may see beyond the public: all sessions of an organizer, a chair's sessions, an author's talks.

    `voted_in` are the open polls in which they hold a ballot: who has voted is told how the others did.
    """

    organizer: bool = False
    chair_of: frozenset[SessionId] = frozenset()
    author_of: frozenset[TalkId] = frozenset()
    voted_in: frozenset[PollId] = frozenset()

    def chairs(self, session: SessionId) -> bool:
        """Tell whether this audience moderates `session`; organizers moderate every session."""
        return self.organizer or session in self.chair_of

    def presents(self, talk: TalkId) -> bool:
        """Tell whether this audience presents `talk`."""
        return talk in self.author_of


PUBLIC = Audience()


def persons(grants: tuple[Grant, ...]) -> frozenset[PersonId]:
    """Return whom of the program somebody with these grants is."""
    return frozenset(PersonId(grant.person) for grant in grants if grant.person)


# Asked for several times in each command, of few different grants.
@lru_cache(maxsize=4096)
def audience(grants: tuple[Grant, ...]) -> Audience:
    """Return the audience that `grants` make together."""
    return Audience(
        organizer=any(grant.role is Role.ORGANIZER for grant in grants),
        chair_of=frozenset(SessionId(grant.scope) for grant in grants if grant.role is Role.CHAIR),
        author_of=frozenset(TalkId(grant.scope) for grant in grants if grant.role is Role.AUTHOR),
    )
