"""One line to write what goes with a move: the reason for the asker, or the note for the other chairs. Moves none."""

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from personal_app.conference.ids import QuestionId
from personal_app.conference.text import REASON_CHARS
from personal_app.ui.chair.moves import ChairMove
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, plain
from personal_app.ui.tokens import Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import row


class _Wanted(NamedTuple):
    """How the words of a move are asked for: what its button says, what the field is called and holds while empty."""

    verb: str
    field: str
    hint: str = "Reason, shown to the asker (may stay empty)"
    kind: Kind = Kind.DANGER


_WANTED = {
    ChairMove.RETURN: _Wanted("Return", "Reason for returning"),
    ChairMove.REJECT: _Wanted("Decline", "Reason for declining"),
    ChairMove.HIDE: _Wanted("Hide", "Reason for hiding"),
    ChairMove.NOTE: _Wanted(
        "Note", "Note for the other chairs", "For the other chairs alone (empty takes the note away)", Kind.PRIMARY
    ),
}


class WordsRow(QWidget):
    """`decided` carries the move, its question and the words."""

    decided = Signal(ChairMove, str, str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._move = ChairMove.REJECT
        self._question = QuestionId("")
        self._what = ElidedLabel(tone="soft")
        self._left = PlainLabel(size=Size.SMALL, tone="faint")
        self.field = QLineEdit()
        self.field.setObjectName("reason_text")
        self.field.setMaxLength(REASON_CHARS)
        self._decide = Button("Decline", Kind.DANGER, name="decline_button")
        cancel = Button("Cancel (Esc)", Kind.QUIET, name="decline_cancel")
        line = row(self)
        line.addWidget(self._what, 1)
        line.addWidget(self.field, 2)
        for widget in (self._left, cancel, self._decide):
            line.addWidget(widget)
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_decided)
        self._decide.clicked.connect(self._on_decided)
        cancel.clicked.connect(self.cancelled)

    def begin(self, move: ChairMove, question: QuestionId, words: str, known: str = "") -> None:
        """Ask for the words of `move` of the question that `words` quote; `known` is what was written before."""
        self._move = move
        self._question = question
        wanted = _WANTED[move]
        self._what.show_text(f"{wanted.verb} {words}")
        self._decide.show_words(wanted.verb)
        self._decide.show_kind(wanted.kind)
        self.field.setAccessibleName(plain(wanted.field))
        self.field.setPlaceholderText(plain(wanted.hint))
        self.field.setText(plain(known))
        self.field.selectAll()
        self._on_text(known)

    def _on_text(self, text: str) -> None:
        self._left.show_text(f"{len(text)} / {REASON_CHARS}" if text else "")

    def _on_decided(self) -> None:
        self.decided.emit(self._move, self._question, self.field.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)
