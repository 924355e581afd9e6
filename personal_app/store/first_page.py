"""The record of what the window shows first: written by the window, kept here as long as it says what the cache holds.

It is read before anything else, with plain sqlite3: this module must never import SQLAlchemy, msgspec or the core, and
it does not know what the record looks like.
"""

import contextlib
import logging
import sqlite3
import zlib
from pathlib import Path

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


def read_first_page(folder: Path) -> str | None:
    """Return the record in the cache of `folder`; None where there is none or the cache has moved on since."""
    path = cache_file(folder)
    try:
        if not path.exists() or early_moves_file(folder).exists():
            return None
        with contextlib.closing(reader(path)) as connection:
            connection.execute("BEGIN")
            if schema_version(connection) != NEWEST:
                return None
            found = connection.execute("SELECT value FROM settings WHERE key = ?", (FIRST_PAGE,)).fetchone()
            held, _, record = str(found[0]).partition("\n") if found is not None else ("", "", "")
            return record if held and held == standing(connection) else None
    except (sqlite3.Error, OSError) as fault:
        _log.info("no first page can be read: %s", fault)
        return None


def standing(connection: sqlite3.Connection) -> str:
    """Return a mark of what the cache holds of all that a first page shows; another one means it holds something else.

    Raises sqlite3.Error.
    """
    return str(zlib.crc32(repr(connection.execute(_HELD).fetchone()).encode()))


def written(connection: sqlite3.Connection, record: str) -> str:
    """Return `record` with the mark of what the cache holds now, as it is kept. Raises sqlite3.Error."""
    return f"{standing(connection)}\n{record}"
