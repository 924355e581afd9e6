"""The whole server within one event loop of a test, with patience as short as the test wants, and raw peers for it."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import QuestionId, random_id
from personal_app.conference.people import Grant
from personal_app.server import serving
from personal_app.server.app import make_app
from personal_app.server.data_folder import DataFolder
from personal_app.server.identity import Joined
from personal_app.server.live_desk import LiveDesk, Patience
from personal_app.server.venue import Venue
from tests import factories

#: Far more than anything takes; a test that meets it has found something that hangs.
WAIT_S = 15.0


class OpenServer:
    """A server that is open within the running loop."""

    def __init__(self, venue: Venue, server: serving.Server, port: int) -> None:
        self.venue = venue
        self.server = server
        self.port = port
        self.peers: list[RawPeer] = []

    @property
    def desk(self) -> LiveDesk:
        """What the live connections share."""
        desk = self.server.lifespan.state["live"]
        assert isinstance(desk, LiveDesk)
        return desk

    async def join(self, name: str, *grants: Grant) -> Joined:
        """Return what a new participant with these grants is given."""
        joined = await asyncio.wrap_future(self.venue.identity.join(name, None))
        for grant in grants:
            code = await asyncio.wrap_future(self.venue.identity.invite(grant))
            await asyncio.wrap_future(self.venue.identity.redeem(joined.participant, code))
        return joined

    async def ask(self, asker: Joined, text: str) -> QuestionId:
        """Ask a question that is shown at once, past the bounds of a connection."""
        question = QuestionId(random_id())
        command = messages.Command(id=random_id(), do=do.Ask(question=question, talk=factories.PAPER_3, text=text))
        answer = await asyncio.wrap_future(self.venue.ledger.submit(asker.participant, command))
        assert isinstance(answer, messages.Done)
        return question

    async def ask_many(self, asker: Joined, count: int) -> set[QuestionId]:
        """Ask many questions of 1 KB each, as quickly as they are taken."""
        async with asyncio.timeout(WAIT_S):
            texts = (f"{number} " + "word " * 190 for number in range(count))
            return set(await asyncio.gather(*(self.ask(asker, text) for text in texts)))

    async def connect(self, token: str = "", **options: Any) -> "RawPeer":
        """Return a peer that shook hands, well or badly."""
        self.peers.append(await RawPeer.connect(self.port, token, **options))
        return self.peers[-1]

    async def dial(self, token: str = "", **options: Any) -> "RawPeer":
        """Return a peer whose handshake went well."""
        peer = await self.connect(token, **options)
        assert peer.response is not None
        assert peer.response.status_code == 101, peer.response
        return peer


@contextlib.asynccontextmanager
async def open_server(
    folder: Path, patience: Patience | None = None, origins: tuple[str, ...] = (), tls: ssl.SSLContext | None = None
) -> AsyncIterator[OpenServer]:
    """Open a server on `folder` for the small conference, and stop it in good order."""
    data = DataFolder(folder)
    data.make()
    assert data.claim()
    venue = Venue(data, factories.conference(), {}, lambda: datetime.now(UTC))
    listening = serving.listening_socket("127.0.0.1", 0)
    opened = asyncio.Event()
    server = serving.Server(serving.configuration(make_app(venue, origins, patience), tls), opened.set)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    await asyncio.wait({running, asyncio.create_task(opened.wait())}, return_when=asyncio.FIRST_COMPLETED)
    opened_server = OpenServer(venue, server, listening.getsockname()[1])
    try:
        yield opened_server
    finally:
        for peer in opened_server.peers:
            peer.close()
        server.should_exit = True
        async with asyncio.timeout(WAIT_S):
            await running


class RawPeer:
    """A client that reads only when it is told to, and may break every rule."""

    def __init__(self, stream: socket.socket, wire: ClientProtocol) -> None:
        self.stream = stream
        self.wire = wire
        self.response: Response | None = None
        self.frames: list[Frame] = []
        self.ended = False

    @classmethod
    async def connect(
        cls,
        port: int,
        token: str = "",
        *,
        path: str = "/live",
        subprotocols: tuple[str, ...] = (messages.SUBPROTOCOL,),
        receive_buffer: int | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> "RawPeer":
        """Shake hands, well or badly; `response` holds the answer."""
        stream = socket.socket()
        stream.setblocking(False)
        if receive_buffer is not None:
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await asyncio.get_running_loop().sock_connect(stream, ("127.0.0.1", port))
        wire = ClientProtocol(
            parse_uri(f"ws://127.0.0.1:{port}{path}"),
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
            max_size=None,
        )
        request = wire.connect()
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        for name, value in headers:
            request.headers[name] = value
        wire.send_request(request)
        peer = cls(stream, wire)
        await peer.flush()
        await peer.until(lambda: peer.response is not None or peer.ended)
        return peer

    async def flush(self) -> None:
        """Send what the protocol has to say."""
        for piece in self.wire.data_to_send():
            with contextlib.suppress(OSError):
                if piece:
                    await asyncio.get_running_loop().sock_sendall(self.stream, piece)
                else:
                    self.stream.shutdown(socket.SHUT_WR)

    async def read_once(self) -> None:
        """Take in what has come."""
        try:
            data = await asyncio.get_running_loop().sock_recv(self.stream, 65536)
        except OSError:
            data = b""
        if data:
            self.wire.receive_data(data)
        else:
            self.ended = True
            self.wire.receive_eof()
        for event in self.wire.events_received():
            if isinstance(event, Response):
                self.response = event
            elif isinstance(event, Frame):
                self.frames.append(event)
        await self.flush()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read until `condition` holds."""
        async with asyncio.timeout(WAIT_S):
            while not condition():
                assert not self.ended, f"the connection ended: {self.wire.close_rcvd}"
                await self.read_once()

    async def until_closed(self) -> int | None:
        """Read until the connection ends; return the close code, None where it was cut without one."""
        async with asyncio.timeout(WAIT_S):
            while not self.ended:
                await self.read_once()
        self.stream.close()
        return self.wire.close_rcvd.code if self.wire.close_rcvd is not None else None

    async def send(self, message: messages.ClientMessage | bytes) -> None:
        """Send one text frame."""
        self.wire.send_text(message if isinstance(message, bytes) else messages.encode(message))
        await self.flush()

    async def hello(self) -> None:
        """Say hello as a client with nothing, and read until the whole state has come."""
        await self.send(messages.Hello(client="raw/1"))
        await self.until(lambda: any(isinstance(m, messages.State) and m.last for m in self.messages()))

    def messages(self) -> list[messages.ServerMessage]:
        """Return what the server has said so far."""
        said = [messages.decode_server(bytes(f.data)) for f in self.frames if f.opcode is Opcode.TEXT]
        return [message for message in said if message is not None]

    def close(self) -> None:
        """Vanish."""
        self.stream.close()


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """Run one test's scenario on a loop of its own."""
    asyncio.run(scenario)


async def eventually(condition: Callable[[], bool]) -> None:
    """Let the loop run until `condition` holds."""
    async with asyncio.timeout(WAIT_S):
        while not condition():
            await asyncio.sleep(0.01)
