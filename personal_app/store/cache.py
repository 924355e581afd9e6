"""The cache as the store's thread uses it: each method is one job, and one transaction where it writes.

The rules of each room (view, outbox, notes, recordings) live beside; what belongs to several at once is here. It must
never be touched by another thread than the one that opened it.
"""

import contextlib
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.conference.clock import Clock
from personal_app.conference.errors import EnvironmentTrouble, Refusal, RefusalCode
from personal_app.conference.finding import Hit, Term
from personal_app.conference.ids import CommandId, RecordingId, Revision, Sha256, TalkId, Tally
from personal_app.conference.message_schema import reading
from personal_app.conference.messages import Changes, Command, Done, Mine, Refused
from personal_app.conference.notes import Note, NoteId
from personal_app.conference.program import Conference
from personal_app.conference.sent_moves import SentMove
from personal_app.conference.session_client import Applied, Replaced, ResumePoint
from personal_app.conference.watching import Watched
from personal_app.conference.wishes import Wish
from personal_app.store import (
    asked,
    notebook,
    notes,
    outbox,
    program_store,
    question_store,
    recording_store,
    sent_store,
    side_files,
    tables,
)
from personal_app.store.database import Database
from personal_app.store.early_moves import read_early_moves
from personal_app.store.first_page import FIRST_PAGE, written
from personal_app.store.layout import early_moves_file, recordings_folder
from personal_app.store.opening import open_database
from personal_app.store.snapshot import StartSnapshot, snapshot_of
from personal_app.store.troubles import environment
from personal_app.store.unkept import Behind
from personal_app.store.values import KeptRecording, Opened, Profile, Receipt

_log = logging.getLogger(__name__)
#: The setting that says how the version read that took the view in.
_READ_AS = "view read as"


def open_cache(folder: Path, clock: Clock) -> tuple["Cache", Opened]:
    """Open the cache in `folder`, made where missing, and tell what happened to a damaged one.

    Raises EnvironmentTrouble where the machine does not let us or the file is a newer version's.
    """
    with environment(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        recordings_folder(folder).mkdir(mode=0o700, exist_ok=True)
        database, opened = open_database(folder, clock)
    try:
        return Cache(folder, database, clock), opened
    except BaseException:
        database.close()
        raise


class Cache:
    """An open cache. What each method promises is written at the method of the same name in `Store`."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._database = database
        self._missed_changes = False
        with self._transaction() as connection:
            due = connection.scalar(select(tables.sweep_due.c.slot)) is not None
            asked.fill(database.plain)
            notebook.fill(database.plain)
        if due:
            self._sweep()

    def try_disk(self) -> None:
        """Raise EnvironmentTrouble where the disk still refuses what it refused before."""
        with self._transaction():
            pass

    def close(self) -> None:
        """Close the file."""
        with environment(self._folder):
            self._database.close()

    def profile(self) -> Profile | None:
        """Return who we are; an unreadable profile counts as none."""
        with self._transaction(reading=True) as connection:
            return program_store.profile(connection)

    def keep_profile(self, profile: Profile) -> None:
        """Keep who we are; the view of somebody else goes."""
        with self._transaction() as connection:
            before = program_store.participant(connection)
            program_store.keep_profile(connection, profile)
            if other := before is not None and before != profile.participant:
                self._forget_view(connection)
        if other:
            self._sweep()

    def amend_profile(self, profile: Profile) -> None:
        """Keep what is new of who we are, if it is still we."""
        with self._transaction() as connection:
            kept = program_store.profile(connection)
            if kept is not None and kept.participant == profile.participant:
                # Its secrets may have moved since: those are not the amender's to say.
                news = {"address": profile.address, "name": profile.name, "grants": profile.grants}
                program_store.keep_profile(connection, msgspec.structs.replace(kept, **news))

    def entrust_profile(self, participant: str, token: str, entry: str) -> bool:
        """Let the secrets go, if they are still those, and out of the file's bytes."""
        with self._transaction() as connection:
            kept = program_store.profile(connection)
            if kept is None or (kept.participant, kept.token) != (participant, token):
                return False
            bare = msgspec.structs.replace(kept, token="", recovery_code="", key_entry=entry)
            program_store.keep_profile(connection, bare)
            _sweep_is_due(connection)
        self._sweep()
        return True

    def forget_profile(self) -> None:
        """Forget who we are and what we saw."""
        with self._transaction() as connection:
            if (whose := program_store.participant(connection)) is not None:
                sent_store.forget(connection, whose)
            program_store.forget_profile(connection)
            self._forget_view(connection)
        self._sweep()

    def program(self) -> tuple[str, Conference] | None:
        """Return the ETag and the program."""
        with self._transaction(reading=True) as connection:
            return program_store.program(connection)

    def keep_program(self, etag: str, conference: Conference) -> None:
        """Keep the program."""
        with self._transaction(durable=False) as connection:
            program_store.keep_program(connection, etag, conference)

    def resume(self, participant: str | None) -> tuple[ResumePoint, tuple[Command, ...]]:
        """Return the resume point and the commands to send."""
        with self._transaction(reading=True) as connection:
            present = program_store.participant(connection)
            whose = participant or present
            commands = outbox.unanswered(connection, whose) if whose is not None else ()
            if whose != present:
                return ResumePoint(), commands
            point = question_store.resume_point(connection)
            if point != ResumePoint() and notes.settings(connection).get(_READ_AS) != reading():
                # What another version had to leave out the server takes for told: all of it is to be told again.
                question_store.distrust(connection)
                point = ResumePoint()
        self._missed_changes = False
        return point, commands

    def apply(self, event: Applied | Replaced, participant: str | None) -> None:
        """Take in a frame."""
        if self._missed_changes and isinstance(event, Applied):
            raise Behind(
                f"What is kept in {self._folder} lacks some changes, so that this one was not added: it catches up "
                "when the connection is made again."
            )
        try:
            with self._transaction(durable=False) as connection:
                if participant is not None and program_store.participant(connection) != participant:
                    return
                taken_away = self._take(connection, event)
        except BaseException:
            self._missed_changes = True
            raise
        self._missed_changes = False
        if taken_away:
            self._sweep()

    def view(self) -> tuple[Changes, Mine]:
        """Return the view; one that this version cannot read is forgotten, so that it comes again."""
        try:
            with self._transaction(reading=True) as connection:
                return question_store.view(connection)
        except msgspec.DecodeError as fault:
            _log.warning("the kept view cannot be read and is fetched anew: %s", fault)
        with self._transaction() as connection:
            self._forget_view(connection)
        return Changes(revision=Revision(0), tally=Tally(0)), Mine(revision=Revision(0), tally=Tally(0), full=True)

    def find(self, terms: Sequence[Term]) -> tuple[Hit, ...]:
        """Return the questions, answers and notes that hold the terms."""
        with self._transaction(reading=True):
            return (*asked.find(self._database.plain, terms), *notebook.find(self._database.plain, terms))

    def put(self, wish: Wish, participant: str | None) -> None:
        """Keep a wish."""
        with self._transaction() as connection:
            participant = participant or program_store.participant(connection)
            if participant is None:
                raise Refusal(RefusalCode.NOT_ALLOWED, "Join the conference with your name first, then ask and vote.")
            outbox.put(connection, participant, wish)

    def adopt_early_moves(self) -> None:
        """Take the early moves into the outbox, and only then away from where they waited."""
        with environment(self._folder):
            moves = read_early_moves(self._folder)
        with self._transaction() as connection:
            for move in moves:
                outbox.put_where_missing(connection, move.participant, move.wish)
        with environment(self._folder):
            early_moves_file(self._folder).unlink(missing_ok=True)

    def settle(self, answer: Done | Refused) -> None:
        """Take in an answer."""
        with self._transaction() as connection:
            outbox.settle(connection, answer, self._clock())
            outbox.forget_shown(connection, *question_store.counters(connection))

    def wishes(self, participant: str | None) -> tuple[Wish, ...]:
        """Return the wishes."""
        with self._transaction(reading=True) as connection:
            whose = participant or program_store.participant(connection)
            return outbox.wishes(connection, whose) if whose is not None else ()

    def receipts(self, participant: str | None) -> tuple[Receipt, ...]:
        """Return the receipts."""
        with self._transaction(reading=True) as connection:
            whose = participant or program_store.participant(connection)
            return outbox.receipts(connection, whose) if whose is not None else ()

    def sent(self, participant: str) -> tuple[SentMove, ...]:
        """Return what was sent."""
        with self._transaction() as connection:
            return sent_store.sent(connection, participant)

    def forget_receipt(self, command: CommandId) -> None:
        """Forget a receipt."""
        with self._transaction() as connection:
            outbox.forget_receipt(connection, command)

    def snapshot(self) -> StartSnapshot:
        """Return all of it."""
        with self._transaction(reading=True):
            return snapshot_of(self._database.plain, self._folder)

    def keep_draft(self, key: str, text: str) -> None:
        """Keep a draft."""
        with self._transaction() as connection:
            notes.keep_draft(connection, key, text)

    def drafts(self) -> dict[str, str]:
        """Return the drafts."""
        with self._transaction(reading=True) as connection:
            return notes.drafts(connection)

    def keep_note(self, note: Note) -> None:
        """Keep a note."""
        with self._transaction() as connection:
            if gone := notebook.keep_note(connection, self._database.plain, note):
                _sweep_is_due(connection)
        if gone:
            self._sweep()

    def forget_note(self, note: NoteId) -> None:
        """Forget a note."""
        with self._transaction() as connection:
            if gone := notebook.forget_note(connection, self._database.plain, note):
                _sweep_is_due(connection)
        if gone:
            self._sweep()

    def notes(self) -> tuple[Note, ...]:
        """Return the notes."""
        with self._transaction(reading=True) as connection:
            return notebook.notes(connection)

    def keep_watched(self, talk: TalkId, watched: Watched) -> None:
        """Keep what was watched."""
        with self._transaction(durable=False) as connection:
            notebook.keep_watched(connection, talk, watched)

    def keep_setting(self, key: str, value: str) -> None:
        """Keep a setting."""
        with self._transaction() as connection:
            notes.keep_setting(connection, key, value)

    def settings(self) -> dict[str, str]:
        """Return the settings."""
        with self._transaction(reading=True) as connection:
            return notes.settings(connection)

    def keep_first_page(self, write: Callable[[], str], revision: Revision, tally: Tally) -> None:
        """Keep the first page where it shows what is held."""
        with self._transaction(durable=False) as connection:
            if question_store.counters(connection) == (revision, tally):
                notes.keep_setting(connection, FIRST_PAGE, written(self._database.plain, write()))

    def keep_recording(self, kept: KeptRecording) -> None:
        """Keep that a recording is here."""
        with self._transaction() as connection:
            recording_store.keep(connection, self._folder, kept)

    def forget_recording(self, recording: RecordingId) -> None:
        """Forget a recording, then remove its file: left behind it costs room, promised and missing it costs trust."""
        with self._transaction() as connection:
            file = recording_store.forget(connection, self._folder, recording)
        if file is not None:
            with environment(self._folder):
                file.unlink(missing_ok=True)

    def recordings(self) -> tuple[KeptRecording, ...]:
        """Return the recordings."""
        with self._transaction(reading=True) as connection:
            return recording_store.recordings(connection, self._folder)

    def keep_side_file(self, sha256: Sha256, data: bytes) -> None:
        """Keep a small file."""
        with environment(self._folder):
            side_files.keep(self._folder, sha256, data)

    def keep_only_side_files(self, wanted: Collection[Sha256]) -> int:
        """Remove the other small files."""
        with environment(self._folder):
            return side_files.keep_only(self._folder, wanted)

    def side_file(self, sha256: Sha256) -> bytes | None:
        """Return a small file."""
        with environment(self._folder):
            return side_files.read(self._folder, sha256)

    def _take(self, connection: Connection, event: Applied | Replaced) -> bool:
        held = question_store.resume_point(connection).since
        taken_away = question_store.apply(connection, event)
        if isinstance(event, Replaced):
            notes.keep_setting(connection, _READ_AS, reading())
        asked.renew(self._database.plain, asked.touched(event))
        since = event.resume.since
        if isinstance(event, Replaced) and since is not None and (held is None or held.epoch != since.epoch):
            # Another life of the server's database: it may not know what was acknowledged in the one before.
            outbox.doubt_done(connection)
        outbox.forget_shown(connection, *question_store.counters(connection))
        if taken_away:
            _sweep_is_due(connection)
            _forget_first_page(connection)
        return taken_away

    def _forget_view(self, connection: Connection) -> None:
        question_store.forget_view(connection)
        asked.renew(self._database.plain, None)
        _sweep_is_due(connection)
        _forget_first_page(connection)

    def _sweep(self) -> None:
        """Take what was deleted out of the file's bytes; where the disk does not let us, at the next opening."""
        try:
            with self._transaction(durable=False):
                asked.settle(self._database.plain)
                notebook.settle(self._database.plain)
            with environment(self._folder):
                self._database.sweep()
            with self._transaction(durable=False) as connection:
                connection.execute(delete(tables.sweep_due))
        except EnvironmentTrouble as trouble:
            _log.warning("deleted text could not be taken out of the cache's file yet: %s", trouble)

    @contextlib.contextmanager
    def _transaction(self, *, durable: bool = True, reading: bool = False) -> Iterator[Connection]:
        with environment(self._folder), self._database.transaction(durable=durable, reading=reading) as connection:
            yield connection


def _sweep_is_due(connection: Connection) -> None:
    connection.execute(upsert(tables.sweep_due).values(slot=1).on_conflict_do_nothing())


def _forget_first_page(connection: Connection) -> None:
    # It may hold the very words that are to leave the file.
    notes.forget_setting(connection, FIRST_PAGE)
