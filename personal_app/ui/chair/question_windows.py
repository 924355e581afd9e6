"""The windows that the console opens about the selected question: its history, and its answers in writing.

Must never act on a question itself.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.questions import TABLE, Move
from personal_app.services.services import Services
from personal_app.ui.cards import wording
from personal_app.ui.chair.answers_dialog import AnswersDialog
from personal_app.ui.chair.history_dialog import HistoryDialog

_NONE = "No question is selected: choose one with J and K."


class QuestionWindows:
    """Opens them over `parent`."""

    def __init__(
        self,
        services: Services,
        parent: QWidget,
        selected: Callable[[], DrawnQuestion | None],
        named: Callable[[DrawnQuestion], str],
        tell: Callable[[str], None],
    ) -> None:
        """`selected` is the question they are about, `named` what people call it, `tell` says why none was opened."""
        self._services = services
        self._parent = parent
        self._selected = selected
        self._named = named
        self._tell = tell

    def history(self) -> None:
        """Tell what was done to the question."""
        question = self._selected()
        if question is None:
            self._tell(_NONE)
        else:
            HistoryDialog(self._services, question.id, self._named(question), self._parent).open()

    def answers(self) -> None:
        """Let the chair answer the question in writing."""
        question = self._selected()
        if question is None:
            self._tell(_NONE)
        elif question.row.state not in TABLE[Move.ANSWER].sources:
            self._tell(f"It cannot be answered in writing now: it is {wording.state(question.row).lower()}.")
        else:
            AnswersDialog(self._services, question.id, self._named(question), self._parent).open()
