"""Chips: a word or two that say where something stands, as a widget and for delegates that paint rows."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from personal_app.ui.plain_text import one_line
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Size

_PAD_X, _PAD_Y = 7, 2
#: The colours of a chip by tone: words, wash.
TONES = {
    "neutral": ("ink_soft", "neutral_wash"),
    "accent": ("accent", "accent_wash"),
    "live": ("live", "live_wash"),
    "good": ("good", "good_wash"),
    "warn": ("warn", "warn_wash"),
    "solid": ("accent_ink", "accent"),
}


def chip_size(theme: Theme, text: str) -> QSize:
    """Return the room that a chip with `text` takes."""
    metrics = theme.metrics(Size.SMALL, bold=True)
    return QSize(metrics.horizontalAdvance(text) + 2 * _PAD_X, metrics.height() + 2 * _PAD_Y)


def paint_chip(painter: QPainter, where: QPoint, text: str, tone: str, theme: Theme) -> QRect:
    """Paint a chip with its top left corner at `where` and return the rectangle it covers."""
    ink, wash = TONES[tone]
    rectangle = QRect(where, chip_size(theme, text))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(wash))
    painter.drawRoundedRect(rectangle, rectangle.height() / 2, rectangle.height() / 2)
    painter.setPen(theme.colour(ink))
    painter.setFont(theme.font(Size.SMALL, bold=True))
    painter.drawText(rectangle, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return rectangle


class Chip(QWidget):
    """A chip as a widget."""

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.of_app()
        self._text = ""
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._theme.changed.connect(self.updateGeometry)
        self.show_chip(text, tone)

    @property
    def text(self) -> str:
        """What the chip says."""
        return self._text

    def show_chip(self, text: str, tone: str) -> None:
        """Say something else; nothing to say hides the chip."""
        shown = one_line(text, 40)
        if (shown, tone) != (self._text, self._tone):
            self._text, self._tone = shown, tone
            self.setAccessibleName(shown)
            self.updateGeometry()
            self.update()
        self.setVisible(bool(shown))

    def sizeHint(self) -> QSize:
        return chip_size(self._theme, self._text)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        paint_chip(painter, QPoint(0, 0), self._text, self._tone, self._theme)
        painter.end()
