"""A person's notes and bookmarks as the screens see them, and their wish for a file of them.

Must never touch the disk itself, and nothing here may ever reach the network.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.clock import Clock
from personal_app.conference.ids import TalkId, random_id
from personal_app.conference.notes import NOTE_CHARS, SAID_CHARS, Note, NoteId, in_order
from personal_app.conference.text import clean_text

_NOTE = "the note"


class NoteWays(msgspec.Struct, frozen=True, kw_only=True):
    """What can be asked of whoever keeps notes: keeping and forgetting one, and writing some to a file as Markdown."""

    keep: Callable[[Note], None]
    forget: Callable[[NoteId], None]
    export: Callable[[tuple[Note, ...], Path], None]


class NoteService(QObject):
    """Holds all notes. `exported` carries a sentence: what became of a file that was asked for."""

    changed = Signal()
    exported = Signal(str)

    def __init__(self, ways: NoteWays, now: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ways = ways
        self._now = now
        self._notes: dict[NoteId, Note] = {}
        self._before: Note | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes, in no order."""
        return tuple(self._notes.values())

    @property
    def undoable(self) -> Note | None:
        """The note that was changed or deleted last, as it was before, while it can be brought back."""
        return self._before

    def of_talk(self, talk: TalkId) -> tuple[Note, ...]:
        """Return the notes of a talk in the order of their moments."""
        return in_order(note for note in self._notes.values() if note.talk == talk)

    def add(self, talk: TalkId, text: str, position_ms: int | None, said: str = "") -> Note:
        """Keep a note at a moment; without text it is a bookmark. Raises Refusal (invalid) where the text cannot be."""
        kept = Note(
            id=NoteId(random_id()),
            talk=talk,
            text=clean_text(text, _NOTE, NOTE_CHARS, empty=True),
            position_ms=position_ms,
            said=" ".join(said.split())[:SAID_CHARS],
            made_at=self._now(),
        )
        self._put(kept)
        return kept

    def edit(self, note: NoteId, text: str) -> None:
        """Give a note other words; a bookmark becomes a note so. Raises Refusal (invalid) where the text cannot be."""
        before = self._notes.get(note)
        if before is None:
            return
        wanted = msgspec.structs.replace(before, text=clean_text(text, _NOTE, NOTE_CHARS, empty=True))
        if wanted != before:
            self._before = before
            self._put(wanted)

    def delete(self, note: NoteId) -> None:
        """Delete a note; it is off the disk at once, and can be had back until the next one is changed or deleted."""
        if note in self._notes:
            self._before = self._notes.pop(note)
            self._ways.forget(note)
            self.changed.emit()

    def undo(self) -> Note | None:
        """Bring back the note that was changed or deleted last as it was before, and return it."""
        note, self._before = self._before, None
        if note is not None:
            self._put(note)
        return note

    def export(self, path: Path, talk: TalkId | None = None) -> None:
        """Write the notes of a talk, or all, to a file as Markdown; `exported` follows."""
        self._ways.export(self.notes if talk is None else self.of_talk(talk), path)

    def take(self, notes: Iterable[Note]) -> None:
        """Take in what was kept; what was written meanwhile goes before it."""
        known = dict(self._notes)
        self._notes = {note.id: note for note in notes} | known
        if self._notes != known:
            self.changed.emit()

    def _put(self, note: Note) -> None:
        if self._notes.get(note.id) != note:
            self._notes[note.id] = note
            self._ways.keep(note)
            self.changed.emit()
