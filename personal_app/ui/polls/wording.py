"""A poll in words: what it is, how many voted, which share an option has. Pure."""

from collections.abc import Sequence

from personal_app.conference.board import DrawnPoll
from personal_app.conference.polls import PollState
from personal_app.conference.questions import Move
from personal_app.conference.rows import PollMoveRow

_STATES = {
    PollState.DRAFT: "Draft, for chairs alone",
    PollState.OPEN: "Open",
    PollState.CLOSED: "Closed",
    PollState.DISCARDED: "Discarded, shown to chairs alone",
}
_MOVES = {
    Move.MAKE_POLL: "wrote it",
    Move.OPEN_POLL: "opened it",
    Move.CLOSE_POLL: "closed it",
    Move.DISCARD_POLL: "discarded it",
    Move.UNDO_POLL: "undid that",
}
#: How many of the latest moves are told beside a poll.
_MOVES_TOLD = 4


def state(poll: DrawnPoll) -> str:
    """Return where the poll stands and how many have voted, as far as that may be told: "Open · 41 people voted"."""
    parts = [_STATES[poll.row.state]]
    if poll.count is not None:
        parts.append(voters(poll.count.voters))
    return " · ".join(parts)


def done(history: Sequence[PollMoveRow]) -> str:
    """Return who did what to the poll, the latest last: "Ada wrote it, Ben opened it"."""
    told = [f"{move.by or 'A chair'} {_MOVES.get(move.move, 'changed it')}" for move in history]
    return ", ".join((["…"] if len(told) > _MOVES_TOLD else []) + told[-_MOVES_TOLD:])


def hint(poll: DrawnPoll) -> str:
    """Return what a person should know before or after voting."""
    if poll.row.state is not PollState.OPEN:
        return ""
    if poll.unsent and poll.chosen:
        return "Your vote is on its way; it is sent as soon as the server is there."
    if poll.chosen:
        return "Everybody sees the result when the poll is closed."
    several = "Choose as many as you like. " if poll.row.multiple else ""
    return f"{several}Nobody learns what you chose. You see the result once you have voted."


def voters(number: int) -> str:
    """Return how many people voted."""
    return {0: "nobody voted yet", 1: "1 person voted"}.get(number, f"{number} people voted")


def share(votes: int, number: int) -> str:
    """Return an option's votes and its share of the people who voted: "12 · 29 %"."""
    return f"{votes} · {percent(votes, number)} %"


def percent(votes: int, number: int) -> int:
    """Return the share in whole percent; 0 where nobody voted."""
    return round(100 * votes / number) if number else 0
