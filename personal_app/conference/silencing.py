"""Who may not ask: an asker silenced by a question of theirs, in the way it was asked, and let ask again.

What is asked anonymously is stopped per talk, what is asked under a name per session, and neither tells of the other.
Only its person is told of it. It is written down at the question by which it was said. This module must never decide
who may.
"""

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.people import Participant
from personal_app.conference.plan import Plan
from personal_app.conference.program import Talk
from personal_app.conference.questions import Move, MoveRecord, Question, Silence
from personal_app.conference.register import Register


def check(register: Register, asker: Participant, talk: Talk, *, anonymous: bool) -> None:
    """Raise Refusal (silenced) where `asker` may not ask about `talk` in this way."""
    if not register.silences:
        return
    silence = register.silences.get(register.aliases.asking(asker.id, talk, anonymous=anonymous))
    if silence is None or silence.ended:
        return
    if anonymous:
        sentence = (
            "A chair has stopped your anonymous questions about this talk. You can ask under your name, and vote."
        )
    else:
        sentence = "A chair has stopped questions under your name in this session. You can vote, and speak to a chair."
    raise Refusal(RefusalCode.SILENCED, sentence)


def silence(plan: Plan, wanted: do.Silence | do.SilenceName, question: Question) -> None:
    """Silence the question's asker. Raises Refusal (invalid) where it was asked in the other way."""
    if isinstance(wanted, do.Silence) and not question.anonymous:
        raise Refusal(RefusalCode.INVALID, "This question was asked under a name: silence that name instead.")
    if isinstance(wanted, do.SilenceName) and question.anonymous:
        raise Refusal(
            RefusalCode.INVALID, "This question was asked anonymously: silence its asker's anonymous questions instead."
        )
    _say(plan, do.move_of(wanted), question, ended=False)


def let_ask(plan: Plan, _: do.LetAsk, question: Question) -> None:
    """Let the question's asker ask again in the way they asked it."""
    _say(plan, Move.LET_ASK, question, ended=True)


def take_back(plan: Plan, record: MoveRecord) -> None:
    """Make it as it was before `record`, where that silenced somebody or let them ask."""
    if record.silence is not None:
        plan.set_silence(plan.silences[record.silence], ended=record.move is not Move.LET_ASK)


def _say(plan: Plan, move: Move, question: Question, *, ended: bool) -> None:
    known = plan.silences.get(question.alias)
    if (known is None or known.ended) == ended:
        return
    said = Silence(
        id=question.alias,
        participant=question.asker,
        session=question.session,
        talk=question.talk if question.anonymous else None,
        name="" if question.anonymous else question.asker_name,
        question=question.id,
        by=plan.call.actor.name,
        at=plan.call.now,
    )
    plan.set_silence(said, ended=ended)
    plan.note(question.id, move, silence=said.id)
