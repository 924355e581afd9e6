"""Saving for later: in turn, paused and resumed, across restarts, polite to who watches, within the room there is."""

import errno
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.library import Library
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.ids import RecordingId
from personal_app.conference.program import Conference
from personal_app.net.address import Address
from personal_app.net.bridge import Bridge
from personal_app.net.downloads import part_of
from personal_app.net.http_api import fetch_program
from personal_app.services.recordings import RecordingKind, RecordingService
from tests.bootstrap.tap import Tap
from tools.driving import Server

FIRST, SECOND, THIRD = (RecordingId(name) for name in ("introduction", "time-context-causality", "gpus-for-training"))
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def tap() -> Iterator[Tap]:
    tap = Tap()
    with tap.server:
        yield tap
        tap.open.set()


@pytest.fixture(scope="module")
def conference(server: Server) -> Conference:
    program = fetch_program(Address(server.address), "")
    assert program is not None
    return program.conference


@pytest.fixture
def service() -> RecordingService:
    return RecordingService(save=lambda _: None, remove=lambda _: None)


OpenLibrary = Callable[..., Library]


@pytest.fixture
def open_library(
    service: RecordingService, rooms: Rooms, bridge: Bridge, conference: Conference, tap: Tap, tmp_path: object
) -> OpenLibrary:
    def make(now: datetime = LATER) -> Library:
        library = Library(service, rooms, bridge.post, tmp_path, lambda: now)  # type: ignore[arg-type]
        bridge.arrived.connect(library.take)
        library.take_kept(rooms.store.recordings().result(10), rooms.store.settings().result(10))
        library.take_conference(conference)
        library.take_address(tap.server.address)
        return library

    return make


@pytest.fixture
def becomes(qtbot: QtBot, service: RecordingService) -> Callable[[RecordingId, RecordingKind], None]:
    def wait(recording: RecordingId, kind: RecordingKind) -> None:
        qtbot.waitUntil(lambda: service.state(recording).kind is kind, timeout=15_000)

    return wait


Becomes = Callable[[RecordingId, RecordingKind], None]


def begun(qtbot: QtBot, service: RecordingService, recording: RecordingId) -> None:
    qtbot.waitUntil(lambda: service.state(recording).fraction > 0, timeout=15_000)


def test_two_come_at_a_time_and_the_others_in_their_turn(
    open_library: OpenLibrary, service: RecordingService, becomes: Becomes, tap: Tap, qtbot: QtBot
) -> None:
    library = open_library()
    for recording in (FIRST, SECOND, THIRD):
        library.save(recording)
    begun(qtbot, service, FIRST)
    begun(qtbot, service, SECOND)
    assert service.state(THIRD).kind is RecordingKind.WAITING
    tap.open.set()
    for recording in (FIRST, SECOND, THIRD):
        becomes(recording, RecordingKind.SAVED)
        assert service.state(recording).by_hand
    assert service.room.saved_bytes == sum(service.state(each).size_bytes for each in (FIRST, SECOND, THIRD))


def test_one_that_is_paused_goes_on_from_where_it_stood_after_a_restart(
    open_library: OpenLibrary, service: RecordingService, becomes: Becomes, tap: Tap, rooms: Rooms, qtbot: QtBot
) -> None:
    library = open_library()
    library.save(FIRST)
    begun(qtbot, service, FIRST)
    library.pause(FIRST)
    assert service.state(FIRST).kind is RecordingKind.PAUSED
    rooms.store.settings().result(10)
    again = open_library()
    assert service.state(FIRST).kind is RecordingKind.PAUSED
    tap.open.set()
    again.resume(FIRST)
    becomes(FIRST, RecordingKind.SAVED)
    assert tap.asked == [FIRST, FIRST]


def test_what_was_to_be_saved_is_saved_after_a_restart(
    open_library: OpenLibrary, service: RecordingService, becomes: Becomes, tap: Tap, rooms: Rooms, qtbot: QtBot
) -> None:
    library = open_library()
    library.save(FIRST)
    begun(qtbot, service, FIRST)
    library.take_address(None)
    rooms.store.settings().result(10)
    tap.open.set()
    open_library()
    becomes(FIRST, RecordingKind.SAVED)


def test_what_somebody_waits_to_watch_comes_first_and_alone(
    open_library: OpenLibrary, service: RecordingService, becomes: Becomes, tap: Tap, qtbot: QtBot
) -> None:
    library = open_library()
    library.save(FIRST)
    library.save(SECOND)
    begun(qtbot, service, SECOND)
    library.watch(THIRD)
    begun(qtbot, service, THIRD)
    assert {service.state(each).kind for each in (FIRST, SECOND)} == {RecordingKind.WAITING}
    tap.open.set()
    for recording in (THIRD, FIRST, SECOND):
        becomes(recording, RecordingKind.SAVED)
    assert not service.state(THIRD).by_hand
    assert service.state(FIRST).by_hand


def test_one_that_is_not_wanted_any_more_leaves_nothing(
    open_library: OpenLibrary, service: RecordingService, conference: Conference, qtbot: QtBot
) -> None:
    library = open_library()
    library.save(FIRST)
    begun(qtbot, service, FIRST)
    recording = conference.recording(FIRST)
    assert recording is not None
    part = part_of(library._download(recording).target)
    qtbot.waitUntil(part.exists)
    library.remove(FIRST)
    assert service.state(FIRST).kind is RecordingKind.ABSENT
    qtbot.waitUntil(lambda: not part.exists())


def test_one_whose_talk_is_not_open_waits_for_it(
    open_library: OpenLibrary, service: RecordingService, becomes: Becomes, tap: Tap, conference: Conference
) -> None:
    tap.open.set()
    start = min(session.start for session in conference.sessions)
    library = open_library(start - timedelta(hours=1))
    library.save(FIRST)
    assert service.state(FIRST).kind is RecordingKind.WAITING
    assert "opens" in service.state(FIRST).detail
    library._now = lambda: LATER
    library.look_at_time()
    becomes(FIRST, RecordingKind.SAVED)


def test_a_disk_that_is_full_pauses_all_until_a_person_goes_on(
    open_library: OpenLibrary,
    service: RecordingService,
    becomes: Becomes,
    tap: Tap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, full = os.fsync, [True]

    def fsync(descriptor: int) -> None:
        if full[0] and threading.current_thread().name.startswith("download"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr("personal_app.net.partial_file.os.fsync", fsync)
    tap.open.set()
    library = open_library()
    for recording in (FIRST, SECOND):
        library.save(recording)
    for recording in (FIRST, SECOND):
        becomes(recording, RecordingKind.PAUSED)
        assert "is full" in service.state(recording).detail
    assert "is full" in service.room.halted
    full[0] = False
    library.resume(FIRST)
    for recording in (FIRST, SECOND):
        becomes(recording, RecordingKind.SAVED)
    assert service.room.halted == ""


def test_what_was_watched_longest_ago_makes_room_and_what_was_saved_by_hand_never(
    open_library: OpenLibrary, service: RecordingService, becomes: Becomes, tap: Tap, rooms: Rooms, qtbot: QtBot
) -> None:
    tap.open.set()
    library = open_library()
    library.save(FIRST)
    becomes(FIRST, RecordingKind.SAVED)
    for recording in (SECOND, THIRD):
        library.watch(recording)
        becomes(recording, RecordingKind.SAVED)
        library.note_watched(recording)
    path = service.state(SECOND).path
    library.set_quota(service.state(THIRD).size_bytes)
    becomes(SECOND, RecordingKind.ABSENT)
    qtbot.waitUntil(lambda: path is not None and not path.exists())
    assert service.state(FIRST).kind is service.state(THIRD).kind is RecordingKind.SAVED
    assert service.room.watched_bytes == service.state(THIRD).size_bytes
    library.save(THIRD)
    becomes(THIRD, RecordingKind.SAVED)
    library.set_quota(0)
    assert service.state(THIRD).kind is RecordingKind.SAVED
    assert all(kept.saved_by_hand for kept in rooms.store.recordings().result(10))


def test_settings_that_cannot_be_read_lose_nothing_but_themselves(
    open_library: OpenLibrary, service: RecordingService, rooms: Rooms, qtbot: QtBot
) -> None:
    rooms.store.keep_setting("saving", "no json")
    rooms.store.keep_setting("quota bytes", "many")
    library = open_library()
    assert library._kept.quota_bytes == 5_000_000_000
    library.look_at_room()
    qtbot.waitUntil(lambda: service.room.free_bytes is not None)
    assert msgspec.structs.replace(service.room, free_bytes=None).halted == ""


def test_one_that_is_replaced_on_its_way_comes_as_the_new_one(
    open_library: OpenLibrary,
    service: RecordingService,
    becomes: Becomes,
    tap: Tap,
    conference: Conference,
    qtbot: QtBot,
) -> None:
    library = open_library()
    library.save(FIRST)
    begun(qtbot, service, FIRST)
    old, other = conference.recording(FIRST), conference.recording(SECOND)
    assert old is not None
    assert other is not None
    part = part_of(library._download(old).target)
    qtbot.waitUntil(part.exists)
    new = msgspec.structs.replace(old, file=other.file, blocks=other.blocks)
    recordings = tuple(new if each is old else each for each in conference.recordings)
    tap.replaced[FIRST] = SECOND
    tap.open.set()
    library.take_conference(msgspec.structs.replace(conference, recordings=recordings))
    becomes(FIRST, RecordingKind.SAVED)
    path = service.state(FIRST).path
    assert path is not None
    assert path.name.startswith(other.file.sha256)
    library.take_conference(msgspec.structs.replace(conference, recordings=recordings))
    qtbot.waitUntil(lambda: not part.exists())
