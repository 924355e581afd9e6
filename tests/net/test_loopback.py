"""The endpoint that players read from: what it gives, to whom, and how it ends."""

import contextlib
import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import BLOCK_BYTES, FileFacts
from personal_app.net.loopback import MOST_CONNECTIONS, Endpoint, Offer
from personal_app.net.partial_file import PartialFile
from tests.net.until import until

BODY = Random(4).randbytes(2 * BLOCK_BYTES + 99)
LAST = len(BODY) - 1


def sha(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


@pytest.fixture
def part(tmp_path: Path) -> Iterator[PartialFile]:
    blocks = [sha(BODY[at : at + BLOCK_BYTES]) for at in range(0, len(BODY), BLOCK_BYTES)]
    facts = FileFacts(sha256=sha(BODY), size_bytes=len(BODY), media_type="video/mp4")
    part = PartialFile(tmp_path / "talk.mp4", facts, blocks)
    yield part
    part.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    assert endpoint.close(5)
    assert not [thread for thread in threading.enumerate() if thread.name == "loopback"]


@pytest.fixture
def offer(endpoint: Endpoint, part: PartialFile) -> Offer:
    return endpoint.offer(part)


def asks(offer: Offer, *lines: str, path: str = "", host: str = "", method: str = "GET") -> socket.socket:
    peer = socket.create_connection(("127.0.0.1", offer.port), timeout=10)
    host = host or f"127.0.0.1:{offer.port}"
    text = "\r\n".join((f"{method} {path or '/' + offer.token} HTTP/1.1", f"Host: {host}", *lines))
    peer.sendall(f"{text}\r\n\r\n".encode())
    return peer


def answer(peer: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and the whole body."""
    data = b""
    with peer:
        while more := peer.recv(1 << 16):
            data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split(" ")[1]), dict(line.lower().split(": ", 1) for line in lines), body


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("", 0, LAST),
        ("bytes=0-", 0, LAST),
        ("bytes=5-9", 5, 9),
        (f"bytes={BLOCK_BYTES - 3}-{BLOCK_BYTES + 3}", BLOCK_BYTES - 3, BLOCK_BYTES + 3),
        (f"bytes={LAST}-{LAST + 50}", LAST, LAST),
    ],
)
def test_exactly_what_was_asked_for(part: PartialFile, offer: Offer, asked: str, first: int, last: int) -> None:
    part.take(0, BODY)
    status, headers, body = answer(asks(offer, *([f"Range: {asked}"] if asked else [])))
    assert body == BODY[first : last + 1]
    assert headers["content-length"] == str(len(body))
    assert (status, headers.get("content-range")) == (
        (206, f"bytes {first}-{last}/{len(BODY)}") if asked else (200, None)
    )
    assert (headers["content-type"], headers["connection"]) == ("video/mp4", "close")


def test_a_head_has_no_body(part: PartialFile, offer: Offer) -> None:
    part.take(0, BODY)
    status, headers, body = answer(asks(offer, method="HEAD"))
    assert (status, headers["content-length"], body) == (200, str(len(BODY)), b"")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"path": "/"}, 404),
        ({"path": "/../etc/passwd"}, 404),
        ({"host": "conference.example"}, 400),
        ({"host": "localhost"}, 400),
        ({"method": "POST"}, 405),
        ({"method": "GET x"}, 400),
    ],
)
def test_nobody_else_gets_anything(part: PartialFile, offer: Offer, changes: dict[str, str], status: int) -> None:
    part.take(0, BODY)
    got, _, body = answer(asks(offer, **changes))
    assert (got, body) == (status, b"")


@pytest.mark.parametrize("asked", [f"bytes={len(BODY)}-", "bytes=9-5", "bytes=-5", "bytes=0-1,4-5", "items=0-", "x"])
def test_ranges_that_no_player_asks_for(part: PartialFile, offer: Offer, asked: str) -> None:
    part.take(0, BODY)
    status, headers, body = answer(asks(offer, f"Range: {asked}"))
    assert (status, headers["content-range"], body) == (416, f"bytes */{len(BODY)}", b"")


def test_what_is_not_checked_yet_is_waited_for(part: PartialFile, offer: Offer) -> None:
    part.take(0, BODY[:BLOCK_BYTES])
    peer = asks(offer, f"Range: bytes={BLOCK_BYTES - 10}-{BLOCK_BYTES + 9}")
    data = b""
    while not data.endswith(BODY[BLOCK_BYTES - 10 : BLOCK_BYTES]):
        data += peer.recv(1 << 16)
    until(lambda: part.pressing_block() == 1)
    # The half of a block is here and was not checked: nobody gets it.
    part.take(BLOCK_BYTES, BODY[BLOCK_BYTES : BLOCK_BYTES + 1000])
    peer.settimeout(0.3)
    with pytest.raises(TimeoutError):
        peer.recv(1)
    peer.settimeout(10)
    part.take(BLOCK_BYTES + 1000, BODY[BLOCK_BYTES + 1000 :])
    data = b""
    while len(data) < 10:
        data += peer.recv(100)
    assert data == BODY[BLOCK_BYTES : BLOCK_BYTES + 10]
    peer.close()


def test_one_that_goes_away_while_it_waits_is_let_go(part: PartialFile, offer: Offer) -> None:
    peer = asks(offer)
    until(lambda: part.is_read)
    peer.close()
    until(lambda: not part.is_read)


def test_withdrawing_cuts_off(part: PartialFile, endpoint: Endpoint, offer: Offer) -> None:
    peer = asks(offer)
    until(lambda: part.pressing_block() is not None)
    endpoint.withdraw(offer)
    _, _, body = answer(peer)
    assert body == b""
    assert answer(asks(offer))[0] == 404


def test_connections_are_bounded(part: PartialFile, offer: Offer) -> None:
    peers = [asks(offer) for _ in range(MOST_CONNECTIONS)]
    until(lambda: len(part._readers) == MOST_CONNECTIONS)
    one_more = socket.create_connection(("127.0.0.1", offer.port), timeout=10)
    assert one_more.recv(1) == b""
    one_more.close()
    for peer in peers:
        peer.close()


@pytest.mark.parametrize("text", [b"", b"GET", b"\0" * 9000, b"GET / HTTP/1.1\r\nHost: " + b"x" * 9000])
def test_garbage_is_let_go(offer: Offer, text: bytes) -> None:
    # What is too long is cut off before it is read.
    with socket.create_connection(("127.0.0.1", offer.port), timeout=10) as peer, contextlib.suppress(OSError):
        peer.sendall(text)
        peer.shutdown(socket.SHUT_WR)
        assert peer.recv(100)[:12] in (b"", b"HTTP/1.1 400")


def test_a_token_is_not_shown(offer: Offer) -> None:
    assert offer.token not in repr(offer)
    assert len(offer.token) >= 32
