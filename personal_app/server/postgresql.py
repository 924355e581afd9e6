"""PostgreSQL as the ledger and the feed use it: settings, bounded waits, wake-ups, and the address without its secret.

Imported only where a PostgreSQL is served from, since the driver is an extra. This module must never know what is kept.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.abc import RV, PQGen

from personal_app.server.database import CHAIRS_CHANNEL, CHANNEL

#: What every session is told. A transaction is a matter of milliseconds, so whoever holds the row's lock for longer has
#: stopped: after `idle_in_transaction_session_timeout` the others go on. Waiting for the lock is borne a little longer
#: than that, and our own patience with a silent server longer than all.
SETTINGS = {
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "8s",
    "statement_timeout": "9s",
    "client_connection_check_interval": "1s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
    "client_min_messages": "warning",
}
#: The same for this end of the connection (libpq's names), in seconds and milliseconds.
_LIBPQ: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "personal-server",
}
SILENCE_S = 10.0
#: The class of PostgreSQL's advisory locks by which servers say what they serve; any that nobody else uses.
PROGRAM_LOCK = 737_700_200
#: What the driver raises when it is used directly.
DriverError = psycopg.Error
#: A migration may take long, and so may waiting for the server that migrates first.
MIGRATION_S = 600.0


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that gives a silent server up: keepalives do not notice a middleman who answers for a dead one."""

    silence_s = SILENCE_S

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait as the library does, for `silence_s` at most; then OperationalError, and the connection is of no use."""
        try:
            return super().wait(gen, interval, self.silence_s if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            if timeout is None:
                # Whatever is asked of it now would wait as long once more.
                self.pgconn.finish()
            raise


class PatientConnection(BoundedConnection):
    """A connection for migrations."""

    silence_s = MIGRATION_S


def engine(address: sa.URL, *, for_migrations: bool = False) -> sa.Engine:
    """Return an engine whose connections are bounded in every wait. Nothing is connected yet."""
    kind = PatientConnection if for_migrations else BoundedConnection
    settings = {**SETTINGS, "statement_timeout": "0", "lock_timeout": "0"} if for_migrations else SETTINGS
    return sa.create_engine(
        address,
        poolclass=sa.NullPool,
        # What a statement was given names people; an error's message goes into the log.
        hide_parameters=True,
        use_native_hstore=False,
        creator=lambda: kind.connect(**_arguments(address, settings)),
    )


def listen(address: sa.URL) -> BoundedConnection:
    """Return a connection of its own that hears every wake-up."""
    connection = BoundedConnection.connect(**_arguments(address, SETTINGS), autocommit=True)
    # What is said here is gone with the next word: nothing of it is worth waiting for a disk.
    connection.execute(b"SET synchronous_commit = off")
    for channel in (CHANNEL, CHAIRS_CHANNEL):
        connection.execute(f"LISTEN {channel}".encode())
    return connection


def serves_the_same(connection: BoundedConnection, program: int) -> bool:
    """Say that this server serves `program` (32 bits of its hash, signed), and tell whether every other one does.

    It is said by a lock that is shared with whoever serves the same, and lasts as long as the connection. Servers that
    say it at once do so one after the other, so that the first of them is not refused because of the second.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [PROGRAM_LOCK])
        connection.execute("SELECT pg_advisory_lock_shared(%s::int, %s::int)", [PROGRAM_LOCK, program])
        others = connection.execute(_OTHER_PROGRAMS, [PROGRAM_LOCK, program % 2**32]).fetchone()
    return others is None


_OTHER_PROGRAMS = """
SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND datname = current_database()
    AND classid = %s::oid AND objid <> %s::bigint::oid
LIMIT 1
"""


def _arguments(address: sa.URL, settings: Mapping[str, str]) -> dict[str, Any]:
    _, given = address.get_dialect()().create_connect_args(address)
    ours = (f"-c {name}={value}".replace("read committed", r"read\ committed") for name, value in settings.items())
    return {**_LIBPQ, **given, "options": " ".join([given.get("options", ""), *ours]).strip()}
