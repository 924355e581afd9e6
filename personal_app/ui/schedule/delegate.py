"""How a row of the program list looks. Must never decide what a row says."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from personal_app.ui.models.row_model import ROW_ROLE
from personal_app.ui.schedule.row import RowKind, ScheduleRow
from personal_app.ui.schedule.row_face import RowFace, paint_ground
from personal_app.ui.theme import Theme


class ScheduleDelegate(QStyledItemDelegate):
    """Paints rows: the time in a gutter, the line of time beside it, then title, people and where it stands."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.of_app()
        self._gutter = ""
        #: The width of the rows, in logical pixels, and the row under the pointer: the view keeps them. Asking Qt for
        #: the viewport or for the style's flags would make PySide build dozens of wrappers before the first paint.
        self.width = 0
        self.hovered = -1
        self.selected = -1
        self.focused = False

    def set_gutter(self, widest: str) -> bool:
        """Give the times as much room as `widest` takes; tell whether that changed anything."""
        changed = widest != self._gutter
        self._gutter = widest
        return changed

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option
        row: ScheduleRow = index.data(ROW_ROLE)
        return QSize(self.width, RowFace(row, QRect(0, 0, self.width, 0), self._theme, self._gutter).height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: ScheduleRow = index.data(ROW_ROLE)
        layout = RowFace(row, option.rect, self._theme, self._gutter)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = index.row() == self.selected
        if selected or index.row() == self.hovered:
            paint_ground(painter, option.rect, self._theme, selected=selected, focused=self.focused)
        if row.kind is not RowKind.DAY:
            last = index.row() + 1 >= index.model().rowCount()
            layout.rail(painter, first=index.row() == 0, last=last)
        layout.words(painter)
        painter.restore()
