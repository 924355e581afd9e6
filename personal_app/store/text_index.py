"""Entries found by their words: a table that holds them, and an FTS5 index beside it (sqlite.org/fts5.html).

The words are folded before they reach the index, whose own tokenizers would take a run of Chinese for one word and have
no two of its signs found. It works on a plain connection, inside the transaction of whoever calls, and imports nothing
slow.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from personal_app.conference.finding import Entry, Term
from personal_app.conference.folding import folded

T = TypeVar("T")

#: What so many entries have in common says too little to rank them by: they come as they stand, which takes no time.
BROAD = 2_000
#: SQLite binds at least so many values in one statement, whoever built it.
AT_ONCE = 900
#: Above so many sources at once all entries are read instead of theirs.
_MANY = 4 * AT_ONCE

_COLUMNS = "id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (source, key)"
_WORDS = "head, body, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0'"

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


class TextIndex:
    """The index called `name` in a database. `source` says where an entry comes from, and is renewed as a whole."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def make(self) -> None:
        """Make its tables."""
        for statement in statements(self._name):
            self._connection.execute(statement)

    def make_anew(self) -> None:
        """Make its tables again, empty."""
        for table in (f"{self._name}_words", self._name):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self.make()

    def sources(self) -> set[str]:
        """Return the sources that it holds entries of."""
        return {row[0] for row in self._connection.execute(f"SELECT DISTINCT source FROM {self._name}")}

    def renew(self, wanted: Mapping[str, Sequence[Entry]], *, only: bool = False) -> bool:
        """Hold exactly these entries of each source that is named, and with `only` none of any other.

        Tells whether an entry was taken away or changed: its words are then to leave the file too.
        """
        held = self._held(None if only or len(wanted) > _MANY else wanted)
        added: list[tuple[str, Entry, bytes]] = []
        for source, entries in wanted.items():
            for entry in entries:
                body = _encoder.encode(entry)
                if held.get(key := (source, _key(entry)), (0, b""))[1] == body:
                    del held[key]
                else:
                    added.append((source, entry, body))
        dropped = [id_ for (source, _), (id_, _) in held.items() if only or source in wanted]
        self._drop(dropped)
        self._add(added)
        return bool(dropped)

    def find(self, terms: Sequence[Term], most: int) -> tuple[Entry, ...]:
        """Return at most `most` entries that hold every term, the best first."""
        if not terms:
            return ()
        words, match = f"{self._name}_words", _match(terms)
        broad = f"SELECT count(*) FROM (SELECT 1 FROM {words} WHERE {words} MATCH ? LIMIT {BROAD})"
        order = "ORDER BY rank" if self._connection.execute(broad, (match,)).fetchone()[0] < BROAD else ""
        found = self._connection.execute(
            f"SELECT e.body FROM {words} w JOIN {self._name} e ON e.id = w.rowid WHERE {words} MATCH ? {order} LIMIT ?",
            (match, most),
        )
        return tuple(_decoder.decode(body) for (body,) in found)

    def settle(self) -> None:
        """Rewrite the index in one piece, without the words of what was taken away: FTS5 only marks those as gone."""
        self._connection.execute(f"INSERT INTO {self._name}_words ({self._name}_words) VALUES ('optimize')")

    def _held(self, sources: Iterable[str] | None) -> dict[tuple[str, str], tuple[int, bytes]]:
        columns = f"SELECT source, key, id, body FROM {self._name}"
        if sources is None:
            rows: Iterable[tuple[str, str, int, bytes]] = self._connection.execute(columns)
        else:
            rows = (
                row
                for some in batches(tuple(sources))
                for row in self._connection.execute(f"{columns} WHERE source IN ({places(some)})", some)
            )
        return {(source, key): (id_, body) for source, key, id_, body in rows}

    def _drop(self, ids: Sequence[int]) -> None:
        for table, key in ((f"{self._name}_words", "rowid"), (self._name, "id")):
            self._connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(id_,) for id_ in ids])

    def _add(self, added: Sequence[tuple[str, Entry, bytes]]) -> None:
        first = self._connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {self._name}").fetchone()[0]
        self._connection.executemany(
            f"INSERT INTO {self._name} (id, source, key, body) VALUES (?, ?, ?, ?)",
            [(id_, source, _key(entry), body) for id_, (source, entry, body) in enumerate(added, first)],
        )
        self._connection.executemany(
            f"INSERT INTO {self._name}_words (rowid, head, body) VALUES (?, ?, ?)",
            [(id_, folded(entry.head), folded(entry.body)) for id_, (_, entry, _) in enumerate(added, first)],
        )


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return `values` in pieces that fit into one statement."""
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def places(values: Sequence[object]) -> str:
    """Return the places of `values` in a statement."""
    return ", ".join("?" * len(values))


def statements(name: str) -> tuple[str, ...]:
    """Return what makes the tables of the index called `name`; a heading's word counts as much as six of a body's."""
    return (
        f"CREATE TABLE {name} ({_COLUMNS})",
        f"CREATE VIRTUAL TABLE {name}_words USING fts5 ({_WORDS})",
        f"INSERT INTO {name}_words ({name}_words, rank) VALUES ('rank', 'bm25(6.0, 1.0)')",
    )


def _key(entry: Entry) -> str:
    return f"{entry.kind} {entry.ref}"


def _match(terms: Sequence[Term]) -> str:
    """Return the terms in FTS5's own language: a phrase in quotation marks, an asterisk where the last word goes on."""
    # A folded word is letters and digits: nothing in it means anything there.
    return " ".join(f'"{" ".join(term.words)}"{"*" if term.begun else ""}' for term in terms)
