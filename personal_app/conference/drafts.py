"""An answer in writing while it is being written: one draft for each question, shared by those who may answer it.

Whoever goes on with a draft names the words they go on from, so nobody's are overwritten unseen; once it is sent, or
emptied, there is none any more. A draft is no move of the question, stands in no history and is nobody's to undo. This
module must never decide who may, nor who is shown it (`visibility`).
"""

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId, Revision
from personal_app.conference.plan import Plan
from personal_app.conference.questions import Question
from personal_app.conference.register import Register
from personal_app.conference.rows import DraftRow, draft_key
from personal_app.conference.text import ANSWER_CHARS, clean_text


def draft_of(register: Register, question: QuestionId) -> DraftRow | None:
    """Return the question's draft, or None where nothing is written."""
    row = register.open.get(draft_key(question))
    return row if isinstance(row, DraftRow) and row.text else None


def save(plan: Plan, wanted: do.SaveDraft, question: Question) -> None:
    """Go on with the draft. Raises Refusal: conflict where somebody else has meanwhile, invalid (the text)."""
    text = clean_text(wanted.text, "the draft", ANSWER_CHARS, empty=True)
    known = draft_of(plan.register, question.id)
    if (known.text if known is not None else "") == text:
        return
    _check(plan, known, wanted.draft)
    _set(plan, question.id, text)


def finish(plan: Plan, draft: int, question: Question) -> None:
    """Let go of the draft that an answer was made from. Raises Refusal (conflict) where another one went on with it."""
    known = draft_of(plan.register, question.id)
    if known is None:
        return
    if known.participant != plan.call.actor.id:
        _check(plan, known, draft)
    _set(plan, question.id, "")


def _check(plan: Plan, known: DraftRow | None, draft: int | None) -> None:
    current = known.revision if known is not None else None
    if known is None or draft == current:
        return
    who = "You have" if known.participant == plan.call.actor.id else f"{known.by} has"
    raise Refusal(
        RefusalCode.CONFLICT,
        f"{who} written on this draft meanwhile. Look at it, then go on with it or keep your own words.",
    )


def _set(plan: Plan, question: QuestionId, text: str) -> None:
    call = plan.call
    plan.set_open(
        DraftRow(
            question=question,
            text=text,
            by=call.actor.name,
            participant=call.actor.id,
            at=call.now,
            revision=Revision(call.revision),
        )
    )
