"""From what is typed to what is shown: both indexes on their threads, one answer."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from personal_app.bootstrap.library import Library
from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.searching import Searching
from personal_app.conference.finding import HitKind, Term
from personal_app.net.address import Address
from personal_app.net.bridge import Bridge
from personal_app.net.http_api import fetch_program
from personal_app.services.recordings import RecordingService
from personal_app.services.search import SearchService
from tests.store.material import changes, question, replaced
from tests.ui.demo import demo_conference
from tools.driving import Server


def connected(rooms: Rooms, bridge: Bridge) -> tuple[SearchService, Searching]:
    def find(number: int, terms: tuple[Term, ...]) -> None:
        searching.find(number, terms)

    service = SearchService(find)
    searching = Searching(service, rooms, bridge.post)
    bridge.arrived.connect(searching.take)
    return service, searching


def test_what_both_indexes_find_comes_together_in_the_order_of_kinds(
    rooms: Rooms, bridge: Bridge, qtbot: QtBot
) -> None:
    service, searching = connected(rooms, bridge)
    rooms.store.apply(replaced(changes(1, rows=[question(1, 1, "Which GPUs do you use for training?")]))).result(10)
    searching.take_conference(demo_conference())
    for text in ("g", "gp", "gpus", "gpus training"):
        service.look_for(text)
    assert service.state.waiting
    qtbot.waitUntil(lambda: not service.state.waiting)
    kinds = [hit.kind for hit in service.state.hits]
    assert kinds == sorted(kinds, key=list(HitKind).index)
    assert {HitKind.TALK, HitKind.QUESTION} <= set(kinds)
    service.look_for("zebra")
    qtbot.waitUntil(lambda: not service.state.waiting)
    assert service.state.hits == ()


def test_a_cache_that_fails_leaves_the_other_half(rooms: Rooms, bridge: Bridge, qtbot: QtBot) -> None:
    service, searching = connected(rooms, bridge)
    searching.take_conference(demo_conference())
    assert rooms.store.close(10)
    assert rooms.search.wait_idle(10)
    service.look_for("netflix")
    qtbot.waitUntil(lambda: not service.state.waiting)
    assert [hit.kind for hit in service.state.hits if hit.kind is HitKind.PERSON] == [HitKind.PERSON]


def test_what_is_said_is_found_once_the_captions_have_come(
    rooms: Rooms, bridge: Bridge, qtbot: QtBot, server: Server, tmp_path: Path
) -> None:
    service, searching = connected(rooms, bridge)
    program = fetch_program(Address(server.address), "")
    assert program is not None
    recordings = RecordingService(save=lambda _: None, remove=lambda _: None)
    library = Library(recordings, rooms, bridge.post, tmp_path)
    bridge.arrived.connect(library.take)
    searching.take_conference(program.conference)
    library.take_conference(program.conference)
    first = program.conference.recordings[0]
    library.take_address(Address(server.address))
    qtbot.waitUntil(lambda: bool(recordings.captions(first.id)), timeout=15_000)
    caption = max(recordings.captions(first.id), key=lambda caption: len(caption.text))

    def spoken() -> list[tuple[str | None, int | None]]:
        return [(hit.talk, hit.position_ms) for hit in service.state.hits if hit.kind is HitKind.SPOKEN]

    # Typed once: the index learns of captions some moments after the player does, and the open search with it.
    service.look_for(f'"{caption.text}"')
    qtbot.waitUntil(lambda: spoken()[:1] == [(first.talk, caption.start_ms)], timeout=15_000)
