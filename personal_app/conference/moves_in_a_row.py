"""Moves of one question made faster than the server answers: which of them waits for which.

A move names what the person looked at (`seen`). A second one of the same question was made on a look that only our own
drawing gives, and the server would take our first move for somebody else's; so it waits until the view shows the first.
Pure; must never send or keep anything.
"""

from collections.abc import Iterable
from itertools import takewhile

from personal_app.conference import commands as do
from personal_app.conference.ids import CommandId
from personal_app.conference.questions import MARKS, NO_QUESTIONS_MOVES, Move
from personal_app.conference.wishes import Wish

#: Moves that change what somebody looks at; one more of the same question waits for the view to show them.
_TURNS_THE_PAGE = frozenset(Move) - NO_QUESTIONS_MOVES - MARKS - {Move.VOTE, Move.UNVOTE}
#: Moves of one's own question, which may be made before anybody, the server too, has shown it.
_MADE_UNSEEN = frozenset({Move.EDIT, Move.WITHDRAW})


def waits_for(wish: Wish, before: Iterable[Wish]) -> CommandId | None:
    """Return which of the moves made `before` must be shown before `wish` may go; None where it may go at once."""
    move = do.move_of(wish.command.do)
    unseen = wish.command.seen is None and move in _MADE_UNSEEN
    earlier = turning(wish, before)
    return CommandId(earlier[-1].command.id) if move in _TURNS_THE_PAGE and not unseen and earlier else None


def turning(wish: Wish, wishes: Iterable[Wish]) -> list[Wish]:
    """Return the moves among `wishes` that come before `wish` and make its look at the question an old one."""
    question = do.question_of(wish.command.do)
    earlier = takewhile(lambda other: other is not wish, wishes)
    return [
        other
        for other in earlier
        if do.question_of(other.command.do) == question and do.move_of(other.command.do) in _TURNS_THE_PAGE
    ]


def built_on(fallen: Wish, wishes: Iterable[Wish]) -> list[Wish]:
    """Return the moves among `wishes` that wait behind `fallen`, in order: without it they mean nothing."""
    behind = {fallen.command.id}
    found = []
    for wish in wishes:
        if wish.after in behind:
            behind.add(wish.command.id)
            found.append(wish)
    return found
