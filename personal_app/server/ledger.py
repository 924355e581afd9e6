"""The ledger: the one writer of the conference's truth, a thread of its own with the only database connection.

Commands that arrive while a transaction is being committed make up the next one: nobody waits for a clock, and the
more there is to do the more shares one sync of the disk. What a transaction changed is published after it is durable,
and only then is anybody answered; where it fails, what is in memory is thrown away and read anew, and nobody has been
told anything that is not so. This module must never know connections of people (`hub`) or decide a move (`batch`).
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from personal_app.conference.clock import Clock
from personal_app.conference.errors import ConferenceError, EnvironmentTrouble, Refusal
from personal_app.conference.ids import CommandId, Epoch, ParticipantId, random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Participant
from personal_app.conference.program import Conference
from personal_app.conference.register import Register
from personal_app.server import mishaps, register_rows, tables
from personal_app.server.batch import Batch, CommittedCommand, refusal_of
from personal_app.server.database import Database

T = TypeVar("T")

#: The most that shares one transaction, so that the first of a flood is not answered after the last.
MOST_PER_BATCH = 1000
#: The most that may wait. Beyond it people are asked to slow down instead of the server growing.
MOST_WAITING = 20_000

_log = logging.getLogger(__name__)


class Committed(msgspec.Struct, frozen=True):
    """One durable transaction: what its commands changed, in order, and who joined or was granted something by it."""

    entries: tuple[CommittedCommand, ...] = ()
    participants: tuple[Participant, ...] = ()


class _Wish(msgspec.Struct, frozen=True):
    participant: ParticipantId
    command: Command
    answer: Future[Done | Refused]


class _Job(msgspec.Struct, frozen=True):
    work: Callable[[sa.Connection], Any]
    committed: Callable[[Any], Iterable[Participant]]
    answer: Future[Any]


_Item = _Wish | _Job
#: What is to be told once the transaction is durable: a wish's answer, a job's result, or what a job raised.
_Answer = tuple[_Item, Any]


class _Raised(msgspec.Struct, frozen=True):
    fault: Exception


def _nobody(_: object) -> Iterable[Participant]:
    return ()


class Ledger:
    """Takes commands and jobs from any thread, carries them out on its own, and answers when they are durable.

    `publish` is called on the ledger's thread, once per transaction that changed something, before anyone is answered.
    """

    def __init__(
        self, database: Database, conference: Conference, clock: Clock, publish: Callable[[Committed], None]
    ) -> None:
        self.epoch = Epoch("")
        self._database = database
        self._conference = conference
        self._clock = clock
        self._publish = publish
        self._connection: sa.Connection | None = None
        self._register: Register | None = None
        self._participants: dict[ParticipantId, Participant] = {}
        self._told: tuple[int, int] | None = None
        self._doubtful: list[CommittedCommand] = []
        self._waiting: SimpleQueue[_Item | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._open = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._started: Future[Register] = Future()

    def start(self) -> Register:
        """Read the whole truth and start working; return a copy of it that the caller owns.

        Raises EnvironmentTrouble where the database cannot be read or belongs to another conference.
        """
        self._open = True
        self._thread.start()
        return self._started.result()

    def submit(self, participant: ParticipantId, command: Command) -> Future[Done | Refused]:
        """Have `participant`'s command carried out; the future gives the answer when it is durable and published.

        The future never raises and cannot be cancelled: what was taken in is carried out.
        """
        wish = _Wish(participant, command, Future())
        wish.answer.set_running_or_notify_cancel()
        with self._gate:
            refusal = self._refuses()
            if refusal is None:
                self._waiting.put(wish)
                return wish.answer
        wish.answer.set_result(refusal_of(command, refusal))
        return wish.answer

    def run(
        self,
        job: Callable[[sa.Connection], T],
        committed: Callable[[T], Iterable[Participant]] = _nobody,
    ) -> Future[T]:
        """Have `job` run on the connection, in a savepoint of the next transaction; the future gives what it returns.

        What it raises undoes its own writes alone and is raised by the future. `committed` is called on the ledger's
        thread with the result once that is durable, to take it into memory; it returns the participants who are new or
        were granted something. A job may be run again where another one spoils the transaction they share.
        """
        item = _Job(job, committed, Future())
        item.answer.set_running_or_notify_cancel()
        with self._gate:
            refusal = self._refuses()
            if refusal is None:
                self._waiting.put(item)
                return item.answer
        item.answer.set_exception(EnvironmentTrouble(refusal.detail))
        return item.answer

    def participant(self, participant: ParticipantId) -> Participant | None:
        """Return the participant with the grants that are durable now, or None. From any thread."""
        return self._participants.get(participant)

    def stop(self, timeout_s: float) -> bool:
        """Take nothing more in, finish what waits, and end; return False where that takes longer than `timeout_s`."""
        with self._gate:
            was_open, self._open = self._open, False
            if was_open:
                self._waiting.put(None)
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _refuses(self) -> Refusal | None:
        if not self._open:
            return mishaps.closing()
        if self._waiting.qsize() >= MOST_WAITING:
            return mishaps.overrun()
        return None

    # All that follows runs on the ledger's thread.

    def _run(self) -> None:
        try:
            self._load()
            self._started.set_result(register_rows.copied(self._truth()))
        except Exception as fault:
            self._close()
            self._open = False
            self._started.set_exception(fault)
            return
        while items := self._next_batch():
            self._carry_out(items)
        self._close()

    def _next_batch(self) -> list[_Item]:
        """Wait for something to do; return it with all that waits behind it. Nothing: it is time to end."""
        first = self._waiting.get()
        if first is None:
            return []
        items = [first]
        while len(items) < MOST_PER_BATCH:
            try:
                item = self._waiting.get_nowait()
            except Empty:
                break
            if item is None:
                # The end comes after what waited before it, so it is met once more by the next call.
                self._waiting.put(None)
                break
            items.append(item)
        return items

    def _carry_out(self, items: list[_Item]) -> None:
        """Carry out `items` in one transaction; where a mistake of ours spoils it, each in its own, to find the one."""
        try:
            answers, batch = self._transaction(items)
        except Exception as fault:
            self._forget()
            if mishaps.is_environment(fault):
                _log.error("a transaction of %d could not be made durable: %s", len(items), fault)
                self._refuse(items, mishaps.of_environment(fault))
            elif len(items) > 1:
                for item in items:
                    self._carry_out([item])
            else:
                report = secrets.token_hex(4)
                _log.exception("report %s: a command or job could not be carried out", report)
                self._refuse(items, mishaps.of_ours(report))
            return
        self._tell(answers, batch.entries)

    def _transaction(self, items: list[_Item]) -> tuple[list[_Answer], Batch]:
        if self._connection is None or self._register is None:
            self._load()
        assert self._connection is not None
        batch = Batch(self._truth())
        self._doubtful = batch.entries
        with self._connection.begin():
            wished = [CommandId(item.command.id) for item in items if isinstance(item, _Wish)]
            if wished:
                batch.look_up(self._connection, wished)
            answers: list[_Answer] = [(item, self._answer(item, batch, self._connection)) for item in items]
            batch.write(self._connection)
        return answers, batch

    def _answer(self, item: _Item, batch: Batch, connection: sa.Connection) -> Any:
        if isinstance(item, _Job):
            return _worked(item, connection)
        actor = self._participants.get(item.participant)
        if actor is None:
            return refusal_of(item.command, mishaps.stranger())
        return batch.take(actor, item.command, self._clock())

    def _tell(self, answers: list[_Answer], entries: list[CommittedCommand]) -> None:
        self._tell_hub(entries, self._changed_people(answers))
        for item, answer in answers:
            if isinstance(answer, _Raised):
                item.answer.set_exception(answer.fault)
            else:
                item.answer.set_result(answer)

    def _tell_hub(self, entries: list[CommittedCommand], changed: tuple[Participant, ...]) -> None:
        self._told = (self._truth().revision, self._truth().tally)
        if not entries and not changed:
            return
        try:
            self._publish(Committed(tuple(entries), changed))
        except Exception:
            # It is durable, and whoever it concerns gets it on resuming: the answers are true and must go out.
            _log.exception("what was committed could not be published")

    def _changed_people(self, answers: list[_Answer]) -> tuple[Participant, ...]:
        changed: dict[ParticipantId, Participant] = {}
        for item, answer in answers:
            if not isinstance(item, _Job) or isinstance(answer, _Raised):
                continue
            try:
                changed.update((person.id, person) for person in item.committed(answer))
            except Exception:
                _log.exception("what a job wrote could not be taken into memory")
        self._participants.update(changed)
        return tuple(changed.values())

    def _refuse(self, items: list[_Item], refusal: Refusal) -> None:
        for item in items:
            if isinstance(item, _Wish):
                item.answer.set_result(refusal_of(item.command, refusal))
            else:
                item.answer.set_exception(EnvironmentTrouble(refusal.detail))

    def _truth(self) -> Register:
        assert self._register is not None
        return self._register

    def _load(self) -> None:
        if self._connection is None:
            self._connection = self._database.connect()
        with self._connection.begin():
            row = self._own_row(self._connection)
            self.epoch = Epoch(row.epoch)
            register = register_rows.load_register(self._connection, self._conference, row.revision, row.tally)
            people = register_rows.load_participants(self._connection)
        self._register = register
        changed = tuple(person for person in people if self._participants.get(person.id) != person)
        self._participants = {person.id: person for person in people}
        counters = (row.revision, row.tally)
        if self._told is None:
            self._told = counters
        else:
            # A COMMIT that failed may have reached the disk all the same, whole: then the hub lacks what it wrote.
            self._tell_hub(self._doubtful if counters != self._told else [], changed)

    def _own_row(self, connection: sa.Connection) -> sa.Row[Any]:
        """Return the conference's row; the first start on a new database makes it, and with it the epoch."""
        rows = connection.execute(sa.select(tables.conference)).all()
        if not rows and connection.execute(sa.select(tables.participants.c.id).limit(1)).first() is not None:
            raise EnvironmentTrouble(
                "The database has lost its conference's row, so it is damaged: set it aside and start from a backup."
            )
        if not rows:
            new = {"id": self._conference.id, "epoch": random_id(), "revision": 0, "tally": 0, "made_at": self._clock()}
            connection.execute(sa.insert(tables.conference).values(new))
            rows = connection.execute(sa.select(tables.conference)).all()
        if rows[0].id != self._conference.id:
            raise EnvironmentTrouble(
                f"The data folder holds the conference “{rows[0].id}”, and “{self._conference.id}” was to be served: "
                "give each conference a data folder of its own."
            )
        return rows[0]

    def _forget(self) -> None:
        """After a failure: hold nothing that may not be durable.

        The connection goes too, for where a COMMIT fails the driver may still be within the transaction.
        """
        self._register = None
        self._close()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sa.exc.SQLAlchemyError as fault:
                _log.warning("the database was not closed properly: %s", fault)


def _worked(job: _Job, connection: sa.Connection) -> Any:
    try:
        with connection.begin_nested():
            return job.work(connection)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as fault:
        if not isinstance(fault, ConferenceError):
            _log.exception("a job on the database failed")
        return _Raised(fault)
