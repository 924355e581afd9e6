"""Taking the person's own words out of a damaged cache, row by row, as far as they can be read.

What came from the server comes again; what the person wrote, who they are and what they saved does not. This module
reads with plain sqlite3, because the damaged file may break anything that is cleverer.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert

from personal_app.conference.notes import Note
from personal_app.conference.sent_moves import SentMove
from personal_app.conference.watching import Watched
from personal_app.conference.wishes import Wish
from personal_app.store import tables
from personal_app.store.inspection import reader
from personal_app.store.values import Profile, Receipt

#: A row of a damaged file counts only where its value can still be read.
_Check = Callable[[dict[str, Any]], object]
Rows = list[dict[str, Any]]


def _body_of(kind: type) -> _Check:
    return lambda row: msgspec.json.decode(row["body"], type=kind)


def _texts(row: dict[str, Any]) -> None:
    if not all(isinstance(value, str) for value in row.values()):
        raise ValueError("not a text")


_RESCUED: tuple[tuple[Table, _Check], ...] = (
    (tables.outbox, _body_of(Wish)),
    (tables.receipts, _body_of(Receipt)),
    (tables.sent, _body_of(SentMove)),
    (tables.drafts, _texts),
    (tables.notes, _body_of(Note)),
    (tables.watched, _body_of(Watched)),
    (tables.profile, _body_of(Profile)),
    (tables.settings, _texts),
    (tables.recordings, lambda row: int(row["size_bytes"])),
)


class Rescued(msgspec.Struct, frozen=True):
    """The rows that could be read, by the name of their table."""

    rows: dict[str, Rows] = {}

    def sentence(self, aside: Path) -> str:
        """Return what happened and what to do, for the person."""
        kept = [_counted(len(self.rows.get(name, ())), *words) for name, words in _WORDS]
        saved = ", ".join(part for part in kept if part)
        todo = "Connect" if self.rows.get("profile") else "Join again, with your recovery code if you have one,"
        return (
            f"What this computer kept of the conference was damaged. It was set aside as {aside.name} and made anew; "
            f"{f'saved from it: {saved}' if saved else 'nothing of yours could be read in it'}. "
            f"{todo} and the rest comes from the server."
        )


_WORDS = (
    ("profile", ("your profile", "your profile")),
    ("outbox", ("one unsent or unconfirmed move", "{} unsent or unconfirmed moves")),
    ("receipts", ("one declined move", "{} declined moves")),
    ("drafts", ("one draft", "{} drafts")),
    ("notes", ("one note", "{} notes")),
)


def rescue(path: Path) -> Rescued:
    """Return what can be read in the damaged file at `path`; never raises for damage."""
    try:
        connection = reader(path)
    except sqlite3.Error:
        return Rescued()
    with contextlib.closing(connection):
        # It lets SQLite look into a file that is shorter than its header says (btree.c, lockBtree); nothing is written.
        connection.execute("PRAGMA writable_schema = ON")
        return Rescued({table.name: _readable(connection, table, check) for table, check in _RESCUED})


def restore(connection: Connection, rescued: Rescued) -> None:
    """Write what was rescued into a new cache."""
    for table, _ in _RESCUED:
        for row in rescued.rows.get(table.name, ()):
            connection.execute(insert(table).prefix_with("OR IGNORE"), row)


def _readable(connection: sqlite3.Connection, table: Table, check: _Check) -> Rows:
    columns = [column.name for column in table.columns]
    found: dict[int, dict[str, Any]] = {}
    for order in ("ASC", "DESC"):
        # From both ends, for a damaged page ends a walk.
        for rowid in _rowids(connection, table, order):
            if rowid not in found and (row := _row(connection, table, columns, rowid)) is not None:
                with contextlib.suppress(ValueError, TypeError):
                    check(row)
                    found[rowid] = row
    return [found[rowid] for rowid in sorted(found)]


def _rowids(connection: sqlite3.Connection, table: Table, order: str) -> Iterator[int]:
    with contextlib.suppress(sqlite3.Error):
        # NOT INDEXED: an index may be damaged where the table is not.
        for (rowid,) in connection.execute(f"SELECT rowid FROM {table.name} NOT INDEXED ORDER BY rowid {order}"):
            yield rowid


def _row(connection: sqlite3.Connection, table: Table, columns: list[str], rowid: int) -> dict[str, Any] | None:
    statement = f"SELECT {', '.join(columns)} FROM {table.name} NOT INDEXED WHERE rowid = ?"
    try:
        values = connection.execute(statement, (rowid,)).fetchone()
    except sqlite3.Error:
        return None
    return None if values is None else dict(zip(columns, values, strict=True))


def _counted(count: int, one: str, many: str) -> str:
    return "" if count == 0 else one if count == 1 else many.format(count)
