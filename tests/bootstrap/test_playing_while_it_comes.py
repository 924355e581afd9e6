"""A recording that somebody opens before it is here: offered as it comes, kept in the end, brought once."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.library import Library
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.ids import RecordingId
from personal_app.conference.program import Conference
from personal_app.conference.recordings import BLOCK_BYTES
from personal_app.net.address import Address
from personal_app.net.bridge import Bridge
from personal_app.net.http_api import fetch_program
from personal_app.player.engine import Stream
from personal_app.services.recordings import RecordingKind, RecordingService
from tests.bootstrap.tap import Tap
from tools.driving import ROOT, Server

TALK = RecordingId("introduction")
WHOLE = (ROOT / "assets" / "demo" / "recordings" / f"{TALK}.mp4").read_bytes()


@pytest.fixture
def tap() -> Iterator[Tap]:
    tap = Tap()
    tap.begun = BLOCK_BYTES + 1000
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


@pytest.fixture
def library(
    service: RecordingService, rooms: Rooms, bridge: Bridge, conference: Conference, tap: Tap, tmp_path: Path
) -> Library:
    library = Library(service, rooms, bridge.post, tmp_path, lambda: datetime(2100, 1, 1, tzinfo=UTC))
    bridge.arrived.connect(library.take)
    library.take_kept((), {})
    library.take_conference(conference)
    library.take_address(tap.server.address)
    return library


@pytest.fixture
def stream(library: Library, service: RecordingService, qtbot: QtBot) -> Stream:
    """The recording is watched and its first block has come."""
    library.watch(TALK)
    qtbot.waitUntil(lambda: service.state(TALK).stream is not None, timeout=15_000)
    found = service.state(TALK).stream
    assert found is not None
    return found


def player_of(stream: Stream, first: int) -> socket.socket:
    """Ask for all from a byte on, as a player does."""
    peer = socket.create_connection(("127.0.0.1", stream.port), timeout=15)
    name = stream.url.rpartition("/")[2]
    peer.sendall(f"GET /{name} HTTP/1.1\r\nHost: 127.0.0.1:{stream.port}\r\nRange: bytes={first}-\r\n\r\n".encode())
    return peer


def all_of(peer: socket.socket) -> bytes:
    data = b""
    with peer:
        while more := peer.recv(1 << 16):
            data += more
    return data.partition(b"\r\n\r\n")[2]


Becomes = Callable[[RecordingKind], None]


@pytest.fixture
def becomes(qtbot: QtBot, service: RecordingService) -> Becomes:
    return lambda kind: qtbot.waitUntil(lambda: service.state(TALK).kind is kind, timeout=15_000)


def test_what_is_here_can_be_played_and_is_brought_once(
    library: Library, service: RecordingService, tap: Tap, stream: Stream, rooms: Rooms, becomes: Becomes
) -> None:
    assert stream.head == WHOLE[:16]
    assert stream.port == rooms.pool.port
    assert stream.name == "Introduction to PeRSonAl"
    state = service.state(TALK)
    assert state.kind is RecordingKind.LOADING
    assert state.spans == ((0.0, BLOCK_BYTES / len(WHOLE)),)
    # Whoever asks to keep it meanwhile does not make it come again.
    library.save(TALK)
    peer = player_of(stream, 1000)
    tap.open.set()
    assert all_of(peer) == WHOLE[1000:]
    becomes(RecordingKind.SAVED)
    state = service.state(TALK)
    assert state.path is not None
    assert state.path.read_bytes() == WHOLE
    assert (state.stream, state.spans, state.by_hand) == (None, (), True)
    assert tap.asked == [TALK]
    # Who plays it goes on where it was.
    assert all_of(player_of(stream, 0)) == WHOLE


def test_what_was_only_watched_is_kept_within_the_quota(
    library: Library, service: RecordingService, tap: Tap, stream: Stream, becomes: Becomes
) -> None:
    del stream
    tap.open.set()
    becomes(RecordingKind.SAVED)
    assert not service.state(TALK).by_hand
    assert service.room.watched_bytes == len(WHOLE)
    library._watched = None
    library.set_quota(0)
    becomes(RecordingKind.ABSENT)


def test_one_that_is_removed_is_given_to_nobody(
    library: Library, service: RecordingService, tap: Tap, stream: Stream, becomes: Becomes, qtbot: QtBot
) -> None:
    peer = player_of(stream, BLOCK_BYTES)
    library.remove(TALK)
    becomes(RecordingKind.ABSENT)
    assert service.state(TALK).stream is None
    assert all_of(peer) == b""
    qtbot.waitUntil(lambda: not list(library._folder.iterdir()))
    assert tap.asked == [TALK]


def test_a_pause_keeps_what_came(
    library: Library, service: RecordingService, tap: Tap, stream: Stream, becomes: Becomes, conference: Conference
) -> None:
    del stream
    library.pause(TALK)
    becomes(RecordingKind.PAUSED)
    library.take_conference(conference)
    tap.open.set()
    library.watch(TALK)
    becomes(RecordingKind.SAVED)
    assert len(tap.asked) == 2
    last = [request for request in tap.server.requests if request.path.endswith(TALK)][-1]
    first = int(last.headers["range"].removeprefix("bytes=").split("-")[0])
    assert first >= BLOCK_BYTES
    assert service.state(TALK).fraction == 1.0


def test_a_server_that_moved_is_asked_where_it_is_now(
    library: Library, service: RecordingService, tap: Tap, stream: Stream, becomes: Becomes
) -> None:
    """Somebody watches, so that whoever brings it would wait for the old address for ever."""
    moved = Tap()
    moved.open.set()
    with moved.server:
        peer = player_of(stream, 0)
        library.take_address(moved.server.address)
        assert all_of(peer) == WHOLE
        becomes(RecordingKind.SAVED)
    assert tap.asked == moved.asked == [TALK]
    assert service.state(TALK).fraction == 1.0
