"""Decides: a command by somebody, at an instant, against the register, gives what changes or a coded refusal.

Pure: the same register, command, actor and counters always give the same decision. The rules stand in the table of
`questions`; what is here is who has which standing, and what each move does to the row beyond its state. This module
must never show a question to anybody (`visibility`) or write one down (the server's ledger).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId, Revision
from personal_app.conference.people import Participant, audience
from personal_app.conference.questions import (
    PUBLIC_STATES,
    STATE_WORDS,
    TABLE,
    Answer,
    LiveMark,
    Move,
    MoveRecord,
    Question,
    QuestionState,
    Speaker,
    Standing,
)
from personal_app.conference.register import Decision, Register, VoteChange
from personal_app.conference.text import ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS, clean_text

#: Room between neighbours of the speaking order, so that most moves change one row.
ORDER_GAP = 1 << 20
_CHECKS_SEEN = frozenset(Move) - {Move.ASK, Move.VOTE, Move.UNVOTE, Move.OFFER}
_ASKERS_OWN = frozenset({Move.EDIT, Move.WITHDRAW})


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it reached the server: who, what, what they looked at (`seen`), when, and the revision it gets."""

    actor: Participant
    do: do.Do
    now: datetime
    revision: Revision
    seen: Revision | None = None


def decide(register: Register, call: Call) -> Decision:
    """Return what the command changes; rows carry `call.revision`.

    Raises Refusal: unknown (no such question or talk), not_allowed (the table names no standing of this person),
    wrong_state, conflict (the question moved since `seen`), busy (another one is being answered), invalid (the text).
    """
    if isinstance(call.do, do.Ask):
        return _ask(register, call, call.do)
    question = register.questions.get(do.question_of(call.do))
    move = do.move_of(call.do)
    if question is None or not _knows(register, call.actor, question):
        raise Refusal(RefusalCode.UNKNOWN, "There is no such question here; it may have been taken away.")
    _check_right(register, call, question, move)
    if isinstance(call.do, do.Vote | do.Unvote):
        _check_state(question, move)
        return _vote(register, call, question)
    _check_seen(call, question, move)
    _check_state(question, move)
    effect = _EFFECTS[type(call.do)]
    return effect(register, call, call.do, question)


def standings(register: Register, actor: Participant, question: Question) -> frozenset[Standing]:
    """Return everything `actor` is to `question`."""
    seen_as = audience(actor.grants)
    found = {Standing.JOINED}
    if actor.id == question.asker:
        found.add(Standing.ASKER)
    if seen_as.chairs(question.session):
        found.add(Standing.CHAIR)
    if seen_as.presents(question.talk):
        found.add(Standing.AUTHOR)
        talk = register.talks.get(question.talk)
        if talk is not None and talk.authors_may_start:
            found.add(Standing.STARTER)
    if question.answerer is not None and question.answerer.participant == actor.id:
        found.add(Standing.ANSWERER)
    return frozenset(found)


def _knows(register: Register, actor: Participant, question: Question) -> bool:
    """A question that somebody may not see does not exist for them, or a refusal would tell that it is there."""
    has = standings(register, actor, question)
    return question.state in PUBLIC_STATES or bool(has & {Standing.ASKER, Standing.CHAIR})


def _check_right(register: Register, call: Call, question: Question, move: Move) -> None:
    if not TABLE[move].who & standings(register, call.actor, question):
        raise Refusal(RefusalCode.NOT_ALLOWED, _NEEDS[move])


def _check_seen(call: Call, question: Question, move: Move) -> None:
    if move not in _CHECKS_SEEN or (call.seen is None and move in _ASKERS_OWN):
        return
    if call.seen is None:
        raise Refusal(RefusalCode.INVALID, "The command does not say which state of the question it was made on.")
    if call.seen != question.moved:
        raise Refusal(
            RefusalCode.CONFLICT,
            f"The question has changed since you looked at it: it is now {STATE_WORDS[question.state]}. "
            "Look at it again and decide.",
        )


def _check_state(question: Question, move: Move) -> None:
    if question.state not in TABLE[move].sources:
        raise Refusal(
            RefusalCode.WRONG_STATE, f"That cannot be done now: the question is {STATE_WORDS[question.state]}."
        )


def _ask(register: Register, call: Call, ask: do.Ask) -> Decision:
    talk = register.talks.get(do.talk_of(ask))
    if talk is None:
        raise Refusal(RefusalCode.UNKNOWN, f"There is no talk “{ask.talk[:80]}” at this conference.")
    if do.question_of(ask) in register.questions:
        raise Refusal(RefusalCode.ID_REUSED, "A question with this id was asked already.")
    question = Question(
        id=do.question_of(ask),
        session=talk.session,
        talk=talk.id,
        asker=call.actor.id,
        asker_name=call.actor.name,
        anonymous=ask.anonymous,
        text=clean_text(ask.text, "your question", QUESTION_CHARS),
        asked_at=call.now,
        position_ms=ask.position_ms,
        state=QuestionState.PENDING,
    )
    shown = {} if talk.moderated else {"state": QuestionState.APPROVED, **_first_number(register, question)}
    return _moved(call, question, Move.ASK, created=True, **shown)


def _vote(register: Register, call: Call, question: Question) -> Decision:
    held = isinstance(call.do, do.Vote)
    if (call.actor.id in register.votes.get(question.id, ())) == held:
        return Decision()
    return Decision(votes=(VoteChange(question.id, call.actor.id, held),))


def _edit(_: Register, call: Call, edit: do.Edit, question: Question) -> Decision:
    return _moved(call, question, Move.EDIT, text=clean_text(edit.text, "your question", QUESTION_CHARS))


def _withdraw(_: Register, call: Call, __: do.Withdraw, question: Question) -> Decision:
    return _moved(call, question, Move.WITHDRAW, order=None, offers=())


def _approve(register: Register, call: Call, _: do.Approve, question: Question) -> Decision:
    return _moved(call, question, Move.APPROVE, **_first_number(register, question))


def _reject(_: Register, call: Call, reject: do.Reject, question: Question) -> Decision:
    reason = clean_text(reject.reason, "the reason", REASON_CHARS, empty=True)
    return _moved(call, question, Move.REJECT, order=None, offers=(), reason=reason)


def _queue(register: Register, call: Call, queue: do.Queue, question: Question) -> Decision:
    rest = [other for other in register.speaking_order(question.session) if other.id != question.id]
    ids = [other.id for other in rest]
    if queue.after == question.id:
        raise Refusal(RefusalCode.INVALID, "A question cannot come after itself: name another one, or none for first.")
    if queue.after is None:
        place = 0
    elif QuestionId(queue.after) in ids:
        place = ids.index(QuestionId(queue.after)) + 1
    else:
        raise Refusal(
            RefusalCode.CONFLICT,
            "The question it was to come after has left the speaking order. Look at the order again and decide.",
        )
    order = _between(rest, place)
    if order is not None:
        return _moved(call, question, Move.QUEUE, order=order)
    rest.insert(place, question)
    renumbered = {other.id: (index + 1) * ORDER_GAP for index, other in enumerate(rest)}
    moved = _moved(call, question, Move.QUEUE, order=renumbered[question.id])
    others = tuple(
        _stamped(call, other, order=renumbered[other.id])
        for other in rest
        if other.id != question.id and other.order != renumbered[other.id]
    )
    return msgspec.structs.replace(moved, questions=moved.questions + others)


def _between(rest: list[Question], place: int) -> int | None:
    """Return a free order at `place` among `rest`, or None where the neighbours leave no room."""
    before = (rest[place - 1].order or 0) if place > 0 else None
    after = (rest[place].order or 0) if place < len(rest) else None
    if before is None and after is None:
        return ORDER_GAP
    if after is None:
        return (before or 0) + ORDER_GAP
    if before is None:
        return after - ORDER_GAP
    middle = (before + after) // 2
    return middle if before < middle < after else None


def _unqueue(_: Register, call: Call, __: do.Unqueue, question: Question) -> Decision:
    return _moved(call, question, Move.UNQUEUE, order=None)


def _start(register: Register, call: Call, start: do.Start, question: Question) -> Decision:
    other = register.answering(question.session)
    if other is not None:
        raise Refusal(
            RefusalCode.BUSY, f"Question #{other.number} is being answered: finish it or put it back first, then start."
        )
    return _moved(call, question, Move.START, order=None, answerer=_speaker(register, call, start, question))


def _speaker(register: Register, call: Call, start: do.Start, question: Question) -> Speaker:
    chosen = do.speaker_of(start)
    if chosen is None:
        talk = register.talks.get(question.talk)
        names = register.conference.names(talk.presenters) if talk is not None else ""
        return Speaker(names or "the presenters")
    for offer in question.offers:
        if offer.participant == chosen:
            return offer
    if chosen == call.actor.id and audience(call.actor.grants).presents(question.talk):
        return Speaker(call.actor.name, call.actor.id)
    raise Refusal(RefusalCode.CONFLICT, "That author has taken the offer back. Choose who answers again.")


def _put_back(register: Register, call: Call, _: do.PutBack, question: Question) -> Decision:
    order = _between(list(register.speaking_order(question.session)), 0)
    return _moved(call, question, Move.PUT_BACK, order=order, answerer=None)


def _finish(_: Register, call: Call, finish: do.Finish, question: Question) -> Decision:
    return _moved(call, question, Move.FINISH, offers=(), mark=LiveMark(call.now, finish.position_ms))


def _offer(_: Register, call: Call, offer: do.Offer, question: Question) -> Decision:
    others = tuple(other for other in question.offers if other.participant != call.actor.id)
    offers = (*others, Speaker(call.actor.name, call.actor.id)) if offer.active else others
    if offers == question.offers:
        return Decision()
    return Decision(questions=(_stamped(call, question, offers=offers),))


def _answer(register: Register, call: Call, written: do.WriteAnswer, question: Question) -> Decision:
    known = register.answers.get(do.answer_of(written))
    if known is not None and (known.question != question.id or known.writer != call.actor.id):
        raise Refusal(RefusalCode.ID_REUSED, "An answer with this id was written already.")
    by_author = Standing.AUTHOR in standings(register, call.actor, question)
    answer = Answer(
        id=do.answer_of(written),
        question=question.id,
        writer=call.actor.id,
        writer_name=call.actor.name,
        by_author=by_author,
        text=clean_text(written.text, "the answer", ANSWER_CHARS),
        written_at=call.now,
        revision=call.revision,
    )
    if question.state is QuestionState.APPROVED:
        decision = _moved(call, question, Move.ANSWER, state=QuestionState.ANSWERED)
    else:
        # The state stays, so nobody's look at the question grows stale: only its revision moves on.
        decision = Decision(
            questions=(_stamped(call, question),), moves=(_record(call, question, Move.ANSWER, source=question.state),)
        )
    return msgspec.structs.replace(decision, answers=(answer,))


def _reopen(_: Register, call: Call, __: do.Reopen, question: Question) -> Decision:
    return _moved(call, question, Move.REOPEN, answerer=None, mark=None)


def _first_number(register: Register, question: Question) -> dict[str, Any]:
    return {} if question.number is not None else {"number": register.next_number(question.talk)}


def _moved(call: Call, question: Question, move: Move, *, created: bool = False, **fields: Any) -> Decision:
    """Return the decision that `move` makes of `question`: the new row with `fields`, and the record of the move."""
    target = fields.pop("state", None) or TABLE[move].target or question.state
    row = _stamped(call, question, state=target, moved=call.revision, **fields)
    record = _record(call, row, move, source=None if created else question.state, reason=fields.get("reason", ""))
    return Decision(questions=(row,), moves=(record,))


def _record(
    call: Call, row: Question, move: Move, *, source: QuestionState | None = None, reason: str = ""
) -> MoveRecord:
    return MoveRecord(
        revision=call.revision,
        question=row.id,
        move=move,
        actor=call.actor.id,
        at=call.now,
        source=source,
        target=row.state,
        reason=reason,
    )


def _stamped(call: Call, question: Question, **fields: Any) -> Question:
    """Return the row with `fields` and this command's revision, and with what the public's view of it became."""
    row = msgspec.structs.replace(question, revision=call.revision, **fields)
    if row.state in PUBLIC_STATES:
        return msgspec.structs.replace(row, shown=row.shown if row.shown is not None else call.revision)
    if question.state in PUBLIC_STATES:
        return msgspec.structs.replace(row, ceased=call.revision)
    return row


_EFFECTS: dict[type, Callable[..., Decision]] = {
    do.Edit: _edit,
    do.Withdraw: _withdraw,
    do.Approve: _approve,
    do.Reject: _reject,
    do.Queue: _queue,
    do.Unqueue: _unqueue,
    do.Start: _start,
    do.PutBack: _put_back,
    do.Finish: _finish,
    do.Offer: _offer,
    do.WriteAnswer: _answer,
    do.Reopen: _reopen,
}

_CHAIR = "Only a discussion chair of this session can do that. Chairs join with an invitation from the organizers."
_AUTHOR = "Only an author of this talk can do that. Authors join with an invitation from the organizers."
_ASKER = "Only the person who asked can do that."
_EITHER = "Only an author of this talk or a chair of its session can do that."
_JOINED = "Join the conference with your name first."
_NEEDS: dict[Move, str] = {
    Move.ASK: _JOINED,
    Move.EDIT: _ASKER,
    Move.WITHDRAW: _ASKER,
    Move.APPROVE: _CHAIR,
    Move.REJECT: _CHAIR,
    Move.QUEUE: _CHAIR,
    Move.UNQUEUE: _CHAIR,
    Move.START: _CHAIR,
    Move.PUT_BACK: "Only a chair of this session or the person answering can do that.",
    Move.FINISH: "Only a chair of this session or the person answering can do that.",
    Move.OFFER: _AUTHOR,
    Move.ANSWER: _EITHER,
    Move.REOPEN: _CHAIR,
    Move.VOTE: _JOINED,
    Move.UNVOTE: _JOINED,
}
