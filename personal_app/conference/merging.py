"""Questions that ask the same: merged into one, and split again with the votes that are still held for each.

Votes stay where they were cast; `register` counts distinct people up the tree. This module must never decide who may.
"""

from personal_app.conference import commands as do
from personal_app.conference import speaking_order
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId
from personal_app.conference.plan import Plan
from personal_app.conference.questions import TARGET_STATES, Move, Question, QuestionState

S = QuestionState


def merge(plan: Plan, wanted: do.Merge, question: Question) -> None:
    """Merge `question` into another one. Raises Refusal: invalid, or conflict where that one is no target now."""
    if wanted.into == question.id:
        raise Refusal(RefusalCode.INVALID, "A question cannot be merged into itself: choose another one.")
    target = target_of(plan, question, QuestionId(wanted.into))
    plan.move(
        question.id,
        Move.MERGE,
        into=target.id,
        into_number=target.number,
        before=question.state,
    )


def target_of(plan: Plan, question: Question, into: QuestionId) -> Question:
    """Return the question that `question` may be merged into. Raises Refusal (conflict) where it may not."""
    if into in plan.register.questions:
        target = plan.question(into)
        if target.session == question.session and target.state in TARGET_STATES:
            return target
    raise Refusal(
        RefusalCode.CONFLICT,
        "A question can only be merged into one of its session that everyone sees, and the one you chose is not: "
        "choose again.",
    )


def split(plan: Plan, question: Question) -> None:
    """Let a merged question stand for itself, in the state it had; in the speaking order it comes last."""
    _back(plan, question, Move.SPLIT, into=None, into_number=None)


def unhide(plan: Plan, question: Question) -> None:
    """Show a hidden question again. Where it was being answered, another may be meanwhile: it is open."""
    _back(plan, question, Move.UNHIDE)


def let_go_of_children(plan: Plan, question: Question) -> None:
    """Split what is merged into a question that nobody will see any more."""
    for child in plan.children(question.id):
        split(plan, child)


def _back(plan: Plan, question: Question, move: Move, **fields: QuestionId | int | None) -> None:
    state = question.before or S.APPROVED
    if state is S.ANSWERING:
        state = S.APPROVED
    order = speaking_order.last(plan.speaking_order(question.session)) if state is S.QUEUED else None
    answerer = {"answerer": None} if state is S.APPROVED else {}
    plan.move(question.id, move, state, order=order, before=None, **answerer, **fields)
