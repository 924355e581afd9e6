"""Who comes in is handed over with every byte, whatever the pieces it comes in; who says nothing is let go."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from personal_app.server.bounded_http import BoundedHttp
from personal_app.server.live_desk import Patience
from tests.server.live_server import WAIT_S, open_server

_HEAD = (
    b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: personal.v1\r\n\r\n"
)


async def first_line(port: int, *pieces: bytes) -> bytes:
    """Return the first line of the answer to what is sent in pieces, each after the server had the one before."""
    async with asyncio.timeout(WAIT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        line = await reader.readline()
        writer.close()
        return line


@pytest.mark.parametrize("cut", [1, 20, 100, len(_HEAD) - 1, len(_HEAD)])
def test_a_live_connection_is_opened_whatever_the_pieces_its_head_comes_in(tmp_path: Path, cut: int) -> None:
    async def scenario() -> bytes:
        async with open_server(tmp_path) as server:
            return await first_line(server.port, _HEAD[:cut], _HEAD[cut:])

    assert asyncio.run(scenario()).startswith(b"HTTP/1.1 101 ")


def test_everything_else_is_served_as_ever(tmp_path: Path) -> None:
    async def scenario() -> list[bytes]:
        async with open_server(tmp_path) as server:
            return [
                await first_line(server.port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
                await first_line(server.port, b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n"),
                await first_line(server.port, b"\x16\x03\x01\r\n\r\n"),
            ]

    health, plain, nonsense = asyncio.run(scenario())
    assert health.startswith(b"HTTP/1.1 200 ")
    assert plain.startswith(b"HTTP/1.1 426 ")
    assert nonsense.startswith(b"HTTP/1.1 400 ")


def test_one_who_says_nothing_is_let_go(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, msgspec.structs.replace(Patience(), hello_s=0.2, ping_s=0.2)) as server:
            async with asyncio.timeout(WAIT_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                assert await reader.read() == b""
                writer.close()
                await writer.wait_closed()
            assert not server.desk.open

    asyncio.run(scenario())


def test_half_a_head_is_waited_for_no_longer_than_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttp, "head_s", 0.3)
    whole = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

    async def scenario() -> None:
        async with open_server(tmp_path) as server, asyncio.timeout(WAIT_S):
            for first in (b"", whole):
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(first + whole[:-10])
                while line := await reader.readline():
                    assert b"400" not in line
                writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            for _ in range(3):
                # One who asks again after longer than that is not let go, for no head has begun.
                writer.write(whole)
                assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200 ")
                await asyncio.sleep(0.4)
            writer.close()

    asyncio.run(scenario())
