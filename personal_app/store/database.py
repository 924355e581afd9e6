"""The one connection to the cache's file, and how transactions on it behave.

The file is held exclusively from its opening on: there is one connection, as SQLite's rare damage at the reset of a
write-ahead log (sqlite.org/wal.html, "The WAL-Reset Bug") needs two, and a second program on the same profile is turned
away. A write-ahead log rather than a rollback journal, because then only what a person wrote has to wait for the disk
(`durable`): of what came from the server, a power failure may take the last frames, whole and from the end, and the
resume point in them makes that a short download. This module must never know what the tables mean.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

#: How long another process that is just ending may hold the file.
_HELD_S = 1.0
_PRAGMAS = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "foreign_keys = ON",
    "secure_delete = ON",
    # What is sorted or rebuilt must not be written to the system's folder for temporary files.
    "temp_store = MEMORY",
    "trusted_schema = OFF",
)


class Database:
    """An open file. It belongs to the thread that made it."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made with mode 0600 where missing. Raises sqlite3.Error or OSError."""
        _make_private(path)
        self._raw = sqlite3.connect(path, timeout=_HELD_S, isolation_level=None)
        self._durable = True
        self._doubted = False
        try:
            for pragma in _PRAGMAS:
                self._raw.execute(f"PRAGMA {pragma}")
            self._raw.execute("PRAGMA synchronous = FULL")
            # The lock is taken by the first write, so that the first write is made now.
            self._raw.execute("BEGIN IMMEDIATE")
            self._raw.execute("COMMIT")
        except sqlite3.Error:
            self._raw.close()
            raise
        self._engine = create_engine("sqlite://", creator=lambda: self._raw, poolclass=StaticPool)
        event.listen(self._engine, "begin", _begin)
        self._connection = self._engine.connect()

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = True, reading: bool = False) -> Iterator[Connection]:
        """Give the connection inside one transaction, which is kept whole at the end or not at all.

        `durable` False lets the disk take its time: see above. `reading` says that nothing is going to be changed.
        """
        self._set_durable(durable)
        try:
            if self._doubted:
                self._settle_doubt(reading)
            with self._connection.begin():
                yield self._connection
        except (DBAPIError, sqlite3.Error):
            self._doubted = True
            raise

    @property
    def plain(self) -> sqlite3.Connection:
        """The same connection without SQLAlchemy, for what is read without it elsewhere; inside a transaction only."""
        return self._raw

    def sweep(self) -> None:
        """Take the bytes of deleted rows out of the file and its log.

        `secure_delete` alone does not: when a page is split, copies of rows stay behind in its free room. So the file
        is written anew (some 10 ms per MB) and the log emptied.
        """
        # Emptying the log waits for the disk by itself.
        self._set_durable(False)
        self._raw.execute("VACUUM")
        self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; its log is taken into it and removed."""
        self._connection.close()
        self._engine.dispose()
        self._raw.close()

    def _settle_doubt(self, reading: bool) -> None:
        """Write over what a failed commit may have left in the log.

        Where the disk took the pages and refused the sync, they lie there whole: the next opening would take for kept
        what its maker was told was not, unless something else was written in their place. Whoever only reads does not
        have to wait for a disk that can do that.
        """
        (version,) = self._raw.execute("PRAGMA user_version").fetchone()
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            self._raw.execute(f"PRAGMA user_version = {(version + 1) % 2}")
            self._raw.execute("COMMIT")
            self._doubted = False
        except sqlite3.Error:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            if not reading:
                raise

    def _set_durable(self, durable: bool) -> None:
        if durable != self._durable:
            self._raw.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_private(path: Path) -> None:
    # SQLite gives its companions the mode of the database.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
