"""The sheet that lists the console's keys. It is made from the table that the keys themselves come from."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from personal_app.ui.chair.moves import MOVES, OTHER_KEYS
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import HUGE, LARGE, SMALL, Size
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import Surface, column


class KeysSheet(Surface):
    """Lies over the middle of its window until any key or click puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("card", parent)
        self._over = parent
        self.setObjectName("keys_sheet")
        self.setAccessibleName("Keys of the console")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = column(self, spacing=LARGE)
        layout.setContentsMargins(HUGE, LARGE, HUGE, LARGE)
        layout.addWidget(PlainLabel("Keys", size=Size.TITLE, strong=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(LARGE)
        grid.setVerticalSpacing(SMALL)
        lines = [(words.key, words.does) for words in MOVES.values()] + list(OTHER_KEYS)
        for place, (key, does) in enumerate(lines):
            grid.addWidget(Chip(key), place, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(PlainLabel(does), place, 1)
        layout.addLayout(grid)
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
        self.adjustSize()
        self.move(self._over.rect().center() - self.rect().center())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._centre()
        return super().eventFilter(watched, event)
