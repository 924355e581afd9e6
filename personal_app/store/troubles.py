"""What the disk refuses, as sentences for the person. Must never hide a fault of ours: those are raised as they are."""

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.store.inspection import DAMAGE_CODES, primary_code

_FORBIDDEN = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})
#: Of a full disk SQLite says so only where it writes data; it says these where it shares memory or begins a file.
_OF_A_FULL_DISK_TOO = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_LITTLE_ROOM_BYTES = 1 << 20
_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextlib.contextmanager
def environment(folder: Path) -> Iterator[None]:
    """Raise EnvironmentTrouble in place of what SQLite or the system say of the disk that `folder` is on."""
    try:
        yield
    except DBAPIError as fault:
        sentence = _of_sqlite(fault.orig, folder) if isinstance(fault.orig, sqlite3.Error) else None
        if sentence is None:
            raise
        raise EnvironmentTrouble(sentence) from fault
    except sqlite3.Error as fault:
        sentence = _of_sqlite(fault, folder)
        if sentence is None:
            raise
        raise EnvironmentTrouble(sentence) from fault
    except OSError as fault:
        raise EnvironmentTrouble(_of_system(fault, folder)) from fault


def _of_sqlite(fault: sqlite3.Error, folder: Path) -> str | None:
    code = primary_code(fault)
    if code == sqlite3.SQLITE_FULL or (code in _OF_A_FULL_DISK_TOO and _has_no_room(folder)):
        return _full(folder)
    if code in _FORBIDDEN:
        return _forbidden(folder)
    if code in _HELD:
        return f"{folder} is in use by another window of this program: close that one, then start again."
    if code in DAMAGE_CODES:
        return (
            f"What is kept in {folder} was damaged. Start the program again: it saves your words and fetches the rest."
        )
    if code == sqlite3.SQLITE_IOERR:
        return f"The disk that holds {folder} does not read or write as it should: check it, then start again."
    return None


def _of_system(fault: OSError, folder: Path) -> str:
    if fault.errno in _FULL_ERRNOS:
        return _full(folder)
    if isinstance(fault, PermissionError) or fault.errno == errno.EROFS:
        return _forbidden(folder)
    reason = fault.strerror or type(fault).__name__
    return f"Nothing can be kept in {folder} ({reason}): put that right or choose another folder, then start again."


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LITTLE_ROOM_BYTES
    except OSError:
        return False


def _full(folder: Path) -> str:
    return f"The disk is full: free some room on the one that holds {folder}, then try again."


def _forbidden(folder: Path) -> str:
    return f"The program may not write to {folder}: give it that right or choose another folder, then start again."
