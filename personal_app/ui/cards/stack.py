"""Where rows of different heights stand below each other, when most of them have never been measured.

A row that was not measured has a guessed height. What is known of it is asked for when it comes into view, so a list of
ten thousand costs what is seen of it. Pure; must never know a row.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


class Stack:
    """Heights and tops in logical pixels; the first row's top is 0."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._tops: list[int] = [0]
        self._sure = bytearray()

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def total(self) -> int:
        """The height of all rows together."""
        return self._tops[-1]

    def set_rows(self, heights: Sequence[int]) -> None:
        """Begin anew with rows of these heights, of none of which is anything sure."""
        self._heights = list(heights)
        self._tops = [0, *accumulate(self._heights)]
        self._sure = bytearray(len(self._heights))

    def append(self, heights: Sequence[int]) -> None:
        """Add rows at the end, of whose heights nothing is sure."""
        self._heights.extend(heights)
        self._tops[-1:] = accumulate(heights, initial=self._tops[-1])
        self._sure.extend(bytes(len(heights)))

    def top(self, row: int) -> int:
        """Return where a row begins."""
        return self._tops[row]

    def height(self, row: int) -> int:
        """Return how high a row is, as far as is known."""
        return self._heights[row]

    def row_at(self, y: int) -> int:
        """Return the row that `y` lies in: the first or the last one beyond either end. There must be a row."""
        return min(max(0, bisect_right(self._tops, y) - 1), len(self._heights) - 1)

    def unsure(self, first: int, last: int) -> list[int]:
        """Return the rows from `first` to `last`, both included, that were not measured."""
        return [row for row in range(first, last + 1) if not self._sure[row]]

    def learn(self, heights: dict[int, int]) -> None:
        """Take in measured heights by row."""
        first = len(self._heights)
        for row, height in heights.items():
            self._sure[row] = 1
            if self._heights[row] != height:
                self._heights[row] = height
                first = min(first, row)
        if first < len(self._heights):
            self._tops[first:] = accumulate(self._heights[first:], initial=self._tops[first])
