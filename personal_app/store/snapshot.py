"""What the first paint needs, read with plain sqlite3 before the store's thread and its libraries are there.

It must never import SQLAlchemy or Alembic (they cost more than the window itself), and never change anything.
"""

import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from personal_app.conference.ids import QuestionId, Revision, TalkId, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.notes import Note
from personal_app.conference.program import Conference
from personal_app.conference.reactions import ReactionCount
from personal_app.conference.rows import AnswerRow, OwnSilence, QuestionRow
from personal_app.conference.watching import Watched
from personal_app.conference.wishes import Wish
from personal_app.store.bodies import (
    decode_ballots,
    decode_counts,
    decode_open,
    decode_rows,
    read,
    read_receipts,
    read_wishes,
)
from personal_app.store.early_moves import read_early_moves
from personal_app.store.inspection import reader, schema_version
from personal_app.store.layout import NEWEST, cache_file
from personal_app.store.present import present
from personal_app.store.values import KeptRecording, Profile, Receipt

_log = logging.getLogger(__name__)


class StartSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All that was kept, at one moment. `changes` and `mine` are None where no view was ever kept."""

    profile: Profile | None = None
    etag: str = ""
    conference: Conference | None = None
    changes: Changes | None = None
    mine: Mine | None = None
    wishes: tuple[Wish, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    drafts: dict[str, str] = {}
    recordings: tuple[KeptRecording, ...] = ()
    settings: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    watched: dict[TalkId, Watched] = {}


def read_snapshot(folder: Path) -> StartSnapshot | None:
    """Return what the cache in `folder` holds.

    None where there is none, it has another schema than the newest, an open store holds it, or it is damaged: these are
    for the store to deal with, which is opened next and has a `snapshot` of its own.
    """
    path = cache_file(folder)
    try:
        if not path.exists():
            return None
        with contextlib.closing(reader(path)) as connection:
            connection.execute("BEGIN")
            return snapshot_of(connection, folder) if schema_version(connection) == NEWEST else None
    except (sqlite3.Error, OSError, ValueError, TypeError) as fault:
        _log.info("nothing kept can be shown yet: %s", fault)
        return None


def snapshot_of(connection: sqlite3.Connection, folder: Path) -> StartSnapshot:
    """Return what a cache of the newest schema holds; what cannot be read of it is left out.

    Raises sqlite3.Error, and OSError where a file beside it cannot be read.
    """
    profile = read(_first(connection, "SELECT body FROM profile", (None,))[0], Profile)
    etag, program = _first(connection, "SELECT etag, body FROM program", ("", None))
    conference = read(program, Conference)
    try:
        changes, mine = _view(connection)
    except msgspec.DecodeError as fault:
        _log.warning("the kept view cannot be read: %s", fault)
        changes = mine = None
    me = (profile.participant if profile is not None else None,)
    recordings = connection.execute("SELECT id, sha256, path, size_bytes, saved_by_hand FROM recordings ORDER BY id")
    return StartSnapshot(
        profile=profile,
        etag=etag if conference is not None else "",
        conference=conference,
        changes=changes,
        mine=mine,
        wishes=_wishes(connection, folder, me[0]),
        receipts=read_receipts(_column(connection, "SELECT body FROM receipts WHERE participant = ? ORDER BY seq", me)),
        drafts=dict(connection.execute("SELECT key, text FROM drafts")),
        recordings=present(folder, recordings),
        settings=dict(connection.execute("SELECT key, value FROM settings")),
        notes=tuple(note for body in _column(connection, "SELECT body FROM notes") if (note := read(body, Note))),
        watched={
            TalkId(talk): found
            for talk, body in connection.execute("SELECT talk, body FROM watched")
            if (found := read(body, Watched))
        },
    )


def _wishes(connection: sqlite3.Connection, folder: Path, participant: str | None) -> tuple[Wish, ...]:
    """Return what is in the outbox, and what was on its way there when the process was killed."""
    kept = read_wishes(
        connection.execute(
            "SELECT body, done_revision, done_tally FROM outbox WHERE participant = ? ORDER BY seq", (participant,)
        )
    )
    known = {wish.command.id for wish in kept}
    early = (move.wish for move in read_early_moves(folder) if move.participant == participant)
    return (*kept, *(wish for wish in early if wish.command.id not in known))


def _view(connection: sqlite3.Connection) -> tuple[Changes, Mine] | tuple[None, None]:
    counters = _first(connection, "SELECT revision, tally FROM view_state", None)
    if counters is None:
        return None, None
    revision, tally = Revision(counters[0]), Tally(counters[1])
    questions = decode_rows(_column(connection, "SELECT body FROM questions"), QuestionRow)
    answers = decode_rows(_column(connection, "SELECT body FROM answers"), AnswerRow)
    opened = decode_open(_column(connection, "SELECT body FROM open_rows"))
    counts = connection.execute("SELECT question, votes FROM counts WHERE question IN (SELECT id FROM questions)")
    tallies = tuple((QuestionId(id_), votes) for id_, votes in counts)
    own = decode_rows(_column(connection, "SELECT body FROM own_questions"), QuestionRow)
    held = connection.execute("SELECT question, held FROM own_votes")
    silences = decode_rows(_column(connection, "SELECT body FROM own_silences"), OwnSilence)
    return (
        Changes(
            revision=revision,
            tally=tally,
            set=(*questions, *answers, *opened),
            tallies=tallies,
            poll_counts=decode_counts(_column(connection, "SELECT body FROM poll_counts")),
            reactions=decode_rows(_column(connection, "SELECT body FROM reaction_counts"), ReactionCount),
        ),
        Mine(
            revision=revision,
            tally=tally,
            full=True,
            set=own,
            votes=tuple((QuestionId(id_), bool(vote)) for id_, vote in held),
            silences=silences,
            ballots=decode_ballots(connection.execute("SELECT poll, body FROM own_ballots")),
        ),
    )


def _first(connection: sqlite3.Connection, statement: str, default: Any) -> Any:
    row = connection.execute(statement).fetchone()
    return default if row is None else row


def _column(connection: sqlite3.Connection, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
    return [row[0] for row in connection.execute(statement, values)]
