"""From a note on the screen to the disk and back: kept, found, written to a file whole or not at all."""

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.notebook import Notebook
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.finding import HitKind, terms_of
from personal_app.conference.notes import Note, NoteId
from personal_app.net.bridge import Bridge
from personal_app.services.notes import NoteService, NoteWays
from personal_app.services.program import ProgramService
from tests.ui.demo import CAUSALITY, MIXED, demo_conference

NOON = datetime(2020, 5, 29, 12, tzinfo=UTC)


@pytest.fixture
def service(rooms: Rooms, bridge: Bridge) -> NoteService:
    def keep(note: Note) -> None:
        book.keep(note)

    def forget(note: NoteId) -> None:
        book.forget(note)

    def export(notes: tuple[Note, ...], path: Path) -> None:
        book.export(notes, path)

    service = NoteService(NoteWays(keep=keep, forget=forget, export=export), lambda: NOON, bridge)
    program = ProgramService(lambda: NOON, bridge)
    program.take(demo_conference())
    book = Notebook(service, program, rooms, bridge.post)
    bridge.arrived.connect(book.take)
    return service


def test_a_note_goes_to_the_disk_and_is_found(service: NoteService, rooms: Rooms) -> None:
    kept = service.add(CAUSALITY, "ask about confounding", 61_000)
    (hit,) = rooms.store.find(terms_of("confound")).result(10)
    assert (hit.kind, hit.talk, hit.position_ms) == (HitKind.NOTE, CAUSALITY, 61_000)
    service.delete(kept.id)
    assert rooms.store.notes().result(10) == ()
    service.undo()
    assert rooms.store.notes().result(10) == (kept,)


def test_notes_are_written_to_the_file_that_was_chosen(service: NoteService, qtbot: QtBot, tmp_path: Path) -> None:
    service.add(CAUSALITY, "first", 61_000)
    service.add(MIXED, "second", None)
    path = tmp_path / "my notes.md"
    with qtbot.waitSignal(service.exported) as told:
        service.export(path)
    assert told.args == [f"2 notes are in {path}."]
    assert path.read_text("utf-8").count("\n## ") == 2
    with qtbot.waitSignal(service.exported) as told:
        service.export(path, MIXED)
    assert told.args == [f"One note is in {path}."]
    assert "first" not in path.read_text("utf-8")


def test_a_disk_that_is_full_leaves_the_file_that_was_there(
    service: NoteService, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.add(CAUSALITY, "first", 61_000)
    path = tmp_path / "notes.md"
    path.write_text("of yesterday")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("personal_app.bootstrap.notebook.os.fsync", full)
    before = sorted(tmp_path.iterdir())
    with qtbot.waitSignal(service.exported) as told:
        service.export(path)
    assert "No space left on device" in told.args[0]
    assert path.read_text() == "of yesterday"
    assert sorted(tmp_path.iterdir()) == before


def test_a_cache_that_takes_no_notes_says_so(service: NoteService, rooms: Rooms, qtbot: QtBot, tmp_path: Path) -> None:
    del tmp_path
    assert rooms.store.close(10)
    with qtbot.waitSignal(service.exported) as told:
        service.add(CAUSALITY, "first", 61_000)
    assert told.args[0].startswith("A note could not be kept. The cache is closed")
