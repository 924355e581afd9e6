"""A client on a real websocket: the conversation of `session_client`, a board, and every frame as it came."""

import contextlib
from collections.abc import Callable
from time import monotonic

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.board import Board
from personal_app.conference.ids import QuestionId, random_id
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_client import (
    Answered,
    Applied,
    ClientSession,
    Noticed,
    PresenceTold,
    Replaced,
    ResumePoint,
)
from personal_app.net.address import Address
from personal_app.net.trust import system_trust

WAIT_S = 20.0

Answer = messages.Done | messages.Refused


class Caller:
    """One connection at a time; what is held lasts over `redial`."""

    def __init__(self, address: Address, token: str = "") -> None:
        self.address = address
        self.token = token
        self.board = Board()
        self.resume = ResumePoint()
        self.frames: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.notices: list[messages.Notice] = []
        self.here: dict[str, list[tuple[str, str | None]]] = {}
        self.replaced = 0
        self.dial()

    def dial(self) -> None:
        """Connect, say hello, and wait until the view is up to date."""
        self._line = contextlib.ExitStack()
        self.socket = self._line.enter_context(
            connect(
                self.address.live_url,
                additional_headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
                subprotocols=[Subprotocol(messages.SUBPROTOCOL)],
                compression=None,
                proxy=None,
                max_size=None,
                ssl=system_trust() if self.address.is_encrypted else None,
            )
        )
        self.session = ClientSession("caller/1", self.resume, ())
        self._events = 0
        for message in self.session.opened(0):
            self.socket.send(messages.encode(message), text=True)
        self.until(lambda: self._events > 0, "the view")

    def redial(self) -> None:
        """Lose the connection and come back with what is held."""
        self.hang_up()
        self.dial()

    def hang_up(self) -> None:
        """End the connection."""
        with contextlib.suppress(ConnectionClosed):
            self._line.close()

    def send(self, wanted: do.Do, seen: int | None = None, id_: str | None = None) -> str:
        """Send a command; return its id."""
        command = messages.Command(id=id_ or random_id(), do=wanted, seen=seen)
        self.socket.send(messages.encode(command), text=True)
        return command.id

    def be_here(self, session: str, doing: str | None = None) -> None:
        """Say at which session's desk this is, with which question in hand."""
        self.socket.send(messages.encode(messages.TellPresence(session=session, doing=doing)), text=True)

    def say(self, wanted: do.Do, seen: int | None = None, id_: str | None = None) -> Answer:
        """Send a command and return the answer."""
        if id_ is not None:
            self.answers.pop(id_, None)
        sent = self.send(wanted, seen, id_)
        self.until(lambda: sent in self.answers, "an answer")
        return self.answers[sent]

    def must(self, wanted: do.Do, seen: int | None = None) -> messages.Done:
        """Send a command that cannot be refused, and wait until the view shows it."""
        answer = self.say(wanted, seen)
        assert isinstance(answer, messages.Done), answer
        self.until(lambda: self.holds(answer), "the view of what was done")
        return answer

    def ask(self, talk: str, text: str, *, anonymous: bool = False) -> QuestionId:
        """Ask a question and return its id."""
        question = QuestionId(random_id())
        self.must(do.Ask(question=question, talk=talk, text=text, anonymous=anonymous))
        return question

    def holds(self, done: messages.Done) -> bool:
        """Tell whether the view has come to the counters of an acknowledgement."""
        return self.board.revision >= done.revision and self.board.tally >= done.tally

    def row(self, question: QuestionId) -> QuestionRow:
        """Return a question as it is held, waiting for it to come."""
        self.until(lambda: question in self.board.shared or question in self.board.mine, "the question")
        return self.board.shared.get(question) or self.board.mine[question]

    def seen(self, question: QuestionId) -> int:
        """Return what a command about the question says it was made on."""
        return self.row(question).moved

    def count(self, question: QuestionId) -> int:
        """Return how many votes the question is held to have."""
        return self.board.counts[question][1] if question in self.board.counts else 0

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Take in frames until `condition` holds."""
        deadline = monotonic() + WAIT_S
        while not condition():
            left = deadline - monotonic()
            assert left > 0, f"{what} did not come"
            with contextlib.suppress(TimeoutError):
                self._take(self.socket.recv(timeout=min(left, 0.2)))

    def until_closed(self) -> int | None:
        """Take in frames until the server ends the connection; return the close code."""
        try:
            self.until(lambda: False, "the end")
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else None
        return None

    def heard(self, text: str) -> bool:
        """Tell whether `text` was in any frame."""
        return any(text in frame for frame in self.frames)

    def _take(self, frame: str | bytes) -> None:
        assert isinstance(frame, str)
        self.frames.append(frame)
        for event in self.session.receive(frame, 0):
            match event:
                case Replaced():
                    self.board = Board()
                    self.replaced += 1
                    self._apply(event)
                case Applied():
                    self._apply(event)
                case Answered():
                    self.answers[str(event.answer.id)] = event.answer
                case PresenceTold(presence=told):
                    self.here[told.session] = [(person.name, person.doing) for person in told.people]
                case Noticed():
                    self.notices.append(event.notice)

    def _apply(self, event: Applied | Replaced) -> None:
        self.board.apply(event.changes, event.mine)
        self.resume = event.resume
        self._events += 1
