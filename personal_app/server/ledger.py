"""The ledger: the writer of the conference's truth, a thread of its own with the only connection that writes.

Commands that arrive while a transaction is being committed make up the next one, and the more there is to do the more
shares one sync of the disk; only votes in a stream wait some milliseconds for each other (`tray`). What a transaction
changed is published after it is durable, and only then is anybody answered; where it fails, what is in memory is thrown
away and read anew, and nobody has been told anything that is not so. Where several servers share the database, each
transaction begins with the lock of the conference's row and with what the others wrote since, so that all decide one
after the other; what they wrote is published here like our own. This module must never know connections of people
(`hub`) or decide a move (`batch`).
"""

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from personal_app.conference.clock import Clock
from personal_app.conference.commands import Ballot, Unvote, Vote
from personal_app.conference.errors import ConferenceError, EnvironmentTrouble, Refusal
from personal_app.conference.ids import CommandId, Epoch, ParticipantId
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Participant
from personal_app.conference.program import Conference
from personal_app.conference.reactions import Gathered
from personal_app.conference.register import Register
from personal_app.server import conference_row, mishaps, pages, register_rows
from personal_app.server.batch import Batch, refusal_of
from personal_app.server.committed import NO_NEWS, Anew, Committed, News, all_news
from personal_app.server.conference_row import Place
from personal_app.server.database import Database, notify, together
from personal_app.server.ledger_line import Line
from personal_app.server.pages import PagesLost
from personal_app.server.tray import Tray
from personal_app.server.truth import Truth

T = TypeVar("T")

#: The most that shares one transaction, so that the first of a flood is not answered after the last.
MOST_PER_BATCH = 1000
#: The most that may wait. Beyond it people are asked to slow down instead of the server growing.
MOST_WAITING = 20_000

#: How long a wake-up from another server may be lost for.
POLL_S = 0.7
_MOST_READINGS = 3

_NOTHING = Committed()
#: What waits for company; a union made for each would take its time.
_PATIENT = (Vote, Unvote, Ballot)
_log = logging.getLogger(__name__)


class _Wish(msgspec.Struct, frozen=True):
    participant: ParticipantId
    command: Command
    answered: Callable[[Done | Refused], object]


class _Job(msgspec.Struct, frozen=True):
    work: Callable[[sa.Connection], Any]
    news: Callable[[Any], News]
    answer: Future[Any]


class _Reactions(msgspec.Struct, frozen=True):
    """Reactions to be counted; nobody waits for an answer."""

    gathered: Gathered


class _Glance(msgspec.Struct, frozen=True):
    """Somebody waits until all is known that is committed now."""

    answer: Future[None]


class _Wake(msgspec.Struct, frozen=True):
    """Another server wrote something; nobody waits for an answer."""


class _End(msgspec.Struct, frozen=True):
    """Nothing comes after this."""


_Item = _Wish | _Job | _Glance | _Reactions
#: What is to be told once the transaction is durable: a wish's answer, a job's result, or what a job raised.
_Answer = tuple[_Item, Any]


class _Raised(msgspec.Struct, frozen=True):
    fault: Exception


def _none(_: object) -> News:
    return NO_NEWS


class Ledger:
    """Takes commands and jobs from any thread, carries them out on its own, and answers when they are durable.

    `publish` is called on the ledger's thread, once per transaction that changed something, ours or another server's,
    in their order and before anyone is answered; so is whoever `listen`s.
    """

    def __init__(
        self, database: Database, conference: Conference, clock: Clock, publish: Callable[[Committed | Anew], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._publish = publish
        self._listeners: list[Callable[[Committed | Anew], None]] = []
        self._line = Line(database, conference, clock, self._tell)
        self._waiting: Tray[_Item | _Wake | _End] = Tray()
        self._woken = False
        self._gate = threading.Lock()
        self._open = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._started: Future[Register] = Future()

    @property
    def epoch(self) -> Epoch:
        """The history that the database is in."""
        return self._line.epoch

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
        answer: Future[Done | Refused] = Future()
        answer.set_running_or_notify_cancel()
        self.take(participant, command, answer.set_result)
        return answer

    def take(self, participant: ParticipantId, command: Command, answered: Callable[[Done | Refused], object]) -> None:
        """Have `participant`'s command carried out; `answered` is called when that is durable and published.

        It is called on the ledger's thread, or at once where nothing is taken in, and must not raise. For the many who
        vote at once: a future takes as long as deciding.
        """
        with self._gate:
            refusal = self._refuses()
            if refusal is None:
                patient = isinstance(command.do, _PATIENT)
                self._waiting.put(_Wish(participant, command, answered), patient=patient)
        if refusal is not None:
            answered(refusal_of(command, refusal))

    def count(self, gathered: Gathered) -> None:
        """Have reactions counted; where nothing is taken in, or it cannot be written, they are lost."""
        with self._gate:
            if self._refuses() is None:
                self._waiting.put(_Reactions(gathered), patient=True)

    def run(self, job: Callable[[sa.Connection], T], news: Callable[[T], News] = _none) -> Future[T]:
        """Have `job` run on the connection, in a savepoint of the next transaction; the future gives what it returns.

        What it raises undoes its own writes alone and is raised by the future. `news` is called with the result and
        says what that changed about people; this is told, here and on the other servers, once it is durable. A job may
        be run again where another one spoils the transaction they share.
        """
        item = _Job(job, news, Future())
        self._take_in(item, item.answer)
        return item.answer

    def catch_up(self) -> Future[None]:
        """Learn what other servers have written; when the future is done, all is known that was committed before.

        It raises EnvironmentTrouble where the database is not to be reached.
        """
        item = _Glance(Future())
        if self._database.shared:
            self._take_in(item, item.answer)
        else:
            item.answer.set_result(None)
        return item.answer

    def wake(self) -> None:
        """Another server has written something: look at it soon. From any thread; many at once are one."""
        if not self._woken:
            self._woken = True
            self._waiting.put(_Wake())

    def listen(self, listener: Callable[[Committed | Anew], None]) -> None:
        """Have `listener` told what is published, before anybody else. Called on the ledger's thread, by a job."""
        self._listeners.append(listener)

    def participant(self, participant: ParticipantId) -> Participant | None:
        """Return the participant with the grants that are durable now, or None. From any thread."""
        return self._line.people.get(participant)

    def stop(self, timeout_s: float) -> bool:
        """Take nothing more in, finish what waits, and end; return False where that takes longer than `timeout_s`."""
        with self._gate:
            was_open, self._open = self._open, False
            if was_open:
                self._waiting.put(_End())
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _take_in(self, item: _Job | _Glance, answer: Future[Any]) -> None:
        answer.set_running_or_notify_cancel()
        with self._gate:
            refusal = self._refuses()
            if refusal is None:
                self._waiting.put(item)
                return
        answer.set_exception(EnvironmentTrouble(refusal.detail))

    def _refuses(self) -> Refusal | None:
        if not self._open:
            return mishaps.closing()
        if self._waiting.size() >= MOST_WAITING:
            return mishaps.overrun()
        return None

    # All that follows runs on the ledger's thread.

    def _run(self) -> None:
        try:
            self._started.set_result(register_rows.copied(self._line.ready()[1].register))
        except Exception as fault:
            self._line.close()
            self._open = False
            self._started.set_exception(fault)
            return
        while (items := self._next_batch()) is not None:
            self._carry_out(items)
        self._line.close()

    def _next_batch(self) -> list[_Item] | None:
        """Wait for something to do; return it with all that waits behind it. None: it is time to end.

        Nothing: another server has written something, or may have while no word of it reached us.
        """
        items: list[_Item] = []
        try:
            thing = self._waiting.first(POLL_S if self._database.shared else None)
            while True:
                if isinstance(thing, _End):
                    if not items:
                        return None
                    # The end comes after what waited before it, so it is met once more by the next call.
                    self._waiting.put(thing)
                    break
                if isinstance(thing, _Wake):
                    self._woken = False
                else:
                    items.append(thing)
                if len(items) == MOST_PER_BATCH:
                    break
                thing = self._waiting.next()
        except Empty:
            pass
        return items

    def _carry_out(self, items: list[_Item]) -> None:
        """Carry out `items` in one transaction; where a mistake of ours spoils it, each in its own, to find the one."""
        try:
            answers, committed = self._transaction(items)
        except Exception as fault:
            self._line.forget()
            if mishaps.is_environment(fault):
                self._line.log_trouble(fault, len(items))
                self._refuse(items, mishaps.of_environment(fault))
            elif len(items) > 1:
                for item in items:
                    self._carry_out([item])
            else:
                report = secrets.token_hex(4)
                _log.error("report %s: a command or job could not be carried out\n%s", report, mishaps.traced(fault))
                self._refuse(items, mishaps.of_ours(report))
            return
        if not committed.empty:
            self._tell(committed)
        for item, answer in answers:
            if isinstance(item, _Reactions):
                continue
            if isinstance(item, _Wish):
                _say(item, answer)
            elif isinstance(answer, _Raised):
                item.answer.set_exception(answer.fault)
            else:
                item.answer.set_result(answer)

    def _transaction(self, items: list[_Item]) -> tuple[list[_Answer], Committed]:
        """Carry out `items`, at once or after everything was read anew where what we lacked could not be had."""
        for attempt in range(_MOST_READINGS):
            connection, truth = self._line.ready()
            begun = False
            try:
                with connection.begin():
                    glances = all(isinstance(item, _Glance) for item in items)
                    self._line.look(connection, truth, lock=not glances)
                    begun = not glances
                    result = (
                        self._decide(items, connection, truth)
                        if begun
                        else ([(item, None) for item in items], _NOTHING)
                    )
                self._line.durable(truth)
                return result
            except PagesLost:
                self._line.read_anew()
            except sa.exc.DBAPIError as fault:
                # A connection that was lost while nobody needed it costs nobody anything.
                if begun or attempt or not fault.connection_invalidated:
                    raise
                self._line.forget()
        raise EnvironmentTrouble("Other servers write faster than this one can read what they wrote.")

    def _decide(self, items: list[_Item], connection: sa.Connection, truth: Truth) -> tuple[list[_Answer], Committed]:
        batch = Batch(truth.register)
        news: list[News] = []
        wished = [CommandId(item.command.id) for item in items if isinstance(item, _Wish)]
        if wished:
            batch.look_up(connection, wished)
        answers: list[_Answer] = [(item, self._answer(item, batch, connection, news)) for item in items]
        committed = Committed(entries=tuple(batch.entries), news=all_news(news))
        with together(connection):
            batch.write(connection)
            if not committed.empty:
                register = truth.register
                truth.place = Place(truth.place.epoch, truth.place.page + 1, register.revision, register.tally)
                conference_row.write(connection, truth.place)
                if self._database.shared:
                    pages.write(connection, truth.place.page, committed)
                    notify(connection, self._database.node)
        return answers, committed

    def _answer(self, item: _Item, batch: Batch, connection: sa.Connection, news: list[News]) -> Any:
        if isinstance(item, _Glance):
            return None
        if isinstance(item, _Reactions):
            batch.count(item.gathered)
            return None
        if isinstance(item, _Job):
            return _worked(item, connection, news)
        actor = self._line.people.get(item.participant)
        if actor is None:
            return refusal_of(item.command, mishaps.stranger())
        return batch.take(actor, item.command, self._clock())

    def _tell(self, said: Committed | Anew) -> None:
        """Tell everybody in this process of what is durable."""
        self._line.people.update((person.id, person) for person in said.participants)
        for tell in (*self._listeners, self._publish):
            try:
                tell(said)
            except Exception:
                # It is durable, and whoever it concerns gets it on resuming: the answers are true and must go out.
                _log.exception("what was committed could not be published")

    def _refuse(self, items: list[_Item], refusal: Refusal) -> None:
        for item in items:
            if isinstance(item, _Wish):
                _say(item, refusal_of(item.command, refusal))
            elif not isinstance(item, _Reactions):
                item.answer.set_exception(EnvironmentTrouble(refusal.detail))


def _say(wish: _Wish, answer: Done | Refused) -> None:
    try:
        wish.answered(answer)
    except Exception:
        # The others of the transaction are still to be answered.
        _log.exception("an answer could not be given")


def _worked(job: _Job, connection: sa.Connection, news: list[News]) -> Any:
    try:
        with connection.begin_nested():
            result = job.work(connection)
            told = job.news(result)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as fault:
        if not isinstance(fault, ConferenceError):
            _log.exception("a job on the database failed")
        return _Raised(fault)
    if told is not NO_NEWS:
        news.append(told)
    return result
