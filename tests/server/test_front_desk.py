"""HTTP within a test's own loop: the bounds on joining, and a ledger that does not take its turn."""

import asyncio
import json
import threading
from pathlib import Path

import pytest

from personal_app.server.limits import Rate
from tests.server.live_server import OpenServer, open_server, run


async def http(server: OpenServer, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str]]:
    """Return the status and the JSON of the answer to one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(content)


def test_too_many_who_join_from_one_address_are_asked_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personal_app.server.app.JOINS", Rate(0.001, 3))

    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            body = b'{"name": "Ada"}'
            answers = [await http(server, "POST", "/api/join", body) for _ in range(4)]
            assert [status for status, _ in answers] == [200, 200, 200, 429]
            assert answers[3][1]["code"] == "slow_down"

    run(scenario())


def test_a_ledger_that_hangs_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personal_app.server.app.HEALTHY_S", 0.1)
    released = threading.Event()

    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            assert (await http(server, "GET", "/healthz"))[0] == 200
            server.venue.ledger.run(lambda _: released.wait(20))
            status, problem = await http(server, "GET", "/healthz")
            released.set()
            assert (status, problem["code"]) == (503, "unavailable")

    run(scenario())


def test_the_live_address_without_an_upgrade_says_what_it_is(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            status, problem = await http(server, "GET", "/live")
            assert (status, problem["code"]) == (426, "upgrade")

    run(scenario())
