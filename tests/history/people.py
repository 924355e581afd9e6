"""People who ask, vote and moderate without end, at servers that die under them, and write down what they are told.

Nobody gives a command up: it is sent again, wherever somebody lets them in, until it is acknowledged or refused.
"""

import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from websockets.exceptions import WebSocketException

from personal_app.conference import commands as do
from personal_app.conference.board import Board, DrawnPoll
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from tests.history.check import NOBODY, faults
from tests.history.records import Journal, Truth, read
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess

T = TypeVar("T")

PATIENCE_S = 60.0
_MODERATED, _OPEN = "paper-1", "paper-2"


class Person:
    """One participant on one connection at a time, to whichever server lets them in."""

    def __init__(
        self, servers: Sequence[ServerProcess], token: str, journal: Journal, home: int, chance: random.Random
    ) -> None:
        self.token = token
        self.journal = journal
        self.settled = 0
        self.moved = 0
        self.caller: Caller | None = None
        self._servers = servers
        self._home = home
        self._lost = False
        self._chance = chance
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"person {home}")
        self.fault: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the command at hand and end."""
        self._stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        if self.fault is not None:
            raise self.fault

    def carry_out(self, wanted: do.Do, seen: int | None = None) -> Done | None:
        """Send a command until it is settled; return how it was acknowledged, None where it was refused."""
        command = Command(id=random_id(), do=wanted, seen=seen)
        deadline = monotonic() + PATIENCE_S
        while True:
            answer = self.insist(lambda caller: self._say(caller, command))
            self.journal.told(answer)
            if isinstance(answer, Done) or answer.final:
                self.settled += 1
                return answer if isinstance(answer, Done) else None
            assert monotonic() < deadline, answer
            sleep(0.05)

    def insist(self, act: Callable[[Caller], T]) -> T:
        """Do something on a connection, and again on another one for as long as connections are lost."""
        deadline = monotonic() + PATIENCE_S
        while True:
            try:
                return act(self._connected())
            except (OSError, WebSocketException):
                assert monotonic() < deadline, "no server lets us in"
                self.hang_up()
                self._lost = True
                self.moved += 1
                sleep(0.02)

    def hang_up(self) -> None:
        """End the connection."""
        if self.caller is not None:
            self.caller.hang_up()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                board = self.caller.board if self.caller is not None else Board()
                self.carry_out(*self._wish(list(board.shared.values()), list(board.drawn_polls().values())))
                sleep(self._chance.uniform(0, 0.02))
        except BaseException as fault:
            self.fault = fault

    def _say(self, caller: Caller, command: Command) -> Done | Refused:
        self.journal.sent(command)
        return caller.say(command.do, seen=command.seen, id_=command.id)

    def _connected(self) -> Caller:
        server = self._servers[(self._home + self.moved) % len(self._servers)]
        if self.caller is None:
            self.caller = Caller(server.address, self.token)
        elif self._lost:
            self.caller.address = server.address
            self.caller.dial()
        self._lost = False
        return self.caller

    def _wish(self, rows: list[QuestionRow], polls: list[DrawnPoll]) -> tuple[do.Do, int | None]:
        roll = self._chance.random()
        if polls and self._chance.random() < 0.1:
            return do.Ballot(poll=self._chance.choice(polls).id, options=(self._chance.randrange(3),)), None
        if roll < 0.3 or not rows:
            talk = self._chance.choice((_MODERATED, _OPEN))
            return do.Ask(question=random_id(), talk=talk, text=f"Why? {random_id()}", anonymous=roll < 0.1), None
        row = self._chance.choice(rows)
        if roll < 0.36:
            # Refused for good: only a chair may.
            return do.Approve(question=row.id), row.moved
        return (do.Vote if roll < 0.8 else do.Unvote)(question=row.id), None


class Chair(Person):
    """One who moves the questions of the session along, and back."""

    def _wish(self, rows: list[QuestionRow], polls: list[DrawnPoll]) -> tuple[do.Do, int | None]:
        if self._chance.random() < 0.3:
            return self._poll(polls), None
        if not rows:
            return do.Ask(question=random_id(), talk=_OPEN, text=f"Anybody? {random_id()}"), None
        row = self._chance.choice(rows)
        kinds = _MOVES.get(row.state)
        if kinds is None:
            return do.Approve(question=row.id), row.moved
        return self._chance.choice(kinds)(question=row.id), row.moved

    def _poll(self, polls: list[DrawnPoll]) -> do.Do:
        poll = self._chance.choice([None, *polls])
        if poll is None:
            text = f"Who? {random_id()}"
            return do.MakePoll(poll=random_id(), session="research", text=text, options=("Ada", "Bob", "nobody"))
        return self._chance.choice(_POLL_MOVES)(poll=poll.id)


_POLL_MOVES: tuple[Callable[..., do.Do], ...] = (do.OpenPoll, do.OpenPoll, do.ClosePoll, do.DiscardPoll)
_MOVES: dict[QuestionState, tuple[Callable[..., do.Do], ...]] = {
    QuestionState.PENDING: (do.Approve, do.Approve, do.Reject, do.Return),
    QuestionState.APPROVED: (do.Queue, do.Hide, do.Defer, do.Start),
    QuestionState.QUEUED: (do.Start, do.Unqueue, do.Defer),
    QuestionState.ANSWERING: (do.Finish, do.PutBack),
    QuestionState.ANSWERED: (do.Reopen,),
    QuestionState.DEFERRED: (do.Queue, do.Hide),
    QuestionState.HIDDEN: (do.Unhide,),
}


class Crowd:
    """Some people and a chair, whose history is kept in a folder."""

    def __init__(self, servers: Sequence[ServerProcess], folder: Path, size: int, seed: int) -> None:
        self.folder = folder
        folder.mkdir()
        self._servers = servers
        self.people: list[Person] = []
        for number in range(size):
            kind = Chair if number == 0 else Person
            grants = (Grant(Role.CHAIR, "research"),) if number == 0 else ()
            credentials = servers[number % len(servers)].join(f"Person {number}", *grants)
            journal = Journal(folder, credentials.participant)
            # The server that made the token is not the one it is shown to first, where there are several.
            self.people.append(kind(servers, credentials.token, journal, number + 1, random.Random(seed + number)))
        for person in self.people:
            person.start()

    def work(self, seconds: float) -> None:
        """Wait until each has something new settled, and some time more."""
        before = [person.settled for person in self.people]
        deadline = monotonic() + PATIENCE_S
        while any(p.settled == known and p.fault is None for p, known in zip(self.people, before, strict=True)):
            assert monotonic() < deadline, "the work does not go on"
            sleep(0.01)
        sleep(seconds)

    def end(self, truth: Callable[[], Truth]) -> None:
        """Let everybody finish and come up to date, write down what they see and what is, and check all of it.

        `truth` is called when nobody looks at the servers any more.
        """
        for person in self.people:
            person.stop()
        last = self.people[-1]
        question = random_id()
        done = last.carry_out(do.Ask(question=question, talk=_OPEN, text="The last word?"))
        voted = last.carry_out(do.Vote(question=question))
        assert done is not None
        assert voted is not None
        for person in self.people:
            person.insist(lambda caller: caller.until(lambda: caller.holds(voted), "the last changes"))
            assert person.caller is not None
            person.journal.saw(person.caller.board, fresh=False)
            person.hang_up()
            with person.journal:
                _look_afresh(self._servers[0], person.token, voted, person.journal)
        with Journal(self.folder, NOBODY) as journal:
            for server in self._servers:
                _look_afresh(server, "", voted, journal)
            journal.write(truth())
        assert faults(read(self.folder)) == []


def _look_afresh(server: ServerProcess, token: str, last: Done, journal: Journal) -> None:
    fresh = Caller(server.address, token)
    # Counts come with the next tick, and another server's a moment later.
    fresh.until(lambda: fresh.holds(last), "the last changes")
    journal.saw(fresh.board, fresh=True)
    fresh.hang_up()
