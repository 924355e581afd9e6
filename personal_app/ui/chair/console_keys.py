"""The keys of the console: which key asks for what, wherever the focus is but in a field that is written in.

Letters reach fields first, for Qt asks them; a button that has the focus keeps its space bar. Must never do anything
but tell.
"""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from personal_app.ui.chair.moves import MOVES, ChairMove

_LETTERS = {words.key: move for move, words in MOVES.items()}
_NUMBERS = ("1", "2", "3")
_STEPS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
_CROSSINGS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ConsoleKeys(QObject):
    """Watches the lists it is installed on, and is handed what the window gets."""

    move_wanted = Signal(ChairMove)
    stepped = Signal(int)
    crossed = Signal(int)
    reordered = Signal(int)
    next_wanted = Signal()
    finish_wanted = Signal()
    put_back_wanted = Signal()
    reported_wanted = Signal()
    openings_wanted = Signal()
    minute_wanted = Signal()
    times_wanted = Signal()
    offer_wanted = Signal()
    history_wanted = Signal()
    answers_wanted = Signal()
    mark_wanted = Signal()
    mark_all_wanted = Signal()
    numbered = Signal(int)
    sheet_wanted = Signal()
    close_wanted = Signal()

    def take(self, event: QKeyEvent) -> bool:
        """Tell what the key asks for; False where it asks for nothing here."""
        ignored = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & ~ignored:
            return False
        return self._walk(event) or self._act(event)

    def _walk(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _STEPS:
            (self.reordered if shifted else self.stepped).emit(_STEPS[key])
        elif key in _CROSSINGS:
            self.crossed.emit(_CROSSINGS[key])
        else:
            return False
        return True

    def _act(self, event: QKeyEvent) -> bool:
        letter = event.text().upper()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        others = {
            " ": self.next_wanted,
            "F": self.finish_wanted,
            "P": self.put_back_wanted,
            "!": self.reported_wanted,
            "C": self.openings_wanted,
            "+": self.minute_wanted,
            "Z": self.times_wanted,
            "I": self.history_wanted,
            "W": self.answers_wanted,
            "B": self.mark_all_wanted if shifted else self.mark_wanted,
            "?": self.sheet_wanted,
            "\x1b": self.close_wanted,
        }
        if letter in _NUMBERS and not event.isAutoRepeat():
            self.numbered.emit(int(letter) - 1)
            return True
        if letter not in _LETTERS and letter not in others:
            return False
        # A key that is held down must not run through the whole inbox.
        if event.isAutoRepeat():
            return True
        if letter == "U" and shifted:
            self.offer_wanted.emit()
        elif letter in _LETTERS:
            self.move_wanted.emit(_LETTERS[letter])
        else:
            others[letter].emit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self.take(event)
        return super().eventFilter(watched, event)
