"""Presence: which chairs of a session are here, and which question each has in hand.

It is advice for fellow chairs and never a lock: whoever moves a question first has moved it. It is nothing of the truth
either, so it is counted by no counter, kept by nobody, and gone a while after it was last said. This module must never
know who may be told of it (`server.chairs_here`).
"""

from collections.abc import Hashable, Iterable

import msgspec

from personal_app.conference.ids import ParticipantId, QuestionId, SessionId

#: How long a claim holds that is not said again, and how often it is to be said: two that are lost do no harm.
CLAIM_S = 30.0
RENEW_S = 10.0


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is at the desk of a session, on one of their devices, and has a question in hand or none."""

    participant: ParticipantId
    name: str
    session: SessionId
    question: QuestionId | None = None


class PersonHere(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chair who is here, as fellow chairs are told: by name, with the question in hand."""

    participant: ParticipantId
    name: str
    doing: QuestionId | None = None


class Attendance:
    """What was claimed last on each device. Moments are seconds of a clock that never jumps.

    What changes it returns the sessions of which something else is to be told now.
    """

    def __init__(self) -> None:
        self._claims: dict[Hashable, tuple[Claim, float]] = {}

    def say(self, device: Hashable, claim: Claim, now_s: float) -> frozenset[SessionId]:
        """Take in what is claimed on a device from now on; it holds for `CLAIM_S`."""
        before = self._claims.pop(device, None)
        # What was said last stands last: of one person's devices that one counts.
        self._claims[device] = (claim, now_s + CLAIM_S)
        if before is None:
            return frozenset({claim.session})
        return frozenset() if before[0] == claim else frozenset({before[0].session, claim.session})

    def leave(self, device: Hashable) -> frozenset[SessionId]:
        """Forget a device."""
        before = self._claims.pop(device, None)
        return frozenset() if before is None else frozenset({before[0].session})

    def lapse(self, now_s: float) -> frozenset[SessionId]:
        """Forget what has not been said again in time."""
        late = [device for device, (_, until_s) in self._claims.items() if until_s <= now_s]
        return frozenset(session for device in late for session in self.leave(device))

    @property
    def next_lapse_s(self) -> float | None:
        """When something has to be said again, or None where nothing is claimed."""
        return min((until_s for _, until_s in self._claims.values()), default=None)

    def devices(self) -> tuple[Hashable, ...]:
        """Return the devices that claim something."""
        return tuple(self._claims)

    def claim(self, device: Hashable) -> Claim | None:
        """Return what is claimed on a device, or None."""
        found = self._claims.get(device)
        return None if found is None else found[0]

    def sessions(self) -> frozenset[SessionId]:
        """Return the sessions in which somebody is."""
        return frozenset(claim.session for claim, _ in self._claims.values())

    def people(self, session: SessionId) -> tuple[PersonHere, ...]:
        """Return who is in a session, each once, by name."""
        found = {claim.participant: claim for claim, _ in self._claims.values() if claim.session == session}
        return tuple(_here(sorted(found.values(), key=lambda claim: (claim.name, claim.participant))))


def _here(claims: Iterable[Claim]) -> Iterable[PersonHere]:
    return (PersonHere(participant=each.participant, name=each.name, doing=each.question) for each in claims)
