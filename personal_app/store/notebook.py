"""The person's notes, found by their words, and what they have watched. It must never open a transaction of its own.

A note's words are in the index in the transaction of the note itself; the index can be made anew from the notes.
"""

import logging
import sqlite3
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.conference.finding import Hit, Term, hit
from personal_app.conference.ids import TalkId
from personal_app.conference.notes import Note, NoteId, of_note
from personal_app.conference.watching import Watched
from personal_app.store import tables
from personal_app.store.bodies import encode, read
from personal_app.store.inspection import DAMAGE_CODES, primary_code
from personal_app.store.text_index import TextIndex

_log = logging.getLogger(__name__)

#: The index's name.
NOTED = "noted"
#: To be raised where entries are made or folded in another way: they are then all made anew.
FORM = "1"
_MOST = 20


def keep_note(connection: Connection, plain: sqlite3.Connection, note: Note) -> bool:
    """Keep a note in place of the one with its id; tell whether words went, which are to leave the file too."""
    body = encode(note)
    statement = upsert(tables.notes).values(id=note.id, talk=note.talk, body=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"talk": note.talk, "body": body}))
    return _renew(plain, note.id, [note])


def forget_note(connection: Connection, plain: sqlite3.Connection, note: NoteId) -> bool:
    """Forget a note; tell whether there was one, whose words are to leave the file too."""
    connection.execute(delete(tables.notes).where(tables.notes.c.id == note))
    return _renew(plain, note, [])


def notes(connection: Connection) -> tuple[Note, ...]:
    """Return every note that can be read."""
    found = (read(row.body, Note) for row in connection.execute(select(tables.notes.c.body)))
    return tuple(note for note in found if note is not None)


def keep_watched(connection: Connection, talk: TalkId, watched: Watched) -> None:
    """Keep what was watched of a talk's recording."""
    body = encode(watched)
    statement = upsert(tables.watched).values(talk=talk, body=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["talk"], set_={"body": body}))


def fill(connection: sqlite3.Connection) -> None:
    """Make the index where none was made yet, or it was made in another way."""
    if connection.execute("SELECT form FROM noted_form").fetchone() == (FORM,):
        return
    _make_anew(connection)
    connection.execute("DELETE FROM noted_form")
    connection.execute("INSERT INTO noted_form (form) VALUES (?)", (FORM,))


def find(connection: sqlite3.Connection, terms: Sequence[Term]) -> tuple[Hit, ...]:
    """Return the notes that hold every term, the best first."""
    try:
        entries = TextIndex(connection, NOTED).find(terms, _MOST)
    except sqlite3.DatabaseError as fault:
        _mend(connection, fault)
        entries = TextIndex(connection, NOTED).find(terms, _MOST)
    found = (hit(entry, terms) for entry in entries)
    return tuple(each for each in found if each is not None)


def settle(connection: sqlite3.Connection) -> None:
    """Let the words of what was taken away go, so that a sweep of the file finds them in no page that is in use."""
    try:
        TextIndex(connection, NOTED).settle()
    except sqlite3.DatabaseError as fault:
        _mend(connection, fault)


def _renew(connection: sqlite3.Connection, note: NoteId, held: Sequence[Note]) -> bool:
    try:
        return TextIndex(connection, NOTED).renew({note: [of_note(each) for each in held]})
    except sqlite3.DatabaseError as fault:
        _mend(connection, fault)
        return True


def _mend(connection: sqlite3.Connection, fault: sqlite3.DatabaseError) -> None:
    """An index that is found damaged is made anew: the notes must not suffer for it."""
    if primary_code(fault) not in DAMAGE_CODES:
        raise fault
    _log.warning("the index of notes was damaged and is made anew: %s", fault)
    _make_anew(connection)


def _make_anew(connection: sqlite3.Connection) -> None:
    index = TextIndex(connection, NOTED)
    index.make_anew()
    found = (read(body, Note) for (body,) in connection.execute("SELECT body FROM notes"))
    index.renew({note.id: [of_note(note)] for note in found if note is not None})
