"""What the tables promise by themselves: instants in UTC, references that hold, one vote per person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from personal_app.server import tables
from personal_app.server.database import open_database
from tests import factories
from tests.server.office import Offices

POSTGRESQL = sa.make_url("postgresql+psycopg://").get_dialect()()
JOINED = {"id": "p1", "name": "Ada", "joined_at": factories.START}


@pytest.fixture
def connection(offices: Offices) -> Iterator[sa.Connection]:
    """A connection to an empty database."""
    with open_database(offices.url).connect() as opened:
        yield opened


def _insert(connection: sa.Connection, table: sa.Table, **row: Any) -> None:
    connection.execute(sa.insert(table).values(row))


def test_a_naive_instant_is_refused(connection: sa.Connection) -> None:
    naive = datetime(2020, 9, 21, 12, 0)  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        _insert(connection, tables.participants, **{**JOINED, "joined_at": naive})


def test_an_instant_comes_back_in_utc_whatever_its_offset_was(connection: sa.Connection) -> None:
    in_new_york = datetime(2020, 9, 21, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-4)))
    _insert(connection, tables.participants, **{**JOINED, "joined_at": in_new_york})
    kept = connection.execute(sa.select(tables.participants.c.joined_at)).scalar_one()
    assert kept == in_new_york
    assert kept.tzinfo is UTC


def test_references_hold(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        _insert(connection, tables.votes, question="no such question", voter="nobody")


def test_a_participant_cannot_hold_two_votes_for_one_question(connection: sa.Connection) -> None:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    _insert(connection, tables.votes, question="q", voter="p")
    with pytest.raises(sa.exc.IntegrityError):
        _insert(connection, tables.votes, question="q", voter="p")


def test_an_error_does_not_say_what_a_statement_was_given(connection: sa.Connection) -> None:
    _insert(connection, tables.participants, **JOINED)
    with pytest.raises(sa.exc.IntegrityError) as raised:
        _insert(connection, tables.participants, **JOINED)
    assert "Ada" not in str(raised.value)


def test_upsert_replaces_all_but_the_key_and_what_is_kept(connection: sa.Connection) -> None:
    later = factories.START + timedelta(days=1)
    statement = tables.upsert(tables.participants, connection.dialect, kept=frozenset({"joined_at"}))
    connection.execute(statement, [JOINED, {"id": "p1", "name": "Ada B.", "joined_at": later}])
    (row,) = connection.execute(sa.select(tables.participants)).all()
    assert (row.name, row.joined_at) == ("Ada B.", factories.START)


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=str)
def test_postgresql_has_a_word_for_every_column_and_for_replacing_a_row(table: sa.Table) -> None:
    made = str(CreateTable(table).compile(dialect=POSTGRESQL))
    assert "DATETIME" not in made
    assert "BLOB" not in made
    assert "ON CONFLICT" in str(tables.upsert(table, POSTGRESQL).compile(dialect=POSTGRESQL))


def test_postgresql_is_given_the_offset_and_gives_it_back_in_utc() -> None:
    in_new_york = datetime(2020, 9, 21, 12, 0, tzinfo=timezone(timedelta(hours=-4)))
    given = tables.UtcInstant().process_bind_param(in_new_york, POSTGRESQL)
    assert given is not None
    assert given.utcoffset() == timedelta(0)
    assert tables.UtcInstant().process_result_value(in_new_york, POSTGRESQL) == in_new_york
