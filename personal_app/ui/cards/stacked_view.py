"""A list view whose rows have different heights, of which only those are measured that come into view.

QListView asks each row for its size whenever the list changes, which for ten thousand rows takes a tenth of a second.
Here rows that were never seen have a guessed height, and what is in view stays where it is while guesses above it
become certain. Selection, keys and what assistive tools are told are QListView's. Must never know what a row is.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem, QWidget

from personal_app.ui.cards.stack import Stack

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_STEPS = {
    QAbstractItemView.CursorAction.MoveUp: -1,
    QAbstractItemView.CursorAction.MovePrevious: -1,
    QAbstractItemView.CursorAction.MoveDown: 1,
    QAbstractItemView.CursorAction.MoveNext: 1,
}


class StackedView(QListView):
    """Lays out one column. A subclass measures: `measure_row` exactly, `guess_heights` at no cost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = Stack()
        self._stale = False
        #: Above 0 while the list itself scrolls.
        self._moving = 0

    def measure_row(self, row: int) -> int:
        """Return the height of a row that is about to be seen."""
        raise NotImplementedError

    def guess_heights(self, first: int) -> Sequence[int]:
        """Return the heights of the rows from `first` on, as far as they are known from before or can be guessed."""
        raise NotImplementedError

    def hold(self, row: int, top: int) -> None:
        """Lay everything out anew so that a row's top is at `top` in the viewport, as far as the list goes there."""
        self._lay_anew()
        self._settle(row, top)

    def _lay_anew(self) -> None:
        self._stale = False
        self._stack.set_rows(self.guess_heights(0))

    def _fresh(self) -> Stack:
        """Return where the rows stand, laid out anew where they have changed since."""
        if self._stale or len(self._stack) != self.model().rowCount():
            self._lay_anew()
        return self._stack

    def _settle(self, row: int, top: int) -> None:
        """Scroll so that a row's top is at `top`, with all measured that is in view then."""
        stack, room = self._stack, self.viewport().height()
        value = 0
        # Each round measures something; the last one nothing.
        while len(stack):
            value = min(max(0, stack.top(row) - top), max(0, stack.total - room))
            unsure = stack.unsure(stack.row_at(value), stack.row_at(value + max(0, room - 1)))
            if not unsure:
                break
            stack.learn({each: self.measure_row(each) for each in unsure})
        self._scroll_to(value)

    def _scroll_to(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._moving += 1
        bar.setPageStep(self.viewport().height())
        bar.setRange(0, max(0, self._stack.total - self.viewport().height()))
        bar.setValue(value)
        self._moving -= 1
        self.viewport().update()

    def _in_view(self, value: int) -> range:
        """Return the rows that are in view where the list is scrolled to `value`."""
        if not len(self._stack):
            return range(0)
        last = self._stack.row_at(value + max(0, self.viewport().height() - 1))
        return range(self._stack.row_at(value), last + 1)

    def _on_scrolled(self, before: int) -> None:
        """A person has scrolled from `before` on: what was in view and still is moves by just as much as they asked."""
        value, stack = self.verticalScrollBar().value(), self._fresh()
        seen, seen_now = self._in_view(before), self._in_view(value)
        if not seen_now:
            return
        if value >= self.verticalScrollBar().maximum():
            # Down to the very end, wherever that will be found to be.
            self._settle(len(stack) - 1, self.viewport().height() - self._measured(len(stack) - 1))
            return
        common = range(max(seen.start, seen_now.start), min(seen.stop, seen_now.stop))
        row = common[0] if common else seen_now[0]
        self._settle(row, stack.top(row) - value)

    def _measured(self, row: int) -> int:
        if self._stack.unsure(row, row):
            self._stack.learn({row: self.measure_row(row)})
        return self._stack.height(row)

    # Qt's own, last.

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            for changed in (model.rowsRemoved, model.rowsMoved, model.layoutChanged, model.modelReset):
                changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._stale = True

    def rowsInserted(self, parent: AnyIndex, start: int, end: int) -> None:
        if start == len(self._stack) and not self._stale:
            # More of the same list: nothing above moves, and nobody has seen these.
            self._stack.append(self.guess_heights(start))
            self.updateGeometries()
            return
        self._stale = True
        super().rowsInserted(parent, start, end)

    def doItemsLayout(self) -> None:
        """Lay out anew with what was at the top of the viewport still there."""
        value, before = self.verticalScrollBar().value(), self._stack
        row = before.row_at(value) if len(before) and value else 0
        top = before.top(row) - value if len(before) else 0
        self._lay_anew()
        # The base of QListView: what comes between would lay out all rows by asking each.
        QAbstractItemView.doItemsLayout(self)
        if len(self._stack):
            self._settle(min(row, len(self._stack) - 1), top)

    def updateGeometries(self) -> None:
        stack, value = self._fresh(), self.verticalScrollBar().value()
        if len(stack) and self.isVisible():
            row = stack.row_at(value)
            self._settle(row, stack.top(row) - value)
        else:
            self._scroll_to(value)
        QAbstractItemView.updateGeometries(self)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx
        if not self._moving:
            self._on_scrolled(self.verticalScrollBar().value() + dy)
        self.viewport().update()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def visualRect(self, index: AnyIndex) -> QRect:
        stack = self._fresh()
        if not index.isValid() or index.row() >= len(stack):
            return QRect()
        top = stack.top(index.row()) - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), stack.height(index.row()))

    def indexAt(self, point: QPoint) -> QModelIndex:
        stack, y = self._fresh(), point.y() + self.verticalScrollBar().value()
        if not 0 <= y < stack.total or not 0 <= point.x() < self.viewport().width():
            return QModelIndex()
        return self.model().index(stack.row_at(y), 0)

    def scrollTo(
        self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        stack, row, room = self._fresh(), index.row(), self.viewport().height()
        if not index.isValid() or row >= len(stack):
            return
        height = self._measured(row)
        top = stack.top(row) - self.verticalScrollBar().value()
        lowest = max(0, room - height)
        if hint is QAbstractItemView.ScrollHint.EnsureVisible and 0 <= top <= lowest:
            return
        match hint:
            case QAbstractItemView.ScrollHint.PositionAtTop:
                top = 0
            case QAbstractItemView.ScrollHint.PositionAtBottom:
                top = lowest
            case QAbstractItemView.ScrollHint.PositionAtCenter:
                top = lowest // 2
            case _:
                top = 0 if top < 0 else lowest
        self._settle(row, top)

    def moveCursor(self, cursor_action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        del modifiers
        stack, current = self._fresh(), self.currentIndex()
        if not len(stack):
            return QModelIndex()
        row, last = current.row(), len(stack) - 1
        if not current.isValid():
            row = 0
        elif cursor_action in _STEPS:
            row += _STEPS[cursor_action]
        elif cursor_action is QAbstractItemView.CursorAction.MoveHome:
            row = 0
        elif cursor_action is QAbstractItemView.CursorAction.MoveEnd:
            row = last
        elif cursor_action is QAbstractItemView.CursorAction.MovePageDown:
            row = max(row + 1, stack.row_at(stack.top(row) + self.viewport().height()))
        elif cursor_action is QAbstractItemView.CursorAction.MovePageUp:
            row = min(row - 1, stack.row_at(stack.top(row) - self.viewport().height()))
        return self.model().index(min(max(0, row), last), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index) if index.isValid() else QItemSelection(), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        del selection
        return QRegion(self.viewport().rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._fresh()
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        where, delegate = event.rect(), self.itemDelegate()
        for row in self._in_view(self.verticalScrollBar().value()):
            index = self.model().index(row, 0)
            rect = self.visualRect(index)
            if rect.intersects(where):
                option_of_row: Any = option
                option_of_row.rect = rect
                delegate.paint(painter, option, index)
        painter.end()
