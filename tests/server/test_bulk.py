"""Many rows in one statement: the same rows on both databases, every type, however many."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from personal_app.server import bulk, tables
from personal_app.server.database import open_database
from tests import factories
from tests.server.office import Offices

DATABASES = ("sqlite", "postgresql")

HARD_TEXT = "“quotes” 'and' \"more\", a \\ backslash, %s, :name, 日本, 🎓 and a\nline"
PERSON = {"id": "p", "name": HARD_TEXT, "joined_at": factories.START + timedelta(microseconds=123456)}
QUESTION = {
    **dict.fromkeys((column.name for column in tables.questions.columns), None),
    "id": "q",
    "session": "s",
    "talk": "t",
    "asker": "p",
    "asker_name": "Ada",
    "anonymous": True,
    "text": HARD_TEXT,
    "asked_at": factories.START,
    "state": "approved",
    "number": 7,
    "order": -(1 << 40),
    "answerer": {"name": "Ada"},
    "offers": [{"name": HARD_TEXT}],
    "reason": "",
    "revision": 1,
    "moved": 1,
}


@pytest.fixture
def connection(offices: Offices) -> Iterator[sa.Connection]:
    """A connection to an empty database, with one person in it."""
    with open_database(offices.url).connect() as opened, opened.begin():
        bulk.insert(opened, tables.participants, [PERSON])
        yield opened


def _only(connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    (row,) = connection.execute(sa.select(table)).mappings()
    return dict(row)


def test_every_type_comes_back_as_it_was(connection: sa.Connection) -> None:
    done = {"command": "c", "participant": "p", "body": bytes(range(32)), "revision": 1, "tally": 2**40}
    bulk.upsert(connection, tables.questions, [QUESTION])
    bulk.insert(connection, tables.done, [done])
    assert _only(connection, tables.participants) == PERSON
    assert _only(connection, tables.questions) == QUESTION
    assert _only(connection, tables.done) == done


def test_a_column_without_a_value_is_null_not_the_word(connection: sa.Connection) -> None:
    bulk.upsert(connection, tables.questions, [{**QUESTION, "answerer": None}])
    empty = sa.select(tables.questions.c.id).where(tables.questions.c.answerer.is_(None))
    assert connection.execute(empty).scalars().all() == ["q"]


def test_of_two_rows_of_one_key_the_later_is_kept_but_for_what_stays(connection: sa.Connection) -> None:
    bulk.upsert(connection, tables.questions, [QUESTION, {**QUESTION, "text": "later"}])
    assert _only(connection, tables.questions)["text"] == "later"
    answer = {"id": "a", "question": "q", "first_revision": 1, "writer": "p", "writer_name": "Ada", "by_author": False}
    answer |= {"text": "one", "written_at": factories.START, "revision": 1, "retracted": False, "edited": False}
    edited = [{**answer, "text": text, "first_revision": at, "revision": at} for at, text in ((2, "two"), (3, "three"))]
    bulk.upsert(connection, tables.answers, [answer, edited[0]], kept=frozenset({"first_revision"}))
    bulk.upsert(connection, tables.answers, edited[1:], kept=frozenset({"first_revision"}))
    kept = _only(connection, tables.answers)
    assert (kept["text"], kept["first_revision"], kept["revision"]) == ("three", 1, 3)


def test_votes_come_twice_and_go(connection: sa.Connection) -> None:
    bulk.upsert(connection, tables.questions, [QUESTION])
    vote = {"question": "q", "voter": "p"}
    bulk.upsert(connection, tables.votes, [vote, vote])
    bulk.upsert(connection, tables.votes, [vote])
    assert _only(connection, tables.votes) == vote
    bulk.delete(connection, tables.votes, [{"question": "q", "voter": "nobody"}, vote])
    assert connection.execute(sa.select(tables.votes)).all() == []


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_any_number_is_looked_up(connection: sa.Connection, count: int) -> None:
    rows = [
        {"command": f"c{number}", "participant": "p", "body": b"\0" * 32, "revision": number, "tally": 0}
        for number in range(count)
    ]
    bulk.insert(connection, tables.done, rows)
    found = bulk.among(connection, tables.done.c.command, [f"c{number}" for number in range(count + 5)])
    assert sorted(row[3] for row in found) == list(range(count))


def test_nothing_is_nothing(connection: sa.Connection) -> None:
    bulk.insert(connection, tables.done, [])
    bulk.upsert(connection, tables.votes, [])
    bulk.delete(connection, tables.votes, [])
