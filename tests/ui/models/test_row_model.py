"""The model equals its list after any change, tells views about it by the rules of Qt, and keeps what was selected."""

from time import thread_time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from personal_app.ui.models.row_model import ROW_ROLE, RowModel


class _Line(msgspec.Struct, frozen=True):
    id: int
    text: str = ""


def _words(line: _Line) -> str:
    return f"{line.id}: {line.text}"


_ROWS = st.lists(
    st.builds(_Line, st.integers(0, 20), st.sampled_from(["", "a", "b"])), unique_by=lambda line: line.id, max_size=20
)


def _shown(model: RowModel[_Line]) -> list[_Line]:
    return [model.index(row, 0).data(ROW_ROLE) for row in range(model.rowCount())]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_ROWS, min_size=1, max_size=6), st.integers(1, 25))
def test_model_equals_its_list_and_keeps_persistent_indexes(
    qapp: object, script: list[list[_Line]], page_rows: int
) -> None:
    assert qapp is not None
    model: RowModel[_Line] = RowModel(_words, page_rows=page_rows)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for rows in script:
        held = {row.id: QPersistentModelIndex(model.index(place, 0)) for place, row in enumerate(_shown(model))}
        model.set_rows(rows)
        # The tester fetches more rows whenever it is told of some.
        assert _shown(model) == rows[: model.rowCount()]
        assert model.rowCount() >= min(page_rows, len(rows))
        for id_, index in held.items():
            row = model.row(index)
            assert row is None or row.id == id_
            assert index.isValid() == (id_ in [row.id for row in _shown(model)])
    tester.deleteLater()


def test_many_moves_are_one_layout_change_and_keep_the_selection(qtbot: QtBot) -> None:
    model: RowModel[_Line] = RowModel(_words, page_rows=500)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    lines = [_Line(id_) for id_ in range(200)]
    model.set_rows(lines)
    selection = QItemSelectionModel(model)
    selection.select(model.index(3, 0), QItemSelectionModel.SelectionFlag.Select)
    with qtbot.waitSignal(model.layoutChanged):
        model.set_rows(lines[::-1])
    assert [model.row(index) for index in selection.selectedIndexes()] == [_Line(3)]
    assert selection.selectedIndexes()[0].row() == 196
    tester.deleteLater()


def test_a_changed_value_repaints_its_row_alone(qtbot: QtBot) -> None:
    model: RowModel[_Line] = RowModel(_words)
    model.set_rows([_Line(1), _Line(2), _Line(3)])
    with qtbot.waitSignal(model.dataChanged) as changed, qtbot.assertNotEmitted(model.layoutChanged):
        model.set_rows([_Line(1), _Line(2, "new"), _Line(3)])
    assert changed.args is not None
    assert (changed.args[0].row(), changed.args[1].row()) == (1, 1)


def test_the_same_rows_again_are_silent(qtbot: QtBot) -> None:
    model: RowModel[_Line] = RowModel(_words)
    model.set_rows([_Line(1), _Line(2)])
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.rowsInserted):
        model.set_rows([_Line(1), _Line(2)])


def test_more_rows_come_as_they_are_wanted(qapp: object) -> None:
    assert qapp is not None
    model: RowModel[_Line] = RowModel(_words, page_rows=10)
    model.set_rows([_Line(id_) for id_ in range(25)])
    assert model.rowCount() == 10
    model.fetchMore(QModelIndex())
    assert model.rowCount() == 20
    assert model.index_of(24).row() == 24
    assert not model.canFetchMore(QModelIndex())
    assert not model.index_of(99).isValid()


def test_rows_that_are_kept_stay_shown_with_those_after_them(qapp: object) -> None:
    assert qapp is not None
    model: RowModel[_Line] = RowModel(_words, page_rows=5)
    model.set_rows([_Line(id_) for id_ in range(30)])
    model.set_rows([_Line(id_) for id_ in reversed(range(30))], {28: 0, 20: 3, 99: 1})
    assert model.rowCount() == 13


def test_a_row_says_itself_to_a_screen_reader(qapp: object) -> None:
    assert qapp is not None
    model: RowModel[_Line] = RowModel(_words)
    model.set_rows([_Line(7, "why?")])
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "7: why?"


@pytest.mark.parametrize("page_rows", [60, 10_000])
def test_ten_thousand_rows_change_within_a_blink(qapp: object, page_rows: int) -> None:
    assert qapp is not None
    model: RowModel[_Line] = RowModel(_words, page_rows=page_rows)
    lines = [_Line(id_) for id_ in range(10_000)]
    changed = [*lines[5000:], *lines[:4000], _Line(4500, "changed")]
    taken_s = []
    for _ in range(3):
        model.set_rows(lines)
        began = thread_time()
        model.set_rows(changed)
        taken_s.append(thread_time() - began)
    # The thread's own time and the best of three, for the machine may be busy; a quadratic walk takes ten times this.
    assert min(taken_s) < 0.2
    assert model.rowCount() == min(page_rows, 9001)
