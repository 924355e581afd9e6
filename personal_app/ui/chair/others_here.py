"""Fellow chairs in words: who is at the desk and what each has in hand. Pure; must never keep anybody from a move."""

from collections.abc import Callable, Iterable, Sequence

from personal_app.conference.ids import QuestionId
from personal_app.conference.presence import PersonHere
from personal_app.ui.plain_text import one_line

_NAME_CHARS = 24
_MOST_NAMED = 3


def here(others: Sequence[PersonHere], called: Callable[[QuestionId], str]) -> str:
    """Return who is here for the head of the console, nothing where nobody is: "Carlos: #12 · Olga is here".

    `called` says how people call a question, or nothing where it has no name.
    """
    told = [_one(person, called) for person in others[:_MOST_NAMED]]
    more = len(others) - len(told)
    return " · ".join([*told, f"{more} more"] if more > 0 else told)


def handled(others: Iterable[PersonHere]) -> dict[QuestionId, str]:
    """Return what the mark on each question says that somebody else has in hand: "Carlos handles it"."""
    hands: dict[QuestionId, list[str]] = {}
    for person in others:
        if person.doing is not None:
            hands.setdefault(person.doing, []).append(one_line(person.name, _NAME_CHARS))
    return {question: _handle(names) for question, names in hands.items()}


def _one(person: PersonHere, called: Callable[[QuestionId], str]) -> str:
    name = one_line(person.name, _NAME_CHARS)
    if person.doing is None:
        return f"{name} is here"
    return f"{name}: {called(person.doing) or 'a question that waits'}"


def _handle(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} handles it"
    return f"{', '.join(names[:-1])} and {names[-1]} handle it"
