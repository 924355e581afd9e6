"""The moves a chair makes, with their keys and words, and on which questions each is possible.

One table feeds the keys, the buttons, the menus and the sheet that lists them, so they cannot disagree. Whether the
server allows a move is not decided here: the states come from the table of `conference.questions`.
"""

from enum import StrEnum

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import Revision
from personal_app.conference.questions import ASKERS_MOVES, TABLE, Move, QuestionState


class ChairMove(StrEnum):
    """What a chair can do to the selected question."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    START = "start"
    REOPEN = "reopen"
    DEFER = "defer"
    HIDE = "hide"
    MERGE = "merge"
    UNDO = "undo"
    NOTE = "note"
    FOLLOW_UP = "follow_up"
    ASSIGN = "assign"
    REPORTS_SEEN = "reports_seen"


#: Moves that go with words: for the asker, or the note for the other chairs.
WORDED = frozenset({ChairMove.RETURN, ChairMove.REJECT, ChairMove.HIDE, ChairMove.NOTE})


class Words(msgspec.Struct, frozen=True):
    """How a move is called on its button, the key that makes it, and what it does, for the sheet."""

    button: str
    key: str
    does: str


MOVES: dict[ChairMove, Words] = {
    ChairMove.APPROVE: Words("Approve", "A", "Show the question to everyone"),
    ChairMove.RETURN: Words("Return…", "E", "Send it back to its asker, with a note how to reword it"),
    ChairMove.REJECT: Words("Decline…", "R", "Decline it, with a reason for the asker"),
    ChairMove.QUEUE: Words("Queue", "Q", "Put it last in the speaking order (shows it first where it waits)"),
    ChairMove.UNQUEUE: Words("Unqueue", "X", "Take it out of the speaking order"),
    ChairMove.START: Words("Start", "S", "Call it: it is being answered from now on"),
    ChairMove.REOPEN: Words("Reopen", "O", "Make an answered question open again"),
    ChairMove.DEFER: Words("Answer later", "D", "Promise an answer in writing instead of a live one"),
    ChairMove.HIDE: Words("Hide / show", "H", "Hide it from everyone, with a reason for the asker; or show it again"),
    ChairMove.MERGE: Words(
        "Merge / split", "M", "Merge it: M here, then M or a number at the one that asks the same; or split it"
    ),
    ChairMove.UNDO: Words("Undo", "U", "Take back the last move of the question"),
    ChairMove.NOTE: Words("Note…", "N", "Leave a note at it for the other chairs"),
    ChairMove.FOLLOW_UP: Words("Follow-up", "L", "Mark that it wants more than was said, or take the mark away"),
    ChairMove.ASSIGN: Words("Assign…", "G", "Ask one of the talk's presenters to answer it"),
    ChairMove.REPORTS_SEEN: Words("Reports seen", "V", "Say that what people reported of it has been looked at"),
}
#: The other keys of the console: what is pressed, and what it does.
OTHER_KEYS: tuple[tuple[str, str], ...] = (
    ("Space", "Next: finish the one being answered and start the next"),
    ("F", "Finish the one being answered"),
    ("P", "Put it back to the head of the order"),
    ("J / K", "Down / up in the lane"),
    ("← / →", "The lane before / after"),
    ("Shift+J / Shift+K", "Move the question down / up in the speaking order"),
    ("Shift+U", "Undo all that is offered to be undone together"),
    ("B / Shift+B", "Mark the question / all of the lane, for the next move to be made of all"),
    ("W", "Answer the question in writing, or change what was written"),
    ("I", "What was done to it, by whom, and what of it can be undone"),
    ("C", "Open, pause or close the questions, and their moderation"),
    ("+", "One more minute for the questions"),
    ("Z", "Other times: begin later, end the video, delay what follows"),
    ("!", "To the next question that was reported"),
    ("T", "To the moment of the recording that it asks about"),
    ("Enter", "All of a long text"),
    ("?", "This sheet"),
    ("Esc", "Close what is open"),
)
_TABLE_MOVES = {
    ChairMove.APPROVE: Move.APPROVE,
    ChairMove.RETURN: Move.RETURN,
    ChairMove.DEFER: Move.DEFER,
    ChairMove.REJECT: Move.REJECT,
    ChairMove.UNQUEUE: Move.UNQUEUE,
    ChairMove.START: Move.START,
    ChairMove.REOPEN: Move.REOPEN,
    ChairMove.NOTE: Move.NOTE,
    ChairMove.FOLLOW_UP: Move.FOLLOW_UP,
    ChairMove.ASSIGN: Move.ASSIGN,
}
#: Keys that make a move or take it back, by the state.
_EITHER = {ChairMove.HIDE: (Move.HIDE, Move.UNHIDE), ChairMove.MERGE: (Move.MERGE, Move.SPLIT)}


def possible(move: ChairMove, question: DrawnQuestion | None) -> bool:
    """Tell whether `move` can be made of `question`, as far as its state goes."""
    if question is None:
        return False
    if move is ChairMove.QUEUE:
        # One that waits is shown to everyone and queued in one go; one in the order is moved by its own keys.
        return question.row.state in (QuestionState.PENDING, QuestionState.APPROVED, QuestionState.DEFERRED)
    if move is ChairMove.UNDO:
        return last_move(question) is not None
    if move is ChairMove.REPORTS_SEEN:
        return question.row.reports > 0
    sources = [TABLE[made].sources for made in _EITHER.get(move, ())] or [TABLE[_TABLE_MOVES[move]].sources]
    return any(question.row.state in some for some in sources)


def last_move(question: DrawnQuestion) -> Revision | None:
    """Return the newest move that a chair can take back: none where the asker has moved it since."""
    standing = [move for move in question.row.history if move.move is not Move.UNDO and not move.undone]
    return standing[-1].revision if standing and standing[-1].move not in ASKERS_MOVES else None
