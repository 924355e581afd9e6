"""A ledger to measure, without connections: on SQLite or on a PostgreSQL of our own; both sync what they keep."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.ids import ParticipantId, random_id
from personal_app.conference.messages import Command, Done
from personal_app.server import tables
from personal_app.server.database import open_database
from personal_app.server.ledger import Ledger
from tests import factories
from tests.postgres.cluster import Cluster

PEOPLE, QUESTIONS = 500, 300
DATABASES = ("sqlite", "postgresql")


class LedgerToMeasure:
    """A started ledger with people and open questions, and votes without end for it."""

    def __init__(self, url: str) -> None:
        database = open_database(url)
        self.ledger = Ledger(database, factories.conference(), lambda: datetime.now(UTC), lambda _: None)
        self.ledger.start()
        self._people = [ParticipantId(random_id()) for _ in range(PEOPLE)]
        self._questions = [random_id() for _ in range(QUESTIONS)]
        self.ledger.run(self._let_in).result()
        self.ledger.stop(10)
        # Whoever joins through the identities is known at once; these are known after a start.
        self.ledger = Ledger(database, factories.conference(), lambda: datetime.now(UTC), lambda _: None)
        self.ledger.start()
        for question in self._questions:
            ask = do.Ask(question=question, talk=factories.PAPER_3, text="What becomes of the embedding tables?")
            assert isinstance(self.ledger.submit(self._people[0], Command(id=random_id(), do=ask)).result(), Done)
        self._given = 0

    def votes(self, count: int) -> list[tuple[ParticipantId, Command]]:
        """Return so many commands, decoded as they come from a connection: votes, and when all voted, unvotes."""
        return [self._vote(number) for number in range(self._given, self._given + count) if self._next()]

    def _next(self) -> bool:
        self._given += 1
        return True

    def _vote(self, number: int) -> tuple[ParticipantId, Command]:
        round_, pair = divmod(number, PEOPLE * QUESTIONS)
        person, question = self._people[pair % PEOPLE], self._questions[(pair // PEOPLE + pair) % QUESTIONS]
        kind = do.Unvote if round_ % 2 else do.Vote
        return person, Command(id=random_id(), do=kind(question=question))

    def _let_in(self, connection: sa.Connection) -> None:
        rows = [{"id": person, "name": "Ada", "joined_at": datetime.now(UTC)} for person in self._people]
        connection.execute(sa.insert(tables.participants), rows)


@contextmanager
def ledger_on(database: str) -> Iterator[LedgerToMeasure]:
    """Give a ledger on "sqlite" or "postgresql"."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster({"fsync": "on"}) if database == "postgresql" else None
        try:
            if cluster is not None:
                cluster.make()
            url = cluster.url(cluster.emptied_database()) if cluster else f"sqlite:///{Path(folder) / 'ledger.sqlite'}"
            measured = LedgerToMeasure(url)
            yield measured
            measured.ledger.stop(10)
        finally:
            if cluster is not None:
                cluster.remove()


def loaded_by_others() -> float:
    """Return how many processes wanted the machine in the last minute, to be told beside a figure."""
    return round(os.getloadavg()[0], 2)
