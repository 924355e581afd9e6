"""The sheet that lists the console's keys. It is made from the table that the keys themselves come from."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QScrollArea, QWidget

from personal_app.ui.chair.moves import MOVES, OTHER_KEYS
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import HUGE, LARGE, MEDIUM, SMALL, Size
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import Surface, column

_SCROLLS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_J: 1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_K: -1,
    Qt.Key.Key_PageUp: -8,
}


class KeysSheet(Surface):
    """Lies over the middle of its window until a key or click puts it away; where it is too long, arrows scroll it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("card", parent)
        self._over = parent
        self.setObjectName("keys_sheet")
        self.setAccessibleName("Keys of the console")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._page = Surface("panel")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(SMALL)
        self._parts = [_part((words.key, words.does) for words in MOVES.values()), _part(OTHER_KEYS)]
        for part in self._parts:
            self._columns.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        within = column(self._page, spacing=LARGE)
        within.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        within.addWidget(PlainLabel("Keys", size=Size.TITLE, strong=True))
        within.addLayout(self._columns)
        within.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().installEventFilter(self)
        column(self, spacing=0).addWidget(self._scroll)
        parent.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show the sheet, or put it away."""
        self.setVisible(not self.isVisible())
        if self.isVisible():
            self._centre()
            self.raise_()
            self.setFocus()

    def _centre(self) -> None:
        """Take as much room as there is, in two columns where they fit beside each other."""
        room = self._over.size() - QSize(HUGE, HUGE)
        beside = sum(part.sizeHint().width() for part in self._parts) + SMALL + 2 * LARGE
        fits = beside <= room.width()
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
        self._page.adjustSize()
        frame = QSize(2 * self.lineWidth(), 2 * self.lineWidth())
        wanted = self._page.sizeHint() + frame
        if wanted.height() > room.height():
            wanted += QSize(self._scroll.verticalScrollBar().sizeHint().width(), 0)
        self.resize(wanted.boundedTo(room))
        self.move(self._over.rect().center() - self.rect().center())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        steps = _SCROLLS.get(Qt.Key(event.key()), 0)
        bar = self._scroll.verticalScrollBar()
        if steps and bar.maximum():
            bar.setValue(bar.value() + steps * bar.singleStep())
        else:
            self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() is QEvent.Type.Resize and self.isVisible():
            self._centre()
        if watched is not self._over and event.type() is QEvent.Type.MouseButtonPress:
            self.hide()
        return super().eventFilter(watched, event)


def _part(lines: Iterable[tuple[str, str]]) -> QWidget:
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(MEDIUM)
    grid.setVerticalSpacing(SMALL)
    for place, (key, does) in enumerate(lines):
        grid.addWidget(Chip(key), place, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(PlainLabel(does), place, 1)
    return part
