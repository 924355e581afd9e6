"""Filling rectangles, for delegates that paint rows. Must never choose a colour."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter


def fill(painter: QPainter, where: QRect, colour: QColor) -> None:
    """Fill `where`, edge to edge; the painter's pen and brush are changed.

    Qt's own `fillRect` has a form for gradients, whose hundred and more presets PySide would build at the first call.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRect(where)
