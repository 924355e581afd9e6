"""Places in a session's speaking order: whole numbers with room between them, so that most moves change one row.

Must never decide who may move what (`moderation`).
"""

from collections.abc import Sequence

from personal_app.conference.questions import Question

#: Room between neighbours.
ORDER_GAP = 1 << 20


def between(rest: Sequence[Question], place: int) -> int | None:
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


def first(rest: Sequence[Question]) -> int:
    """Return an order before all of `rest`."""
    return (rest[0].order or 0) - ORDER_GAP if rest else ORDER_GAP


def last(rest: Sequence[Question]) -> int:
    """Return an order after all of `rest`."""
    return (rest[-1].order or 0) + ORDER_GAP if rest else ORDER_GAP
