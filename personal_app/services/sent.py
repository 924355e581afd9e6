"""What this person has sent and what became of it: what waits, what the server has, what it did not accept.

Must never touch the cache itself.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from personal_app.conference.sent_moves import SentMove, is_told
from personal_app.conference.wishes import Wish
from personal_app.services.questions import QuestionService

_PAUSE_MS = 300


class Fate(StrEnum):
    """What became of a move."""

    WAITING = "waiting"
    RECEIVED = "received"
    REFUSED = "refused"


class SentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A move of the person's: the wish, what became of it and when; `detail` says why it was refused."""

    wish: Wish
    fate: Fate
    at: datetime
    detail: str = ""


class SentService(QObject):
    """Holds what the cache told last, from the first `look` on; what waits it knows at once."""

    changed = Signal()

    def __init__(self, questions: QuestionService, look: Callable[[], None], parent: QObject | None = None) -> None:
        """`look` has the cache asked; what it says comes to `take`."""
        super().__init__(parent)
        self._questions = questions
        self._ask = look
        self._looked = False
        self._kept: tuple[SentMove, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(look)
        questions.changed.connect(self._on_questions)
        questions.settled.connect(self._look_soon)
        questions.refused.connect(self._look_soon)

    @property
    def entries(self) -> tuple[SentEntry, ...]:
        """All of it, the latest first, what waits before the rest."""
        answered = {move.wish.command.id for move in self._kept}
        waiting = [
            SentEntry(wish=wish, fate=Fate.WAITING, at=wish.at)
            for wish in reversed(self._questions.unanswered)
            if is_told(wish) and wish.command.id not in answered
        ]
        kept = [
            SentEntry(
                wish=move.wish,
                fate=Fate.REFUSED if move.refused else Fate.RECEIVED,
                at=move.answered_at,
                detail=move.refused,
            )
            for move in self._kept
        ]
        return (*waiting, *kept)

    def look(self) -> None:
        """Look what the cache keeps; from now on what comes anew is looked for by itself."""
        self._looked = True
        self._ask()

    def take(self, kept: tuple[SentMove, ...]) -> None:
        """Take in what the cache keeps, the latest first."""
        if kept != self._kept:
            self._kept = kept
            self.changed.emit()

    def _on_questions(self) -> None:
        if self._looked:
            self.changed.emit()

    def _look_soon(self) -> None:
        if self._looked:
            self._soon.start()
