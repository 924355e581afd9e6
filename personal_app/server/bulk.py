"""Many rows in one statement, always the same one, however many they are: a batch costs a database a handful of them.

SQLite is given the rows one after another, which within the process is quick. PostgreSQL is a conversation, and takes
all of them as one JSON text (its `json_to_recordset`), so that neither side looks at a statement for each row. This
module must never know what a row means.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from personal_app.server import tables
from personal_app.server.prepared import read_all, run_for_each

Rows = Sequence[dict[str, Any]]

_POSTGRESQL: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
_SQLITE: Any = sqlite.dialect()


def insert(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    """Insert rows that are all new."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _run(connection, _inserting(table, None), table, rows)
    else:
        _run_for_each(connection, table, _inserting_one(table), rows)


def upsert(connection: sa.Connection, table: sa.Table, rows: Rows, kept: frozenset[str] = frozenset()) -> None:
    """Insert rows, or replace those of the same primary key but for `kept`; of two of the same key the later one."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _run(connection, _inserting(table, kept), table, _last_of_each(table, rows, kept))
    else:
        _run_for_each(connection, table, _replacing_one(table, kept), rows)


def delete(connection: sa.Connection, table: sa.Table, keys: Rows) -> None:
    """Delete the rows with these primary keys."""
    if not keys:
        return
    if connection.dialect.name == "postgresql":
        _run(connection, _deleting(table), table, keys)
    else:
        _run_for_each(connection, table, _deleting_one(table), keys)


def among(connection: sa.Connection, column: sa.Column[Any], texts: Collection[str]) -> Sequence[Any]:
    """Return the rows of which `column` is one of `texts`; of a table whose columns need no converting."""
    given: Any = list(texts) if connection.dialect.name == "postgresql" else msgspec.json.encode(list(texts)).decode()
    return read_all(connection, _choosing(column, connection.dialect.name), (given,))


def _run(connection: sa.Connection, statement: str, table: sa.Table, rows: Rows) -> None:
    connection.exec_driver_sql(statement, (_as_json(table, rows),))


def _run_for_each(connection: sa.Connection, table: sa.Table, statement: sa.Executable, rows: Rows) -> None:
    # The compiler's bookkeeping takes more time than a few votes do in the database.
    text, values = _driver_text(table, statement)
    run_for_each(connection, text, [*map(values, rows)])


def _as_json(table: sa.Table, rows: Rows) -> str:
    binary = [column.name for column in table.columns if isinstance(column.type, sa.LargeBinary)]
    if binary:
        rows = [{**row, **{name: f"\\x{row[name].hex()}" for name in binary}} for row in rows]
    return msgspec.json.encode(rows).decode()


def _last_of_each(table: sa.Table, rows: Rows, kept: frozenset[str]) -> Rows:
    """One statement may not replace a row twice: return the last row of each key, with what is `kept` of the first."""
    keys = [column.name for column in table.primary_key]
    last: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        before = last.get(key)
        last[key] = row if before is None else {**row, **{name: before[name] for name in kept}}
    return list(last.values())


def _recordset(columns: Iterable[sa.Column[Any]]) -> str:
    typed = ", ".join(f'"{column.name}" {column.type.compile(_POSTGRESQL)}' for column in columns)
    return f"json_to_recordset(%s::json) AS given ({typed})"


@lru_cache
def _inserting(table: sa.Table, kept: frozenset[str] | None) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {_recordset(table.columns)}'
    if kept is None:
        return statement
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    replaced = [column.name for column in table.columns if not column.primary_key and column.name not in kept]
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in replaced)
    return f"{statement} ON CONFLICT ({keys}) DO " + (f"UPDATE SET {values}" if values else "NOTHING")


@lru_cache
def _deleting(table: sa.Table) -> str:
    same = " AND ".join(f'"{table.name}"."{key.name}" = given."{key.name}"' for key in table.primary_key)
    return f'DELETE FROM "{table.name}" USING {_recordset(table.primary_key)} WHERE {same}'


@lru_cache
def _choosing(column: sa.Column[Any], dialect: str) -> str:
    names = ", ".join(f'"{each.name}"' for each in column.table.columns)
    one_of = "= ANY(%s)" if dialect == "postgresql" else "IN (SELECT value FROM json_each(?))"
    return f'SELECT {names} FROM "{column.table}" WHERE "{column.name}" {one_of}'


@lru_cache
def _inserting_one(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


@lru_cache
def _replacing_one(table: sa.Table, kept: frozenset[str]) -> sa.Insert:
    return tables.upsert(table, _SQLITE, kept=kept)


@lru_cache
def _deleting_one(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(*(key == sa.bindparam(key.name) for key in table.primary_key))


@lru_cache
def _driver_text(table: sa.Table, statement: sa.ClauseElement) -> tuple[str, Callable[[dict[str, Any]], Any]]:
    """Return the statement as SQLite's driver takes it, and what makes its parameters of a row."""
    compiled: Any = statement.compile(dialect=_SQLITE)
    names: Sequence[str] = compiled.positiontup
    kinds: list[Any] = [table.c[name].type.dialect_impl(_SQLITE) for name in names]
    made = [(place, kind.bind_processor(_SQLITE)) for place, kind in enumerate(kinds)]
    plain = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    converted = [(place, make) for place, make in made if make is not None]

    def values(row: dict[str, Any]) -> list[Any]:
        found = [*plain(row)]
        for place, make in converted:
            found[place] = make(found[place])
        return found

    return str(compiled), values if converted else plain
