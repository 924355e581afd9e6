"""A box to write in: grows with what is written, counts it, sends with Ctrl+Enter. Must never keep or send anything."""

import unicodedata

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Size

#: Padding and border of the style sheet, and the document's own margin, above and below.
_PADDING = 24


class WritingBox(QPlainTextEdit):
    """Plain text of people, `least` to `most` lines high. A paste is cut at four times `limit` characters."""

    submitted = Signal()
    edited = Signal()

    def __init__(self, name: str, words: str, limit: int, *, least: int = 2, most: int = 7) -> None:
        """`name` is the objectName, `words` what assistive tools call the box."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._limit = limit
        self._least, self._most = least, most
        self.textChanged.connect(self._on_text)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        Theme.of_app().changed.connect(self.updateGeometry)

    @property
    def text(self) -> str:
        """What is written."""
        return self.toPlainText()

    @property
    def length(self) -> int:
        """How many characters count against the limit."""
        return len(unicodedata.normalize("NFC", self.text).strip())

    @property
    def limit(self) -> int:
        """How many characters may be sent."""
        return self._limit

    @property
    def sendable(self) -> bool:
        """True where something is written and not too much."""
        return 0 < self.length <= self._limit

    def write(self, text: str) -> None:
        """Put `text` in, without telling that somebody edited; the cursor stands at its end."""
        if text == self.text:
            return
        self.blockSignals(True)
        self.setPlainText(plain(text, 4 * self._limit))
        self.moveCursor(self.textCursor().MoveOperation.End)
        self.blockSignals(False)
        self.updateGeometry()

    def _on_text(self) -> None:
        self.edited.emit()

    def _on_size(self) -> None:
        # As needed Qt shows the bar while everything fits, for it counts the margins as a line.
        more = self._lines() > self._most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if more else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.updateGeometry()

    def _lines(self) -> int:
        # A plain document measures its height in lines.
        return round(self.document().size().height())

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(plain(source.text(), 4 * self._limit))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        shown = min(max(self._lines(), self._least), self._most)
        return QSize(200, self.fontMetrics().lineSpacing() * shown + _PADDING)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())


class Counter(PlainLabel):
    """Tells how much of a box's limit is used, once something is written; red beyond it."""

    def __init__(self, box: WritingBox, parent: QWidget | None = None) -> None:
        super().__init__(size=Size.SMALL, tone="faint", parent=parent)
        self._box = box
        # The document tells of what was written by the program too, when the box itself keeps silent.
        box.document().contentsChanged.connect(self.count)
        self.count()

    def count(self) -> None:
        """Count again."""
        length, limit = self._box.length, self._box.limit
        self.show_text(f"{length} / {limit}" if length else "")
        self.setVisible(bool(length))
        self.set_tone("live" if length > limit else "faint")
