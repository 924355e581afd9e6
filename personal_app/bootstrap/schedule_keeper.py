"""Keeps a person's stars in the cache, and writes calendars. All methods run on the UI thread; files in the pool."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path

import msgspec

from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.showing import STARS
from personal_app.conference.clock import Clock
from personal_app.conference.program import Conference
from personal_app.conference.stars import starred_sessions
from personal_app.formats.icalendar import write_icalendar
from personal_app.services.stars import StarService

_log = logging.getLogger(__name__)


class CalendarWritten(msgspec.Struct, frozen=True):
    """What became of a calendar: a sentence for the person."""

    sentence: str


class ScheduleKeeper:
    """Answers the intentions of `StarService`."""

    def __init__(self, service: StarService, rooms: Rooms, post: Callable[[object], None], clock: Clock) -> None:
        self._service = service
        self._rooms = rooms
        self._post = post
        self._clock = clock

    def keep(self, stars: frozenset[str]) -> None:
        """Keep the stars."""
        self._rooms.store.keep_setting(STARS, msgspec.json.encode(sorted(stars)).decode())

    def export(self, conference: Conference | None, path: Path, *, starred: bool) -> None:
        """Write a calendar of what is starred, or of the whole program."""
        if conference is None:
            self._service.exported.emit("There is no program yet: join a conference first.")
            return
        sessions = starred_sessions(conference, self._service.stars) if starred else conference.sessions
        now = self._clock()

        def work() -> None:
            path.write_bytes(write_icalendar(conference, sessions, now))

        def done(job: "Future[None]") -> None:
            if not job.cancelled():
                self._post(CalendarWritten(_sentence(job.exception(), path, len(sessions))))

        self._rooms.pool.run(work).add_done_callback(done)

    def take(self, values: Iterable[object]) -> None:
        """Take in what became of calendars."""
        for value in values:
            if isinstance(value, CalendarWritten):
                self._service.exported.emit(value.sentence)


def _sentence(fault: BaseException | None, path: Path, count: int) -> str:
    if fault is None:
        return f"{count} {'session is' if count == 1 else 'sessions are'} in {path}: open it with your calendar."
    if not isinstance(fault, OSError):
        _log.error("a calendar could not be written", exc_info=fault)
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "the log says why"
    return f"The calendar could not be written to {path} ({reason}): choose another place, then try again."
