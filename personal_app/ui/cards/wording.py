"""Questions in plain words: where they stand, how old they are, where in a recording they belong.

Pure: takes the instant and everything else it needs. Must never hold a text of people longer than it was given.
"""

from datetime import datetime

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.questions import Move, QuestionState
from personal_app.conference.rows import AnswerRow, QuestionRow
from personal_app.ui.cards.plain_words import ANONYMOUS, ago, anonymous, asker, length, position

__all__ = [
    "ANONYMOUS",
    "ago",
    "anonymous",
    "asker",
    "assigned",
    "count",
    "fate",
    "length",
    "number",
    "offers",
    "position",
    "reports",
    "same_name",
    "state",
    "written",
]

_STATES = {
    QuestionState.PENDING: "Waiting for a chair",
    QuestionState.RETURNED: "To be reworded",
    QuestionState.APPROVED: "Shown to everyone",
    QuestionState.REJECTED: "Declined",
    QuestionState.QUEUED: "In the speaking order",
    QuestionState.ANSWERING: "Being answered",
    QuestionState.ANSWERED: "Answered",
    QuestionState.DEFERRED: "Will be answered in writing",
    QuestionState.MERGED: "Merged",
    QuestionState.HIDDEN: "Hidden",
    QuestionState.WITHDRAWN: "Withdrawn",
    QuestionState.OTHER: "Changed",
}
#: What became of a person's own question, where the state alone says it.
_FATES = {
    QuestionState.PENDING: "A chair will look at it before everyone sees it.",
    QuestionState.APPROVED: "Everyone sees it and can vote for it.",
    QuestionState.QUEUED: "It will be answered live; it is in the speaking order.",
    QuestionState.ANSWERING: "It is being answered now.",
    QuestionState.DEFERRED: "It will be answered in writing.",
    QuestionState.WITHDRAWN: "You took it back.",
    QuestionState.OTHER: "A chair did something with it that this version does not know: update the program to see it.",
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
        case QuestionState.MERGED if row.into_number is not None:
            return f"Merged into #{row.into_number}"
    return _STATES[row.state]


def fate(question: DrawnQuestion, *, first: bool = False) -> str:
    """Return what became of a person's own question, in a sentence for them alone."""
    row = question.row
    match row.state:
        case QuestionState.PENDING if Move.ASK in question.unsent:
            return "On its way to the chairs."
        case QuestionState.QUEUED if first:
            return "It is up next."
        case QuestionState.REJECTED:
            return _with_reason("A chair declined it", row, " and gave no reason.")
        case QuestionState.RETURNED:
            return _with_reason("Please reword it", row, ": edit it, and a chair will look at it again.")
        case QuestionState.HIDDEN:
            return _with_reason("A chair hid it from everyone else", row, ".")
        case QuestionState.MERGED:
            target = f"#{row.into_number}" if row.into_number is not None else "another one"
            return f"It was merged into {target}, which asks the same; its votes count there."
        case QuestionState.ANSWERED:
            return "It was answered live." if row.mark is not None else "It was answered in writing."
    return _FATES[row.state]


def _with_reason(what: str, row: QuestionRow, without: str) -> str:
    reason = row.reason.strip()
    return f"{what}: {reason}" if reason else f"{what}{without}"


def offers(row: QuestionRow) -> str:
    """Return who offers to answer live, or nothing: "Bilge Acun offers to take it live"."""
    names = [offer.name for offer in row.offers]
    if not names:
        return ""
    if len(names) == 1:
        return f"{names[0]} offers to take it live"
    return f"{', '.join(names[:-1])} and {names[-1]} offer to take it live"


def reports(row: QuestionRow) -> str:
    """Return how many people asked the chairs to look at it: "Reported by 2", or nothing."""
    return f"Reported by {row.reports}" if row.reports else ""


def assigned(name: str, *, mine: bool) -> str:
    """Return whom the chairs ask to answer, for everyone of them and, where `mine`, for that presenter."""
    return "Assigned to you" if mine else f"Assigned to {name or 'a presenter'}"


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for case and spaces."""
    return one.casefold().split() == other.casefold().split()


def written(answer: AnswerRow, now: datetime) -> str:
    """Return when an answer was written, or got its present wording: "5 min ago", "edited 5 min ago"."""
    when = ago(answer.written_at, now)
    return f"edited {when}" if answer.edited else when


def count(number_of: int, one: str, many: str) -> str:
    """Return a number with its noun: "1 vote", "3 votes"."""
    return f"{number_of} {one if number_of == 1 else many}"
