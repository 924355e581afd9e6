"""Sessions as an iCalendar file (RFC 5545), for the calendar that a person uses anyway. Must never open files."""

from collections.abc import Iterable
from datetime import datetime

from personal_app.conference.program import Conference, Session

#: Who made the file (RFC 5545, section 3.7.3).
_PRODUCT = "-//PeRSonAl//Conference//EN"


def write_icalendar(conference: Conference, sessions: Iterable[Session], now: datetime) -> bytes:
    """Return the file's bytes: an event for each session, in UTC; `now` (aware) is when it was written.

    An event keeps its UID over changes of the program, so that a calendar that takes the file in again moves it.
    """
    # The library takes as long to import as a window to appear, and few people ever ask for a calendar.
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", conference.title)
    for session in sessions:
        event = icalendar.Event()
        event.add("uid", f"{session.id}@{conference.id}")
        event.add("dtstamp", now)
        event.add("dtstart", session.start)
        event.add("dtend", session.end)
        event.add("summary", session.title)
        event.add("description", _description(conference, session))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _description(conference: Conference, session: Session) -> str:
    talks = [talk for talk in map(conference.talk, session.talks) if talk is not None and talk.title != session.title]
    chairs = conference.names(session.chairs)
    parts = [conference.names(session.presenters), session.abstract]
    parts += [
        f"{talk.title} ({conference.names(talk.presenters)})" if talk.presenters else talk.title for talk in talks
    ]
    return "\n".join(filter(None, [*parts, f"Chaired by {chairs}" if chairs else ""]))
