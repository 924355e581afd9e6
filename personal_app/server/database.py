"""The server's database: opened, checked and brought to the newest schema before anything else touches it.

SQLite by default, in one connection of one thread (`ledger`): the write-ahead log costs one sync per commit, and its
rare corruption when several connections reset it cannot happen with one. The file is locked for as long as it is open,
so a second server on it is told so instead of writing beside the first. Several servers share a PostgreSQL
(`postgresql`). This module must never know what a question is.
"""

import errno
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import random_id
from personal_app.server import schema
from personal_app.server.prepared import run_on_sqlite

if TYPE_CHECKING:
    from personal_app.server.postgresql import BoundedConnection

#: How long a lock of another process is waited for: long enough for one that is just ending.
BUSY_TIMEOUT_S = 2.0
CACHE_KIB = 32 * 1024
#: How long the write-ahead log grows: 16 MB at SQLite's page size, read within a tenth of a second after a kill.
LOG_PAGES = 4000
_POSTGRESQL_DISK_FULL = "53100"

_log = logging.getLogger(__name__)


class Database:
    """A database at the newest schema. `connect` gives the connection; only one is to be open at a time.

    `shared` tells whether other servers may write into it too; `node` is this one's name among them.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.shared = engine.dialect.name == "postgresql"
        self.node = random_id()

    def connect(self) -> sa.Connection:
        """Return a new connection of the calling thread. Raises EnvironmentTrouble where there is none to be had."""
        with explained(self.engine.url):
            return self.engine.connect()

    def listen(self) -> "BoundedConnection":
        """Return a connection of its own that hears the wake-ups of a shared database (psycopg's `notifies`).

        Raises EnvironmentTrouble where there is none to be had; what it raises later are the driver's own errors.
        """
        from personal_app.server import postgresql

        try:
            return postgresql.listen(self.engine.url)
        except postgresql.DriverError as fault:
            raise EnvironmentTrouble(_sentence(named(self.engine.url), fault)) from fault


#: The channel on which servers that share a PostgreSQL wake each other.
CHANNEL = "personal_server"
#: The one on which they tell each other which chairs are here.
CHAIRS_CHANNEL = "personal_chairs"


def notify(connection: sa.Connection, node: str) -> None:
    """Wake the other servers once the running transaction is durable; `node` says who, for who need not wake itself."""
    connection.execute(_NOTIFY, {"channel": CHANNEL, "node": node})


@contextmanager
def together(connection: sa.Connection) -> Iterator[None]:
    """Send the statements run within as one, and wait for the database once; none of them may be asked for rows."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    module = connection.dialect.loaded_dbapi
    try:
        with driver.pipeline():
            yield
    except module.Error as fault:
        # Met where the pipeline ends, past SQLAlchemy, which is to look at it like at any other.
        lost = bool(driver.closed)
        if lost:
            connection.invalidate(fault)
        raise sa.exc.DBAPIError.instance(
            None,
            None,
            fault,
            module.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=connection.dialect,
        ) from fault


_NOTIFY = sa.select(sa.func.pg_notify(sa.bindparam("channel"), sa.bindparam("node")))


def open_database(url: str) -> Database:
    """Open the database at `url` (`sqlite:///path`, `postgresql://...`), migrated to the newest schema.

    A file is made where there is none; a PostgreSQL database must be there.

    All migrations are one transaction, and a copy of an older file is kept beside it first. Raises EnvironmentTrouble
    with a sentence where the database is damaged, not ours, from a newer version, in use by another server, or where
    the folder does not let us.
    """
    address = address_of(url)
    if address.get_backend_name() == "postgresql":
        return _open_postgresql(address)
    if not address.database or address.database == ":memory:":
        raise EnvironmentTrouble("The server keeps what it acknowledges: give it a database file, not memory.")
    path = Path(address.database)
    if not path.exists():
        _make(address, path)
    _look_at_header(path)
    return _migrated(_sqlite_engine(address))


def address_of(url: str) -> sa.URL:
    """Return the address that `url` names. Raises EnvironmentTrouble, never with the URL: it may hold a secret."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise EnvironmentTrouble(
            "The database's address cannot be read: give postgresql://USER@HOST/DATABASE or sqlite:///PATH."
        ) from None
    if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return address.set(drivername="postgresql+psycopg")
    if address.drivername != "sqlite":
        raise EnvironmentTrouble(
            f"A server cannot keep its data in {address.drivername}: give postgresql://USER@HOST/DATABASE, "
            "or no database at all for a file in the data folder."
        )
    return address


def has_secret(address: sa.URL) -> bool:
    """Tell whether an address holds a password."""
    return bool(address.password) or any("password" in key for key in address.query)


def disk_full(fault: BaseException) -> bool:
    """Tell whether `fault`, or what led to it, is a storage that has no room left."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [fault]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if _is_full(current):
            return True
        waiting += [getattr(current, "orig", None), current.__cause__, current.__context__]
    return False


def _is_full(fault: BaseException) -> bool:
    if isinstance(fault, OSError):
        return fault.errno in (errno.ENOSPC, errno.EDQUOT)
    code, state = getattr(fault, "sqlite_errorcode", None), getattr(fault, "sqlstate", None)
    return code == sqlite3.SQLITE_FULL or state == _POSTGRESQL_DISK_FULL


def named(address: sa.URL) -> str:
    """Return the address as it may be told: where the database is and as whom, never a secret."""
    return address.set(password=None, query={}).render_as_string()


@contextmanager
def explained(address: sa.URL) -> Iterator[None]:
    """Turn what a database driver raises into an EnvironmentTrouble that names the database and what to do."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as fault:
        raise EnvironmentTrouble(_sentence(named(address), fault)) from fault


def _sentence(where: str, fault: Exception) -> str:
    cause = getattr(fault, "orig", None) or fault
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if disk_full(fault):
        return f"The disk with the database {where} is full: make room, then start the server again."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"The database {where} is in use: another server runs on it. Stop that one first, or use another folder."
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(where)
    if isinstance(cause, sqlite3.Error | OSError):
        return f"The database {where} cannot be opened ({cause}): see that its folder exists and may be written to."
    said = " ".join(str(cause).split())
    return f"The database {where} cannot be used ({said}): see that it runs, that its address is right and lets us in."


def _damaged(where: str) -> str:
    return (
        f"The database {where} is damaged and was left as it is: set it aside and start from a backup, "
        "or start anew with another folder."
    )


def _open_postgresql(address: sa.URL) -> Database:
    try:
        from personal_app.server import postgresql
    except ImportError:
        raise EnvironmentTrouble(
            "The driver for PostgreSQL is not installed: install personal-app with its extra “postgres”."
        ) from None
    with explained(address):
        _migrated(postgresql.engine(address, for_migrations=True))
        return Database(postgresql.engine(address))


def _make(address: sa.URL, path: Path) -> None:
    """Make a new database under another name and rename it: an empty file at `path` is then always a damaged one."""
    draft = path.with_name(path.name + ".new")
    for left_over in (draft, draft.with_name(draft.name + "-wal"), draft.with_name(draft.name + "-journal")):
        with explained(address):
            left_over.unlink(missing_ok=True)
    with explained(address):
        # The file holds people's words and who asked: nobody but the server's own user reads it.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    _migrated(_sqlite_engine(address.set(database=str(draft))))
    with explained(address):
        _rename_durably(draft, path)


def _look_at_header(path: Path) -> None:
    """A file without SQLite's header, and an empty one, would be taken for a new database by SQLite itself."""
    with explained(sa.URL.create("sqlite", database=str(path))), path.open("rb") as file:
        header = file.read(16)
    if header != b"SQLite format 3\x00":
        raise EnvironmentTrouble(_damaged(str(path)))


def _sqlite_engine(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        address,
        poolclass=sa.NullPool,
        # What a statement was given names people; an error's message goes into the log.
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": True, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    # The lock comes before the journal mode, so that the write-ahead log's index stays in our own memory.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Ids are random, so votes go to pages all over the file; SQLite's own 2 MB would be read again and again.
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    # Copying the log into the file costs another sync, within somebody's commit; the same pages come again and again.
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")


def _begin(connection: sa.Connection) -> None:
    # The driver's own transactions begin at the first write and so lose updates silently.
    run_on_sqlite(connection, "BEGIN IMMEDIATE")


def _migrated(engine: sa.Engine) -> Database:
    where = named(engine.url)
    with explained(engine.url), engine.connect() as connection:
        keep: Callable[[str], None] | None = None
        if connection.dialect.name == "sqlite":
            if not _sound(connection):
                raise EnvironmentTrouble(_damaged(where))
            keep = partial(_keep_copy, connection, Path(engine.url.database or ""))
        connection.rollback()
        schema.upgrade(connection, where, keep=keep)
    return Database(engine)


def _keep_copy(connection: sa.Connection, path: Path, version: str) -> None:
    """Keep the file as it is before its schema is changed; an earlier copy of the same schema makes room for it."""
    kept = path.with_name(f"{path.name}.schema-{version}")
    draft = kept.with_name(kept.name + ".new")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    source: Any = connection.connection.driver_connection
    with closing(sqlite3.connect(draft)) as target:
        # One file, without a log beside it.
        target.execute("PRAGMA journal_mode = OFF")
        source.backup(target)
    _rename_durably(draft, kept)
    _log.warning("the schema of %s is changed from %s on; as it was it is kept in %s", path, version, kept)


def _rename_durably(draft: Path, path: Path) -> None:
    _sync(draft)
    draft.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sound(connection: sa.Connection) -> bool:
    return list(connection.exec_driver_sql("PRAGMA quick_check(1)").scalars()) == ["ok"]
