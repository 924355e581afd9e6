"""Which fellow chairs are at a session's desk and what each has in hand, and telling them of ourselves.

What we say is said again while we stay, since it lapses at the server; nothing of it is kept, for it is worth nothing
later. Must never hold back a move because somebody else has the question in hand.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from personal_app.conference.ids import QuestionId, SessionId
from personal_app.conference.messages import Presence
from personal_app.conference.presence import RENEW_S, PersonHere

#: Keys walk through a lane faster than anybody reads: so long it must rest before it is said.
SETTLE_MS = 250


class PresenceService(QObject):
    """`say` tells the server at which session's desk we are (None: at none), with which question in hand."""

    changed = Signal()

    def __init__(
        self, say: Callable[[SessionId | None, QuestionId | None], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._say = say
        self._here: tuple[SessionId, QuestionId | None] | None = None
        self._people: dict[SessionId, tuple[PersonHere, ...]] = {}
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._tell)
        self._renewing = QTimer(self, interval=int(RENEW_S * 1000))
        self._renewing.timeout.connect(self._tell)

    def be_at(self, session: SessionId, question: QuestionId | None) -> None:
        """Be at the desk of a session from now on, with a question in hand or none."""
        if self._here != (session, question):
            self._here = (session, question)
            self._settling.start()

    def leave(self) -> None:
        """Be at no desk any more."""
        if self._here is not None:
            self._here = None
            self._settling.stop()
            self._tell()

    def others(self, session: SessionId, me: str) -> tuple[PersonHere, ...]:
        """Return who else is at a session's desk; `me` is our participant, whose other devices are no news."""
        return tuple(person for person in self._people.get(session, ()) if person.participant != me)

    def take(self, told: Presence) -> None:
        """Take in who is at a session's desk now."""
        if told.people != self._people.get(told.session, ()):
            self._people[told.session] = told.people
            self.changed.emit()

    def forget(self) -> None:
        """Forget who is where: we are not told any more, or are about to be told anew."""
        if self._people:
            self._people.clear()
            self.changed.emit()

    def _tell(self) -> None:
        if self._here is None:
            self._renewing.stop()
            self._say(None, None)
        else:
            self._renewing.start()
            self._say(*self._here)
