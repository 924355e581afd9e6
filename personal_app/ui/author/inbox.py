"""Which questions an author's desk shows, in which order, and what it should call the author's attention to.

Pure; must never show anything or ask a service.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import PersonId, TalkId
from personal_app.conference.questions import PUBLIC_STATES, QuestionState
from personal_app.ui.cards.card import first_in_order, place
from personal_app.ui.cards.wording import same_name

S = QuestionState


class Filter(StrEnum):
    """What the inbox holds."""

    OPEN = "open"
    ANSWERED = "answered"


class CueKind(StrEnum):
    """Why the author should look up."""

    ANSWERING = "answering"
    UP_NEXT = "up_next"
    COULD_TAKE = "could_take"
    ASSIGNED = "assigned"


class Cue(msgspec.Struct, frozen=True):
    """What the strip at the head of the desk is about."""

    kind: CueKind
    question: DrawnQuestion


def shown_in(wanted: Filter, questions: Iterable[DrawnQuestion], talks: frozenset[TalkId]) -> tuple[DrawnQuestion, ...]:
    """Return the public questions of `talks`: open ones in the order they will be spoken of, then by votes; or answered
    ones, the latest first."""
    mine = [question for question in questions if question.row.talk in talks and question.row.state in PUBLIC_STATES]
    if wanted is Filter.ANSWERED:
        answered = [question for question in mine if question.row.state is S.ANSWERED]
        return tuple(sorted(answered, key=lambda question: (question.row.revision, question.id), reverse=True))
    return tuple(sorted((question for question in mine if question.row.state is not S.ANSWERED), key=_open_key))


def offered(question: DrawnQuestion, me: str) -> bool:
    """Tell whether the participant `me` has offered to take the question live."""
    return any(offer.participant == me for offer in question.row.offers)


class Myself(msgspec.Struct, frozen=True):
    """Who looks: the participant that the server takes them for, whom of the program they are where their invitation
    said so, and their name, which the program may have too."""

    participant: str
    name: str
    persons: frozenset[PersonId] = frozenset()

    def is_person(self, person: PersonId, people: Mapping[PersonId, str]) -> bool:
        """Tell whether the person of the program is this one; by the name alone where no invitation said who it is."""
        return person in self.persons if self.persons else same_name(people.get(person, ""), self.name)


def cue(
    questions: Iterable[DrawnQuestion], talks: frozenset[TalkId], me: Myself, people: Mapping[PersonId, str]
) -> Cue | None:
    """Return what this author should look up for, or None: they answer, are up next or could, are asked to.

    `people` are the names of those whom a chair may ask to answer.
    """
    board = tuple(questions)
    for question in board:
        answerer = question.row.answerer
        answers = answerer is not None and answerer.participant == me.participant
        if question.row.state is S.ANSWERING and question.row.talk in talks and answers:
            return Cue(CueKind.ANSWERING, question)
    first = first_in_order(board)
    coming = sorted((question for question in board if question.id in first and question.row.talk in talks), key=place)
    for question in coming:
        if offered(question, me.participant):
            return Cue(CueKind.UP_NEXT, question)
    if coming:
        return Cue(CueKind.COULD_TAKE, coming[0])
    asked = (question for question in board if question.row.talk in talks and _asked(question, me, people))
    return next((Cue(CueKind.ASSIGNED, question) for question in asked), None)


def _asked(question: DrawnQuestion, me: Myself, people: Mapping[PersonId, str]) -> bool:
    """Tell whether a chair asks this author to answer, and nothing has come of it yet."""
    row = question.row
    waits = row.state in (S.APPROVED, S.QUEUED, S.DEFERRED) and not offered(question, me.participant)
    return waits and row.assigned is not None and me.is_person(row.assigned, people)


def _open_key(question: DrawnQuestion) -> tuple[int, int, float, str]:
    row = question.row
    rank = {S.ANSWERING: 0, S.QUEUED: 1}.get(row.state, 2)
    return (rank, row.order or 0 if rank == 1 else -question.votes, row.asked_at.timestamp(), row.id)
