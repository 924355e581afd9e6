"""Room for SQLite's write-ahead log, made before it is needed.

A sync of a file that has grown waits for the file system's own books as well: until votes in a stream had written the
log round once, one commit in a hundred took most of a tenth of a second, beside ten thousand watchers one in ten.
This module must never touch the log's file itself.
"""

import shutil
from pathlib import Path

import sqlalchemy as sa

from personal_app.server import tables
from personal_app.server.database import CACHE_KIB, LOG_PAGES
from personal_app.server.prepared import run_on_sqlite

_PAGE_BYTES = 4096
LOG_BYTES = LOG_PAGES * _PAGE_BYTES
#: Where there is less than so many times the log, what little there is may be wanted for something else.
_TIMES_FREE = 8
_FEW_PAGES = 64
#: The last pages stay in the cache.
_FILLING_BYTES = LOG_BYTES + 2 * _FEW_PAGES * _PAGE_BYTES


def make_log_room(connection: sa.Connection) -> None:
    """Make the log as long as it ever gets, within a transaction that changes nothing; on PostgreSQL do nothing.

    Where the disk has little room it is left to grow as it is needed.
    """
    path = connection.engine.url.database
    if connection.dialect.name != "sqlite" or path is None:
        return
    if shutil.disk_usage(Path(path).parent).free < _TIMES_FREE * LOG_BYTES:
        return
    with connection.begin_nested() as savepoint:
        # What the cache cannot hold goes to the log before it is committed.
        run_on_sqlite(connection, f"PRAGMA cache_size = {_FEW_PAGES}")
        run_on_sqlite(connection, "CREATE TABLE room (filling BLOB)")
        run_on_sqlite(connection, f"INSERT INTO room VALUES (zeroblob({_FILLING_BYTES}))")
        savepoint.rollback()
    run_on_sqlite(connection, f"PRAGMA cache_size = -{CACHE_KIB}")
    # So that the room is synced now, and not by the first who asks.
    connection.execute(sa.update(tables.conference).values(page=tables.conference.c.page))
