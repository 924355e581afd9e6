"""Whether everyone gets their turn: answered per talk, who asked how often, what many wait for. Pure.

Askers are counted by the alias that chairs are told, which tells namesakes apart and never joins what somebody asks by
name with what they ask anonymously. What was withdrawn, declined, hidden or merged counts for nobody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import TalkId
from personal_app.conference.questions import PUBLIC_STATES, QuestionState
from personal_app.ui.cards.plain_words import anonymous

#: So many votes make a question one that is waited for.
_MANY_VOTES = 3
_TURNS = PUBLIC_STATES | {QuestionState.PENDING}
_HAD = frozenset({QuestionState.ANSWERED, QuestionState.ANSWERING, QuestionState.QUEUED})


class TalkShare(msgspec.Struct, frozen=True):
    """How many of a talk's public questions were answered, live or in writing."""

    talk: TalkId
    answered: int
    shown: int


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """`often` are those who asked more than once with how many of theirs had or have a turn, the most first; `wanted`
    is the open question with most votes that nobody has called or queued, or None.
    """

    talks: tuple[TalkShare, ...] = ()
    often: tuple[tuple[str, int, int], ...] = ()
    wanted: DrawnQuestion | None = None


def fairness(questions: Iterable[DrawnQuestion], talks: Sequence[TalkId]) -> Fairness:
    """Return how turns are shared among the questions of a session, whose talks are `talks`."""
    counted = [question for question in questions if question.row.state in _TURNS]
    public = [question for question in counted if question.row.state in PUBLIC_STATES]
    shown = Counter(question.row.talk for question in public)
    answered = Counter(question.row.talk for question in public if question.row.state is QuestionState.ANSWERED)
    # An anonymous one without an alias cannot be told apart from others.
    known = [question for question in counted if _who(question)]
    asked = Counter(map(_who, known))
    had = Counter(_who(question) for question in known if question.row.state in _HAD)
    names = {_who(question): question.row.asker or anonymous(question.row.alias) for question in known}
    often = [(names[who], had[who], count) for who, count in asked.items() if count > 1]
    waiting = [question for question in public if question.row.state is QuestionState.APPROVED]
    wanted = max(waiting, key=lambda question: (question.votes, -question.row.asked_at.timestamp()), default=None)
    return Fairness(
        talks=tuple(TalkShare(talk, answered[talk], shown[talk]) for talk in talks),
        often=tuple(sorted(often, key=lambda entry: (-entry[2], entry[0]))),
        wanted=wanted if wanted is not None and wanted.votes >= _MANY_VOTES else None,
    )


def _who(question: DrawnQuestion) -> str:
    return question.row.alias or question.row.asker or ""


def shares(found: Fairness, labels: Mapping[TalkId, str]) -> str:
    """Return the talks in words: "Answered 1 of 6 (Paper 1) · 0 of 2 (Paper 2)"; `labels` name them if several."""
    parts = []
    for each in found.talks:
        label = labels.get(each.talk, "")
        parts.append(f"{each.answered} of {each.shown}{f' ({label})' if label else ''}")
    return f"Answered {' · '.join(parts)}" if parts else ""


def askers(found: Fairness, most: int = 3) -> str:
    """Return who asked more than once, in words: "Turns of those who ask often: Ada Osei 2 of 3", or nothing."""
    parts = [f"{name} {had} of {count}" for name, had, count in found.often[:most]]
    return f"Turns of those who ask often: {' · '.join(parts)}" if parts else ""
