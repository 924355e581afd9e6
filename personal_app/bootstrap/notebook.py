"""Keeps a person's notes and what they have watched in the cache, and writes notes to files.

All methods run on the UI thread; files are written in the pool. Must never hand any of it to the network.
"""

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path

import msgspec

from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import TalkId
from personal_app.conference.notes import Note, NoteId
from personal_app.conference.watching import Watched
from personal_app.formats.notes_markdown import write_notes
from personal_app.services.notes import NoteService
from personal_app.services.program import ProgramService

_log = logging.getLogger(__name__)


class NotesTold(msgspec.Struct, frozen=True):
    """What became of notes: a sentence for the person."""

    sentence: str


class Notebook:
    """Answers the intentions of `NoteService` and `WatchingService`. `post` brings a value to `take`."""

    def __init__(
        self, service: NoteService, program: ProgramService, rooms: Rooms, post: Callable[[object], None]
    ) -> None:
        self._service = service
        self._program = program
        self._rooms = rooms
        self._post = post

    def keep(self, note: Note) -> None:
        """Keep a note; where the disk does not let us, the person is told."""
        self._rooms.store.keep_note(note).add_done_callback(self._tell_trouble)

    def forget(self, note: NoteId) -> None:
        """Forget a note, and its words in the file."""
        self._rooms.store.forget_note(note).add_done_callback(self._tell_trouble)

    def keep_watched(self, talk: TalkId, watched: Watched) -> None:
        """Keep what was watched."""
        self._rooms.store.keep_watched(talk, watched)

    def export(self, notes: tuple[Note, ...], path: Path) -> None:
        """Write notes to a file, whole or not at all."""
        conference = self._program.conference

        def work() -> None:
            write_whole(path, write_notes(conference, notes).encode())

        def done(job: "Future[None]") -> None:
            if not job.cancelled():
                self._post(NotesTold(_sentence(job.exception(), path, len(notes))))

        self._rooms.pool.run(work).add_done_callback(done)

    def take(self, values: Iterable[object]) -> None:
        """Take in what became of notes."""
        for value in values:
            if isinstance(value, NotesTold):
                self._service.exported.emit(value.sentence)

    def _tell_trouble(self, job: "Future[None]") -> None:
        trouble = job.exception() if not job.cancelled() else None
        if isinstance(trouble, EnvironmentTrouble):
            self._post(NotesTold(f"A note could not be kept. {trouble}"))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that its name holds all of `data` or what it held before. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise


def _sentence(fault: BaseException | None, path: Path, count: int) -> str:
    if fault is None:
        return f"{'One note is' if count == 1 else f'{count} notes are'} in {path}."
    if not isinstance(fault, OSError):
        _log.error("notes could not be written to a file", exc_info=fault)
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "the log says why"
    return f"The notes could not be written to {path} ({reason}): choose another place, then try again."
