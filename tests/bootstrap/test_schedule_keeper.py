"""Stars are kept, and a calendar is written where a person wants it or they are told why not."""

import os
from datetime import UTC, datetime
from pathlib import Path

from pytestqt.qtbot import QtBot

from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.schedule_keeper import ScheduleKeeper
from personal_app.bootstrap.showing import STARS, read_stars
from personal_app.conference.stars import star_of_session
from personal_app.net.bridge import Bridge
from personal_app.services.stars import StarService
from tests.ui.demo import RESEARCH, demo_conference

NOW = datetime(2020, 5, 1, 9, 0, tzinfo=UTC)


def connected(rooms: Rooms, bridge: Bridge) -> StarService:
    def keep(stars: frozenset[str]) -> None:
        keeper.keep(stars)

    def export(path: Path, starred: bool) -> None:
        keeper.export(demo_conference(), path, starred=starred)

    service = StarService(keep, export)
    keeper = ScheduleKeeper(service, rooms, bridge.post, lambda: NOW)
    bridge.arrived.connect(keeper.take)
    return service


def test_stars_survive_a_restart(rooms: Rooms, bridge: Bridge) -> None:
    service = connected(rooms, bridge)
    for star in ("session b", "talk a", "session b", "session c"):
        service.toggle(star)
    kept = rooms.store.settings().result(10)[STARS]
    assert set(read_stars(kept)) == service.stars == {"talk a", "session c"}
    assert read_stars("") == read_stars("{") == ()


def test_a_calendar_is_written_and_said(rooms: Rooms, bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    service = connected(rooms, bridge)
    service.take([star_of_session(RESEARCH)])
    for starred, said in ((True, "1 session is"), (False, "5 sessions are")):
        with qtbot.waitSignal(service.exported) as told:
            service.export(tmp_path / "mine.ics", starred=starred)
        assert told.args[0].startswith(said)
    assert (tmp_path / "mine.ics").read_bytes().count(b"BEGIN:VEVENT") == 5


def test_a_place_that_cannot_be_written_to_is_said(rooms: Rooms, bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    service = connected(rooms, bridge)
    with qtbot.waitSignal(service.exported) as told:
        service.export(tmp_path / "no" / "such" / "folder.ics", starred=False)
    assert os.strerror(2) in told.args[0]
