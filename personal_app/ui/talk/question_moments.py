"""The moments of a talk's questions: where each was asked, where it was answered, and what is said of it there.

Pure: no Qt. Must never decide what becomes of a question.
"""

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import PUBLIC_STATES
from personal_app.ui.cards import wording


class QuestionMoment(NamedTuple):
    """A question at a position of the recording (ms): where it was asked or, with `answered`, where it was answered."""

    position_ms: int
    question: DrawnQuestion
    answered: bool = False

    @property
    def id(self) -> tuple[QuestionId, bool]:
        """What the moment is known by."""
        return (self.question.id, self.answered)

    def title(self) -> str:
        """Return the question with its number: "#2 How large are the tables?"."""
        row = self.question.row
        return f"#{row.number} {row.text}" if row.number is not None else row.text

    def more(self) -> tuple[str, ...]:
        """Return who asked it and where it stands, then its written answers."""
        question = self.question
        votes = wording.count(question.votes, "vote", "votes") if question.votes else ""
        state = "Answered here" if self.answered else wording.state(question.row)
        foot = " · ".join(filter(None, (wording.asker(question.row), votes, state)))
        answers = (f"{answer.writer}: {answer.text}" for answer in question.answers if not answer.retracted)
        return (foot, *answers)


def question_moments(questions: Iterable[DrawnQuestion]) -> tuple[QuestionMoment, ...]:
    """Return the moments of the questions that everyone sees, in order; an answer has one where it was marked."""
    found = []
    for question in questions:
        row = question.row
        if row.state not in PUBLIC_STATES:
            continue
        if row.position_ms is not None:
            found.append(QuestionMoment(row.position_ms, question))
        if row.mark is not None and row.mark.position_ms is not None:
            found.append(QuestionMoment(row.mark.position_ms, question, answered=True))
    # Several of one moment stay in the order in which the board has them.
    return tuple(sorted(found, key=itemgetter(0)))
