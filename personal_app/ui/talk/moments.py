"""Lists of moments in a recording, chapters or captions: a click seeks, the present one is marked."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from personal_app.ui.models.row_model import ROW_ROLE, RowModel
from personal_app.ui.schedule.times import position_words
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, RADIUS, SMALL, TIGHT
from personal_app.ui.widgets.text_block import text_lines

_LINES = 4


class Moment(msgspec.Struct, frozen=True):
    """What begins at `start_ms`; `present` marks the one that the recording is in."""

    id: int
    start_ms: int
    text: str
    present: bool = False

    def words(self) -> str:
        """Return the moment in one line, for those who hear the list."""
        return f"{position_words(self.start_ms)}: {self.text}"


class MomentList(QListView):
    """`chosen` (int) is the position, in ms, of the moment that a person wants."""

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._model: RowModel[Moment] = RowModel(Moment.words, self)
        self._present = -1
        self._moments: tuple[tuple[int, str], ...] = ()
        self.setAccessibleName(name)
        self.setModel(self._model)
        self.setItemDelegate(_MomentDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        Theme.of_app().changed.connect(self.doItemsLayout)

    def show_moments(self, moments: Sequence[tuple[int, str]]) -> None:
        """Show (start in ms, text) pairs in the order of their starts."""
        if tuple(moments) != self._moments:
            self._moments = tuple(moments)
            self._present = -1
            self._model.start_over()
            self._fill()

    def show_present(self, position_ms: int) -> None:
        """Mark the moment that `position_ms` lies in, and bring it into sight unless the pointer is over the list."""
        present = -1
        for place, (start_ms, _) in enumerate(self._moments):
            if start_ms > position_ms:
                break
            present = place
        if present != self._present:
            self._present = present
            self._fill()
            if present >= 0 and not self.underMouse() and not self.hasFocus():
                self.scrollTo(self._model.index_of(present), QListView.ScrollHint.EnsureVisible)

    def _fill(self) -> None:
        rows = [
            Moment(place, start_ms, text, place == self._present)
            for place, (start_ms, text) in enumerate(self._moments)
        ]
        self._model.set_rows(rows)

    def _choose(self, index: QModelIndex) -> None:
        moment = self._model.row(index)
        if moment is not None:
            self.chosen.emit(moment.start_ms)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()


class _MomentDelegate(QStyledItemDelegate):
    """The time in a gutter, the words beside it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = Theme.of_app()

    def _gutter(self) -> int:
        return self._theme.metrics(Size.SMALL).horizontalAdvance("0:00:00") + MEDIUM + SMALL

    def _lines(self, moment: Moment, width: int) -> tuple[str, ...]:
        room = max(40, width - self._gutter() - MEDIUM)
        return text_lines(moment.text, self._theme.font(bold=moment.present), room, _LINES)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        moment: Moment = index.data(ROW_ROLE)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        # Measured as if it were the present one, so that becoming it moves nothing.
        lines = self._lines(msgspec.structs.replace(moment, present=True), width)
        return QSize(width, len(lines) * self._theme.metrics().height() + 2 * (TIGHT + 1))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        moment: Moment = index.data(ROW_ROLE)
        theme, rect = self._theme, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if moment.present or focused or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(theme.colour("accent") if focused else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_wash" if moment.present else "hover"))
            painter.drawRoundedRect(rect.adjusted(TIGHT, 1, -TIGHT, -1), RADIUS - 2, RADIUS - 2)
        height = theme.metrics().height()
        top = rect.top() + TIGHT + 1
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colour("accent"))
        where = QRect(rect.left(), top, self._gutter() - SMALL, height)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(where, flags, position_words(moment.start_ms))
        painter.setFont(theme.font(bold=moment.present))
        painter.setPen(theme.colour("ink"))
        for number, line in enumerate(self._lines(moment, rect.width())):
            painter.drawText(
                rect.left() + self._gutter(), top + number * height + QFontMetrics(painter.font()).ascent(), line
            )
        painter.restore()
