"""The schema on PostgreSQL: what the migrations make is what the tables say, and a newer one is left alone."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server import tables
from personal_app.server.database import open_database
from tests.postgres.cluster import Cluster
from tests.server.older_database import older_versions, write_schema


def test_the_migrations_make_what_the_tables_say(postgres: Cluster, database: str) -> None:
    with open_database(postgres.url(database)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_a_session_is_bounded_in_every_wait_and_syncs(postgres: Cluster, database: str) -> None:
    wanted = {
        "synchronous_commit": "on",
        "transaction_isolation": "read committed",
        "lock_timeout": "8s",
        "statement_timeout": "9s",
        "idle_in_transaction_session_timeout": "5s",
        "tcp_keepalives_idle": "5",
    }
    postgres.execute(f"ALTER DATABASE {database} SET synchronous_commit = off")
    postgres.execute(f"ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'")
    try:
        with open_database(postgres.url(database)).connect() as connection:
            held = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in wanted}
        assert held == wanted
    finally:
        postgres.execute(f"ALTER DATABASE {database} RESET ALL")


@pytest.fixture
def older(postgres: Cluster) -> str:
    """The name of a database as the first version of the server left it."""
    postgres.execute("DROP DATABASE IF EXISTS older WITH (FORCE)")
    postgres.execute("CREATE DATABASE older")
    engine = sa.create_engine(postgres.url("older").replace("postgresql:", "postgresql+psycopg:"))
    write_schema(engine, older_versions()[0])
    postgres.execute("INSERT INTO participants VALUES ('ada', 'Ada', '2020-09-21T16:00:00Z')", "older")
    engine.dispose()
    return "older"


def _version(postgres: Cluster, database: str) -> str:
    (version,) = postgres.execute("SELECT version_num FROM alembic_version", database)[0]
    return str(version)


def test_a_migration_that_is_cut_off_leaves_all_as_it_was(postgres: Cluster, older: str) -> None:
    oldest = older_versions()[0]
    tables_before = postgres.execute(_TABLES, older)
    for cut_at in (6, 9, 14):
        seen: list[str] = []

        def cut(*given: object, at: int = cut_at, seen: list[str] = seen) -> None:
            seen.append(str(given[2]))
            if len(seen) == at:
                postgres.cut_sessions("older")

        sa.event.listen(sa.Engine, "before_cursor_execute", cut)
        try:
            with pytest.raises(EnvironmentTrouble, match="cannot be used"):
                open_database(postgres.url(older))
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", cut)
        assert _version(postgres, older) == oldest
        assert postgres.execute(_TABLES, older) == tables_before
    open_database(postgres.url(older))
    assert _version(postgres, older) != oldest
    assert postgres.execute("SELECT name FROM participants", older) == [("Ada",)]


_TABLES = """
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""


def test_a_newer_schema_is_told_and_not_touched(postgres: Cluster, database: str) -> None:
    (version,) = postgres.execute("SELECT version_num FROM alembic_version", database)[0]
    postgres.execute("UPDATE alembic_version SET version_num = '9999'", database)
    try:
        with pytest.raises(EnvironmentTrouble, match=r"newer version of PeRSonAl \(schema 9999\)"):
            open_database(postgres.url(database))
    finally:
        postgres.execute(f"UPDATE alembic_version SET version_num = '{version}'", database)
