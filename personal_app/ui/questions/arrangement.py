"""Which questions a tab shows, in which order, and how a list holds still under a person's pointer.

Pure: from the drawn questions of one talk to the ids and counts of its tabs. Must never paint or ask a service.
"""

from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

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
_OPEN = tuple(state for state in S if state in PUBLIC_STATES and state is not S.ANSWERED)


def shown_in(tab: Tab, questions: Sequence[DrawnQuestion]) -> tuple[DrawnQuestion, ...]:
    """Return what `tab` shows of one talk's questions, in its order; they come as a board holds them, by age.

    Top: what is not answered yet, the one being answered first, then by votes, the older first. New: all that
    everyone sees, newest first. Answered: the latest answer first. Mine: the person's own, newest first.
    """
    return in_order(tab, sorted_out(questions)[tab])


def sorted_out(questions: Sequence[DrawnQuestion]) -> dict[Tab, list[DrawnQuestion]]:
    """Return what each tab shows of one talk's questions, all as they come."""
    # One plain walk, for there may be thousands: to hash a state, or to call a function for each, takes longer.
    top: list[DrawnQuestion] = []
    public: list[DrawnQuestion] = []
    answered: list[DrawnQuestion] = []
    for question in questions:
        state = question.row.state
        if state in _OPEN:
            top.append(question)
            public.append(question)
        elif state is S.ANSWERED:
            answered.append(question)
            public.append(question)
    mine = [question for question in questions if question.mine]
    return {Tab.TOP: top, Tab.NEW: public, Tab.ANSWERED: answered, Tab.MINE: mine}


def in_order(tab: Tab, found: list[DrawnQuestion]) -> tuple[DrawnQuestion, ...]:
    """Return what a tab shows in its order; it comes by age."""
    if tab is Tab.ANSWERED:
        return tuple(sorted(found, key=_answered_at, reverse=True))
    if tab is not Tab.TOP:
        return tuple(found[::-1])
    answering = S.ANSWERING
    first = [question for question in found if question.row.state is answering]
    rest = [question for question in found if question.row.state is not answering] if first else found
    # Stable, and by what C code can read.
    return (*first, *sorted(rest, key=attrgetter("votes"), reverse=True))


def hold(before: Sequence[Hashable], wanted: Sequence[DrawnQuestion], let_in: Collection[QuestionId] = ()) -> Held:
    """Return `wanted` in the order of `before`; what was not there waits, but for `let_in`, which comes first."""
    by_id: dict[Hashable, DrawnQuestion] = {question.id: question for question in wanted}
    known = set(before)
    coming = [question for question in wanted if question.id in let_in and question.id not in known]
    staying = [by_id[id_] for id_ in before if id_ in by_id]
    return Held((*coming, *staying), len(wanted) - len(coming) - len(staying))


def _answered_at(question: DrawnQuestion) -> datetime:
    row = question.row
    times = [answer.written_at for answer in question.answers] + ([row.mark.at] if row.mark is not None else [])
    return max(times, default=row.asked_at)
