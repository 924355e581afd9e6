"""The recordings of a profile: brought, checked, removed, and told of in sentences."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.library import Library
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.ids import RecordingId
from personal_app.conference.program import Conference
from personal_app.net.address import Address
from personal_app.net.bridge import Bridge
from personal_app.net.http_api import fetch_program
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState
from tools.driving import Server

INTRODUCTION = RecordingId("introduction")


@pytest.fixture
def conference(server: Server) -> Conference:
    program = fetch_program(Address(server.address), "")
    assert program is not None
    return program.conference


@pytest.fixture
def service() -> RecordingService:
    return RecordingService(save=lambda _: None, remove=lambda _: None)


@pytest.fixture
def open_library(
    service: RecordingService, rooms: Rooms, bridge: Bridge, conference: Conference, tmp_path: Path
) -> Callable[[], Library]:
    def make() -> Library:
        library = Library(service, rooms, bridge.post, tmp_path)
        bridge.arrived.connect(library.take)
        kept, settings = rooms.store.recordings().result(10), rooms.store.settings().result(10)
        library.take_kept(kept, settings)
        library.take_conference(conference)
        return library

    return make


@pytest.fixture
def become(qtbot: QtBot, service: RecordingService) -> Callable[[RecordingKind], RecordingState]:
    def wait(kind: RecordingKind) -> RecordingState:
        qtbot.waitUntil(lambda: service.state(INTRODUCTION).kind is kind, timeout=15_000)
        return service.state(INTRODUCTION)

    return wait


def test_a_recording_is_brought_and_known_at_the_next_start(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
    service: RecordingService,
    rooms: Rooms,
    conference: Conference,
    qtbot: QtBot,
) -> None:
    library = open_library()
    assert service.state(INTRODUCTION).size_bytes > 0
    library.take_address(Address(server.address))
    library.save(INTRODUCTION)
    saved = become(RecordingKind.SAVED)
    assert saved.path is not None
    assert saved.path.stat().st_size == saved.size_bytes
    qtbot.waitUntil(lambda: bool(service.captions(INTRODUCTION)) and service.poster(INTRODUCTION) is not None)
    qtbot.waitUntil(lambda: service.state(INTRODUCTION).previews is not None)
    others = [each for each in conference.recordings if each.id != INTRODUCTION]
    assert {service.state(each.id).previews for each in others} == {None}, "nobody watches those"
    rooms.store.recordings().result(10)

    service.take(INTRODUCTION, RecordingState())
    open_library()
    assert service.state(INTRODUCTION).kind is RecordingKind.SAVED


def test_captions_come_with_a_recording_that_opened_later(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
    service: RecordingService,
    qtbot: QtBot,
) -> None:
    library = open_library()
    # Nothing answers there: what is asked for now is refused, as captions are whose talk is not open yet.
    library.take_address(Address("http://127.0.0.1:9"))
    library.save(INTRODUCTION)
    become(RecordingKind.FAILED)
    library._address = library.companions._address = Address(server.address)
    library.save(INTRODUCTION)
    become(RecordingKind.SAVED)
    qtbot.waitUntil(lambda: bool(service.captions(INTRODUCTION)), timeout=15_000)


def test_a_damaged_file_is_brought_again(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
) -> None:
    library = open_library()
    library.take_address(Address(server.address))
    library.save(INTRODUCTION)
    path = become(RecordingKind.SAVED).path
    assert path is not None
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    library.save(INTRODUCTION)
    become(RecordingKind.LOADING)
    become(RecordingKind.SAVED)
    assert path.read_bytes() == whole


def test_without_a_server_it_says_what_to_do(
    open_library: Callable[[], Library], become: Callable[[RecordingKind], RecordingState]
) -> None:
    open_library().save(INTRODUCTION)
    assert "connect" in become(RecordingKind.FAILED).detail


def test_with_a_server_that_is_down_it_says_so(
    open_library: Callable[[], Library], become: Callable[[RecordingKind], RecordingState]
) -> None:
    library = open_library()
    library.take_address(Address("http://127.0.0.1:9"))
    library.save(INTRODUCTION)
    assert become(RecordingKind.FAILED).detail.endswith(".")


def test_a_removed_recording_frees_its_room(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
    rooms: Rooms,
    qtbot: QtBot,
) -> None:
    library = open_library()
    library.take_address(Address(server.address))
    library.save(INTRODUCTION)
    path = become(RecordingKind.SAVED).path
    library.remove(INTRODUCTION)
    become(RecordingKind.ABSENT)
    qtbot.waitUntil(lambda: path is not None and not path.exists())
    assert rooms.store.recordings().result(10) == ()


def test_a_recording_wanted_again_while_it_is_removed_is_there_in_the_end(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
    rooms: Rooms,
) -> None:
    library = open_library()
    library.take_address(Address(server.address))
    for _ in range(3):
        library.save(INTRODUCTION)
        path = become(RecordingKind.SAVED).path
        library.remove(INTRODUCTION)
        become(RecordingKind.ABSENT)
    library.save(INTRODUCTION)
    become(RecordingKind.SAVED)
    rooms.store.recordings().result(10)
    assert path is not None
    assert path.exists()


@pytest.mark.parametrize("damaged", [False, True])
def test_one_removed_while_its_file_is_checked_is_gone_in_the_end(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
    rooms: Rooms,
    qtbot: QtBot,
    damaged: bool,
) -> None:
    library = open_library()
    library.take_address(Address(server.address))
    library.save(INTRODUCTION)
    path = become(RecordingKind.SAVED).path
    assert path is not None
    if damaged:
        path.write_bytes(b"damaged")
    library.watch(INTRODUCTION)
    library.remove(INTRODUCTION)
    become(RecordingKind.ABSENT)
    qtbot.waitUntil(lambda: not path.exists())
    assert rooms.store.recordings().result(10) == ()


def test_one_removed_and_wanted_again_while_its_file_is_checked_stays(
    open_library: Callable[[], Library],
    become: Callable[[RecordingKind], RecordingState],
    server: Server,
) -> None:
    library = open_library()
    library.take_address(Address(server.address))
    library.save(INTRODUCTION)
    path = become(RecordingKind.SAVED).path
    library.watch(INTRODUCTION)
    library.remove(INTRODUCTION)
    library.save(INTRODUCTION)
    assert become(RecordingKind.SAVED).path == path
