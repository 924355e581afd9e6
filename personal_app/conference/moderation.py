"""Decides: a command by somebody, at an instant, against the register, gives what changes or a coded refusal.

Pure: the same register, command, actor and counters always give the same decision. The rules stand in the table of
`questions`, who has which standing in `rights`, what each move does to the row beyond its state in `effects`. This
module must never show a question to anybody (`visibility`) or write one down (the server's ledger).
"""

from typing import get_args

from personal_app.conference import commands as do
from personal_app.conference import openings, polling, rights, silencing
from personal_app.conference.effects import EFFECTS, first_number
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import TalkId
from personal_app.conference.people import Participant, audience
from personal_app.conference.plan import Call, Plan
from personal_app.conference.questions import (
    MARKS,
    MOVE_WORDS,
    STATE_WORDS,
    TABLE,
    Move,
    QaState,
    Question,
    QuestionState,
    Standing,
)
from personal_app.conference.register import Decision, Register, VoteChange
from personal_app.conference.rights import knows, standings
from personal_app.conference.text import QUESTION_CHARS, clean_text

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
    if question is None or not knows(has, question):
        raise Refusal(RefusalCode.UNKNOWN, "There is no such question here; it may have been taken away.")
    rights.check(has, move)
    voting = isinstance(call.do, _VOTES)
    if move in _NEEDS_OPEN:
        _check_open(register, call, question.talk, voting=voting)
    if voting:
        _check_state(question, move)
        return _vote(register, call, question)
    _check_seen(register, call, question, move)
    _check_state(question, move)
    plan = Plan(register, call)
    EFFECTS[type(call.do)](plan, call.do, question)
    return plan.decision()


def _check_open(register: Register, call: Call, talk_id: TalkId, *, voting: bool) -> None:
    qa = register.qa_state(talk_id, call.now)
    if qa is QaState.OPEN or (voting and qa is QaState.PAUSED):
        return
    seen_as = audience(call.actor.grants)
    talk = register.talks.get(talk_id)
    if seen_as.presents(talk_id) or (talk is not None and seen_as.chairs(talk.session)):
        return
    raise Refusal(RefusalCode.CLOSED, openings.why_closed(register, talk_id, qa, call.now, voting=voting))


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
        plan.ask(question, state=S.APPROVED, **first_number(register, question))
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
