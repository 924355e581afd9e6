"""A session's questions sorted into the lanes of the console. Pure; must never show or move one."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import PUBLIC_STATES, QuestionState
from personal_app.ui.cards.card import place
from personal_app.ui.chair.alike import grouped

S = QuestionState
_DONE = (S.ANSWERED, S.DEFERRED, S.RETURNED, S.REJECTED, S.MERGED, S.HIDDEN, S.WITHDRAWN, S.OTHER)


class Lane(StrEnum):
    """The lanes that hold cards, in the order in which keys walk them."""

    INBOX = "inbox"
    SHOWN = "shown"
    ORDER = "order"
    DONE = "done"


class Lanes(msgspec.Struct, frozen=True, kw_only=True):
    """Where every question of a session stands. `now` is being answered; `order` leaves it out, its first is next.

    `alike` are those of the inbox that resemble the one above them.
    """

    inbox: tuple[DrawnQuestion, ...] = ()
    shown: tuple[DrawnQuestion, ...] = ()
    now: DrawnQuestion | None = None
    order: tuple[DrawnQuestion, ...] = ()
    done: tuple[DrawnQuestion, ...] = ()
    alike: frozenset[QuestionId] = frozenset()

    def of(self, lane: Lane) -> tuple[DrawnQuestion, ...]:
        """Return the cards of a lane."""
        found: tuple[DrawnQuestion, ...] = getattr(self, lane.value)
        return found

    def all(self) -> tuple[DrawnQuestion, ...]:
        """Return every question of the session."""
        now = (self.now,) if self.now is not None else ()
        return (*self.inbox, *self.shown, *now, *self.order, *self.done)

    def question(self, question: QuestionId) -> DrawnQuestion | None:
        """Return the question of that id, or None."""
        return next((other for other in self.all() if other.id == question), None)

    def reported(self) -> tuple[tuple[Lane, DrawnQuestion], ...]:
        """Return what everyone sees though people asked the chairs to look at it, in the order in which keys walk."""
        found = ((lane, question) for lane in Lane for question in self.of(lane))
        return tuple(
            (lane, question) for lane, question in found if question.row.reports and question.row.state in PUBLIC_STATES
        )

    def lane_of(self, question: QuestionId) -> Lane | None:
        """Return the lane that holds the question, or None."""
        return next((lane for lane in Lane if any(other.id == question for other in self.of(lane))), None)


def lanes(questions: Iterable[DrawnQuestion]) -> Lanes:
    """Sort a session's questions: inbox oldest first with what resembles each behind it, shown by votes, the speaking
    order, done latest first."""
    by_state: dict[QuestionState, list[DrawnQuestion]] = {state: [] for state in S}
    for question in questions:
        by_state[question.row.state].append(question)
    done = [question for state in _DONE for question in by_state[state]]
    answering = by_state[S.ANSWERING]
    inbox, alike = grouped(sorted(by_state[S.PENDING], key=lambda question: (question.row.asked_at, question.id)))
    return Lanes(
        inbox=inbox,
        alike=alike,
        shown=tuple(sorted(by_state[S.APPROVED], key=_by_votes)),
        now=answering[0] if answering else None,
        order=tuple(sorted(by_state[S.QUEUED], key=place)),
        done=tuple(sorted(done, key=lambda question: (question.row.revision, question.id), reverse=True)),
    )


def place_before(order: tuple[DrawnQuestion, ...], question: QuestionId, steps: int) -> tuple[bool, QuestionId | None]:
    """Return (possible, after): after whom `question` comes when it moves `steps` places (-1 up, 1 down) in `order`."""
    ids = [other.id for other in order]
    if question not in ids:
        return False, None
    target = ids.index(question) + steps
    if not 0 <= target < len(ids):
        return False, None
    ids.remove(question)
    return True, ids[target - 1] if target else None


def _by_votes(question: DrawnQuestion) -> tuple[int, datetime, QuestionId]:
    return (-question.votes, question.row.asked_at, question.id)
