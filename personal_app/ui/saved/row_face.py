"""How a row of the saved recordings looks. Must never decide what a row says."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from personal_app.services.recordings import RecordingKind
from personal_app.ui.icons import Icon, draw_icon
from personal_app.ui.models.row_model import ROW_ROLE, AnyIndex
from personal_app.ui.plain_text import one_line
from personal_app.ui.saved.rows import SavedRow
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, RADIUS, SMALL, TIGHT

_MARKS = {
    RecordingKind.SAVED: (Icon.SAVED_OFFLINE, "good"),
    RecordingKind.LOADING: (Icon.SAVE_OFFLINE, "accent"),
    RecordingKind.WAITING: (Icon.CLOCK, "ink_faint"),
    RecordingKind.PAUSED: (Icon.PAUSE, "warn"),
    RecordingKind.FAILED: (Icon.WARNING, "warn"),
    RecordingKind.ABSENT: (Icon.OFFLINE, "ink_faint"),
}
_MARK_SIDE = 20
_BAR = 4


class SavedDelegate(QStyledItemDelegate):
    """A mark, the title, what is so, and how far it is."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self._view = parent
        self._theme = Theme.of_app()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        theme = self._theme
        # All alike, whatever they show: one that begins to come must not push the others down.
        height = 2 * SMALL + theme.metrics(bold=True).height() + theme.metrics(Size.SMALL).height() + TIGHT + _BAR + 2
        return QSize(self._view.viewport().width(), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: SavedRow = index.data(ROW_ROLE)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(self._theme.colour("accent") if selected and self._view.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("accent_wash" if selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(TIGHT, 1, -TIGHT, -1), RADIUS - 2, RADIUS - 2)
        self._paint_row(painter, rect, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, row: SavedRow) -> None:
        theme = self._theme
        side = theme.scaled(_MARK_SIDE)
        which, tone = _MARKS[row.kind]
        draw_icon(painter, QRect(rect.left() + MEDIUM, rect.top() + SMALL, side, side), which, theme.colour(tone))
        left, y = rect.left() + 2 * MEDIUM + side, rect.top() + SMALL
        room = rect.right() - MEDIUM - left
        title, small = theme.metrics(bold=True), theme.metrics(Size.SMALL)
        painter.setFont(theme.font(bold=True))
        painter.setPen(theme.colour("ink"))
        painter.drawText(left, y + title.ascent(), title.elidedText(one_line(row.title), _RIGHT, room))
        y += title.height()
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colour("warn" if row.kind is RecordingKind.FAILED else "ink_soft"))
        painter.drawText(left, y + small.ascent(), small.elidedText(one_line(row.words), _RIGHT, room))
        if row.fraction is not None:
            self._paint_bar(painter, QRectF(left, y + small.height() + TIGHT, room, _BAR), row)

    def _paint_bar(self, painter: QPainter, where: QRectF, row: SavedRow) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("sunken"))
        painter.drawRoundedRect(where, _BAR / 2, _BAR / 2)
        where.setWidth(where.width() * min(1.0, row.fraction or 0.0))
        painter.setBrush(self._theme.colour("accent" if row.kind is RecordingKind.LOADING else "ink_faint"))
        painter.drawRoundedRect(where, _BAR / 2, _BAR / 2)


_RIGHT = Qt.TextElideMode.ElideRight
