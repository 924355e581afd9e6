"""Who has which standing at a question, and what a person without the one that a move needs is told.

The table of `questions` says which standings a move needs. This module must never change anything.
"""

from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.people import Participant, audience
from personal_app.conference.questions import PUBLIC_STATES, TABLE, Move, Question, QuestionState, Standing
from personal_app.conference.register import Register

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


def knows(has: frozenset[Standing], question: Question) -> bool:
    """Tell whether somebody who `has` these standings may know that the question is there.

    A question that somebody may not see does not exist for them, or a refusal would tell that it is there.
    """
    if question.state in PUBLIC_STATES or has & {Standing.ASKER, Standing.CHAIR}:
        return True
    # Who saw it before it was merged may vote for it still, on a device that has not heard of that.
    return question.state is QuestionState.MERGED and question.shown is not None


def check(has: frozenset[Standing], move: Move) -> None:
    """Raise Refusal (not_allowed) where the table gives the move to nobody of these standings."""
    if not TABLE[move].who & has:
        raise Refusal(RefusalCode.NOT_ALLOWED, _NEEDS[move])
