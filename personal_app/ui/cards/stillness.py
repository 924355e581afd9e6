"""Lists that hold still: while somebody points at cards, these keep their order whatever the votes say.

Pure; whoever shows the list decides when it may move again.
"""

from collections.abc import Sequence

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId


def held(before: Sequence[QuestionId], wanted: Sequence[DrawnQuestion]) -> tuple[DrawnQuestion, ...]:
    """Return `wanted` with those of `before` first and in its order, and the new ones after them in their own."""
    by_id = {question.id: question for question in wanted}
    known = set(before)
    staying = [by_id[id_] for id_ in before if id_ in by_id]
    return (*staying, *(question for question in wanted if question.id not in known))
