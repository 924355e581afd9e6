"""The steps from one list to another lead there, and leave alone what need not move."""

from hypothesis import given
from hypothesis import strategies as st

from personal_app.ui.models.row_diff import Insert, Move, Remove, Steps, steps

_LISTS = st.lists(st.integers(0, 30), unique=True, max_size=25)


def _walked(old: list[int], new: list[int], way: Steps) -> list[int]:
    rows = list(old)
    for remove in way.removes:
        del rows[remove.first : remove.first + remove.count]
    assert way.moves is not None
    for move in way.moves:
        rows.insert(move.target, rows.pop(move.source))
    for insert in way.inserts:
        rows[insert.first : insert.first] = new[insert.first : insert.first + insert.count]
    return rows


@given(_LISTS, _LISTS)
def test_steps_lead_from_old_to_new(old: list[int], new: list[int]) -> None:
    assert _walked(old, new, steps(old, new)) == new


@given(_LISTS, _LISTS)
def test_steps_move_only_what_left_its_order(old: list[int], new: list[int]) -> None:
    kept = [id_ for id_ in old if id_ in set(new)]
    wanted = [id_ for id_ in new if id_ in set(old)]
    moves = steps(old, new).moves
    assert moves is not None
    moved = len(moves)
    assert moved < max(len(kept), 1)
    assert (moved == 0) == (kept == wanted)


def test_neighbours_travel_together() -> None:
    assert steps([1, 2, 3, 4], [1, 4]).removes == (Remove(1, 2),)
    assert steps([1, 4], [1, 2, 3, 4]).inserts == (Insert(1, 2),)


def test_one_row_that_rises_is_one_move() -> None:
    assert steps([1, 2, 3, 4, 5], [5, 1, 2, 3, 4]).moves == (Move(4, 0),)
    assert steps([1, 2, 3, 4, 5], [2, 3, 4, 5, 1]).moves == (Move(0, 4),)


def test_too_many_moves_are_none() -> None:
    assert steps([1, 2, 3, 4], [4, 3, 2, 1], 2).moves is None
    assert steps([1, 2, 3, 4], [4, 3, 2, 1], 3).moves is not None


def test_nothing_changed_is_no_step() -> None:
    assert steps([1, 2], [1, 2]) == Steps()
