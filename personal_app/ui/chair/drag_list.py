"""A card list whose cards can be dragged, and dropped between the cards of another. Must never move a card itself."""

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication

from personal_app.conference.clock import Clock
from personal_app.ui.cards.card_list import CardList
from personal_app.ui.theme import Theme

QUESTION_TYPE = "application/x-personal-question"
_LINE_HEIGHT = 3
#: So near to an edge the list scrolls under what is dragged, in logical pixels.
_EDGE = 24


class DragList(CardList):
    """`dropped` carries the question's id and that of the card it now comes after, or nothing for the first place."""

    dropped = Signal(str, str)

    def __init__(self, now: Clock, name: str, words: str) -> None:
        super().__init__(now, name, words)
        self._drag_from: QPoint | None = None
        self._drop_row: int | None = None

    def drop_row_at(self, point: QPoint) -> int:
        """Return before which row something dropped at `point` comes; the number of rows for the end."""
        for row in range(self.cards.rowCount()):
            if point.y() < self.visualRect(self.cards.index(row, 0)).center().y():
                return row
        return self.cards.rowCount()

    def after_at(self, row: int, dragged: str) -> str:
        """Return the id of the nearest card above `row` that is not the dragged one itself, or nothing."""
        above = [card.id for card in self.cards.rows[:row] if card.id != dragged]
        return above[-1] if above else ""

    def _show_drop(self, row: int | None) -> None:
        if row != self._drop_row:
            self._drop_row = row
            self.viewport().update()

    def _scroll_at_edge(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y < _EDGE:
            bar.setValue(bar.value() - _EDGE)
        elif y > self.viewport().height() - _EDGE:
            bar.setValue(bar.value() + _EDGE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        left = event.button() is Qt.MouseButton.LeftButton
        self._drag_from = event.position().toPoint() if left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        start = self._drag_from
        if start is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        point = event.position().toPoint()
        if (point - start).manhattanLength() >= QApplication.startDragDistance():
            self._drag_from = None
            self._drag(start)

    def _drag(self, start: QPoint) -> None:
        index = self.indexAt(start)
        card = self.cards.row(index)
        if card is None:
            return
        data = QMimeData()
        data.setData(QUESTION_TYPE, card.id.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        where = self.visualRect(index)
        drag.setPixmap(self.viewport().grab(where))
        drag.setHotSpot(start - where.topLeft())
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(QUESTION_TYPE):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(QUESTION_TYPE):
            self._scroll_at_edge(event.position().toPoint().y())
            self._show_drop(self.drop_row_at(event.position().toPoint()))
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(None)
        dragged = dragged_question(event)
        if not dragged:
            return
        after = self.after_at(self.drop_row_at(event.position().toPoint()), dragged)
        event.acceptProposedAction()
        self.dropped.emit(dragged, after)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop_row is None:
            return
        painter = QPainter(self.viewport())
        painter.fillRect(self._drop_line(self._drop_row), Theme.of_app().colour("accent"))
        painter.end()

    def _drop_line(self, row: int) -> QRect:
        count = self.cards.rowCount()
        last = self.visualRect(self.cards.index(count - 1, 0)).bottom() if count else 0
        y = self.visualRect(self.cards.index(row, 0)).top() if row < count else last
        return QRect(0, max(0, y - 1), self.viewport().width(), _LINE_HEIGHT)


def dragged_question(event: QDropEvent) -> str:
    """Return the id of the question that is dragged, or nothing where something else is."""
    return bytes(event.mimeData().data(QUESTION_TYPE).data()).decode()
