"""What the organizers tell everyone, as the screens see it: what stands now, and what this person has not put away.

The announcements themselves come with the questions and are kept offline like them; here is only what was put away, on
this device. Must never touch the disk itself.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.clock import Clock
from personal_app.conference.ids import AnnouncementId, Revision
from personal_app.conference.questions import Move
from personal_app.conference.rows import AnnouncementRow
from personal_app.services.questions import QuestionService

#: The key among the settings under which it is kept what was put away.
PUT_AWAY = "announcements put away"
#: So many of those put away last are remembered.
_REMEMBERED = 100


class TakenAway(msgspec.Struct, frozen=True):
    """An announcement that was taken away, as organizers are told of it: by whom, and by which move."""

    id: AnnouncementId
    text: str
    by: str
    at: datetime
    move: Revision


class AnnouncementService(QObject):
    """Follows the questions and, through `look`, the time."""

    changed = Signal()

    def __init__(
        self, questions: QuestionService, now: Clock, keep: Callable[[str, str], None], parent: QObject | None = None
    ) -> None:
        """`now` is the server's time; `keep` keeps a setting by its key."""
        super().__init__(parent)
        self._questions = questions
        self._now = now
        self._keep = keep
        self._standing: tuple[AnnouncementRow, ...] = ()
        self._taken_away: tuple[TakenAway, ...] = ()
        self._put_away: tuple[AnnouncementId, ...] = ()
        questions.changed.connect(self.look)

    @property
    def standing(self) -> tuple[AnnouncementRow, ...]:
        """What everyone is told now, the newest first."""
        return self._standing

    @property
    def unseen(self) -> tuple[AnnouncementRow, ...]:
        """What stands and was not put away, the newest first."""
        return tuple(row for row in self._standing if row.id not in self._put_away)

    @property
    def taken_away(self) -> tuple[TakenAway, ...]:
        """What was taken away before its end, the latest first; organizers alone are told."""
        return self._taken_away

    def look(self) -> None:
        """Look again at what stands, because time went by or something came."""
        now = self._now()
        standing = self._questions.board.announcements(now)
        rows = (row for row in self._questions.board.open if isinstance(row, AnnouncementRow))
        found = [each for each in map(_taken_away, rows) if each is not None and _lasts(each[0], now)]
        taken_away = tuple(each for _, each in sorted(found, key=lambda each: each[1].move, reverse=True))
        if (standing, taken_away) != (self._standing, self._taken_away):
            self._standing, self._taken_away = standing, taken_away
            self.changed.emit()

    def put_away(self, announcement: AnnouncementId) -> None:
        """Show one no more on this device, across restarts too."""
        if announcement not in self._put_away:
            self._put_away = (*self._put_away, announcement)[-_REMEMBERED:]
            self._keep(PUT_AWAY, msgspec.json.encode(self._put_away).decode())
            self.changed.emit()

    def take_put_away(self, kept: str) -> None:
        """Take in what was put away in an earlier run; what cannot be read is shown once more."""
        try:
            found = msgspec.json.decode(kept, type=tuple[str, ...])
        except msgspec.DecodeError:
            return
        self._put_away = (*map(AnnouncementId, found), *self._put_away)[-_REMEMBERED:]
        self.changed.emit()

    def announce(self, text: str, until: datetime | None) -> None:
        """As an organizer tell everyone something, until an instant or for good."""
        self._questions.announce(text, until)

    def give_back(self, taken: TakenAway) -> None:
        """As an organizer tell everyone again what was taken away."""
        self._questions.undo_opening(f"announcement {taken.id}", (taken.move,))

    def end(self, announcement: AnnouncementId) -> None:
        """As an organizer take one away from everyone."""
        self._questions.end_announcement(announcement)


def _taken_away(row: AnnouncementRow) -> tuple[AnnouncementRow, TakenAway] | None:
    """Return what an ended row's history tells, where taking it away is the last of it that is not undone."""
    standing = [move for move in row.history if not move.undone and move.move is not Move.UNDO_OPENING]
    if not row.ended or not standing or standing[-1].move is not Move.END_ANNOUNCEMENT:
        return None
    last = standing[-1]
    text = next((move.text for move in reversed(standing) if move.text), "")
    return row, TakenAway(row.id, text, last.by, last.at, last.revision)


def _lasts(row: AnnouncementRow, now: datetime) -> bool:
    return row.until is None or row.until > now
