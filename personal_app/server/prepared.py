"""Statements made into the driver's own text once: what every command needs goes past SQLAlchemy's compiler, and on
SQLite past all the rest of it but for the transaction.

For a batch of few votes the bookkeeping took more time than the database. Only for strings, numbers and bytes, which
the drivers take as they are: types of ours (`tables.UtcInstant`) and JSON are not converted here. This module must
never know what is written.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect


def run_for_each(connection: sa.Connection, text: str, rows: Sequence[Any]) -> None:
    """Carry a statement in the driver's own text out for each of `rows`. Raises what SQLAlchemy would."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(text, rows)
        return
    try:
        _driver(connection).executemany(text, rows)
    except sqlite3.Error as fault:
        raise _said_by_sqlalchemy(connection, fault) from fault


def read_all(connection: sa.Connection, text: str, values: Any) -> Sequence[Any]:
    """Return all rows that a query in the driver's own text finds. Raises what SQLAlchemy would."""
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql(text, values).all()
    try:
        found: list[Any] = _driver(connection).execute(text, values).fetchall()
    except sqlite3.Error as fault:
        raise _said_by_sqlalchemy(connection, fault) from fault
    return found


def run_on_sqlite(connection: sa.Connection, text: str) -> None:
    """Carry out a statement of SQLite's without parameters or rows. Raises what SQLAlchemy would."""
    try:
        _driver(connection).execute(text)
    except sqlite3.Error as fault:
        raise _said_by_sqlalchemy(connection, fault) from fault


def _driver(connection: sa.Connection) -> Any:
    # Within the process a statement takes SQLite some microseconds, and what SQLAlchemy makes of it ten times as many.
    return connection.connection.driver_connection


def _said_by_sqlalchemy(connection: sa.Connection, fault: sqlite3.Error) -> sa.exc.DBAPIError:
    said = sa.exc.DBAPIError.instance(
        None, None, fault, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
    )
    assert isinstance(said, sa.exc.DBAPIError)
    return said


class Prepared:
    """One statement, for every dialect that asks for it."""

    def __init__(self, statement: sa.ClauseElement) -> None:
        self._statement = statement
        self._of: dict[str, tuple[str, Sequence[str] | None]] = {}

    def run(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry it out for each of `rows`, which name the statement's parameters; for none, do nothing."""
        if rows:
            text, names = self._made(connection.dialect)
            run_for_each(
                connection, text, list(rows) if names is None else [tuple(row[name] for name in names) for row in rows]
            )

    def _made(self, dialect: Dialect) -> tuple[str, Sequence[str] | None]:
        made = self._of.get(dialect.name)
        if made is None:
            compiled: Any = self._statement.compile(dialect=dialect)
            made = self._of[dialect.name] = (str(compiled), compiled.positiontup)
        return made
