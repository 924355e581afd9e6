"""Questions in plain words: where they stand, how old they are, where in a recording they belong.

Pure: takes the instant and everything else it needs. Must never hold a text of people longer than it was given.
"""

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.questions import Move, QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.cards.plain_words import ANONYMOUS, ago, asker, length, position

__all__ = [
    "ANONYMOUS",
    "ago",
    "asker",
    "count",
    "fate",
    "length",
    "number",
    "offers",
    "position",
    "state",
]

_STATES = {
    QuestionState.PENDING: "Waiting for a chair",
    QuestionState.APPROVED: "Shown to everyone",
    QuestionState.REJECTED: "Declined",
    QuestionState.QUEUED: "In the speaking order",
    QuestionState.ANSWERING: "Being answered",
    QuestionState.ANSWERED: "Answered",
    QuestionState.WITHDRAWN: "Withdrawn",
}


def number(row: QuestionRow) -> str:
    """Return the spoken number with its sign, or nothing before the question has one."""
    return f"#{row.number}" if row.number is not None else ""


def state(row: QuestionRow, *, first: bool = False) -> str:
    """Return where the question stands; `first` tells that it leads the speaking order."""
    match row.state:
        case QuestionState.QUEUED if first:
            return "Up next"
        case QuestionState.ANSWERING if row.answerer is not None:
            return f"Being answered by {row.answerer.name}"
        case QuestionState.ANSWERED if row.mark is not None:
            return "Answered live"
        case QuestionState.ANSWERED:
            return "Answered in writing"
    return _STATES[row.state]


def fate(question: DrawnQuestion, *, first: bool = False) -> str:
    """Return what became of a person's own question, in a sentence for them alone."""
    row = question.row
    match row.state:
        case QuestionState.PENDING if Move.ASK in question.unsent:
            return "On its way to the chairs."
        case QuestionState.PENDING:
            return "A chair will look at it before everyone sees it."
        case QuestionState.APPROVED:
            return "Everyone sees it and can vote for it."
        case QuestionState.QUEUED if first:
            return "It is up next."
        case QuestionState.QUEUED:
            return "It will be answered live; it is in the speaking order."
        case QuestionState.ANSWERING:
            return "It is being answered now."
        case QuestionState.REJECTED:
            reason = row.reason.strip()
            return f"A chair declined it: {reason}" if reason else "A chair declined it and gave no reason."
        case QuestionState.WITHDRAWN:
            return "You took it back."
    return "It was answered live." if row.mark is not None else "It was answered in writing."


def offers(row: QuestionRow) -> str:
    """Return who offers to answer live, or nothing: "Bilge Acun offers to take it live"."""
    names = [offer.name for offer in row.offers]
    if not names:
        return ""
    if len(names) == 1:
        return f"{names[0]} offers to take it live"
    return f"{', '.join(names[:-1])} and {names[-1]} offer to take it live"


def count(number_of: int, one: str, many: str) -> str:
    """Return a number with its noun: "1 vote", "3 votes"."""
    return f"{number_of} {one if number_of == 1 else many}"
