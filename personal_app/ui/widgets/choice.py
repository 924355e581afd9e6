"""One of several, chosen from a list that drops down. Must never know what is chosen between."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from personal_app.ui.icons import Icon, draw_icon
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import SMALL

_MARK_SIDE = 12


class Choice(QComboBox):
    """A combo box with a mark that says that there is more; a style sheet takes the style's own away."""

    def __init__(self, name: str, words: str) -> None:
        """`name` becomes the objectName, `words` are read by assistive tools."""
        super().__init__()
        self._theme = Theme.of_app()
        self.setObjectName(name)
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = self._theme.scaled(_MARK_SIDE)
        painter = QPainter(self)
        where = QRect(self.width() - side - SMALL, (self.height() - side) // 2, side, side)
        draw_icon(painter, where, Icon.DOWN, self._theme.colour("ink_soft" if self.isEnabled() else "ink_faint"))
        painter.end()
