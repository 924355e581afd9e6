"""The changes' service: noted once, starred first, read across restarts, and never of another conference."""

from datetime import timedelta

import msgspec

from personal_app.conference.ids import ConferenceId
from personal_app.conference.program import Conference
from personal_app.conference.program_changes import ChangeKind, ProgramChange
from personal_app.conference.stars import star_of_session
from personal_app.services.connection import CaughtUp, ConnectionKind, ConnectionService, ConnectionState
from personal_app.services.program import ProgramService
from personal_app.services.program_changes import CHANGES, ProgramChangeService
from personal_app.services.stars import StarService
from tests.factories import OPENING, RESEARCH, START, conference

MINUTE = timedelta(minutes=1)
BEFORE = conference()


def moved(which: str, by: timedelta, of: Conference = BEFORE) -> Conference:
    sessions = [
        msgspec.structs.replace(each, start=each.start + by, end=each.end + by) if each.id == which else each
        for each in of.sessions
    ]
    return msgspec.structs.replace(of, sessions=tuple(sessions))


class Bench:
    def __init__(self, kept: dict[str, str]) -> None:
        self.program = ProgramService(lambda: START)
        self.stars = StarService(lambda _: None, lambda *_: None)
        self.kept = kept
        self.connection = ConnectionService(lambda: None)
        self.service = ProgramChangeService(self.program, self.stars, self.connection, kept.__setitem__)
        self.found: list[tuple[ProgramChange, ...]] = []
        self.service.found.connect(self.found.append)

    def show(self, conference: Conference, *, live: bool = True) -> None:
        """Let the program be this one, and time pass."""
        self.connection.take(ConnectionState(kind=ConnectionKind.LIVE if live else ConnectionKind.OFFLINE))
        self.program.take(conference)
        for _ in range(CaughtUp.LOOKS):
            self.program.ticked.emit()


def test_changes_are_found_noted_and_read_across_restarts() -> None:
    kept: dict[str, str] = {}
    first = Bench(kept)
    first.service.take_kept("")
    first.show(BEFORE)
    assert first.service.noted == ()
    first.show(moved(RESEARCH, 10 * MINUTE))
    assert [change.kind for change in first.found[0]] == [ChangeKind.MOVED]
    assert first.service.unread == 1

    # The next start shows the program of the cache first; what comes from the server is compared with the last seen.
    second = Bench(kept)
    second.service.take_kept(kept[CHANGES])
    second.show(moved(RESEARCH, 10 * MINUTE))
    assert second.found == []
    assert second.service.unread == 1
    second.service.mark_read()
    second.show(moved(OPENING, 5 * MINUTE, moved(RESEARCH, 10 * MINUTE)))
    assert [each.read for each in second.service.noted] == [False, True]

    second.stars.take([star_of_session(RESEARCH)])
    assert [each.change.session for each in second.service.noted] == [RESEARCH, OPENING], "what is starred comes first"


def test_what_comes_and_goes_before_the_connection_has_caught_up_is_no_change() -> None:
    bench = Bench({})
    bench.service.take_kept("")
    bench.show(moved(RESEARCH, 10 * MINUTE))
    bench.show(BEFORE, live=False)
    bench.show(moved(RESEARCH, 10 * MINUTE))
    assert bench.found == []


def test_another_conference_and_the_demo_begin_anew() -> None:
    bench = Bench({})
    bench.service.take_kept("")
    bench.show(BEFORE)
    bench.show(moved(OPENING, MINUTE))
    assert bench.service.unread == 1
    bench.show(msgspec.structs.replace(BEFORE, id=ConferenceId("other")))
    assert bench.service.noted == ()
    bench.service.start_anew()
    bench.show(moved(OPENING, MINUTE))
    assert bench.service.noted == ()


def test_what_cannot_be_read_is_forgotten() -> None:
    bench = Bench({})
    bench.service.take_kept("[")
    bench.show(BEFORE)
    assert bench.service.noted == ()
    bench.show(moved(OPENING, MINUTE))
    assert bench.service.unread == 1
