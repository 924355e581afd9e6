"""What chairs can do about the times of their sessions, and how the whole program comes to follow them.

The times themselves are on the board of the questions and come, wait in the outbox and are refused with them. Must
never decide what the server decides.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnBoard
from personal_app.conference.ids import Revision, SessionId
from personal_app.conference.questions import Move
from personal_app.conference.rows import OpeningMoveRow, times_key
from personal_app.services.program import ProgramService

if TYPE_CHECKING:
    from personal_app.services.questions import QuestionService


class TimesMaker:
    """Turns intentions about a session's times into commands; lengths are in ms."""

    def __init__(self, wish: Callable[[do.Do, int | None], object], board: Callable[[], DrawnBoard]) -> None:
        self._wish = wish
        self._board = board

    def delay(self, session: SessionId, by_ms: int, *, rest: bool = False) -> None:
        """Let a session that has not begun begin later, and with `rest` all that follows it too."""
        self._wish(do.Retime(session=session, late_ms=by_ms, rest_ms=by_ms if rest else 0), None)

    def delay_rest(self, session: SessionId, by_ms: int) -> None:
        """Let what follows a session begin later."""
        self._wish(do.Retime(session=session, rest_ms=by_ms), None)

    def extend(self, session: SessionId, by_ms: int) -> None:
        """Give a session's questions more time."""
        self._wish(do.Retime(session=session, extra_ms=by_ms), None)

    def end_video(self, session: SessionId, at_ms: int) -> None:
        """End a session's video at a position of it, which is where it is now, and begin with the questions."""
        self._wish(do.Retime(session=session, video_ms=max(0, at_ms)), None)

    def last_change(self, session: SessionId) -> OpeningMoveRow | None:
        """Return the last change that can be undone, or None."""
        row = self._board().times_of(session)
        moves = row.history if row is not None else ()
        return next((move for move in reversed(moves) if move.move is Move.RETIME and not move.undone), None)

    def undo(self, session: SessionId, move: Revision) -> None:
        """Take a change back, the last one."""
        self._wish(do.UndoOpening(row=times_key(session), moves=(move,)), None)


class _TimesKeeper(QObject):
    """Goes between program and questions as long as the program lives."""

    def __init__(self, program: ProgramService, questions: "QuestionService") -> None:
        super().__init__(program)
        self._program = program
        self._questions = questions
        # Methods of an object of Qt's, not functions: a signal would keep those alive, and both services with them.
        questions.changed.connect(self._follow)
        program.changed.connect(self._know)
        self._follow()

    def _follow(self) -> None:
        self._program.take_times(self._questions.board.times)

    def _know(self) -> None:
        if self._program.conference is not None:
            self._questions.take_conference(self._program.conference)


def keep_to_times(program: ProgramService, questions: "QuestionService") -> None:
    """Let the program follow the times that stand on the board, and the board know the program that comes of it."""
    _TimesKeeper(program, questions)
