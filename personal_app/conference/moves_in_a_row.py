"""Moves made faster than the server answers: which of them waits for which.

A move names what the person looked at (`seen`). A second one of the same question was made on a look that only our own
drawing gives, and the server would take our first move for somebody else's; so it waits until the view shows the first.
A move that stands on another question's (a place behind it, the floor that it leaves) must not overtake one that waits.
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
#: Moves after which nobody may be answering, so that another question can be called.
_LEAVES_THE_FLOOR = frozenset({Move.FINISH, Move.PUT_BACK, Move.DEFER, Move.HIDE, Move.UNDO})


def waits_for(wish: Wish, before: Iterable[Wish]) -> CommandId | None:
    """Return which of the moves made `before` must go first, and be shown where it is of the same question or poll.

    None where `wish` may go at once.
    """
    if wish.command.seen is None and do.move_of(wish.command.do) in _MADE_UNSEEN:
        return None
    earlier = in_the_way(wish, before)
    own = [other for other in earlier if subject(other) == subject(wish)]
    return CommandId((own or earlier)[-1].command.id) if earlier else None


def in_the_way(wish: Wish, wishes: Iterable[Wish]) -> list[Wish]:
    """Return the moves among `wishes` that come before `wish` and that it cannot go with yet."""
    earlier = takewhile(lambda other: other is not wish, wishes)
    return [other for other in earlier if _makes_old(other, wish) or (other.after is not None and _bears(other, wish))]


def built_on(fallen: Wish, wishes: Iterable[Wish]) -> list[Wish]:
    """Return the moves among `wishes` that wait behind `fallen`, in order: without it they mean nothing.

    One of another question may mean something all the same, for somebody else may have done what we were refused.
    """
    behind = {fallen.command.id}
    found = []
    for wish in wishes:
        if wish.after in behind and subject(wish) == subject(fallen):
            behind.add(wish.command.id)
            found.append(wish)
    return found


def subject(wish: Wish) -> str:
    """Return the question or the poll that a move is about, "" where it is about neither."""
    wanted = wish.command.do
    return do.poll_of(wanted) if isinstance(wanted, do.OfPoll) else do.question_of(wanted)


def _makes_old(other: Wish, wish: Wish) -> bool:
    """Tell whether `other` makes the look that `wish` was made on an old one, until the view shows it."""
    if subject(other) != subject(wish):
        return False
    if isinstance(wish.command.do, do.OpenPoll):
        # Of a poll that is refused nothing is to be opened.
        return isinstance(other.command.do, do.MakePoll)
    return _turns_the_page(other) and _turns_the_page(wish)


def _bears(other: Wish, wish: Wish) -> bool:
    """Tell whether `wish` stands on `other`, and so must not overtake it."""
    wanted = wish.command.do
    match wanted:
        case do.Queue(after=stand) | do.Merge(into=stand):
            return stand == subject(other) and _turns_the_page(other)
        case do.Start():
            return do.move_of(other.command.do) in _LEAVES_THE_FLOOR
    return isinstance(wanted, do.OfPoll) and subject(other) == subject(wish)


def _turns_the_page(wish: Wish) -> bool:
    return do.move_of(wish.command.do) in _TURNS_THE_PAGE
