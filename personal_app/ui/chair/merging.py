"""The way of a chair who merges two questions: M at the one, then M, a number or a click at the one that asks the same.

Must never decide whether it may be done: the moderator hands it on and the server decides.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.services.questions import QuestionService
from personal_app.ui.cards import wording
from personal_app.ui.chair.merge_strip import MergeStrip
from personal_app.ui.chair.moderator import Moderator
from personal_app.ui.chair.moves import ChairMove, possible


class Merging(QObject):
    """Holds the strip that says what is being merged; what there is to say otherwise goes to `tell`."""

    def __init__(
        self,
        questions: QuestionService,
        moderator: Moderator,
        name: Callable[[DrawnQuestion], str],
        expect: Callable[[QuestionId], None],
        tell: Callable[[str], None],
    ) -> None:
        """`name` says how people call a question, `expect` is told which one leaves its lane by the chair's doing."""
        super().__init__()
        self.strip = MergeStrip()
        self._questions = questions
        self._moderator = moderator
        self._name = name
        self._expect = expect
        self._tell = tell
        self.strip.chosen.connect(self.into)
        self.strip.cancelled.connect(self.strip.end)

    @property
    def begun(self) -> bool:
        """Whether a question has been chosen that is to be merged."""
        return self.strip.question is not None

    def press(self, question: DrawnQuestion) -> None:
        """Take a question as the one to be merged, or where there is one already, as what that is merged into."""
        begun = self.strip.question
        if begun is None and possible(ChairMove.MERGE, question):
            self._tell("")
            self.strip.begin(question, self._moderator.lanes.all(), self._name)
        elif begun is None:
            self._tell(f"That cannot be merged now: it is {wording.state(question.row).lower()}.")
        elif begun == question.id:
            self.strip.end()
            self._tell("Nothing was merged.")
        else:
            self.into(question.id)

    def into(self, target_id: str) -> None:
        """Merge the question that was begun with into another one."""
        board, begun = self._questions.board, self.strip.question
        target = board.question(QuestionId(target_id))
        if begun is None or target is None or board.question(begun) is None:
            self.strip.end()
            self._tell("Nothing was merged: one of the two questions was taken away.")
            return
        self._expect(begun)
        sentence = self._moderator.merge(begun, target)
        if not sentence:
            self.strip.end()
        self._tell(sentence)
