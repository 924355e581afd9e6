"""What each move does to a question beyond its state, once it has been found that it may be made.

Marks, drafts, merging, silencing and undoing have modules of their own; `EFFECTS` names one function for each command
about a question but asking and voting. This module must never ask who may (`rights`) or whether it is too late
(`moderation`), but for a written answer, which is its writer's.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from personal_app.conference import commands as do
from personal_app.conference import drafts, marks, merging, silencing, speaking_order, undoing
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId
from personal_app.conference.people import audience
from personal_app.conference.plan import Call, Plan
from personal_app.conference.questions import Answer, LiveMark, Move, Question, QuestionState, Speaker, Standing
from personal_app.conference.register import Register
from personal_app.conference.rights import standings
from personal_app.conference.text import ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS, clean_text

S = QuestionState


def first_number(register: Register, question: Question) -> dict[str, Any]:
    """Return the spoken number as a field, where the question has none yet."""
    return {} if question.number is not None else {"number": register.next_number(question.talk)}


def _edit(plan: Plan, edit: do.Edit, question: Question) -> None:
    text = clean_text(edit.text, "your question", QUESTION_CHARS)
    plan.move(question.id, Move.EDIT, text=text, reason="")


def _withdraw(plan: Plan, _: do.Withdraw, question: Question) -> None:
    merging.let_go_of_children(plan, question)
    plan.move(question.id, Move.WITHDRAW, offers=(), into=None, into_number=None, before=None)


def _approve(plan: Plan, _: do.Approve, question: Question) -> None:
    plan.move(question.id, Move.APPROVE, **first_number(plan.register, question))


def _return(plan: Plan, wanted: do.Return, question: Question) -> None:
    plan.move(question.id, Move.RETURN, reason=clean_text(wanted.reason, "the note", REASON_CHARS, empty=True))


def _reject(plan: Plan, reject: do.Reject, question: Question) -> None:
    merging.let_go_of_children(plan, question)
    reason = clean_text(reject.reason, "the reason", REASON_CHARS, empty=True)
    plan.move(question.id, Move.REJECT, offers=(), reason=reason)


def _queue(plan: Plan, queue: do.Queue, question: Question) -> None:
    rest = plan.speaking_order(question.session, but=question.id)
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
    order = speaking_order.between(rest, place)
    if order is not None:
        plan.move(question.id, Move.QUEUE, order=order)
        return
    rest.insert(place, question)
    renumbered = {other.id: (index + 1) * speaking_order.ORDER_GAP for index, other in enumerate(rest)}
    plan.move(question.id, Move.QUEUE, order=renumbered[question.id])
    for other in rest:
        if other.id != question.id and other.order != renumbered[other.id]:
            plan.touch(other.id, order=renumbered[other.id])


def _start(plan: Plan, start: do.Start, question: Question) -> None:
    other = plan.register.answering(question.session)
    if other is not None:
        raise Refusal(
            RefusalCode.BUSY, f"Question #{other.number} is being answered: finish it or put it back first, then start."
        )
    plan.move(question.id, Move.START, answerer=_speaker(plan.register, plan.call, start, question))


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


def _put_back(plan: Plan, _: do.PutBack, question: Question) -> None:
    order = speaking_order.first(plan.speaking_order(question.session))
    plan.move(question.id, Move.PUT_BACK, order=order, answerer=None)


def _finish(plan: Plan, finish: do.Finish, question: Question) -> None:
    mark = LiveMark(plan.call.now, finish.position_ms)
    plan.move(question.id, Move.FINISH, offers=(), mark=mark, unwritten=None)


def _defer(plan: Plan, _: do.Defer, question: Question) -> None:
    plan.move(question.id, Move.DEFER, offers=(), answerer=None)


def _answer(plan: Plan, written: do.WriteAnswer, question: Question) -> None:
    call = plan.call
    known = plan.register.answers.get(do.answer_of(written))
    if known is not None and (known.question != question.id or known.writer != call.actor.id):
        raise Refusal(RefusalCode.ID_REUSED, "An answer with this id was written already.")
    answer = Answer(
        id=do.answer_of(written),
        question=question.id,
        writer=call.actor.id,
        writer_name=call.actor.name,
        by_author=Standing.AUTHOR in standings(plan.register, call.actor, question),
        text=clean_text(written.text, "the answer", ANSWER_CHARS),
        written_at=call.now,
        edited=known is not None and not known.retracted,
    )
    plan.set_answer(answer)
    if written.draft is not None:
        drafts.finish(plan, written.draft, question)
    if question.state in (S.APPROVED, S.DEFERRED):
        fields = {"unwritten": question.state, "answer": answer.id, "was_answer": known}
        plan.move(question.id, Move.ANSWER, S.ANSWERED, **fields)
    else:
        plan.note(question.id, Move.ANSWER, answer=answer.id, was_answer=known)


def _retract(plan: Plan, wanted: do.RetractAnswer, question: Question) -> None:
    known = plan.register.answers.get(do.answer_of(wanted))
    if known is None or known.question != question.id or known.retracted:
        raise Refusal(RefusalCode.UNKNOWN, "There is no such answer here; it may have been taken back already.")
    me = plan.call.actor
    if known.writer != me.id and Standing.CHAIR not in standings(plan.register, me, question):
        raise Refusal(RefusalCode.NOT_ALLOWED, "Only who wrote the answer or a chair of the session can take it back.")
    plan.set_answer(msgspec.structs.replace(known, text="", retracted=True))
    kept = {"answer": known.id, "was_answer": known}
    if question.state is S.ANSWERED and question.mark is None and not plan.answers(question.id):
        plan.move(question.id, Move.RETRACT, question.unwritten or S.APPROVED, unwritten=None, **kept)
    else:
        plan.note(question.id, Move.RETRACT, **kept)


def _reopen(plan: Plan, _: do.Reopen, question: Question) -> None:
    plan.move(question.id, Move.REOPEN, answerer=None, mark=None, unwritten=None)


def _hide(plan: Plan, wanted: do.Hide, question: Question) -> None:
    reason = clean_text(wanted.reason, "the reason", REASON_CHARS, empty=True)
    plan.move(question.id, Move.HIDE, reason=reason, before=question.state)


def _unhide(plan: Plan, _: do.Unhide, question: Question) -> None:
    merging.unhide(plan, question)


def _split(plan: Plan, _: do.Split, question: Question) -> None:
    merging.split(plan, question)


EFFECTS: Mapping[type, Callable[..., None]] = {
    do.Edit: _edit,
    do.Withdraw: _withdraw,
    do.Approve: _approve,
    do.Return: _return,
    do.Reject: _reject,
    do.Queue: _queue,
    do.Unqueue: lambda plan, _, question: plan.move(question.id, Move.UNQUEUE),
    do.Start: _start,
    do.PutBack: _put_back,
    do.Finish: _finish,
    do.Defer: _defer,
    do.Offer: marks.offer,
    do.SaveDraft: drafts.save,
    do.Note: marks.note,
    do.FollowUp: marks.follow_up,
    do.Assign: marks.assign,
    do.Report: marks.report,
    do.HandleReports: marks.handle_reports,
    do.Silence: silencing.silence,
    do.SilenceName: silencing.silence,
    do.LetAsk: silencing.let_ask,
    do.WriteAnswer: _answer,
    do.RetractAnswer: _retract,
    do.Reopen: _reopen,
    do.Hide: _hide,
    do.Unhide: _unhide,
    do.Merge: merging.merge,
    do.Split: _split,
    do.Undo: undoing.undo,
}
