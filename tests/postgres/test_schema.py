"""The schema on PostgreSQL: what the migrations make is what the tables say, and a newer one is left alone."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server import tables
from personal_app.server.database import open_database
from tests.postgres.cluster import Cluster


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


def test_a_newer_schema_is_told_and_not_touched(postgres: Cluster, database: str) -> None:
    (version,) = postgres.execute("SELECT version_num FROM alembic_version", database)[0]
    postgres.execute("UPDATE alembic_version SET version_num = '9999'", database)
    try:
        with pytest.raises(EnvironmentTrouble, match=r"newer version of PeRSonAl \(schema 9999\)"):
            open_database(postgres.url(database))
    finally:
        postgres.execute(f"UPDATE alembic_version SET version_num = '{version}'", database)
