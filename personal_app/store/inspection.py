"""A look at a cache's file before it is opened: whose schema it has, and whether it is whole.

It reads with plain sqlite3, changes nothing, and must never import SQLAlchemy or Alembic.
"""

import contextlib
import errno
import os
import sqlite3
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from personal_app.store.layout import NEWEST, VERSIONS


class Standing(StrEnum):
    """What a cache's file is to this program."""

    MISSING = "missing"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    DAMAGED = "damaged"


class Finding(NamedTuple):
    """What was found, and of a damaged file in which way."""

    standing: Standing
    damage: str = ""


def inspect(path: Path) -> Finding:
    """Look at the file. Raises sqlite3.Error or OSError where the machine, not the file, is to blame."""
    if not path.exists():
        return Finding(Standing.MISSING)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.stat().st_size == 0:
        # SQLite takes an empty file for an empty database without fault.
        return Finding(Standing.DAMAGED, "the file is empty")
    try:
        with contextlib.closing(reader(path, held_s=1.0)) as connection:
            version = schema_version(connection)
            if version is not None and version not in VERSIONS:
                return Finding(Standing.NEWER)
            fault = _fault(connection)
    except sqlite3.DatabaseError as broken:
        if primary_code(broken) not in DAMAGE_CODES:
            raise
        return Finding(Standing.DAMAGED, str(broken))
    if fault or version is None:
        return Finding(Standing.DAMAGED, fault or "it does not say which version it is of")
    return Finding(Standing.CURRENT if version == NEWEST else Standing.OLDER)


def reader(path: Path, *, held_s: float = 0.0) -> sqlite3.Connection:
    """Return a connection that can only read; a file that another process holds is waited for `held_s` seconds."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=held_s, isolation_level=None)


def schema_version(connection: sqlite3.Connection) -> str | None:
    """Return the schema's version, or None where the file does not say."""
    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known is not None else None
    return None if row is None else str(row[0])


def primary_code(fault: sqlite3.Error) -> int:
    """Return SQLite's primary result code of a fault (sqlite.org/rescode.html), 0 where it has none."""
    return int(getattr(fault, "sqlite_errorcode", 0)) & 0xFF


#: The file itself is to blame.
DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def _fault(connection: sqlite3.Connection) -> str:
    """Return what SQLite's own check finds wrong, or nothing."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    return "" if found is not None and found[0] == "ok" else str(found[0] if found is not None else "no answer")
