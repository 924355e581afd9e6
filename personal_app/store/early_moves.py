"""Moves made before the cache is open, durable in a small file beside it until it is.

Opening the cache takes a moment, and a person may ask in that moment. The file holds a line of JSON for each move,
synced; the cache takes them into its outbox as soon as it is open, and a start that finds the file draws them. This
module must never import SQLAlchemy or Qt.
"""

import logging
import os
import threading
from collections import deque
from pathlib import Path

import msgspec

from personal_app.conference.wishes import Wish
from personal_app.store.layout import early_moves_file

_log = logging.getLogger(__name__)


class EarlyMove(msgspec.Struct, frozen=True):
    """A move and whose it is: it is never sent as another's."""

    participant: str
    wish: Wish


class EarlyMoves:
    """Writes moves down, in order, on a thread that lives while there is something to write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._waiting: deque[EarlyMove] = deque()
        self._writer: threading.Thread | None = None
        self._stopped = False

    @property
    def writing(self) -> bool:
        """Whether something is not on the disk yet."""
        with self._lock:
            return self._writer is not None

    def keep(self, participant: str, wish: Wish) -> None:
        """Write a move down soon, without waiting for it; after `stop` nothing is written."""
        with self._lock:
            if self._stopped:
                return
            self._waiting.append(EarlyMove(participant, wish))
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="early moves", daemon=True)
                self._writer.start()

    def stop(self) -> None:
        """Write nothing more, and wait for what is being written: to be called on a thread that may wait."""
        with self._lock:
            self._stopped = True
            writer = self._writer
        if writer is not None:
            writer.join()

    def _write(self) -> None:
        while (move := self._next()) is not None:
            try:
                # The line break in front ends a line that a kill has cut off.
                _append(early_moves_file(self._folder), b"\n" + msgspec.json.encode(move) + b"\n")
            except OSError as fault:
                # It is still in memory, and goes to the outbox when that is open; there the person is told.
                _log.warning("a move of the first moments could not be written down yet: %s", fault)

    def _next(self) -> EarlyMove | None:
        with self._lock:
            if not self._waiting:
                self._writer = None
                return None
            return self._waiting.popleft()


def read_early_moves(folder: Path) -> tuple[EarlyMove, ...]:
    """Return the moves in the file of `folder`, in order; a line that was not written to its end is passed over.

    Raises OSError where the disk does not let us.
    """
    try:
        lines = early_moves_file(folder).read_bytes().split(b"\n")
    except FileNotFoundError:
        return ()
    moves = []
    for line in filter(None, lines):
        try:
            moves.append(msgspec.json.decode(line, type=EarlyMove))
        except msgspec.DecodeError as fault:
            _log.warning("a move of the first moments cannot be read and is passed over: %s", fault)
    return tuple(moves)


def _append(path: Path, line: bytes) -> None:
    new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        # Its name is as little worth as its bytes before it is on the disk.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
