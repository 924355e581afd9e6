"""Lists that hold still: while somebody points at cards, these keep their order whatever the votes say.

Pure; whoever shows the list decides when it may move again.
"""

from collections.abc import Hashable, Sequence

from personal_app.conference.board import DrawnQuestion


def held(before: Sequence[Hashable], wanted: Sequence[DrawnQuestion]) -> tuple[DrawnQuestion, ...]:
    """Return `wanted` with those of `before` first and in its order, and the new ones after them in their own."""
    by_id: dict[Hashable, DrawnQuestion] = {question.id: question for question in wanted}
    known = set(before)
    staying = [by_id[id_] for id_ in before if id_ in by_id]
    return (*staying, *(question for question in wanted if question.id not in known))
