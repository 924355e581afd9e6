"""Statements made into the driver's own text once: what every command needs goes past SQLAlchemy's compiler.

For a batch of few votes the compiler's bookkeeping took more time than the database. Only for columns of strings,
numbers and bytes, which the drivers take as they are: types of ours (`tables.UtcInstant`) and JSON are not converted
here. This module must never know what is written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect


class Prepared:
    """One statement, for every dialect that asks for it."""

    def __init__(self, statement: sa.ClauseElement) -> None:
        self._statement = statement
        self._of: dict[str, tuple[str, Sequence[str] | None]] = {}

    def run(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry it out for each of `rows`, which name the statement's parameters; for none, do nothing."""
        if rows:
            text, names = self._made(connection.dialect)
            given: Any = list(rows) if names is None else [tuple(row[name] for name in names) for row in rows]
            connection.exec_driver_sql(text, given)

    def read(self, connection: sa.Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return all rows that it finds."""
        text, names = self._made(connection.dialect)
        given: Any = dict(values) if names is None else tuple(values[name] for name in names)
        return connection.exec_driver_sql(text, given).all()

    def _made(self, dialect: Dialect) -> tuple[str, Sequence[str] | None]:
        made = self._of.get(dialect.name)
        if made is None:
            compiled: Any = self._statement.compile(dialect=dialect)
            made = self._of[dialect.name] = (str(compiled), compiled.positiontup)
        return made
