"""A list model over frozen values with ids: what a view shows is always one snapshot, changed by the fewest signals.

The model gives the view a page of rows and more as the person scrolls on (Qt's fetchMore), so the cost of a change
never grows with a list that nobody reads to its end. Must never sort, filter or decide anything: it is handed the rows
in the order in which they are to be shown.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from personal_app.ui.models.made_rows import MadeRows, Row
from personal_app.ui.models.row_diff import Insert, Move, Steps, steps

PAGE_ROWS = 24
#: Beyond so many moves one re-layout is cheaper for a view than walking them.
MOVES_AT_MOST = 48
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

AnyIndex = QModelIndex | QPersistentModelIndex


_NOWHERE = QModelIndex()


class RowModel(QAbstractListModel, Generic[Row]):
    """Holds the rows of one list. `words` says a row in one sentence, for screen readers and plain views."""

    def __init__(
        self, words: Callable[[Row], str] = str, parent: QObject | None = None, *, page_rows: int = PAGE_ROWS
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._page_rows = page_rows
        self._limit = page_rows
        self._all: MadeRows[Any, Row] | tuple[Row, ...] = ()
        self._shown: list[Row] = []
        self._changing = False

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, shown or not yet fetched."""
        return self._all

    @property
    def ids(self) -> list[Hashable]:
        """The ids of all rows; none has to be made for it."""
        return self._all.ids if isinstance(self._all, MadeRows) else [row.id for row in self._all]

    def shown_ids(self, first: int = 0) -> list[Hashable]:
        """The ids of the rows that are shown, from the place `first` on."""
        return [row.id for row in self._shown[first:]]

    def set_rows(self, rows: Sequence[Row], keep: Mapping[Hashable, int] | None = None) -> None:
        """Show `rows` in this order from now on; rows that stay keep their selection and persistent indexes.

        With `keep` no more are shown than the first page and the rows of the ids in it, however far down those come to
        stand, with so many after each.
        """
        self._all = rows if isinstance(rows, MadeRows) else tuple(rows)
        if keep is not None:
            self._limit = self._page_rows
            for row_id, following in keep.items():
                self._reach(row_id, following)
        self._show(self._all[: self._limit])

    def start_over(self) -> None:
        """Show no more than the first page again, for a list of something else."""
        self._limit = self._page_rows

    def row(self, index: AnyIndex) -> Row | None:
        """Return the value at `index`, or None for an invalid one."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def index_of(self, row_id: Hashable) -> QModelIndex:
        """Return where the row of that id stands, fetching as far as it; invalid where there is none."""
        before = self._limit
        place = self._reach(row_id)
        if place is None:
            return QModelIndex()
        if self._limit > before:
            self._show(self._all[: self._limit])
        return self.index(place, 0)

    def _reach(self, row_id: Hashable, following: int = 0) -> int | None:
        """Have as many rows shown as it takes for that of `row_id` and `following` more; return its place or None."""
        ids = self.ids
        place = ids.index(row_id) if row_id in ids else None
        if place is not None:
            self._limit = max(self._limit, place + 1 + following)
        return place

    def _show(self, rows: Sequence[Row]) -> None:
        way = steps([row.id for row in self._shown], [row.id for row in rows], MOVES_AT_MOST)
        # A view may ask for more rows in answer to a signal, when the list is neither the old nor the new one.
        self._changing = True
        self._remove(way)
        if way.moves is None:
            self._lay_out_again(rows)
        else:
            self._move(way.moves)
        self._insert(way, rows)
        self._replace(rows)
        self._changing = False

    def _move(self, moves: Sequence[Move]) -> None:
        for move in moves:
            # Qt counts the target among the rows before anything is taken out.
            target = move.target + 1 if move.target > move.source else move.target
            self.beginMoveRows(_NOWHERE, move.source, move.source, _NOWHERE, target)
            self._shown.insert(move.target, self._shown.pop(move.source))
            self.endMoveRows()

    def _lay_out_again(self, rows: Sequence[Row]) -> None:
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._shown[index.row()].id for index in held]
        kept = {row.id: row for row in self._shown}
        self._shown = [kept[row.id] for row in rows if row.id in kept]
        place_of = {row.id: place for place, row in enumerate(self._shown)}
        self.changePersistentIndexList(held, [self.index(place_of[id_], 0) for id_ in ids])
        self.layoutChanged.emit()

    def _remove(self, way: Steps) -> None:
        for remove in way.removes:
            self.beginRemoveRows(_NOWHERE, remove.first, remove.first + remove.count - 1)
            del self._shown[remove.first : remove.first + remove.count]
            self.endRemoveRows()

    def _insert(self, way: Steps, rows: Sequence[Row]) -> None:
        for insert in way.inserts:
            self._put_in(insert, rows[insert.first : insert.first + insert.count])

    def _put_in(self, insert: Insert, rows: Iterable[Row]) -> None:
        self.beginInsertRows(_NOWHERE, insert.first, insert.first + insert.count - 1)
        self._shown[insert.first : insert.first] = rows
        self.endInsertRows()

    def _replace(self, rows: Sequence[Row]) -> None:
        """Put in the values of rows that stand where they stood and say something else now."""
        first: int | None = None
        for place, row in enumerate(rows):
            if row is not self._shown[place] and row != self._shown[place]:
                first = place if first is None else first
                self._shown[place] = row
            elif first is not None:
                self.dataChanged.emit(self.index(first, 0), self.index(place - 1, 0))
                first = None
        if first is not None:
            self.dataChanged.emit(self.index(first, 0), self.index(len(rows) - 1, 0))

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row)
        return None

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return not self._changing and not parent.isValid() and len(self._shown) < len(self._all)

    def fetchMore(self, parent: AnyIndex) -> None:
        if not self.canFetchMore(parent):
            return
        shown = len(self._shown)
        self._limit = max(self._limit, shown + self._page_rows)
        # Nothing else changes: what is shown already is not looked at again.
        more = self._all[shown : self._limit]
        self._changing = True
        self._put_in(Insert(shown, len(more)), more)
        self._changing = False
