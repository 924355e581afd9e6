"""TLS by the server's own certificate: the same conversation, by the client's own rooms, or a sentence why not."""

import asyncio
import select
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import random_id
from personal_app.net import http_api
from personal_app.net.address import Address
from personal_app.net.live_link import LinkPhase
from personal_app.net.trust import system_trust
from personal_app.server import serving
from personal_app.server.certificate import tls_context
from personal_app.server.live import LiveConnection
from tests.authority import Authority, Certified
from tests.net.link import Link
from tests.net.raw_server import RawServer, Request
from tests.server.live_server import eventually, open_server, run
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess, run_cli

HERE = "IP:127.0.0.1,DNS:localhost"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certified(authority: Authority) -> Certified:
    return authority.certify(HERE)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this computer trust the authority, as far as this test goes."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    system_trust.cache_clear()
    yield
    system_trust.cache_clear()


@pytest.fixture
def tls_server(small_folder: Path, tmp_path: Path, certified: Certified) -> Iterator[ServerProcess]:
    server = ServerProcess(small_folder, tmp_path / "data", *certified.options).start()
    yield server
    server.close()


@pytest.mark.usefixtures("trusted")
def test_the_whole_way_over_tls(tls_server: ServerProcess, call: Callable[..., Caller]) -> None:
    assert tls_server.base_url == f"https://127.0.0.1:{tls_server.port}"
    invited = run_cli("invite", "--data", str(tls_server.data), "--chair", "research")
    assert f"{tls_server.base_url}/join#" in invited.stdout
    ada = tls_server.join("Ada")
    assert http_api.fetch_program(tls_server.address, "") is not None
    link = Link(tls_server.address, ada.token)
    try:
        link.wait_for(LinkPhase.LIVE)
        wish = messages.Command(id=random_id(), do=do.Ask(question=random_id(), talk="paper-2", text="Over TLS?"))
        link.send(wish)
        link.wait(lambda: link.answers)
        public = call(tls_server)
        assert [row.text for row in public.board.shared.values()] == ["Over TLS?"]
        tls_server.stop()
        assert public.until_closed() == 1012
        link.wait_for(LinkPhase.WAITING)
        assert "The server restarts" in link.details[0]
        tls_server.restart()
        link.live.retry_now()
        link.wait_for(LinkPhase.LIVE)
    finally:
        link.end()
    _speak_plainly(tls_server.port)
    assert tls_server.stop() == 0
    assert tls_server.log.read_text() == ""


def _speak_plainly(port: int) -> None:
    """Come to the door without TLS, with less than it, and with nothing at all."""
    with pytest.raises(EnvironmentTrouble, match="does not answer"):
        http_api.join(Address(f"http://127.0.0.1:{port}"), "Ada", "")
    for words in (b"\x16\x03\x01", b"\x00" * 500, b""):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
            peer.sendall(words)


def test_a_certificate_that_is_not_trusted_stops_all(tls_server: ServerProcess) -> None:
    with pytest.raises(
        EnvironmentTrouble, match=r"is not trusted on this computer \(.*certificate.*\), so nothing was"
    ):
        http_api.join(tls_server.address, "Ada", "")
    link = Link(tls_server.address, None)
    try:
        assert "is not trusted on this computer" in link.wait_for(LinkPhase.WAITING).detail
    finally:
        link.end()


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_is_not_trusted(authority: Authority, small_folder: Path, tmp_path: Path) -> None:
    elsewhere = authority.certify("DNS:elsewhere.example")
    server = ServerProcess(small_folder, tmp_path / "data", *elsewhere.options).start()
    try:
        with pytest.raises(EnvironmentTrouble, match=r"is not trusted.*IP address mismatch"):
            http_api.join(server.address, "Ada", "")
    finally:
        server.close()


def test_a_certificate_that_cannot_be_used_is_told_before_anything_is_made(small_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    given = ["--conference", str(small_folder), "--data", str(data), "--port", "0", "--tls-key", "no.pem"]
    for more, word in (([], "--tls-certificate as well"), (["--tls-certificate", "nothing.pem"], "cannot be read")):
        told = run_cli("serve", *given, *more)
        assert (told.returncode, told.stdout) == (2, "")
        assert word in told.stderr
        assert "Traceback" not in told.stderr
    assert not data.exists()


def test_a_peer_that_never_shakes_hands_is_let_go(
    certified: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "TLS_HANDSHAKE_S", 0.2)
    tls = tls_context(certified.certificate, certified.key)

    async def scenario() -> None:
        async with open_server(tmp_path, tls=tls) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            assert await asyncio.wait_for(reader.read(), 20) == b""
            writer.close()

    run(scenario())


@pytest.mark.usefixtures("trusted")
def test_who_shakes_hands_is_counted_and_makes_room_when_gone(tmp_path: Path, certified: Certified) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, tls=tls_context(certified.certificate, certified.key)) as server:
            server.desk.most_connections = 2
            silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(2)]
            await eventually(lambda: len(server.server.server_state.connections) == 2)
            with pytest.raises(ConnectionError):
                await _TlsPeer.connect(server.port)
            for _, writer in silent:
                writer.write(b"GET / HTTP/1.1\r\n\r\n")
                writer.close()
            await eventually(lambda: not server.server.server_state.connections)
            peer = await _TlsPeer.connect(server.port)
            await peer.until(lambda: any(isinstance(said, messages.State) for said in peer.said))

    run(scenario())


class _TlsPeer:
    """A peer over TLS that reads only when it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: ClientProtocol) -> None:
        self._reader = reader
        self._writer = writer
        self._wire = wire
        self.said: list[messages.ServerMessage] = []

    @classmethod
    async def connect(cls, port: int) -> "_TlsPeer":
        """Shake hands twice and say hello."""
        stream = socket.socket()
        stream.setblocking(False)
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await asyncio.get_running_loop().sock_connect(stream, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(
            sock=stream, ssl=system_trust(), server_hostname="127.0.0.1", limit=2048
        )
        wire = ClientProtocol(
            parse_uri(f"wss://127.0.0.1:{port}/live"), subprotocols=[Subprotocol(messages.SUBPROTOCOL)], max_size=None
        )
        wire.send_request(wire.connect())
        peer = cls(reader, writer, wire)
        peer._flush()
        await peer.until(lambda: wire.handshake_exc is None and wire.state.name == "OPEN")
        await peer.send(messages.encode(messages.Hello(client="raw/1")))
        return peer

    async def send(self, text: bytes) -> None:
        """Send one text frame."""
        self._wire.send_text(text)
        self._flush()
        await self._writer.drain()

    async def until(self, condition: Callable[[], object]) -> None:
        """Read until `condition` holds."""
        async with asyncio.timeout(15):
            while not condition():
                assert await self._read_once(), f"the connection ended: {self._wire.close_rcvd}"

    async def until_closed(self) -> int | None:
        """Read until the connection ends; return the close code."""
        async with asyncio.timeout(15):
            while await self._read_once():
                pass
        self._writer.close()
        return self._wire.close_rcvd.code if self._wire.close_rcvd is not None else None

    async def _read_once(self) -> bool:
        data = await self._reader.read(65536)
        if data:
            self._wire.receive_data(data)
        for event in self._wire.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                message = messages.decode_server(bytes(event.data))
                if message is not None:
                    self.said.append(message)
        self._flush()
        return bool(data)

    def _flush(self) -> None:
        for piece in self._wire.data_to_send():
            if piece:
                self._writer.write(piece)


@pytest.mark.usefixtures("trusted")
def test_one_who_reads_late_over_tls_has_missed_nothing(tmp_path: Path, certified: Certified) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, tls=tls_context(certified.certificate, certified.key)) as server:
            ada = await server.join("Ada")
            late = await _TlsPeer.connect(server.port)
            await late.until(lambda: any(isinstance(m, messages.State) and m.last for m in late.said))
            (theirs,) = [c for c in server.desk.open if isinstance(c, LiveConnection)]
            waits = not theirs.writable
            assert not waits, "nothing waits, so nobody is taken for slow"
            asked: set[str] = set()
            most = 0
            for _ in range(12):
                asked |= await server.ask_many(ada, 50)
                most = max(most, theirs.waiting_bytes)
            assert not theirs.writable, "else this test looks at nothing"
            assert 0 < most < server.desk.patience.buffer_bytes
            seen: set[str] = set()

            def all_there() -> bool:
                told = (m.set for m in late.said if isinstance(m, messages.Changes | messages.State))
                seen.update(row.id for rows in told for row in rows if hasattr(row, "id"))
                return seen >= asked

            await late.until(all_there)
            await eventually(lambda: bool(theirs.writable))
            await late.send(b"no JSON")
            assert await late.until_closed() == messages.CLOSE_RULES
            await eventually(lambda: not server.desk.open)

    run(scenario())


NAME = "conference.example"


@pytest.fixture
def through_a_proxy(
    small_folder: Path, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Address, RawServer]]:
    """A server of a name that only the system's proxy knows the way to."""
    server = ServerProcess(small_folder, tmp_path / "data", *authority.certify(f"DNS:{NAME}").options).start()

    def relay(_: Request, peer: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as onward:
            peer.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            _pass_on(peer, onward)

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RawServer(relay) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address.base_url)
        yield Address(f"https://{NAME}:8443"), proxy
    server.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one of them goes."""
    while True:
        for ready in select.select([one, other], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            (other if ready is one else one).sendall(data)


@pytest.mark.usefixtures("trusted")
def test_the_systems_proxy_and_trust_hold_together(through_a_proxy: tuple[Address, RawServer]) -> None:
    address, proxy = through_a_proxy
    ada = http_api.join(address, "Ada", "")
    link = Link(address, ada.token)
    try:
        link.wait_for(LinkPhase.LIVE)
    finally:
        link.end()
    asked = [(request.method, request.path) for request in proxy.requests]
    assert asked == [("CONNECT", f"{NAME}:8443")] * len(asked)
    assert len(asked) >= 2
    assert all("authorization" not in request.headers for request in proxy.requests)


def test_a_proxy_does_not_make_a_certificate_trusted(through_a_proxy: tuple[Address, RawServer]) -> None:
    address, _ = through_a_proxy
    with pytest.raises(EnvironmentTrouble, match="is not trusted on this computer"):
        http_api.join(address, "Ada", "")
    link = Link(address, None)
    try:
        assert "is not trusted on this computer" in link.wait_for(LinkPhase.WAITING).detail
    finally:
        link.end()
