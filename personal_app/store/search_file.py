"""The index of the program and of what is said in recordings, in a file of its own beside the cache.

All of it can be made anew from the program and from the caption files that lie here: what is of another form, or
damaged, is removed and begun again, and nothing in it has to wait for the disk. The cache itself stays small, is looked
through at every start, and rewritten whenever something has to leave it for good. It belongs to the thread that made
it, and must never import SQLAlchemy.
"""

import contextlib
import logging
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from personal_app.conference.errors import ConferenceError
from personal_app.conference.findable import of_program, of_speech
from personal_app.conference.finding import Entry, Hit, HitKind, Term, hit
from personal_app.conference.ids import Sha256, TalkId
from personal_app.conference.program import Conference
from personal_app.formats.captions import read_captions
from personal_app.store import side_files
from personal_app.store.layout import COMPANIONS, search_file
from personal_app.store.text_index import TextIndex

_log = logging.getLogger(__name__)

#: To be raised where entries are made or folded in another way, or the tables are others.
FORM = 1
_PROGRAM, _SPOKEN = "program", "spoken"
_MOST_OF_PROGRAM, _MOST_OF_A_KIND, _MOST_SPOKEN = 48, 10, 24
#: So many more lines of speech are looked at: a line whose words belong to the next one is not shown.
_SPARE = 2
_PRAGMAS = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "secure_delete = ON",
    "temp_store = MEMORY",
)


class Transcript(NamedTuple):
    """What is said in a talk's recording, by the hash of the file that holds it."""

    talk: TalkId
    sha256: Sha256

    @property
    def source(self) -> str:
        """The name under which its lines are held."""
        return f"{self.talk} {self.sha256}"


class SearchFile:
    """The open file."""

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`, made where missing (mode 0600), made anew where it is of no use.

        Raises sqlite3.Error or OSError where the machine does not let us.
        """
        self._folder = folder
        self._path = search_file(folder)
        try:
            self._open()
        except sqlite3.DatabaseError as fault:
            _log.warning("the index of what is said is made anew: %s", fault)
            forget_search_file(folder)
            self._open()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def take_conference(self, conference: Conference) -> tuple[Transcript, ...]:
        """Hold this program and nothing that is not in it any more; return the transcripts whose lines are not held."""
        wanted = {each.source: each for each in _transcripts(conference)}
        with self._transaction():
            gone = self._program.renew({_PROGRAM: of_program(conference)})
            held = self._spoken.sources()
            left = held - wanted.keys()
            gone = self._spoken.renew(dict.fromkeys(left, ())) or gone
        if gone:
            self._sweep()
        return tuple(each for source, each in wanted.items() if source not in held)

    def take_transcript(self, transcript: Transcript) -> bool:
        """Hold the lines of a transcript whose file lies here; tell whether it did."""
        data = side_files.read(self._folder, transcript.sha256)
        if data is None:
            return False
        try:
            entries: Sequence[Entry] = of_speech(transcript.talk, read_captions(data.decode("utf-8-sig")))
        except (ConferenceError, UnicodeDecodeError) as fault:
            _log.warning("the captions %s cannot be read and are not searched: %s", transcript.sha256, fault)
            entries = ()
        with self._transaction():
            self._spoken.renew({transcript.source: entries})
        return True

    def find(self, terms: Sequence[Term]) -> tuple[Hit, ...]:
        """Return what of the program and of what is said holds every term; of each the best first."""
        seen: Counter[HitKind] = Counter()
        program: list[Hit | None] = []
        for entry in self._program.find(terms, _MOST_OF_PROGRAM):
            seen[entry.kind] += 1
            if seen[entry.kind] <= _MOST_OF_A_KIND:
                program.append(hit(entry, terms))
        spoken = (hit(entry, terms) for entry in self._spoken.find(terms, _SPARE * _MOST_SPOKEN))
        own = (each for each in spoken if each is not None)
        return (*(each for each in program if each is not None), *islice(own, _MOST_SPOKEN))

    def _open(self) -> None:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        self._program = TextIndex(self._connection, _PROGRAM)
        self._spoken = TextIndex(self._connection, _SPOKEN)
        try:
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            form = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if form == 0:
                self._make()
            elif form != FORM:
                raise sqlite3.DatabaseError(f"it is of the form {form}")
        except BaseException:
            self._connection.close()
            raise

    def _make(self) -> None:
        with self._transaction():
            self._program.make()
            self._spoken.make()
            self._connection.execute(f"PRAGMA user_version = {FORM}")

    def _sweep(self) -> None:
        """Take the words of what is not held any more out of the file's bytes."""
        with self._transaction():
            self._program.settle()
            self._spoken.settle()
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def forget_search_file(folder: Path) -> None:
    """Remove the index. Raises OSError where the machine does not let us."""
    for suffix in ("", *COMPANIONS):
        path = search_file(folder)
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _transcripts(conference: Conference) -> Iterator[Transcript]:
    for recording in conference.recordings:
        for track in recording.captions:
            yield Transcript(recording.talk, track.file.sha256)
