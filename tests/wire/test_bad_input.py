"""What no client should send, to a real server process: each its close code or refusal, and one line of the log.

Somebody else is at the server all the while, and must not notice: every question they ask is acknowledged and shown, as
quickly as ever.
"""

import asyncio
import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any, get_args

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import random_id
from tests.server.live_server import RawPeer
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess
from tests.wire.text_fields import minimal

#: Far above what is usual (some milliseconds), far below what anybody would call noticing on a machine that is loaded.
UNNOTICED_S = 3.0
HELLO = messages.encode(messages.Hello(client="bad/1"))
ASK = do.Ask(question=random_id(), talk="paper-2", text="canary")
_MASK = b"\0\0\0\0"


def raw(first: int, payload: bytes, *, masked: bool = True, length: int | None = None) -> bytes:
    """Return one frame as RFC 6455, section 5.2, has it, right or wrong; the mask is zero."""
    size = len(payload) if length is None else length
    bit = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first, bit | size)
    elif size < 65536:
        head = struct.pack("!BBH", first, bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, bit | 127, size)
    return head + (_MASK if masked else b"") + payload


def text(payload: bytes) -> bytes:
    return raw(0x81, payload)


#: What is wrong, the bytes after the handshake, and the close code.
CLOSED: dict[str, tuple[bytes, int]] = {
    "a reserved bit": (raw(0xA1, HELLO), 1002),
    "a compression bomb, though nothing was agreed": (raw(0xC1, b"\x00" * 1000), 1002),
    "a reserved opcode": (raw(0x83, b""), 1002),
    "no mask": (raw(0x81, HELLO, masked=False), 1002),
    "a ping in fragments": (raw(0x09, b""), 1002),
    "a ping that is too long": (raw(0x89, b"x" * 126), 1002),
    "an end without a beginning": (raw(0x80, HELLO), 1002),
    "a beginning within another": (raw(0x01, b"{") + raw(0x01, b"{"), 1002),
    "a close code of one byte": (raw(0x88, b"\x03"), 1002),
    "a close code that must not be sent": (raw(0x88, struct.pack("!H", 1006)), 1002),
    "a close reason that is no UTF-8": (raw(0x88, struct.pack("!H", 1000) + b"\xff"), 1007),
    "a binary frame": (raw(0x82, HELLO), 1003),
    "a message that is too big": (text(b" " * (messages.MAX_CLIENT_FRAME_BYTES + 1)), 1009),
    "a message that is said to be huge": (raw(0x81, b"", length=2**62), 1009),
    "fragments that are too big together": (raw(0x01, b" " * 40_000) + raw(0x80, b" " * 40_000), 1009),
    "more fragments than anybody needs": (raw(0x01, b"{") + raw(0x00, b"") * 300, 1008),
    "nothing": (text(b""), 1008),
    "no JSON": (text(b"hello"), 1008),
    "JSON and more": (text(HELLO + b"{}"), 1008),
    "no object": (text(b'["hello"]'), 1008),
    "no type": (text(b'{"client":"x"}'), 1008),
    "an unknown type": (text(b'{"type":"unheard of\\nof"}'), 1008),
    "a hello without its client": (text(b'{"type":"hello"}'), 1008),
    "a hello of wrong types": (text(b'{"type":"hello","client":7}'), 1008),
    "a hello from the end of time": (text(HELLO[:-1] + b',"since":{"epoch":"e","revision":1e99,"tally":0}}'), 1008),
    "a presence of wrong types": (text(HELLO) + text(b'{"type":"presence","session":7}'), 1008),
    "no hello first": (text(messages.encode(messages.Command(id=random_id(), do=ASK))), 1008),
    "hello twice": (text(HELLO) * 2, 1008),
    "a key twice": (text(b'{"type":"hello","client":"a","client":"b"}'), 1008),
    "too deep": (text(b'{"type":"hello","client":"x","since":' + b"[" * 9 + b"]" * 9 + b"}"), 1008),
    "deep enough to break a parser": (text(b'{"type":"hello","since":' + b"[" * 30_000 + b"]" * 30_000 + b"}"), 1008),
    "NaN": (text(b'{"type":"clock","sent":NaN}'), 1008),
    "infinity": (text(b'{"type":"clock","sent":-Infinity}'), 1008),
    "a number of 5,000 digits": (text(b'{"type":"clock","sent":' + b"9" * 5000 + b"}"), 1008),
    "no UTF-8": (text(b'{"type":"hello","client":"\xc3\x28"}'), 1008),
    "a surrogate as bytes": (text(b'{"type":"hello","client":"\xed\xa0\x80"}'), 1008),
    "a lone surrogate": (text(b'{"type":"hello","client":"x","view":"\\ud800"}'), 1008),
    "UTF-16": (text(HELLO.decode().encode("utf-16")), 1008),
    "a flood of messages": (text(HELLO) + text(b'{"type":"clock","sent":1}') * 400, 1008),
    "a flood of pings": (text(HELLO) + raw(0x89, b"x" * 100) * 400, 1008),
}

_FIELD = b'{"type":"command","id":"%s","do":{"type":"ask","question":"%s","talk":"paper-2","text":"canary"%s}}'


def _ask(field: bytes) -> bytes:
    return _FIELD % (random_id().encode(), random_id().encode(), field)


def _command(wanted: object) -> bytes:
    return msgspec.json.encode({"type": "command", "id": random_id(), "do": wanted})


def _asked(words: str) -> bytes:
    return _command({"type": "ask", "question": random_id(), "talk": "paper-2", "text": words})


#: What is wrong in a command, and the code of its refusal; the conversation goes on.
REFUSED: dict[str, tuple[bytes, str]] = {
    "an unknown field": (_ask(b',"more":1'), "invalid"),
    "a wrong type": (_ask(b',"anonymous":"yes"'), "invalid"),
    "a number out of bounds": (_ask(b',"position_ms":-1'), "invalid"),
    "a command nobody knows": (_command({"type": "fly"}), "invalid"),
    "a command without a type": (_command({"question": random_id()}), "invalid"),
    "a command that is none": (_command("ask"), "invalid"),
    "an id that is too short": (b'{"type":"command","id":"x","do":{"type":"vote","question":"y"}}', "invalid"),
    "a text that is too long": (_asked("x" * 5000), "invalid"),
    "a text of nothing": (_asked(" \t\n"), "invalid"),
    "a NUL in a text": (_asked("a\0b"), "invalid"),
    "a control character in a text": (_asked("a\x1bb"), "invalid"),
    "a talk nobody knows": (_command({"type": "ask", "question": random_id(), "talk": "no", "text": "x"}), "unknown"),
    "a question nobody knows": (_command({"type": "vote", "question": random_id()}), "unknown"),
}


class Bystander:
    """Somebody who asks and waits until it is shown, again and again, and measures."""

    def __init__(self, caller: Caller) -> None:
        self.longest_s = 0.0
        self.asked = 0
        self._caller = caller
        self._ended = threading.Event()
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Stop, and fail where anything was noticed."""
        self._ended.set()
        self._thread.join(30)
        if self._fault is not None:
            raise self._fault
        assert self.asked > 0
        assert self.longest_s < UNNOTICED_S

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                began = monotonic()
                self._caller.ask("paper-2", f"Still here? {self.asked}")
                self.longest_s = max(self.longest_s, monotonic() - began)
                self.asked += 1
                sleep(0.1)
        except BaseException as fault:
            self._fault = fault


@pytest.fixture
def bystander(server: ServerProcess, call: Callable[..., Caller]) -> Iterator[Bystander]:
    """Somebody who is at the server all the while."""
    made = Bystander(call(server, server.join("Bystander").token))
    yield made
    made.end()


async def _close_code(port: int, data: bytes) -> int | None:
    peer = await RawPeer.connect(port)
    with contextlib.suppress(OSError):
        await asyncio.get_running_loop().sock_sendall(peer.stream, data)
    return await peer.until_closed()


def _lines(server: ServerProcess, count: int) -> list[str]:
    """Return the log's lines once there are so many."""
    deadline = monotonic() + 20
    while len(lines := server.log.read_text().splitlines()) < count:
        assert monotonic() < deadline, lines
        sleep(0.02)
    return lines


def _look_at(lines: list[str], codes: list[int]) -> None:
    assert len(lines) == len(codes), lines
    for line, code in zip(lines, codes, strict=True):
        assert f"a live connection was closed with {code}: " in line
        assert "WARNING personal_app.server.complaints" in line
        assert "canary" not in line
        assert "unheard" not in line


@pytest.mark.usefixtures("bystander")
def test_what_ends_a_conversation(server: ServerProcess) -> None:
    codes = {what: asyncio.run(_close_code(server.port, data)) for what, (data, _) in CLOSED.items()}
    assert codes == {what: code for what, (_, code) in CLOSED.items()}
    _look_at(_lines(server, len(CLOSED)), [code for _, code in CLOSED.values()])


@pytest.mark.usefixtures("bystander")
def test_what_a_command_is_refused_for(server: ServerProcess) -> None:
    async def scenario() -> dict[str, str]:
        peer = await RawPeer.connect(server.port, server.join("Mallory").token)
        await peer.hello()
        said: dict[str, str] = {}
        for what, (data, _) in REFUSED.items():
            await peer.send(data)
            await peer.until(lambda: sum(isinstance(m, messages.Refused) for m in peer.messages()) == len(said) + 1)
            refusal = [m for m in peer.messages() if isinstance(m, messages.Refused)][-1]
            assert refusal.final
            said[what] = refusal.code
        peer.close()
        return said

    assert asyncio.run(scenario()) == {what: code for what, (_, code) in REFUSED.items()}
    assert server.log.read_text() == "", "a client's mistake is told to the client"


def _spoilt(kind: type[Any]) -> Iterator[bytes]:
    """Give a command with a field too much, and with each of its fields of a type that nothing has."""
    right = msgspec.to_builtins(minimal(kind, random_id()))
    yield _command({**right, "more": 1})
    for field in kind.__struct_fields__:
        yield _command({**right, field: {"no": ["such"]}})


@pytest.mark.usefixtures("bystander")
def test_every_command_is_read_strictly(server: ServerProcess) -> None:
    spoilt = [frame for kind in get_args(do.Do) for frame in _spoilt(kind)]

    async def scenario() -> list[messages.Refused]:
        refusals: list[messages.Refused] = []
        # Each peer says no more than a peer may.
        for start in range(0, len(spoilt), 100):
            peer = await RawPeer.connect(server.port, server.join(f"Mallory {start}").token)
            await peer.hello()
            for frame in spoilt[start : start + 100]:
                await peer.send(frame)
            await peer.send(messages.AskClock(sent=1))
            await peer.until(lambda peer=peer: any(isinstance(m, messages.TellClock) for m in peer.messages()))  # type: ignore[misc]
            refusals += [m for m in peer.messages() if isinstance(m, messages.Refused)]
            peer.close()
        return refusals

    refusals = asyncio.run(scenario())
    assert [refusal.id for refusal in refusals] == [msgspec.json.decode(frame)["id"] for frame in spoilt]
    assert {(refusal.code, refusal.final) for refusal in refusals} == {("invalid", True)}
    assert server.log.read_text() == ""


@pytest.mark.usefixtures("bystander")
def test_a_flood_of_commands_is_asked_to_slow_down_and_nothing_is_lost(server: ServerProcess) -> None:
    async def scenario() -> None:
        peer = await RawPeer.connect(server.port, server.join("Mallory").token)
        await peer.hello()
        for _ in range(150):
            await peer.send(messages.Command(id=random_id(), do=do.Vote(question=random_id())))
        await peer.until(lambda: sum(isinstance(m, messages.Refused) for m in peer.messages()) == 150)
        refusals = [m for m in peer.messages() if isinstance(m, messages.Refused)]
        assert {refusal.code for refusal in refusals} == {"unknown", "slow_down"}
        assert all((refusal.retry_after_ms or 0) > 0 for refusal in refusals if refusal.code == "slow_down")
        peer.close()

    asyncio.run(scenario())
    assert server.log.read_text() == ""


def test_more_connections_than_files(small_folder: Path, tmp_path: Path, call: Callable[..., Caller]) -> None:
    few = ("sh", "-c", 'ulimit -n 200; exec "$@"', "sh")
    server = ServerProcess(small_folder, tmp_path / "data", within=few).start()
    try:
        ada = call(server, server.join("Ada").token)
        crowd = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(200)]
        with contextlib.ExitStack() as held:
            for peer in crowd:
                held.enter_context(peer)
            with pytest.raises(EnvironmentTrouble, match="full just now"):
                server.join("Bob")
            ada.ask("paper-2", "Still here?")
            told, _, _ = select.select(crowd, [], [], 5)
            assert 100 < len(told) < 180
            assert all(peer.recv(100).startswith(b"HTTP/1.1 503 ") for peer in told)
        deadline = monotonic() + 20
        while True:
            with contextlib.suppress(EnvironmentTrouble):
                server.join("Bob")
                break
            assert monotonic() < deadline
        log = server.log.read_text().splitlines()
        assert all("no more files" in line for line in log), log[:3]
        assert 0 < len(log) <= 150
    finally:
        server.close()


def test_crowds_of_bad_peers_at_once(server: ServerProcess, bystander: Bystander) -> None:
    """Many who flood, stop in the middle, or are gone without a word."""

    async def flood() -> int | None:
        return await _close_code(server.port, text(HELLO) + text(b'{"type":"clock","sent":1}') * 3000)

    async def half() -> RawPeer:
        peer = await RawPeer.connect(server.port)
        await asyncio.get_running_loop().sock_sendall(peer.stream, raw(0x81, b"half", length=60_000))
        return peer

    async def scenario() -> list[int | None]:
        waiting = [await half() for _ in range(60)]
        codes = [code for _ in range(6) for code in await asyncio.gather(*(flood() for _ in range(5)))]
        for peer in waiting:
            peer.close()
        return codes

    silent = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(60)]
    for index, peer in enumerate(silent):
        peer.sendall(b"GET /live HTTP/1.1\r\nHost: a\r\n"[: index % 20])
    assert set(asyncio.run(scenario())) == {1008}
    asked = bystander.asked
    deadline = monotonic() + 20
    while bystander.asked == asked:
        assert monotonic() < deadline
        sleep(0.05)
    for peer in silent:
        peer.close()
    _look_at(_lines(server, 30), [1008] * 30)
