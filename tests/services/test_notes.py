"""Notes: kept at once, edited, deleted and brought back, written to a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from personal_app.conference.errors import Refusal
from personal_app.conference.ids import TalkId
from personal_app.conference.notes import NOTE_CHARS, Note, NoteId
from personal_app.services.notes import NoteService, NoteWays

NOON = datetime(2020, 5, 29, 12, tzinfo=UTC)
PAPER = TalkId("paper")


class Disk:
    """What the service asked for."""

    def __init__(self) -> None:
        self.notes: dict[NoteId, Note] = {}
        self.written: list[tuple[tuple[Note, ...], Path]] = []
        self.service = NoteService(
            NoteWays(
                keep=lambda note: self.notes.__setitem__(note.id, note),
                forget=self.notes.__delitem__,
                export=lambda notes, path: self.written.append((notes, path)),
            ),
            lambda: NOON,
        )


def test_notes_stand_in_the_order_of_their_moments() -> None:
    disk = Disk()
    later = disk.service.add(PAPER, "  later ", 60_000)
    bookmark = disk.service.add(PAPER, "", 5_000, said="what\nis said " * 100)
    disk.service.add(TalkId("other"), "elsewhere", 0)
    assert disk.service.of_talk(PAPER) == (bookmark, later)
    assert (later.text, len(bookmark.said), "\n" in bookmark.said) == ("later", 300, False)
    assert set(disk.notes.values()) == set(disk.service.notes)


def test_an_edit_keeps_the_moment_and_a_bad_one_changes_nothing() -> None:
    disk = Disk()
    note = disk.service.add(PAPER, "first", 5_000)
    disk.service.edit(note.id, "second")
    assert [(each.text, each.position_ms) for each in disk.notes.values()] == [("second", 5_000)]
    assert disk.service.undo() == note
    assert list(disk.notes.values()) == [note]
    disk.service.edit(note.id, " first ")
    assert disk.service.undo() is None, "nothing was changed"
    disk.service.edit(note.id, "second")
    for bad in ("x" * (NOTE_CHARS + 1), "a\0b"):
        with pytest.raises(Refusal, match="note"):
            disk.service.edit(note.id, bad)
    assert disk.service.of_talk(PAPER)[0].text == "second"


def test_a_deleted_note_is_off_the_disk_and_comes_back_as_it_was() -> None:
    disk = Disk()
    first, second = disk.service.add(PAPER, "first", 0), disk.service.add(PAPER, "second", 1)
    disk.service.delete(first.id)
    assert list(disk.notes.values()) == [second]
    assert disk.service.undoable == first
    assert disk.service.undo() == first
    assert set(disk.notes.values()) == {first, second}
    assert disk.service.undo() is None
    disk.service.delete(NoteId("unknown"))
    assert disk.service.undoable is None


def test_what_was_kept_does_not_overwrite_what_was_written_meanwhile() -> None:
    disk = Disk()
    new = disk.service.add(PAPER, "new", 9)
    old = Note(id=NoteId("old"), talk=PAPER, text="old", position_ms=1, made_at=NOON)
    disk.service.take([old])
    assert disk.service.of_talk(PAPER) == (old, new)
    disk.service.export(Path("all.md"))
    disk.service.export(Path("one.md"), TalkId("other"))
    assert [(len(notes), path.name) for notes, path in disk.written] == [(2, "all.md"), (0, "one.md")]
