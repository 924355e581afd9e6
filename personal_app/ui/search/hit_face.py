"""How a row of what was found looks: its pieces measured and painted, with the words that were sought marked.

Lengths are logical pixels. Must never decide what a row says.
"""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from personal_app.conference.finding import Excerpt
from personal_app.ui.models.row_model import ROW_ROLE, AnyIndex
from personal_app.ui.plain_text import one_line
from personal_app.ui.search.rows import FoundRow
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, RADIUS, SMALL, TIGHT

_CONTEXT_LINES = 2
_GAP = 2
#: A scroll bar that comes must not re-measure the rows.
_BAR_ROOM = 12


class HitDelegate(QStyledItemDelegate):
    """Paints headings and hits."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self._view = parent
        self._theme = Theme.of_app()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option
        row: FoundRow = index.data(ROW_ROLE)
        width = self._view.width()
        return QSize(self._view.viewport().width(), self._height(row, width - _BAR_ROOM - 2 * MEDIUM))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: FoundRow = index.data(ROW_ROLE)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.hit is None:
            self._paint_heading(painter, rect, row)
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            if selected or option.state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.colour("accent_wash" if selected else "hover"))
                painter.drawRoundedRect(rect.adjusted(TIGHT, 1, -TIGHT, -1), RADIUS - 2, RADIUS - 2)
            self._paint_hit(painter, rect, row)
        painter.restore()

    def _height(self, row: FoundRow, room: int) -> int:
        theme = self._theme
        if row.hit is None:
            return theme.metrics(Size.SMALL, bold=True).height() + SMALL + TIGHT
        height = 2 * (TIGHT + 2) - _GAP
        if row.title.text:
            height += theme.metrics(bold=True).height() + _GAP
        if row.context.text:
            height += len(self._lines(row.context, room)) * theme.metrics().height() + _GAP
        return height + (theme.metrics(Size.SMALL).height() + _GAP if row.foot else 0)

    def _paint_heading(self, painter: QPainter, rect: QRect, row: FoundRow) -> None:
        painter.setFont(self._theme.font(Size.SMALL, bold=True))
        painter.setPen(self._theme.colour("ink_faint"))
        where = rect.adjusted(MEDIUM, SMALL, -MEDIUM, -TIGHT)
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, row.title.text)

    def _paint_hit(self, painter: QPainter, rect: QRect, row: FoundRow) -> None:
        theme = self._theme
        x, y, room = rect.left() + MEDIUM, rect.top() + TIGHT + 2, self._view.width() - _BAR_ROOM - 2 * MEDIUM
        if row.title.text:
            painter.setPen(theme.colour("ink"))
            layout = self._layout(row.title, theme.font(bold=True), room, lines=1)
            layout.draw(painter, QPointF(x, y))
            y += theme.metrics(bold=True).height() + _GAP
        if row.context.text:
            painter.setPen(theme.colour("ink_soft"))
            for line in self._lines(row.context, room):
                self._layout(line, theme.font(), room, lines=1).draw(painter, QPointF(x, y))
                y += theme.metrics().height()
            y += _GAP
        if row.foot:
            painter.setFont(theme.font(Size.SMALL))
            painter.setPen(theme.colour("ink_faint"))
            metrics = theme.metrics(Size.SMALL)
            foot = metrics.elidedText(one_line(row.foot), Qt.TextElideMode.ElideRight, room)
            painter.drawText(x, y + metrics.ascent(), foot)

    def _lines(self, excerpt: Excerpt, room: int) -> list[Excerpt]:
        """Break an excerpt into at most two lines; the last one is cut where it is painted."""
        layout = self._layout(excerpt, self._theme.font(), room, lines=_CONTEXT_LINES)
        units = excerpt.text.encode("utf-16-le")
        starts = [layout.lineAt(place).textStart() for place in range(layout.lineCount())]
        # Qt counts UTF-16 units, Python code points.
        points = [len(units[: 2 * start].decode("utf-16-le", errors="ignore")) for start in starts]
        return [
            Excerpt(
                excerpt.text[start:end].rstrip(),
                tuple((max(a, start) - start, min(b, end) - start) for a, b in excerpt.marks if a < end and b > start),
            )
            for start, end in zip(points, [*points[1:], len(excerpt.text)], strict=True)
        ]

    def _layout(self, excerpt: Excerpt, font: QFont, room: int, *, lines: int) -> QTextLayout:
        text = excerpt.text
        if lines == 1:
            text = self._theme.metrics(bold=font.bold()).elidedText(text, Qt.TextElideMode.ElideRight, room)
        layout = QTextLayout(text, font)
        layout.setFormats([self._mark(excerpt.text, start, end) for start, end in excerpt.marks if end <= len(text)])
        option = QTextOption()
        option.setWrapMode(
            QTextOption.WrapMode.NoWrap if lines == 1 else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        )
        layout.setTextOption(option)
        layout.beginLayout()
        for number in range(lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1, room))
            line.setPosition(QPointF(0, number * self._theme.metrics().height()))
        layout.endLayout()
        return layout

    def _mark(self, text: str, start: int, end: int) -> QTextLayout.FormatRange:
        mark = QTextLayout.FormatRange()
        mark.start = _units(text[:start])
        mark.length = _units(text[start:end])
        look = QTextCharFormat()
        look.setForeground(self._theme.colour("accent"))
        look.setFontWeight(QFont.Weight.DemiBold)
        mark.format = look
        return mark


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
