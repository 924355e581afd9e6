"""Which questions a tab shows, in which order, and how a list holds still under a person's pointer.

Pure: from the drawn questions of one talk to the ids and counts of its tabs. Must never paint or ask a service.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import PUBLIC_STATES, QuestionState


class Tab(StrEnum):
    """The tabs of the panel."""

    TOP = "top"
    NEW = "new"
    ANSWERED = "answered"
    MINE = "mine"


class Held(msgspec.Struct, frozen=True):
    """A list that holds still: the questions it shows, and how many wait until it may move again."""

    questions: tuple[DrawnQuestion, ...]
    waiting: int = 0


S = QuestionState


def shown_in(tab: Tab, questions: Iterable[DrawnQuestion]) -> tuple[DrawnQuestion, ...]:
    """Return what `tab` shows of one talk's questions, in its order.

    Top: what is not answered yet, the one being answered first, then by votes, the older first. New: all that
    everyone sees, newest first. Answered: the latest answer first. Mine: the person's own, newest first.
    """
    return tuple(sorted(filter(_BELONGS[tab], questions), key=_ORDER[tab]))


def counts(questions: Sequence[DrawnQuestion]) -> dict[Tab, int]:
    """Return how many questions each tab holds."""
    return {tab: sum(map(belongs, questions)) for tab, belongs in _BELONGS.items()}


def hold(before: Sequence[QuestionId], wanted: Sequence[DrawnQuestion], let_in: Collection[QuestionId] = ()) -> Held:
    """Return `wanted` in the order of `before`; what was not there waits, but for `let_in`, which comes first."""
    by_id = {question.id: question for question in wanted}
    known = set(before)
    coming = [question for question in wanted if question.id in let_in and question.id not in known]
    staying = [by_id[id_] for id_ in before if id_ in by_id]
    return Held((*coming, *staying), len(wanted) - len(coming) - len(staying))


def _public(question: DrawnQuestion) -> bool:
    return question.row.state in PUBLIC_STATES


def _open(question: DrawnQuestion) -> bool:
    return _public(question) and question.row.state is not S.ANSWERED


def _answered(question: DrawnQuestion) -> bool:
    return question.row.state is S.ANSWERED


def _mine(question: DrawnQuestion) -> bool:
    return question.mine


_Key = tuple[float, float, float, str]


def _top_key(question: DrawnQuestion) -> _Key:
    row = question.row
    return (row.state is not S.ANSWERING, -question.votes, row.asked_at.timestamp(), row.id)


def _new_key(question: DrawnQuestion) -> _Key:
    return (0, 0, -question.row.asked_at.timestamp(), question.row.id)


def _answered_key(question: DrawnQuestion) -> _Key:
    row = question.row
    times = [answer.written_at for answer in question.answers] + ([row.mark.at] if row.mark is not None else [])
    return (0, 0, -max(times, default=row.asked_at).timestamp(), row.id)


_BELONGS: dict[Tab, Callable[[DrawnQuestion], bool]] = {
    Tab.TOP: _open,
    Tab.NEW: _public,
    Tab.ANSWERED: _answered,
    Tab.MINE: _mine,
}
_ORDER: dict[Tab, Callable[[DrawnQuestion], _Key]] = {
    Tab.TOP: _top_key,
    Tab.NEW: _new_key,
    Tab.ANSWERED: _answered_key,
    Tab.MINE: _new_key,
}
