"""Frames on their way into the board: few rows at once, thousands of them over several turns of the event loop.

What comes later waits behind what came first, and a board is handed on when it is of one revision again, never between.
Must never draw or decide anything.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from personal_app.conference.board import Board
from personal_app.conference.session_client import Applied, Replaced

#: More rows and counts than these are not taken in within one turn.
AT_ONCE = 200
#: So long a turn takes in further rows; the screen has the rest of a frame.
_TURN_S = 0.004


class Intake(QObject):
    """Works on one board, in place, until a full state brings another."""

    def __init__(self, take: Callable[[Board], None], parent: QObject) -> None:
        """`take` is handed the board each time it is whole again, in a turn of its own where there was much."""
        super().__init__(parent)
        self._take = take
        self._board = Board()
        self._waiting: deque[Applied | Replaced] = deque()
        self._steps: Iterator[None] = iter(())
        self._begun = False
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._go_on)

    def start_over(self, board: Board) -> None:
        """Work on another board from now on; what has not been taken in belonged to the one before."""
        self._board = board
        self._waiting.clear()
        self._steps, self._begun = iter(()), False
        self._turn.stop()

    def add(self, events: Iterable[Applied | Replaced]) -> None:
        """Take in frames, in order."""
        self._waiting.extend(events)
        if self._begun or sum(map(_size, self._waiting)) > AT_ONCE:
            self._begun = True
            self._turn.start()
        else:
            self._begun = True
            self.finish()

    def finish(self) -> None:
        """Take in at once whatever waits: somebody is about to build on it."""
        if self._begun:
            while self._step():
                pass
            self._end()

    def _step(self) -> bool:
        """Take in a piece; tell whether there was one."""
        for _ in self._steps:
            return True
        if not self._waiting:
            return False
        event = self._waiting.popleft()
        if isinstance(event, Replaced):
            self._board = Board()
        self._steps = self._board.taking(event.changes, event.mine)
        return True

    def _go_on(self) -> None:
        until, some = perf_counter() + _TURN_S, False
        while perf_counter() < until:
            if not self._step():
                break
            some = True
        if some:
            self._turn.start()
        else:
            self._end()

    def _end(self) -> None:
        self._begun = False
        self._turn.stop()
        self._take(self._board)


def _size(event: Applied | Replaced) -> int:
    return len(event.changes.set) + len(event.changes.tallies)
