"""Questions and answers as the cache's index holds them, kept in the same transaction as their rows.

They are made from what the tables hold after a frame, so that the rules of the view, which row is newer and what went
away, are in one place alone. This module must never open a transaction of its own.
"""

import logging
import sqlite3
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from personal_app.conference.findable import of_answer, of_question
from personal_app.conference.finding import Entry, Hit, Term, hit
from personal_app.conference.ids import AnswerId, QuestionId, TalkId
from personal_app.conference.rows import AnswerRow, QuestionRow
from personal_app.conference.session_client import Applied, Replaced
from personal_app.store.bodies import read
from personal_app.store.inspection import DAMAGE_CODES, primary_code
from personal_app.store.text_index import TextIndex, batches, places

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: The index's name.
ASKED = "asked"
#: To be raised where entries are made or folded in another way: they are then all made anew.
FORM = "1"
_MOST = 20


class _Question(msgspec.Struct, frozen=True):
    id: QuestionId
    talk: TalkId
    text: str
    position_ms: int | None = None


class _Answer(msgspec.Struct, frozen=True):
    id: AnswerId
    question: QuestionId
    text: str
    retracted: bool = False


def touched(event: Applied | Replaced) -> set[QuestionId] | None:
    """Return the questions whose words a frame may have changed; None for all of them."""
    if isinstance(event, Replaced) or (event.mine is not None and event.mine.full):
        return None
    found = set(event.changes.gone)
    found.update(row.id for row in event.changes.set if isinstance(row, QuestionRow))
    found.update(row.question for row in event.changes.set if isinstance(row, AnswerRow))
    if event.mine is not None:
        found.update(row.id for row in event.mine.set)
    return found


def fill(connection: sqlite3.Connection) -> None:
    """Make all entries where none were made yet, or they were made in another way."""
    if connection.execute("SELECT form FROM asked_form").fetchone() == (FORM,):
        return
    TextIndex(connection, ASKED).make_anew()
    _renew(connection, None)
    connection.execute("DELETE FROM asked_form")
    connection.execute("INSERT INTO asked_form (form) VALUES (?)", (FORM,))


def renew(connection: sqlite3.Connection, questions: set[QuestionId] | None) -> None:
    """Bring the entries of these questions, or of all, to what the tables hold of them and of their answers.

    An index that is found damaged is made anew: what it is made from must not suffer for it.
    """
    if questions is not None and not questions:
        return
    try:
        _renew(connection, questions)
    except sqlite3.DatabaseError as fault:
        if primary_code(fault) not in DAMAGE_CODES:
            raise
        _make_anew(connection, fault)


def _make_anew(connection: sqlite3.Connection, fault: sqlite3.Error) -> None:
    _log.warning("the index of questions was damaged and is made anew: %s", fault)
    TextIndex(connection, ASKED).make_anew()
    _renew(connection, None)


def _renew(connection: sqlite3.Connection, questions: set[QuestionId] | None) -> None:
    found = {} if questions is None else {str(question): list[Entry]() for question in questions}
    talks: dict[QuestionId, TalkId] = {}
    # A person's own row comes first: what everyone sees of the same question takes its place.
    for table in ("own_questions", "questions"):
        for row in _rows(connection, table, "id", questions, _Question):
            talks[row.id] = row.talk
            shown = [of_question(row.id, row.talk, row.text, row.position_ms)] if row.text else []
            found[row.id] = shown or found.get(row.id, [])
    for answer in _rows(connection, "answers", "question", questions, _Answer):
        if answer.text and not answer.retracted and answer.question in talks:
            entry = of_answer(answer.id, answer.question, talks[answer.question], answer.text)
            found.setdefault(answer.question, []).append(entry)
    TextIndex(connection, ASKED).renew(found, only=questions is None)


def find(connection: sqlite3.Connection, terms: Sequence[Term]) -> tuple[Hit, ...]:
    """Return the questions and answers that hold every term, the best first."""
    index = TextIndex(connection, ASKED)
    try:
        entries = index.find(terms, _MOST)
    except sqlite3.DatabaseError as fault:
        if primary_code(fault) not in DAMAGE_CODES:
            raise
        _make_anew(connection, fault)
        entries = index.find(terms, _MOST)
    found = (hit(entry, terms) for entry in entries)
    return tuple(each for each in found if each is not None)


def settle(connection: sqlite3.Connection) -> None:
    """Let the words of what was taken away go, so that a sweep of the file finds them in no page that is in use."""
    try:
        TextIndex(connection, ASKED).settle()
    except sqlite3.DatabaseError as fault:
        if primary_code(fault) not in DAMAGE_CODES:
            raise
        _make_anew(connection, fault)


def _rows(
    connection: sqlite3.Connection, table: str, column: str, values: set[QuestionId] | None, kind: type[T]
) -> list[T]:
    """Return the rows of a table, of these values in a column or all, as far as they can be read."""
    bodies: list[bytes] = []
    if values is None:
        bodies += [row[0] for row in connection.execute(f"SELECT body FROM {table}")]
    for some in batches(sorted(values or ())):
        rows = connection.execute(f"SELECT body FROM {table} WHERE {column} IN ({places(some)})", some)
        bodies += [row[0] for row in rows]
    return [row for row in (read(body, kind) for body in bodies) if row is not None]
