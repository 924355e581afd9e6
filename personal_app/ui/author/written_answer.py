"""One written answer with the badge of who wrote it, and what can be done to it. Must never do it."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.rows import AnswerRow
from personal_app.ui.cards import wording
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import column, row


class WrittenAnswer(QWidget):
    """`change_clicked` and `retract_clicked` carry the answer's row."""

    change_clicked = Signal(object)
    retract_clicked = Signal(object)

    def __init__(self, answer: AnswerRow, now: datetime, *, mine: bool, may_retract: bool) -> None:
        """`mine` is the person's own, which they may reword; `may_retract` lets them take it back."""
        super().__init__()
        badge = Chip("Author", "solid") if answer.by_author else Chip("Chair", "neutral")
        text = PlainLabel(answer.text, wrap=True)
        text.let_select()
        head = row(spacing=SMALL)
        head.addWidget(badge)
        head.addWidget(PlainLabel(answer.writer, strong=True, size=Size.SMALL))
        head.addWidget(PlainLabel(wording.written(answer, now), tone="faint", size=Size.SMALL))
        head.addStretch(1)
        if mine:
            change = Button("Change", Kind.LINK, name="answer_change")
            change.setAccessibleName(f"Change the answer by {answer.writer}")
            change.clicked.connect(lambda: self.change_clicked.emit(answer))
            head.addWidget(change)
        if may_retract:
            retract = Button("Take back", Kind.LINK, name="answer_retract")
            retract.setAccessibleName(f"Take back the answer by {answer.writer}")
            retract.clicked.connect(lambda: self.retract_clicked.emit(answer))
            head.addWidget(retract)
        layout = column(self, spacing=TIGHT)
        layout.addLayout(head)
        layout.addWidget(text)
