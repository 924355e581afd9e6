"""A recorded history: what everybody sent, was told and saw, as JSON lines, one file for each of them."""

import threading
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

import msgspec
import sqlalchemy as sa

from personal_app.conference.board import Board, DrawnPoll, DrawnQuestion
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.rows import QaRow
from personal_app.server import tables
from personal_app.server.database import open_database


class _Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="what"):
    """What all records share: a tag named `what`."""


class Sent(_Record, frozen=True, tag="sent"):
    """A command was handed to a connection, for the first time or again; `at` is in seconds of one steady clock."""

    at: float
    who: str
    command: Command


class Told(_Record, frozen=True, tag="told"):
    """An answer came."""

    at: float
    who: str
    answer: Done | Refused


class Seen(_Record, frozen=True, tag="seen"):
    """A whole view in the end: the one that was held through everything, or (`fresh`) one asked for anew."""

    who: str
    fresh: bool
    questions: tuple[DrawnQuestion, ...]
    open: tuple[QaRow, ...]
    polls: tuple[DrawnPoll, ...] = ()


class KeptQuestion(msgspec.Struct, frozen=True):
    """A question as the database has it."""

    id: str
    asker: str
    text: str
    state: str


class KeptDone(msgspec.Struct, frozen=True):
    """What a command came to, as the database has it."""

    participant: str
    command: str
    revision: int
    tally: int


class Truth(_Record, frozen=True, tag="truth"):
    """What the database holds in the end."""

    questions: tuple[KeptQuestion, ...]
    votes: tuple[tuple[str, str], ...]
    done: tuple[KeptDone, ...]


Record = Sent | Told | Seen | Truth


class Journal:
    """One person's file. Every line is in it before anything else happens."""

    def __init__(self, folder: Path, who: str) -> None:
        self.who = who
        self._file = (folder / f"{who}.jsonl").open("ab", buffering=0)
        self._lock = threading.Lock()

    def sent(self, command: Command) -> None:
        """A command is about to be sent."""
        self.write(Sent(at=monotonic(), who=self.who, command=command))

    def told(self, answer: Done | Refused) -> None:
        """An answer has come."""
        self.write(Told(at=monotonic(), who=self.who, answer=answer))

    def saw(self, board: Board, *, fresh: bool) -> None:
        """This is what is held in the end."""
        drawn = sorted(board.drawn().values(), key=lambda question: question.id)
        openings = tuple(row for _, row in sorted(board.open.items()) if isinstance(row, QaRow))
        polls = tuple(sorted(board.drawn_polls().values(), key=lambda poll: poll.id))
        self.write(Seen(who=self.who, fresh=fresh, questions=tuple(drawn), open=openings, polls=polls))

    def write(self, record: Record) -> None:
        """Write one line."""
        with self._lock:
            self._file.write(msgspec.json.encode(record) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def read(folder: Path) -> list[Record]:
    """Return all that was recorded in a folder."""
    decoder = msgspec.json.Decoder(Record)
    return [decoder.decode(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def truth_of(url: str) -> Truth:
    """Return what a database holds; no server may work on an SQLite file meanwhile."""
    question, vote, done = tables.questions.c, tables.votes.c, tables.done.c
    with open_database(url).connect() as connection:

        def rows(*columns: "sa.Column[str]") -> Iterable[tuple[str, ...]]:
            return [tuple(row) for row in connection.execute(sa.select(*columns))]

        return Truth(
            questions=tuple(
                KeptQuestion(*row) for row in rows(question.id, question.asker, question.text, question.state)
            ),
            votes=tuple((row[0], row[1]) for row in rows(vote.question, vote.voter)),
            done=tuple(
                KeptDone(row[0], row[1], int(row[2]), int(row[3]))
                for row in rows(done.participant, done.command, done.revision, done.tally)
            ),
        )
