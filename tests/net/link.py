"""A live link with everything it needs around it: a cache that remembers, ears, and a thread to run on."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeVar

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.board import Board
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import random_id
from personal_app.conference.session_client import Answered, Applied, Event, Replaced, ResumePoint
from personal_app.net.address import Address
from personal_app.net.live_link import LinkPhase, LinkState, LiveLink, Pace, Ports
from personal_app.net.network_thread import NetworkThread

T = TypeVar("T")

QUICK = Pace(
    reconnect_s=(0.02, 0.05, 0.1),
    open_s=5.0,
    ping_s=5.0,
    pong_s=5.0,
    close_s=0.5,
    settled_s=30.0,
    spread_s=0.05,
    leap_s=5.0,
    tick_s=0.02,
)


def ask(text: str = "Why?") -> messages.Command:
    """Return a command that asks a question."""
    return messages.Command(id=random_id(), do=do.Ask(question=random_id(), talk="t", text=text))


class Cache:
    """What the client's cache promises the link, in memory; `trouble` makes it refuse everything."""

    def __init__(self) -> None:
        self.board = Board()
        self.point = ResumePoint()
        self.outbox: dict[str, messages.Command] = {}
        self.trouble = False
        self._doubted: list[messages.Command] = []

    def put(self, *commands: messages.Command) -> None:
        self.outbox.update({command.id: command for command in commands})

    def put_on_replaced(self, *commands: messages.Command) -> None:
        self._doubted = [*commands]

    def resume(self) -> "Future[tuple[ResumePoint, tuple[messages.Command, ...]]]":
        return self._done((self.point, tuple(self.outbox.values())))

    def apply(self, event: Applied | Replaced) -> "Future[None]":
        if not self.trouble:
            if isinstance(event, Replaced):
                self.board = Board()
                self.put(*self._doubted)
            self.board.apply(event.changes, event.mine)
            self.point = event.resume
        return self._done(None)

    def settle(self, answer: messages.Done | messages.Refused) -> "Future[None]":
        settled = isinstance(answer, messages.Done) or answer.final
        if settled and answer.id is not None and not self.trouble:
            self.outbox.pop(answer.id, None)
        return self._done(None)

    def _done(self, value: T) -> "Future[T]":
        future: Future[T] = Future()
        if self.trouble:
            future.set_exception(EnvironmentTrouble("The disk is full."))
        else:
            future.set_result(value)
        return future


class Link:
    """A running link, and what it told in order. `now` may be moved."""

    def __init__(self, address: Address, token: str | None, cache: Cache | None = None, pace: Pace = QUICK) -> None:
        self.cache = cache or Cache()
        self.told: list[Event | LinkState] = []
        self.ahead = timedelta()
        self.on_tell: Callable[[Event | LinkState], None] = lambda _: None
        self._changed = threading.Condition()
        self.network = NetworkThread()
        ports = Ports(resume=self.cache.resume, apply=self.cache.apply, settle=self.cache.settle, tell=self._tell)
        self.live = LiveLink(address, token, "test/1", ports, self.now, pace)
        self.running = self.network.spawn(self.live.run())

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def send(self, command: messages.Command) -> None:
        """Do as the app does: the outbox first, then the link."""
        self.cache.put(command)
        self.network.call(self.live.send, command)

    def be_here(self, presence: messages.TellPresence) -> None:
        """Say where we are."""
        self.network.call(self.live.be_here, presence)

    def react(self, reaction: messages.React) -> None:
        """Send a reaction."""
        self.network.call(self.live.react, reaction)

    def end(self) -> None:
        assert self.network.stop(10)

    def wait(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until `condition` holds, looking again at each thing told and every 10 ms."""
        deadline = monotonic() + seconds
        with self._changed:
            while not condition():
                assert monotonic() < deadline, self.states[-5:]
                self._changed.wait(0.01)

    def wait_for(self, phase: LinkPhase, seconds: float = 10.0) -> LinkState:
        """Wait until the link stands at `phase` and return what it said of it."""
        self.wait(lambda: self.states and self.states[-1].phase is phase, seconds)
        return self.states[-1]

    @property
    def states(self) -> list[LinkState]:
        return [each for each in list(self.told) if isinstance(each, LinkState)]

    @property
    def phases(self) -> list[LinkPhase]:
        return [state.phase for state in self.states]

    @property
    def details(self) -> list[str]:
        return [state.detail for state in self.states if state.phase is LinkPhase.WAITING]

    @property
    def answers(self) -> list[messages.Done | messages.Refused]:
        return [each.answer for each in list(self.told) if isinstance(each, Answered)]

    def _tell(self, event: Event | LinkState) -> None:
        with self._changed:
            self.told.append(event)
            self._changed.notify_all()
        self.on_tell(event)
