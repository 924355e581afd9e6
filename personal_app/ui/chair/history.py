"""What was done to a question, or to a talk's questions, in words, and what can be undone of it. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from personal_app.conference.ids import Revision
from personal_app.conference.questions import ASKERS_MOVES, MARKS, MOVE_WORDS, Move, QaState
from personal_app.conference.rows import MoveRow, OpeningMoveRow

T = TypeVar("T", MoveRow, OpeningMoveRow)

_QA = {None: "open by the program's times", QaState.OPEN: "open", QaState.PAUSED: "paused", QaState.CLOSED: "closed"}
_TAKEN_AWAY = {
    Move.NOTE: "took the note away",
    Move.FOLLOW_UP: "took the follow-up mark away",
    Move.ASSIGN: "asks nobody in particular to answer any more",
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a history. `undo` are the revisions that are undone together to undo it, newest first; none: it cannot
    be, or was already (`undone`)."""

    words: str
    at: datetime
    said: str = ""
    undone: bool = False
    undo: tuple[Revision, ...] = ()


def entries(history: Sequence[MoveRow]) -> tuple[Entry, ...]:
    """Return a question's history, newest first; with a move all that stands on it is undone."""
    return tuple(
        Entry(
            words=_words(move),
            at=move.at,
            said="" if move.move is Move.ASSIGN else move.reason,
            undone=move.undone,
            undo=_undo(move, history, _thing, lambda each: each.move not in ASKERS_MOVES),
        )
        for move in reversed(history)
    )


def opening_entries(history: Sequence[OpeningMoveRow]) -> tuple[Entry, ...]:
    """Return the history of what a talk's questions are open to, newest first."""
    return tuple(
        Entry(
            words=_opening_words(move),
            at=move.at,
            undone=move.undone,
            undo=_undo(move, history, lambda _: None, lambda _: True),
        )
        for move in reversed(history)
    )


def _words(move: MoveRow) -> str:
    who = move.by or "Its asker"
    if move.off and move.move in _TAKEN_AWAY:
        return f"{who} {_TAKEN_AWAY[move.move]}"
    if move.move is Move.ASSIGN and move.reason:
        return f"{who} asked {move.reason} to answer it"
    return f"{who} {MOVE_WORDS.get(move.move, move.move)}"


def _opening_words(move: OpeningMoveRow) -> str:
    moderated = "each looked at by a chair first" if move.moderated else "shown at once"
    undid = "undid a change: they are" if move.move is Move.UNDO_OPENING else "set the talk's questions:"
    return f"{move.by} {undid} {_QA[move.qa]}, {moderated}"


def _thing(move: MoveRow) -> Move | None:
    return move.move if move.move in MARKS else None


def _undo(
    move: T, history: Sequence[T], thing: Callable[[T], Move | None], undoable: Callable[[T], bool]
) -> tuple[Revision, ...]:
    """Return the move with what stands on it; nothing where one of them is not to be undone."""
    if move.undone or move.move in (Move.UNDO, Move.UNDO_OPENING):
        return ()
    standing = [
        each
        for each in history
        if each.revision >= move.revision
        and not each.undone
        and each.move not in (Move.UNDO, Move.UNDO_OPENING)
        and thing(each) == thing(move)
    ]
    if not all(undoable(each) for each in standing):
        return ()
    return tuple(sorted((each.revision for each in standing), reverse=True))
