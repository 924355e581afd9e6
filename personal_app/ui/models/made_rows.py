"""Rows that are made when they are looked at: of a list of thousands a view shows a page.

Must never know what a row is, nor look at one by itself: only whoever asks for a row has it made.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar, overload


class Identified(Protocol):
    """A value with an id that stays the same while the value changes."""

    @property
    def id(self) -> Hashable:
        """The id, unique within a list."""
        ...


Value = TypeVar("Value", bound=Identified)
Row = TypeVar("Row", bound=Identified)
#: What was made, by id: the value and the row that was made of it.
Made = dict[Hashable, tuple[Value, Row]]


class MadeRows(Sequence[Row], Generic[Value, Row]):
    """A row for each of `values`, in their order and with their ids."""

    def __init__(
        self, values: Sequence[Value], make: Callable[[Value], Row], made: "Made[Value, Row] | None" = None
    ) -> None:
        """`made` is shared by lists whose `make` makes the same of the same value: what one has made others take."""
        self._values = values
        self._make = make
        self._made: Made[Value, Row] = {} if made is None else made

    @property
    def ids(self) -> list[Hashable]:
        """The ids of all rows, made or not."""
        return [value.id for value in self._values]

    def _row(self, value: Value) -> Row:
        known = self._made.get(value.id)
        if known is not None and known[0] is value:
            return known[1]
        row = self._make(value)
        self._made[value.id] = (value, row)
        return row

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._row(value) for value in self._values[place]]
        return self._row(self._values[place])
