"""Rows of heights that are guessed until they are measured stand below each other without a gap."""

from hypothesis import given
from hypothesis import strategies as st

from personal_app.ui.cards.stack import Stack

_HEIGHTS = st.lists(st.integers(1, 200), min_size=1, max_size=40)


def test_rows_stand_below_each_other() -> None:
    stack = Stack()
    stack.set_rows([10, 20, 30])
    assert (len(stack), stack.total) == (3, 60)
    assert [stack.top(row) for row in range(3)] == [0, 10, 30]
    assert [stack.row_at(y) for y in (-5, 0, 9, 10, 29, 30, 59, 60, 99)] == [0, 0, 0, 1, 1, 2, 2, 2, 2]


def test_what_is_learnt_moves_what_stands_below_alone() -> None:
    stack = Stack()
    stack.set_rows([10, 20, 30])
    assert stack.unsure(0, 2) == [0, 1, 2]
    stack.learn({1: 25})
    assert [stack.top(row) for row in range(3)] == [0, 10, 35]
    assert (stack.total, stack.unsure(0, 2)) == (65, [0, 2])
    stack.append([7, 8])
    assert (stack.total, stack.top(4), stack.unsure(1, 4)) == (80, 72, [2, 3, 4])


@given(_HEIGHTS, st.lists(st.tuples(st.integers(0, 39), st.integers(1, 200)), max_size=20), _HEIGHTS)
def test_tops_are_the_sums_of_what_is_above(heights: list[int], learnt: list[tuple[int, int]], more: list[int]) -> None:
    stack, known = Stack(), [*heights, *more]
    stack.set_rows(heights)
    stack.append(more)
    for row, height in learnt:
        known[row % len(known)] = height
        stack.learn({row % len(known): height})
    assert [stack.height(row) for row in range(len(stack))] == known
    assert [stack.top(row) for row in range(len(stack))] == [sum(known[:row]) for row in range(len(known))]
    assert all(stack.row_at(stack.top(row)) == row for row in range(len(known)))
