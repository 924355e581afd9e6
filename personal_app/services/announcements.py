"""What the organizers tell everyone, as the screens see it: what stands now, and what this person has not put away.

The announcements themselves come with the questions and are kept offline like them; here is only what was put away, on
this device. Must never touch the disk itself.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.clock import Clock
from personal_app.conference.ids import AnnouncementId
from personal_app.conference.rows import AnnouncementRow
from personal_app.services.questions import QuestionService

#: The key among the settings under which it is kept what was put away.
PUT_AWAY = "announcements put away"
#: So many of those put away last are remembered.
_REMEMBERED = 100


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

    def look(self) -> None:
        """Look again at what stands, because time went by or something came."""
        standing = self._questions.board.announcements(self._now())
        if standing != self._standing:
            self._standing = standing
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

    def end(self, announcement: AnnouncementId) -> None:
        """As an organizer take one away from everyone."""
        self._questions.end_announcement(announcement)
