"""The program and the server's time, as the screens see them. Must never read files or the network."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from personal_app.conference.clock import Clock
from personal_app.conference.program import Conference
from personal_app.conference.rows import TimesRow
from personal_app.conference.timetable import retimed

_TICK_MS = 1000


class ProgramService(QObject):
    """Holds the conference and knows what time it is at the server."""

    changed = Signal()
    ticked = Signal()
    #: The server's time has been reckoned from our clock.
    measured = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._offset = timedelta()
        self._given: Conference | None = None
        self._times: tuple[TimesRow, ...] = ()
        self._conference: Conference | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.ticked)
        self._timer.start()

    @property
    def conference(self) -> Conference | None:
        """The conference with the times that hold now, or None before anything is known of it."""
        return self._conference

    @property
    def given(self) -> Conference | None:
        """The conference with the times that its program says, whatever was said by hand."""
        return self._given

    def now(self) -> datetime:
        """Return the server's time as well as it is known, aware, in UTC."""
        return self._clock() + self._offset

    def take(self, conference: Conference) -> None:
        """Take in a program that was read from the cache or came from the server."""
        self._given = conference
        self._retime()

    def take_times(self, times: Iterable[TimesRow]) -> None:
        """Take in which other times chairs have said by hand."""
        said = tuple(times)
        if said != self._times:
            self._times = said
            self._retime()

    def take_offset(self, offset_ms: float) -> None:
        """Take in how far the server's clock is ahead of ours, in ms."""
        self._offset = timedelta(milliseconds=offset_ms)
        self.measured.emit()

    def _retime(self) -> None:
        conference = None if self._given is None else retimed(self._given, self._times)
        if conference != self._conference:
            self._conference = conference
            self.changed.emit()
