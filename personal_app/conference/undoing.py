"""Taking moves back: each record says what its move changed, so undoing goes from record to record, newest first.

A command's moves are taken back together, on every question that it touched. What came later on the same thing stands
in the way until it is named too: a note is one thing, where the question stands another. This module must never decide
who may.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from personal_app.conference import commands as do
from personal_app.conference import silencing, speaking_order
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId, Revision
from personal_app.conference.merging import target_of
from personal_app.conference.plan import Plan
from personal_app.conference.questions import (
    ASKERS_MOVES,
    MOVE_WORDS,
    TARGET_STATES,
    Move,
    MoveRecord,
    Question,
    QuestionState,
    Was,
)
from personal_app.conference.register import Register

_KEEP_CHILDREN = TARGET_STATES | {QuestionState.HIDDEN, QuestionState.MERGED}
_RESTORED = tuple(field for field in Was.__struct_fields__ if field not in ("after", "offers"))

Records = Sequence[MoveRecord]


def standing(register: Register, question: QuestionId) -> list[MoveRecord]:
    """Return the question's moves that are not undone, newest first; undoing itself is none of them."""
    history = register.history(question)
    undone = {revision for record in history for revision in record.undoes}
    return [record for record in reversed(history) if record.move is not Move.UNDO and record.revision not in undone]


def undo(plan: Plan, wanted: do.Undo, question: Question) -> None:
    """Take the named moves back, on every question that they touched: one of them on `question`, others on any of its
    session, for what stands in the way of a move may be one of another question.

    Raises Refusal: unknown (no such move stands), wrong_state (it is the asker's own, or the place it goes back to is
    not free any more), superseded (later moves of the same thing, and they are named), busy (another one is being
    answered).
    """
    named = {Revision(revision) for revision in wanted.moves}
    register = plan.register
    made = {id_: named & _revisions(register, id_) for id_ in register.of_session(question.session)}
    if not made.get(question.id) or not named <= set().union(*made.values()):
        raise Refusal(RefusalCode.UNKNOWN, "That move was undone already, or never made. Look at the question again.")
    touched = [id_ for id_, revisions in made.items() if revisions]
    records = {id_: _named_and_later(register, id_, named) for id_ in touched}
    _refuse_silenced_elsewhere(register, question, records, named)
    _refuse_superseded(records, named)
    for record in _newest_first(record for some in records.values() for record in some):
        silencing.take_back(plan, record)
    for id_ in sorted(touched, key=lambda id_: _turn(records[id_])):
        _take_back(plan, id_, records[id_])
    for id_ in touched:
        if any(record.thing is None for record in records[id_]):
            _check(plan, plan.question(id_))


def _turn(records: Records) -> tuple[int, bool, QuestionId]:
    """Return by what a question's turn to go back comes: the later it was touched, the sooner, for places in the order
    are told by who stood before. What others are merged into goes before them, so that they find it where they left it.
    """
    oldest = records[-1]
    return -oldest.revision, oldest.move in (Move.MERGE, Move.SPLIT), oldest.question


def _newest_first(records: Iterable[MoveRecord]) -> list[MoveRecord]:
    return sorted(records, key=lambda record: record.revision, reverse=True)


def _revisions(register: Register, id_: QuestionId) -> set[Revision]:
    return {record.revision for record in standing(register, id_)}


def _named_and_later(register: Register, id_: QuestionId, named: set[Revision]) -> list[MoveRecord]:
    records = standing(register, id_)
    oldest: dict[Move | None, Revision] = {}
    for record in records:
        if record.revision in named:
            oldest[record.thing] = record.revision
    return [record for record in records if record.thing in oldest and record.revision >= oldest[record.thing]]


def _refuse_superseded(records: dict[QuestionId, list[MoveRecord]], named: set[Revision]) -> None:
    later = [record for some in records.values() for record in some if record.revision not in named]
    if later:
        raise _superseded(later)
    for record in (record for some in records.values() for record in some):
        if record.move in ASKERS_MOVES or record.was is None:
            raise Refusal(
                RefusalCode.WRONG_STATE,
                "What the asker did cannot be undone by somebody else, nor what came before it.",
            )


def _refuse_silenced_elsewhere(
    register: Register, question: Question, records: dict[QuestionId, list[MoveRecord]], named: set[Revision]
) -> None:
    """The same person may have been silenced or let ask once more by another question of theirs."""
    for record in (record for some in records.values() for record in some if record.silence is not None):
        others = (id_ for id_ in register.of_session(question.session) if id_ != record.question)
        since = (r for id_ in others for r in standing(register, id_) if r.revision > record.revision)
        later = _newest_first(r for r in since if r.silence == record.silence and r.revision not in named)
        if later:
            raise Refusal(
                RefusalCode.SUPERSEDED,
                f"Since then {later[0].actor_name} has changed by another question whether this person may ask: "
                "look at the list of the silenced.",
                moves=tuple(dict.fromkeys(record.revision for record in later)),
            )


def _superseded(later: Iterable[MoveRecord]) -> Refusal:
    records = _newest_first(later)
    newest = records[0]
    who = newest.actor_name or "the asker"
    return Refusal(
        RefusalCode.SUPERSEDED,
        f"Since then {who} {MOVE_WORDS[newest.move]}: undo that first, or all of it together.",
        moves=tuple(dict.fromkeys(record.revision for record in records)),
    )


def _take_back(plan: Plan, id_: QuestionId, records: Records) -> None:
    question = plan.question(id_)
    fields = _as_they_were(question, records)
    undoes = tuple(record.revision for record in records)
    moves = [record for record in records if record.thing is None]
    if not moves:
        plan.unmark(id_, undoes, **fields)
        return
    for record in moves:
        _restore_answer(plan, record)
    state = fields.pop("state", question.state)
    if state is QuestionState.QUEUED:
        fields["order"] = _place(plan, question, moves)
    plan.move(id_, Move.UNDO, state, **fields, undoes=undoes)


def _as_they_were(question: Question, records: Records) -> dict[str, Any]:
    """Return the fields that the records changed, as they were before the oldest of them."""
    fields: dict[str, Any] = {}
    for record in records:
        assert record.was is not None
        for name in _RESTORED:
            value = getattr(record.was, name)
            if value is not UNSET:
                fields[name] = value
        if record.was.offers is not UNSET and not question.offers:
            fields["offers"] = record.was.offers
    return fields


def _restore_answer(plan: Plan, record: MoveRecord) -> None:
    if record.answer is None:
        return
    if record.was_answer is not None:
        plan.set_answer(record.was_answer)
        return
    answer = plan.register.answers[record.answer]
    plan.set_answer(msgspec.structs.replace(answer, text="", retracted=True))


def _place(plan: Plan, question: Question, records: Records) -> int | None:
    """Return the place after whom it followed when it was last queued; last where that one has left the order."""
    after = next((r.was.after for r in reversed(records) if r.was is not None and r.was.after is not UNSET), UNSET)
    rest = plan.speaking_order(question.session, but=question.id)
    if after is UNSET:
        return question.order if question.order is not None else speaking_order.last(rest)
    if after is None:
        return speaking_order.first(rest)
    ids = [other.id for other in rest]
    if after not in ids:
        return speaking_order.last(rest)
    order = speaking_order.between(rest, ids.index(after) + 1)
    if order is not None:
        return order
    place = ids.index(after) + 1
    for index, other in enumerate(rest):
        plan.touch(other.id, order=(index + (2 if index >= place else 1)) * speaking_order.ORDER_GAP)
    return (place + 1) * speaking_order.ORDER_GAP


def _check(plan: Plan, question: Question) -> None:
    """See that what is restored fits what is now."""
    if question.state is QuestionState.ANSWERING:
        other = plan.register.answering(question.session)
        if other is not None and other.id != question.id and plan.question(other.id).state is QuestionState.ANSWERING:
            raise Refusal(
                RefusalCode.BUSY, f"Question #{other.number} is being answered: finish it or put it back first."
            )
    if question.into is not None:
        _check_into(plan, question, question.into)
    children = plan.children(question.id)
    if children and question.state not in _KEEP_CHILDREN:
        merges = [
            next(record for record in standing(plan.register, child.id) if record.thing is None) for child in children
        ]
        raise _superseded(merges)


def _check_into(plan: Plan, question: Question, into: QuestionId) -> None:
    """See that what a question is merged into again still holds questions: it may be hidden, or merged itself."""
    above = plan.question(into)
    if above.state not in _KEEP_CHILDREN:
        target_of(plan, question, into)
    passed = {question.id}
    while above.into is not None and above.id not in passed:
        passed.add(above.id)
        if above.into == question.id:
            raise _superseded([next(r for r in standing(plan.register, above.id) if r.thing is None)])
        above = plan.question(above.into)
