"""The calendar file: a library reads from it what the program says."""

from datetime import UTC, datetime

import icalendar
import msgspec

from personal_app.formats.icalendar import write_icalendar
from tests.ui.demo import demo_conference

NOW = datetime(2020, 5, 1, 9, 0, tzinfo=UTC)


def test_what_the_program_says_is_in_the_calendar() -> None:
    conference = demo_conference()
    written = write_icalendar(conference, conference.sessions, NOW)
    calendar = icalendar.Calendar.from_ical(written)
    events = calendar.walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [f"{session.id}@personal-2020" for session in conference.sessions]
    for event, session in zip(events, conference.sessions, strict=True):
        assert event.decoded("dtstart") == session.start
        assert event.decoded("dtend") == session.end
        assert event.decoded("dtstamp") == NOW
        assert str(event["summary"]) == session.title
    assert "Chaired by Bahar Asgari" in str(events[-1]["description"])
    assert "(Tony Ginart)" in str(events[-1]["description"])
    assert all(len(line) <= 75 for line in written.split(b"\r\n")), "RFC 5545, section 3.1"


def test_what_people_write_stays_text() -> None:
    conference = demo_conference()
    odd = msgspec.structs.replace(
        conference.sessions[0], title='Commas, semicolons; "quotes"\\ and Größe', abstract="END:VEVENT\nBEGIN:VALARM"
    )
    calendar = icalendar.Calendar.from_ical(write_icalendar(conference, [odd], NOW))
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == odd.title
    assert odd.abstract in str(event["description"])
    assert calendar.walk("VALARM") == []


def test_nothing_starred_is_an_empty_calendar() -> None:
    written = write_icalendar(demo_conference(), (), NOW)
    assert icalendar.Calendar.from_ical(written).walk("VEVENT") == []
