"""The sheet that slides are drawn on: its size, colours, type, and how words are put on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

WIDTH = 1280
HEIGHT = 720

PAPER = QColor("#FAF9F6")
INK = QColor("#1C2333")
QUIET = QColor("#667085")
RULE = QColor("#DEDCD5")
NIGHT = QColor("#161C2B")
CHALK = QColor("#F3F1EA")

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
MIDDLE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def font(pixels: int, *, bold: bool = False) -> QFont:
    """Return the slides' type face at `pixels`; not hinted, so that it comes out the same on every machine."""
    face = QFont("DejaVu Sans")
    face.setStretch(QFont.Stretch.SemiCondensed if bold else QFont.Stretch.Unstretched)
    face.setPixelSize(pixels)
    face.setBold(bold)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


def blank(colour: QColor) -> QImage:
    """Return an empty sheet of one colour."""
    sheet = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    sheet.fill(colour)
    return sheet


@contextmanager
def painting(sheet: QImage) -> Iterator[QPainter]:
    """Lend a painter for `sheet` that smooths edges and type."""
    painter = QPainter(sheet)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    yield painter
    painter.end()


def write(
    painter: QPainter,
    place: QRectF,
    words: str,
    face: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> QRectF:
    """Write `words` wrapped into `place` and return the room they took. Raises ValueError where they do not fit."""
    flags = int(Qt.TextFlag.TextWordWrap) | align.value
    needed = QFontMetricsF(face).boundingRect(place, flags, words)
    if needed.height() > place.height() + 1 or needed.width() > place.width() + 1:
        raise ValueError(f"these words do not fit their place on the slide: {words!r}")
    painter.setFont(face)
    painter.setPen(colour)
    painter.drawText(place, flags, words)
    return needed


def box(painter: QPainter, place: QRectF, fill: QColor, edge: QColor | None = None) -> None:
    """Draw a rounded box."""
    painter.setBrush(fill)
    painter.setPen(Qt.PenStyle.NoPen if edge is None else edge)
    painter.drawRoundedRect(place, 8, 8)


def tint(colour: QColor, share: float) -> QColor:
    """Return `colour` mixed into the paper: 0 is the paper, 1 the colour."""
    return QColor.fromRgbF(
        PAPER.redF() + (colour.redF() - PAPER.redF()) * share,
        PAPER.greenF() + (colour.greenF() - PAPER.greenF()) * share,
        PAPER.blueF() + (colour.blueF() - PAPER.blueF()) * share,
    )
