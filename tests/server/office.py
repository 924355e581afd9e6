"""A server's office without its connections: database, ledger and identity, with shortcuts for what tests ask."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.ids import QuestionId, TalkId, random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Grant, Participant
from personal_app.conference.program import Conference
from personal_app.conference.register import Register
from personal_app.server import tables
from personal_app.server.committed import Anew, Committed, CommittedCommand
from personal_app.server.database import Database, open_database
from personal_app.server.identity import Identity, Joined
from personal_app.server.ledger import Ledger
from tests import factories

#: Far more than anything takes; a test that meets it has found something that hangs.
PATIENCE_S = 20.0


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = factories.START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self.now

    def move(self, step: timedelta) -> None:
        """Let time go by."""
        self.now += step


class Office:
    """A started ledger with its identity; `published` is what it published, `hub` the copy that start gave."""

    def __init__(self, url: str, clock: HandClock, conference: Conference, ready: Callable[[Database], None]) -> None:
        self.clock = clock
        self.published: list[Committed | Anew] = []
        self.database = open_database(url)
        ready(self.database)
        self.ledger = Ledger(self.database, conference, clock, self.published.append)
        self.hub = self.ledger.start()
        self.identity = Identity(self.ledger, clock)

    def join(self, name: str, *grants: Grant) -> Participant:
        """Return a new participant with these grants."""
        joined = self.join_as(name, *grants)
        return Participant(id=joined.participant, name=joined.name, grants=joined.grants)

    def join_as(self, name: str, *grants: Grant) -> Joined:
        """Return what a new participant with these grants is given."""
        joined = self.identity.join(name, None).result(PATIENCE_S)
        held = joined.grants
        for grant in grants:
            code = self.identity.invite(grant).result(PATIENCE_S)
            held = self.identity.redeem(joined.participant, code).result(PATIENCE_S)
        return Joined(
            participant=joined.participant,
            name=joined.name,
            token=joined.token,
            recovery_code=joined.recovery_code,
            grants=held,
        )

    def submit(self, actor: Participant, wanted: do.Do, seen: int | None = None) -> Future[Done | Refused]:
        """Have a new command carried out."""
        return self.ledger.submit(actor.id, Command(id=random_id(), do=wanted, seen=seen))

    def say(self, actor: Participant, wanted: do.Do, seen: int | None = None) -> Done | Refused:
        """Have a new command carried out and return the answer."""
        return self.submit(actor, wanted, seen).result(PATIENCE_S)

    def must(self, actor: Participant, wanted: do.Do, seen: int | None = None) -> Done:
        """Have a new command carried out that cannot be refused."""
        answer = self.say(actor, wanted, seen)
        assert isinstance(answer, Done), answer
        return answer

    def ask(self, actor: Participant, talk: TalkId = factories.PAPER_3, text: str = "Why?") -> QuestionId:
        """Ask a question, by default of a paper whose questions are shown at once; return its id."""
        question = QuestionId(random_id())
        self.must(actor, do.Ask(question=question, talk=talk, text=text))
        return question

    def replayed(self) -> Register:
        """Return the hub's copy, brought up to date with all that was published."""
        for said in self.entries():
            if isinstance(said, Anew):
                self.hub = said.register
            else:
                self.hub.apply(said.decision, said.tally)
        self.published.clear()
        return self.hub

    def entries(self) -> list[CommittedCommand | Anew]:
        """Return what was published of commands and not yet replayed."""
        told = ([said] if isinstance(said, Anew) else said.entries for said in tuple(self.published))
        return [entry for entries in told for entry in entries]

    def count(self, table: sa.Table) -> int:
        """Return how many rows a table has."""
        rows = sa.select(sa.func.count()).select_from(table)
        return int(self.ledger.run(lambda connection: connection.execute(rows).scalar_one()).result(PATIENCE_S))

    def close(self) -> bool:
        """Stop the ledger; return whether it ended in time."""
        return self.ledger.stop(PATIENCE_S)


class Offices:
    """Offices on one database: a file in `folder`, one after another, or a PostgreSQL at `url`, together if need be."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.path = folder / "conference.sqlite"
        self.url = url or f"sqlite:///{self.path}"
        self.clock = HandClock()
        self._open: list[Office] = []

    def open(self, conference: Conference | None = None, ready: Callable[[Database], None] = lambda _: None) -> Office:
        """Open an office; `ready` is called with the database before the ledger starts on it."""
        office = Office(self.url, self.clock, conference or factories.conference(), ready)
        self._open.append(office)
        return office

    def close_later(self, office: Office) -> None:
        """Close with the others an office that was opened elsewhere."""
        self._open.append(office)

    def reopen(self, office: Office) -> Office:
        """Close an office and open the next one on the same data."""
        assert office.close()
        return self.open()

    def bytes_on_disk(self) -> bytes:
        """Return everything that is in the database's files, or in its tables where those are out of reach."""
        if self.url.startswith("postgresql"):
            with open_database(self.url).connect() as connection:
                names = [table.name for table in tables.metadata.sorted_tables]
                rows = [connection.exec_driver_sql(f"SELECT t::text FROM {name} t").scalars().all() for name in names]
            return "\n".join(row for some in rows for row in some).encode()
        return b"".join(path.read_bytes() for path in sorted(self.path.parent.glob(self.path.name + "*")))

    def close_all(self) -> None:
        """Close what is still open."""
        for office in self._open:
            assert office.close()


Truth = tuple[object, ...]


def truth(register: Register) -> Truth:
    """Return everything a register says, for comparing; empty sets of votes say the same as none."""
    questions = {id_: (row, register.answers_to(id_), register.count(id_)) for id_, row in register.questions.items()}
    votes = {question: voters for question, voters in register.votes.items() if voters}
    moves = {question: tuple(records) for question, records in register.moves.items()}
    opened = dict(register.open), {key: tuple(records) for key, records in register.openings.items()}
    polls = {
        id_: (poll, dict(register.ballots.get(id_, {})), register.poll_count(id_))
        for id_, poll in register.polls.items()
    }
    counters = register.revision, register.tally, dict(register.tallied), dict(register.polled)
    reactions = {talk: dict(counts) for talk, counts in register.reactions.items()}, dict(register.reacted)
    return *counters, questions, votes, moves, opened, polls, reactions, dict(register.silences)
