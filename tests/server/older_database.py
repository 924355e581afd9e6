"""Databases as older versions of the server left them, a row in every table, and what is to be left of each row."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from personal_app.server import schema

AT = "2020-09-21 16:00:00.000000"

#: Table, then a row of it by column.
Rows = dict[str, list[dict[str, Any]]]


def older_versions() -> list[str]:
    """Return every version of the schema but the newest, oldest first."""
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    return [script.revision for script in reversed(list(scripts.walk_revisions())) if not script.is_head]


def write_schema(engine: sa.Engine, version: str) -> None:
    """Make the tables of that version, empty."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def write_older(path: Path, version: str) -> None:
    """Write a database of that version, with one row in each table."""
    engine = sa.create_engine(f"sqlite:///{path}")
    write_schema(engine, version)
    with engine.connect() as connection:
        with connection.begin():
            tables = sa.MetaData()
            tables.reflect(connection)
            for table in tables.sorted_tables:
                if table.name != "alembic_version":
                    names = ", ".join(f'"{column.name}"' for column in table.columns)
                    values = ", ".join(_value(column) for column in table.columns)
                    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({values})')
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    engine.dispose()


def rows_of(path: Path) -> tuple[str, Rows]:
    """Return the version of a database and all its rows; a database that is not whole fails."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows: Rows = {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in names}
        (version,) = rows.pop("alembic_version")
        return version["version_num"], rows


def holds(now: Rows, before: Rows) -> bool:
    """Tell whether all that was there still is, by the columns that are left."""
    for table, rows in before.items():
        for row in rows:
            kept = [{name: value for name, value in each.items() if name in row} for each in now[table]]
            if not any(each.items() <= row.items() and each for each in kept):
                return False
    return True


def _value(column: "sa.Column[Any]") -> str:
    match column.type:
        case sa.Boolean() | sa.Integer():
            return "1"
        case sa.JSON():
            return "'[]'"
        case sa.DateTime():
            return f"'{AT}'"
        case sa.LargeBinary():
            return "x'00'"
    return f"'{next(iter(column.foreign_keys)).column.table.name if column.foreign_keys else column.table.name}'"
