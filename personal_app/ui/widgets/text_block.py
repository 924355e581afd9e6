"""A text broken into a bounded number of lines, for delegates that paint rows. Must never paint or know a colour."""

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

from personal_app.ui.plain_text import LINE_CHARS, one_line


def text_lines(text: str, font: QFont, width: int, most_lines: int, most_chars: int = LINE_CHARS) -> tuple[str, ...]:
    """Return the lines of `text` in `width` logical pixels; the last one ends in an ellipsis where more would come."""
    return _lines(one_line(text, most_chars), font.key(), font.pixelSize(), width, most_lines)


@lru_cache(maxsize=4096)
def _lines(text: str, font_key: str, pixels: int, width: int, most_lines: int) -> tuple[str, ...]:
    font = QFont()
    font.fromString(font_key)
    font.setPixelSize(pixels)
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    # Qt counts UTF-16 units, Python code points: an emoji is two of the one and one of the other.
    units = text.encode("utf-16-le")
    starts: list[int] = []
    layout.beginLayout()
    while len(starts) <= most_lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width))
        starts.append(line.textStart())
    layout.endLayout()
    pieces = [_piece(units, start, end) for start, end in zip(starts, [*starts[1:], len(units) // 2], strict=True)]
    if len(pieces) <= most_lines:
        return tuple(piece.rstrip() for piece in pieces)
    rest = _piece(units, starts[most_lines - 1], len(units) // 2)
    last = QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return (*(piece.rstrip() for piece in pieces[: most_lines - 1]), last)


def _piece(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", errors="replace")
