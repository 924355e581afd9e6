"""People who ask and vote on several nodes at once, never give a command up, and write down what they were told."""

import random
import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

import msgspec
from websockets.exceptions import WebSocketException

from personal_app.conference import commands as do
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.net.http_api import Credentials
from tests.postgres.nodes import Nodes
from tests.wire.caller import Caller

T = TypeVar("T")

PATIENCE_S = 60.0


class Said(msgspec.Struct, frozen=True):
    """What came of a command in the end."""

    command: Command
    answer: Done | Refused


class Member:
    """One participant on one connection at a time, to whichever node lets them in."""

    def __init__(self, nodes: Nodes, credentials: Credentials, home: int, seed: int) -> None:
        self.credentials = credentials
        self.history: list[Said] = []
        self.moved = 0
        self.caller: Caller | None = None
        self._nodes = nodes
        self._home = home
        self._random = random.Random(seed)
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"member {home}")
        self._fault: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the command at hand, come up to date, and end."""
        self._stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        if self._fault is not None:
            raise self._fault

    def hang_up(self) -> None:
        """End the connection."""
        if self.caller is not None:
            self.caller.hang_up()

    def level_with(self, revision: int, tally: int) -> None:
        """Come to a place of the truth."""
        self._insist(lambda caller: caller.until(lambda: holds(caller, revision, tally), "the last changes"))

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._carry_out(Command(id=random_id(), do=self._wish()))
                sleep(self._random.uniform(0, 0.02))
        except BaseException as fault:
            self._fault = fault

    def _wish(self) -> do.Do:
        known = list(self.caller.board.shared) if self.caller is not None else []
        roll = self._random.random()
        if roll < 0.3 or not known:
            return do.Ask(question=random_id(), talk="paper-2", text=f"Why? {random_id()}")
        if roll < 0.4:
            # Refused for good: only a chair may.
            return do.Approve(question=self._random.choice(known))
        kind = do.Vote if roll < 0.8 else do.Unvote
        return kind(question=self._random.choice(known))

    def _carry_out(self, command: Command) -> None:
        deadline = monotonic() + PATIENCE_S
        while True:
            answer = self._insist(lambda caller: caller.say(command.do, id_=command.id))
            if isinstance(answer, Done) or answer.final:
                self.history.append(Said(command, answer))
                return
            assert monotonic() < deadline, answer
            sleep(0.05)

    def _insist(self, act: Callable[[Caller], T]) -> T:
        """Do something on a connection, and again on another one for as long as connections are lost."""
        deadline = monotonic() + PATIENCE_S
        while True:
            try:
                return act(self._connected())
            except (OSError, WebSocketException):
                assert monotonic() < deadline, "no node lets us in"
                self.hang_up()
                self._lost = True
                self.moved += 1
                sleep(0.02)

    def _connected(self) -> Caller:
        node = self._nodes.all[(self._home + self.moved) % len(self._nodes.all)]
        if self.caller is None:
            self.caller = Caller(node.address, self.credentials.token)
        elif self._lost:
            self.caller.address = node.address
            self.caller.dial()
        self._lost = False
        return self.caller


def holds(caller: Caller, revision: int, tally: int) -> bool:
    """Tell whether a caller's view has come to a place of the truth."""
    return caller.board.revision >= revision and caller.board.tally >= tally
