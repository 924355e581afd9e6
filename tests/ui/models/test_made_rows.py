"""Of many rows those are made that somebody looks at, and none twice."""

import msgspec
from PySide6.QtCore import QModelIndex

from personal_app.ui.models.made_rows import Made, MadeRows
from personal_app.ui.models.row_model import RowModel


class _Value(msgspec.Struct, frozen=True):
    id: int
    text: str = ""


class _Workshop:
    """Makes lines of values, and remembers of which."""

    def __init__(self) -> None:
        self.made: Made[_Value, _Value] = {}
        self.of: list[int] = []

    def rows(self, *values: _Value) -> MadeRows[_Value, _Value]:
        return MadeRows(values, self._make, self.made)

    def _make(self, value: _Value) -> _Value:
        self.of.append(value.id)
        return _Value(value.id, f"{value.text}!")


VALUES = tuple(_Value(number, "a") for number in range(100))


def test_a_row_is_made_when_it_is_looked_at_and_stays_the_same() -> None:
    work = _Workshop()
    rows = work.rows(*VALUES)
    assert (len(rows), rows.ids, work.of) == (100, list(range(100)), [])
    assert rows[3] is rows[3]
    assert [row.id for row in rows[2:5]] == [2, 3, 4]
    assert sorted(work.of) == [2, 3, 4]
    assert work.rows(*VALUES)[3] is rows[3]


def test_another_value_of_the_same_id_is_made_anew() -> None:
    work = _Workshop()
    before = work.rows(*VALUES)[3]
    after = work.rows(*VALUES[:3], _Value(3, "b"))[3]
    assert (before.text, after.text) == ("a!", "b!")


def test_a_model_makes_the_page_that_it_shows(qapp: object) -> None:
    assert qapp is not None
    work = _Workshop()
    model: RowModel[_Value] = RowModel(str, page_rows=10)
    model.set_rows(work.rows(*VALUES))
    assert (model.rowCount(), sorted(work.of)) == (10, list(range(10)))
    model.fetchMore(QModelIndex())
    assert (model.rowCount(), sorted(work.of)) == (20, list(range(20)))
    model.set_rows(work.rows(*VALUES[1:]))
    assert sorted(work.of) == list(range(21))
    assert model.ids == list(range(1, 100))
