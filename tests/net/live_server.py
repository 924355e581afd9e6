"""A live server on loopback in a few lines: the real conversation (`conference.session_server`) over real websockets.

What it says to a command is `reply`'s to decide; by default a question is taken, acknowledged and shown. It may go away
and come back at the same port, and forgets nothing meanwhile.
"""

import asyncio
import http
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.errors import BrokenRules
from personal_app.conference.ids import CommandId, Epoch, ParticipantId, QuestionId, Revision, SessionId, TalkId, Tally
from personal_app.conference.people import Participant
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_server import BeHere, Joined, Reacted, Send, ServerSession, Submit
from personal_app.net.address import Address
from personal_app.net.network_thread import NetworkThread

TOKEN = "canary-token-5b21"
ADA = Participant(id=ParticipantId("p" * 22), name="Ada")
LIMITS = messages.Limits(question_chars=1000, answer_chars=4000, reason_chars=300)

Reply = Callable[[messages.Command], list[msgspec.Struct]]


class LiveServer:
    """Speaks with any number of clients; all its lists are filled on its own thread."""

    def __init__(self) -> None:
        self.epoch = Epoch("e" * 22)
        self.rows: list[QuestionRow] = []
        self.done: dict[str, messages.Done] = {}
        self.hellos: list[messages.Hello] = []
        self.commands: list[messages.Command] = []
        self.presences: list[messages.TellPresence] = []
        self.reactions: list[messages.React] = []
        self.headers: list[Headers] = []
        self.closes: list[int | None] = []
        self.reply: Reply = self.taken
        self.subprotocols: list[Subprotocol] | None = [Subprotocol(messages.SUBPROTOCOL)]
        #: Said right after the hello in place of the welcome and the state, where it is not None.
        self.greeting: list[bytes] | None = None
        #: With which code a connection is closed right after its hello; None leaves it open.
        self.close_code: int | None = None
        self.status: int | None = None
        self.port = 0
        self._network = NetworkThread()
        self._server: Server | None = None

    @property
    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Listen, at the same port as before."""
        self._network.spawn(self._start()).result(10)

    def stop(self, code: int = messages.CLOSE_RESTART) -> None:
        """Go away with the close code `code`."""
        self._network.spawn(self._stop(code)).result(10)

    def end(self) -> None:
        """Go away for good."""
        self.stop()
        assert self._network.stop()

    def close_all(self, code: int) -> None:
        """Close every connection and stay."""
        self._network.spawn(self._close_all(code)).result(10)

    def say(self, frame: bytes) -> None:
        """Send a text frame to everyone."""
        self._network.spawn(self._say(frame)).result(10)

    def taken(self, command: messages.Command) -> list[msgspec.Struct]:
        """Take a question once, acknowledge it each time, and show it."""
        if command.id in self.done:
            return [self.done[command.id]]
        assert isinstance(command.do, do.Ask)
        revision = Revision(len(self.rows) + 1)
        self.rows.append(
            QuestionRow(
                id=QuestionId(command.do.question),
                session=SessionId("s"),
                talk=TalkId(command.do.talk),
                text=command.do.text,
                state=QuestionState.APPROVED,
                asked_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
                revision=revision,
                moved=revision,
            )
        )
        self.done[command.id] = messages.Done(id=CommandId(command.id), revision=revision, tally=Tally(0))
        return [self.done[command.id], messages.Changes(revision=revision, tally=Tally(0), set=(self.rows[-1],))]

    async def _start(self) -> None:
        self._server = await serve(
            self._converse,
            "127.0.0.1",
            self.port,
            subprotocols=self.subprotocols,
            process_request=self._admit,
            compression=None,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def _stop(self, code: int) -> None:
        if self._server is not None:
            self._server.close(code=code)
            await self._server.wait_closed()
            self._server = None

    async def _close_all(self, code: int) -> None:
        assert self._server is not None
        await asyncio.gather(*(connection.close(code) for connection in self._server.connections))

    async def _say(self, frame: bytes) -> None:
        assert self._server is not None
        for connection in self._server.connections:
            await connection.send(frame, text=True)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.headers.append(request.headers)
        if self.status is not None:
            return connection.respond(http.HTTPStatus(self.status), "no\n")
        known = request.headers.get("Authorization") in (None, f"Bearer {TOKEN}")
        return None if known else connection.respond(http.HTTPStatus.UNAUTHORIZED, "no\n")

    async def _converse(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        me = ADA if "Authorization" in request.headers else None
        session = ServerSession(me=me)
        try:
            async for frame in connection:
                assert isinstance(frame, str)
                for event in session.receive(frame.encode(), datetime.now(UTC)):
                    await self._answer(connection, event, me)
        except BrokenRules as fault:
            await connection.close(fault.close_code)
        except ConnectionClosed:
            pass
        self.closes.append(connection.close_code)

    async def _answer(
        self, connection: ServerConnection, event: Joined | Submit | BeHere | Reacted | Send, me: Participant | None
    ) -> None:
        frames: list[bytes]
        match event:
            case Joined(since=since):
                self.hellos.append(messages.Hello(client=event.client, since=since, view=event.view))
                frames = self.greeting if self.greeting is not None else self._welcomed(since, me)
            case Submit(command=command):
                self.commands.append(command)
                frames = [messages.encode(message) for message in self.reply(command)]
            case BeHere(said=said):
                self.presences.append(said)
                frames = []
            case Reacted(said=reaction):
                self.reactions.append(reaction)
                frames = []
            case Send(message=message):
                frames = [messages.encode(message)]
        for each in frames:
            await connection.send(each, text=True)
        if isinstance(event, Joined) and self.close_code is not None:
            await connection.close(self.close_code)

    def _welcomed(self, since: messages.Since | None, me: Participant | None) -> list[bytes]:
        revision = Revision(len(self.rows))
        welcome = messages.Welcome(
            epoch=self.epoch,
            server_time=0,
            view="v",
            limits=LIMITS,
            program='"p"',
            me=messages.Me(participant=me.id, name=me.name) if me is not None else None,
        )
        if since is not None and since.epoch == self.epoch:
            new = tuple(row for row in self.rows if row.revision > since.revision)
            view: msgspec.Struct = messages.Changes(revision=revision, tally=Tally(0), set=new)
        else:
            view = messages.State(part=0, last=True, revision=revision, tally=Tally(0), set=tuple(self.rows))
        return [messages.encode(welcome), messages.encode(view)]
