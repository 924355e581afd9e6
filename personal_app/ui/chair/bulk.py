"""Several questions marked at once, and one move made of all of them. Must never draw anything."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import QuestionState
from personal_app.ui.cards import wording
from personal_app.ui.chair.moderator import Moderator
from personal_app.ui.chair.moves import MOVES, WORDED, ChairMove, possible

#: One question alone is started, and a presenter is asked about one talk.
_ONE_ALONE = frozenset({ChairMove.START, ChairMove.ASSIGN, ChairMove.MERGE})


class Bulk(QObject):
    """Holds the marks by id. What a move made of the marked ones came to is told in a sentence."""

    changed = Signal()

    def __init__(self, moderator: Moderator, expect: Callable[[QuestionId], None]) -> None:
        """`expect` is told which question leaves its lane by the chair's doing."""
        super().__init__()
        self._moderator = moderator
        self._expect = expect
        self._marked: frozenset[QuestionId] = frozenset()

    @property
    def marked(self) -> frozenset[QuestionId]:
        """The marked questions that are there."""
        return frozenset(question.id for question in self.questions())

    @property
    def words(self) -> str:
        """How many there are: "3 questions"."""
        return wording.count(len(self.marked), "question", "questions")

    def questions(self) -> tuple[DrawnQuestion, ...]:
        """Return the marked questions in the order of the lanes."""
        if not self._marked:
            return ()
        return tuple(question for question in self._moderator.lanes.all() if question.id in self._marked)

    def toggle(self, question: QuestionId) -> None:
        """Mark a question, or take its mark away."""
        self._set(self._marked ^ {question})

    def mark(self, questions: Iterable[QuestionId]) -> None:
        """Mark these as well; where they are marked already, take their marks away."""
        wanted = frozenset(questions)
        self._set(self._marked - wanted if wanted <= self._marked else self._marked | wanted)

    def clear(self) -> None:
        """Mark none."""
        self._set(frozenset())

    def takes(self, move: ChairMove) -> bool:
        """Tell whether the move is one that can be made of several at once, and of any of the marked ones now."""
        return any(self._fits(move, question) for question in self.questions())

    def make(self, move: ChairMove, words: str = "") -> str:
        """Make a move of every marked question that it can be made of, with the same words, and mark none any more."""
        questions = self.questions()
        fitting = [question for question in questions if self._fits(move, question)]
        self._set(frozenset())
        for question in fitting:
            self._expect(question.id)
            if move in WORDED:
                self._moderator.give_words(move, question.id, words)
            else:
                self._moderator.make(move, question)
        done = wording.count(len(fitting), "question", "questions")
        left = len(questions) - len(fitting)
        said = f"{MOVES[move].button.rstrip('…')}: {done}."
        return (
            f"{said} {left} left as {'it is' if left == 1 else 'they are'}, for it cannot be done now."
            if left
            else said
        )

    def merge_into(self, target: DrawnQuestion | None) -> str:
        """Merge every marked question into `target`, which must be none of them."""
        if target is None or target.id in self._marked:
            return "Select the question that the marked ones ask the same as, then press M."
        fitting = [question for question in self.questions() if possible(ChairMove.MERGE, question)]
        fitting = [question for question in fitting if question.row.state is not QuestionState.MERGED]
        for question in fitting:
            self._expect(question.id)
            sentence = self._moderator.merge(question.id, target)
            if sentence:
                return sentence
        self._set(frozenset())
        return f"Merged: {wording.count(len(fitting), 'question', 'questions')}."

    def _fits(self, move: ChairMove, question: DrawnQuestion) -> bool:
        # Hiding several must not show again the one among them that is hidden.
        shows_again = move is ChairMove.HIDE and question.row.state is QuestionState.HIDDEN
        return move not in _ONE_ALONE and possible(move, question) and not shows_again

    def _set(self, marked: frozenset[QuestionId]) -> None:
        if marked != self._marked:
            self._marked = marked
            self.changed.emit()
