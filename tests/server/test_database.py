"""Opening the database: made, migrated, locked, and every way in which it cannot be told in a sentence."""

import errno
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server import schema, tables
from personal_app.server.database import Database, disk_full, open_database
from tests.server.office import Offices


def _version(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _pragma(database: Database, name: str) -> object:
    with database.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_a_new_database_has_the_tables_that_the_program_knows(offices: Offices) -> None:
    database = open_database(offices.url)
    with database.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), tables.metadata)
    assert differences == []


def test_nobody_else_reads_the_files(offices: Offices) -> None:
    with open_database(offices.url).connect() as connection:
        connection.execute(sa.select(tables.participants))
        for file in offices.path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_opening_again_changes_nothing(offices: Offices) -> None:
    open_database(offices.url)
    before = offices.path.read_bytes()
    open_database(offices.url)
    assert offices.path.read_bytes() == before


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("locking_mode", "exclusive")],
)
def test_a_connection_is_as_durable_and_strict_as_promised(offices: Offices, pragma: str, value: object) -> None:
    assert _pragma(open_database(offices.url), pragma) == value


def test_a_transaction_holds_the_write_lock_from_its_start(offices: Offices) -> None:
    with open_database(offices.url).connect() as connection, connection.begin():
        driver: Any = connection.connection.dbapi_connection
        assert driver.in_transaction


def test_a_transaction_can_take_tables_back(offices: Offices) -> None:
    with open_database(offices.url).connect() as connection:
        transaction = connection.begin()
        connection.exec_driver_sql("CREATE TABLE half (a)")
        transaction.rollback()
        assert not sa.inspect(connection).has_table("half")


def test_a_second_server_on_the_same_data_is_told(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personal_app.server.database.BUSY_TIMEOUT_S", 0.01)
    with open_database(offices.url).connect() as connection:
        connection.execute(sa.select(tables.participants))
        with pytest.raises(EnvironmentTrouble, match="another server runs on it"):
            open_database(offices.url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_is_no_place_for_what_is_acknowledged(url: str) -> None:
    with pytest.raises(EnvironmentTrouble, match="database file"):
        open_database(url)


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 400)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _truncated(path: Path) -> None:
    open_database(f"sqlite:///{path}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _scribbled_over(path: Path) -> None:
    open_database(f"sqlite:///{path}")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


@pytest.mark.parametrize("damage", [_garbage, _empty, _truncated, _scribbled_over])
def test_a_damaged_database_is_told_and_left_as_it_is(offices: Offices, damage: Callable[[Path], None]) -> None:
    damage(offices.path)
    before = offices.path.read_bytes()
    with pytest.raises(EnvironmentTrouble, match="damaged"):
        open_database(offices.url)
    assert offices.path.read_bytes() == before


def test_a_foreign_database_is_told(offices: Offices) -> None:
    with sqlite3.connect(offices.path) as foreign:
        foreign.execute("CREATE TABLE recipes (name)")
    foreign.close()
    with pytest.raises(EnvironmentTrouble, match="not a database of a PeRSonAl server"):
        open_database(offices.url)


def test_a_newer_schema_is_told_and_not_touched(offices: Offices) -> None:
    open_database(offices.url)
    with sqlite3.connect(offices.path) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(EnvironmentTrouble, match=r"newer version of PeRSonAl \(schema 9999\)"):
        open_database(offices.url)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="see that its folder exists"):
        open_database(f"sqlite:///{tmp_path / 'nowhere' / 'conference.sqlite'}")


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path}")


def test_what_a_killed_first_start_left_is_replaced(offices: Offices) -> None:
    for left_over in ("conference.sqlite.new", "conference.sqlite.new-wal"):
        offices.path.with_name(left_over).write_bytes(b"half")
    open_database(offices.url)
    assert [path.name for path in offices.path.parent.iterdir()] == ["conference.sqlite"]


class _Full(Exception):
    sqlstate = "53100"


def test_a_full_disk_is_known_however_deep_it_lies() -> None:
    wrapped = RuntimeError("what was tried")
    wrapped.__cause__ = sa.exc.DBAPIError("INSERT", {}, _Full())
    assert disk_full(wrapped)
    assert not disk_full(OSError(errno.EACCES, "not that"))
    assert disk_full(OSError(errno.ENOSPC, "no room"))


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """A folder of migrations with two more after the newest, the second of which fails."""
    folder = tmp_path / "100% migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = ScriptDirectory(str(folder)).get_current_head()
    made = "def upgrade():\n    op.create_table('games', sa.Column('id', sa.String, primary_key=True))\n"
    head = "import sqlalchemy as sa\nfrom alembic import op\n"
    (folder / "versions" / "8001_games.py").write_text(f"{head}revision, down_revision = '8001', '{newest}'\n{made}")
    fails = "def upgrade():\n    op.execute('DROP TABLE no_such_table')\n"
    (folder / "versions" / "8002_fails.py").write_text(f"{head}revision, down_revision = '8002', '8001'\n{fails}")
    return folder


def test_migrations_succeed_together_or_not_at_all(offices: Offices, next_version: Path) -> None:
    office = offices.open()
    office.join("Ada")
    office.close()
    with open_database(offices.url).connect() as connection:
        before = _version(connection)
        connection.rollback()
        with pytest.raises(sa.exc.OperationalError):
            schema.upgrade(connection, "here", next_version)
        assert _version(connection) == before
        assert not sa.inspect(connection).has_table("games")


def test_a_migration_moves_an_existing_database_on_and_keeps_what_is_in_it(
    offices: Offices, next_version: Path
) -> None:
    office = offices.open()
    office.join("Ada")
    office.close()
    (next_version / "versions" / "8002_fails.py").unlink()
    with open_database(offices.url).connect() as connection:
        schema.upgrade(connection, "here", next_version)
        connection.rollback()
        assert _version(connection) == "8001"
        assert sa.inspect(connection).has_table("games")
        assert connection.execute(sa.select(tables.participants.c.name)).scalars().all() == ["Ada"]
