"""Asks a person whether the chairs are to look at a question again, and says who is told what. Must never report it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.board import DrawnQuestion
from personal_app.ui.cards import wording
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.tokens import MEDIUM
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import Surface, column

_WIDTH = 420
_TEXT_CHARS = 300
_SENTENCE = (
    "The discussion chairs will be asked to look at it again. They are told how many people asked, and not who. "
    "It stays where it is until a chair decides."
)


class ReportDialog(Dialog):
    """`confirmed` carries the question's id."""

    confirmed = Signal(str)

    def __init__(self, question: DrawnQuestion, parent: QWidget) -> None:
        super().__init__("Report this question?", parent)
        self.setObjectName("report_dialog")
        self.setMinimumWidth(_WIDTH)
        self._question = question.id
        number = wording.number(question.row)
        ground = Surface("sunken")
        column(ground, margins=MEDIUM).addWidget(
            PlainLabel(f"{number}  {one_line(question.row.text, _TEXT_CHARS)}".strip(), wrap=True)
        )
        self.body.addWidget(ground)
        self.body.addWidget(PlainLabel(_SENTENCE, tone="soft", wrap=True))
        self.body.addStretch(1)
        cancel = Button("Cancel", name="report_cancel")
        cancel.clicked.connect(self.reject)
        report = Button("Report", Kind.DANGER, name="report_confirm")
        report.clicked.connect(self._on_report)
        self.add_button(cancel)
        self.add_button(report)
        cancel.setDefault(True)
        cancel.setFocus()

    def _on_report(self) -> None:
        self.confirmed.emit(self._question)
        self.accept()
