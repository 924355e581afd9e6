"""What a person writes for themselves about a talk: notes and bookmarks, each tied to a moment of its recording.

They are nobody else's business: no message of the conversation with a server carries one. A bookmark is a note without
words; what was said at its moment is kept beside it, so that it can be told from others and found again. Pure.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NewType

import msgspec

from personal_app.conference.finding import Entry, HitKind
from personal_app.conference.ids import TalkId

NoteId = NewType("NoteId", str)

NOTE_CHARS = 4000
#: Of what was said at the moment so much is kept, in code points.
SAID_CHARS = 300


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note of one person about a talk at `position_ms` of its recording, None where it has none.

    `text` is empty for a bookmark; `said` is what was being said then, or the chapter's title.
    """

    id: NoteId
    talk: TalkId
    text: str = ""
    position_ms: int | None = None
    said: str = ""
    made_at: datetime


def in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return notes in the order of their moments, those without one first; at one moment the older first."""
    return tuple(sorted(notes, key=lambda note: (-1 if note.position_ms is None else note.position_ms, note.made_at)))


def of_note(note: Note) -> Entry:
    """Return what a search finds a note by: its words, of a bookmark what was said."""
    head, body = ("", note.text) if note.text else ("Bookmark", note.said)
    return Entry(kind=HitKind.NOTE, ref=note.id, head=head, body=body, talk=note.talk, position_ms=note.position_ms)
