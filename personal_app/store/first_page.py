"""The record of what the window shows first: written by the window, kept here as long as it says what the cache holds.

It is read before anything else, with plain sqlite3: this module must never import SQLAlchemy, msgspec or the core, and
it does not know what the record looks like.
"""

import contextlib
import logging
import sqlite3
import zlib
from pathlib import Path
from typing import NamedTuple

from personal_app.store.inspection import reader, schema_version
from personal_app.store.layout import NEWEST, cache_file, early_moves_file

#: The key among the settings.
FIRST_PAGE = "first page"

_log = logging.getLogger(__name__)
_HELD = """
SELECT (SELECT body FROM profile), (SELECT etag FROM program), (SELECT revision FROM view_state),
       (SELECT tally FROM view_state), (SELECT count(*) FROM outbox), (SELECT max(seq) FROM outbox),
       (SELECT count(*) FROM receipts), (SELECT group_concat(id || sha256) FROM recordings)
"""


class Beginning(NamedTuple):
    """What the window begins with: the record, None where there is none of use, and a setting of the window's own."""

    page: str | None = None
    setting: str = ""


def read_beginning(folder: Path, setting: str) -> Beginning:
    """Return the record in the cache of `folder`, unless the cache has moved on since, and the value of `setting`."""
    path = cache_file(folder)
    try:
        if not path.exists():
            return Beginning()
        with contextlib.closing(reader(path)) as connection:
            connection.execute("BEGIN")
            if schema_version(connection) != NEWEST:
                return Beginning()
            kept = connection.execute("SELECT key, value FROM settings WHERE key IN (?, ?)", (FIRST_PAGE, setting))
            found = {str(key): str(value) for key, value in kept}
            held, _, record = found.get(FIRST_PAGE, "").partition("\n")
            fresh = held and held == standing(connection) and not early_moves_file(folder).exists()
            return Beginning(record if fresh else None, found.get(setting, ""))
    except (sqlite3.Error, OSError) as fault:
        _log.info("nothing to begin with can be read: %s", fault)
        return Beginning()


def read_first_page(folder: Path) -> str | None:
    """Return the record in the cache of `folder`; None where there is none or the cache has moved on since."""
    return read_beginning(folder, "").page


def standing(connection: sqlite3.Connection) -> str:
    """Return a mark of what the cache holds of all that a first page shows; another one means it holds something else.

    Raises sqlite3.Error.
    """
    return str(zlib.crc32(repr(connection.execute(_HELD).fetchone()).encode()))


def written(connection: sqlite3.Connection, record: str) -> str:
    """Return `record` with the mark of what the cache holds now, as it is kept. Raises sqlite3.Error."""
    return f"{standing(connection)}\n{record}"
