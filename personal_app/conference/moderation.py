"""Decides: a command by somebody, at an instant, against the register, gives what changes or a coded refusal.

Pure: the same register, command, actor and counters always give the same decision. The rules stand in the table of
`questions`; what is here is who has which standing, and what each move does to the row beyond its state. This module
must never show a question to anybody (`visibility`) or write one down (the server's ledger).
"""

from collections.abc import Callable
from typing import Any, get_args

import msgspec

from personal_app.conference import commands as do
from personal_app.conference import drafts, marks, merging, openings, polling, silencing, speaking_order, undoing
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId, TalkId
from personal_app.conference.people import Participant, audience
from personal_app.conference.plan import Call, Plan
from personal_app.conference.questions import (
    MARKS,
    MOVE_WORDS,
    PUBLIC_STATES,
    STATE_WORDS,
    TABLE,
    Answer,
    LiveMark,
    Move,
    QaState,
    Question,
    QuestionState,
    Speaker,
    Standing,
)
from personal_app.conference.register import Decision, Register, VoteChange
from personal_app.conference.text import ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS, clean_text

__all__ = ["Call", "decide", "standings"]

S = QuestionState
# Undoing says itself which moves it looked at.
_CHECKS_SEEN = frozenset(Move) - MARKS - {Move.ASK, Move.VOTE, Move.UNVOTE, Move.UNDO}
_NEEDS_OPEN = frozenset({Move.EDIT, Move.VOTE, Move.UNVOTE})
# A union of kinds takes as long to make as a vote to be looked at.
_OPENINGS = get_args(do.OfOpening)
_VOTES = (do.Vote, do.Unvote)
_ASKERS_OWN = frozenset({Move.EDIT, Move.WITHDRAW})


def decide(register: Register, call: Call) -> Decision:
    """Return what the command changes; rows carry `call.revision`.

    Raises Refusal: unknown (no such question or talk), not_allowed (the table names no standing of this person),
    wrong_state, conflict (the question moved since `seen`), busy (another one is being answered), superseded (later
    moves stand on what is to be undone), closed (the talk takes no questions or votes now), silenced (a chair has
    stopped what this person asks), invalid (the text).
    """
    if isinstance(call.do, do.Ask):
        return _ask(register, call, call.do)
    if isinstance(call.do, _OPENINGS):
        return openings.decide(register, call, call.do)
    if isinstance(call.do, do.OfPoll):
        return polling.decide(register, call, call.do)
    question = register.questions.get(do.question_of(call.do))
    move = do.move_of(call.do)
    has: frozenset[Standing] = frozenset() if question is None else standings(register, call.actor, question)
    if question is None or not _knows(has, question):
        raise Refusal(RefusalCode.UNKNOWN, "There is no such question here; it may have been taken away.")
    _check_right(has, move)
    voting = isinstance(call.do, _VOTES)
    if move in _NEEDS_OPEN:
        _check_open(register, call, question.talk, voting=voting)
    if voting:
        _check_state(question, move)
        return _vote(register, call, question)
    _check_seen(register, call, question, move)
    _check_state(question, move)
    plan = Plan(register, call)
    _EFFECTS[type(call.do)](plan, call.do, question)
    return plan.decision()


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


def _knows(has: frozenset[Standing], question: Question) -> bool:
    """A question that somebody may not see does not exist for them, or a refusal would tell that it is there."""
    if question.state in PUBLIC_STATES or has & {Standing.ASKER, Standing.CHAIR}:
        return True
    # Who saw it before it was merged may vote for it still, on a device that has not heard of that.
    return question.state is S.MERGED and question.shown is not None


def _check_open(register: Register, call: Call, talk_id: TalkId, *, voting: bool) -> None:
    qa = register.qa_state(talk_id, call.now)
    if qa is QaState.OPEN or (voting and qa is QaState.PAUSED):
        return
    seen_as = audience(call.actor.grants)
    talk = register.talks.get(talk_id)
    if seen_as.presents(talk_id) or (talk is not None and seen_as.chairs(talk.session)):
        return
    raise Refusal(RefusalCode.CLOSED, openings.why_closed(register, talk_id, qa, call.now, voting=voting))


def _check_right(has: frozenset[Standing], move: Move) -> None:
    if not TABLE[move].who & has:
        raise Refusal(RefusalCode.NOT_ALLOWED, _NEEDS[move])


def _check_seen(register: Register, call: Call, question: Question, move: Move) -> None:
    if move not in _CHECKS_SEEN or (call.seen is None and move in _ASKERS_OWN):
        return
    if call.seen is None:
        raise Refusal(RefusalCode.INVALID, "The command does not say which state of the question it was made on.")
    if call.seen != question.moved:
        raise Refusal(
            RefusalCode.CONFLICT,
            f"{_what_happened(register, call.actor, question)}: it is now {STATE_WORDS[question.state]}. "
            "Look at it again and decide.",
        )


def _what_happened(register: Register, actor: Participant, question: Question) -> str:
    """Return who moved the question last and how, for who may know that: a chair, and who did it."""
    records = register.history(question.id)
    last = next((record for record in reversed(records) if record.revision == question.moved), None)
    if last is not None and last.actor == actor.id:
        return f"You {MOVE_WORDS[last.move]} meanwhile"
    if last is not None and Standing.CHAIR in standings(register, actor, question):
        return f"{last.actor_name or 'Its asker'} {MOVE_WORDS[last.move]} meanwhile"
    return "The question has changed since you looked at it"


def _check_state(question: Question, move: Move) -> None:
    if question.state not in TABLE[move].sources:
        raise Refusal(
            RefusalCode.WRONG_STATE, f"That cannot be done now: the question is {STATE_WORDS[question.state]}."
        )


def _ask(register: Register, call: Call, ask: do.Ask) -> Decision:
    talk = register.talks.get(do.talk_of(ask))
    if talk is None:
        raise Refusal(RefusalCode.UNKNOWN, f"There is no talk “{ask.talk[:80]}” at this conference.")
    _check_open(register, call, talk.id, voting=False)
    silencing.check(register, call.actor, talk, anonymous=ask.anonymous)
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
        state=S.PENDING,
        alias=register.aliases.asking(call.actor.id, talk, anonymous=ask.anonymous),
    )
    plan = Plan(register, call)
    if register.qa(talk.id).moderated:
        plan.ask(question)
    else:
        plan.ask(question, state=S.APPROVED, **_first_number(register, question))
    return plan.decision()


def _vote(register: Register, call: Call, question: Question) -> Decision:
    """A vote stays on the question it was cast for; taking it back takes it back in the whole tree."""
    me = call.actor.id
    changes: tuple[VoteChange, ...]
    if isinstance(call.do, do.Vote):
        if me in register.votes.get(question.id, ()):
            return Decision()
        changes = (VoteChange(question.id, me, True),)
    else:
        changes = tuple(VoteChange(id_, me, False) for id_ in register.held_by(me, question.id))
    counted = {change.question for change in changes}
    above = dict.fromkeys(id_ for change in changes for id_ in register.above(change.question))
    return Decision(votes=changes, recounted=tuple(id_ for id_ in above if id_ not in counted))


def _edit(plan: Plan, edit: do.Edit, question: Question) -> None:
    text = clean_text(edit.text, "your question", QUESTION_CHARS)
    plan.move(question.id, Move.EDIT, text=text, reason="")


def _withdraw(plan: Plan, _: do.Withdraw, question: Question) -> None:
    merging.let_go_of_children(plan, question)
    plan.move(question.id, Move.WITHDRAW, offers=(), into=None, into_number=None, before=None)


def _approve(plan: Plan, _: do.Approve, question: Question) -> None:
    plan.move(question.id, Move.APPROVE, **_first_number(plan.register, question))


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


def _first_number(register: Register, question: Question) -> dict[str, Any]:
    return {} if question.number is not None else {"number": register.next_number(question.talk)}


_EFFECTS: dict[type, Callable[..., None]] = {
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
    Move.RETURN: _CHAIR,
    Move.REJECT: _CHAIR,
    Move.QUEUE: _CHAIR,
    Move.UNQUEUE: _CHAIR,
    Move.START: _CHAIR,
    Move.PUT_BACK: "Only a chair of this session or the person answering can do that.",
    Move.FINISH: "Only a chair of this session or the person answering can do that.",
    Move.DEFER: _CHAIR,
    Move.OFFER: _AUTHOR,
    Move.DRAFT: _EITHER,
    Move.ANSWER: _EITHER,
    Move.RETRACT: _EITHER,
    Move.REOPEN: _CHAIR,
    Move.HIDE: _CHAIR,
    Move.UNHIDE: _CHAIR,
    Move.MERGE: _CHAIR,
    Move.SPLIT: _CHAIR,
    Move.UNDO: _CHAIR,
    Move.NOTE: _CHAIR,
    Move.FOLLOW_UP: _EITHER,
    Move.ASSIGN: _CHAIR,
    Move.REPORT: _JOINED,
    Move.HANDLE_REPORTS: _CHAIR,
    Move.SILENCE: _CHAIR,
    Move.SILENCE_NAME: _CHAIR,
    Move.LET_ASK: _CHAIR,
    Move.VOTE: _JOINED,
    Move.UNVOTE: _JOINED,
}
