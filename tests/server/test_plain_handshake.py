"""What goes the short way into a live connection is what the library would let in too; all else goes the long way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from personal_app.conference import messages
from personal_app.server.plain_handshake import opened_wire, plainly_asked

PROTOCOLS = [Subprotocol(messages.SUBPROTOCOL)]


def asked_by_the_library(**headers: str) -> tuple[ClientProtocol, bytes]:
    """Return a client of the library, and the request that it sends."""
    client = ClientProtocol(parse_uri("ws://127.0.0.1:8020/live"), subprotocols=PROTOCOLS)
    request = client.connect()
    for name, value in headers.items():
        request.headers[name] = value
    client.send_request(request)
    return client, b"".join(client.data_to_send())


def test_a_client_of_the_library_is_let_in_and_takes_the_answer() -> None:
    client, head = asked_by_the_library()
    asked = plainly_asked(head)
    assert asked is not None
    assert asked.token == ""
    client.receive_data(asked.answer)
    assert client.state is State.OPEN
    assert client.handshake_exc is None
    assert client.subprotocol == messages.SUBPROTOCOL


def test_the_token_is_what_was_shown() -> None:
    _, head = asked_by_the_library(Authorization="Bearer a-Token_of.32~chars+/=")
    asked = plainly_asked(head)
    assert asked is not None
    assert asked.token == "a-Token_of.32~chars+/="


_, PLAIN = asked_by_the_library()
ODD = [
    PLAIN[:-1],
    PLAIN + b"\x81\x80abcd",
    PLAIN.replace(b"GET", b"POST"),
    PLAIN.replace(b"/live", b"/live?token=x"),
    PLAIN.replace(b"/live", b"/elsewhere"),
    PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
    PLAIN.replace(b"Version: 13", b"Version: 8"),
    PLAIN.replace(b"personal.v1", b"personal.v9"),
    PLAIN.replace(b"personal.v1", b"personal.v9, personal.v1"),
    PLAIN.replace(b"Upgrade: websocket", b"Upgrade: h2c"),
    PLAIN.replace(b"Connection: Upgrade", b"Connection: keep-alive"),
    PLAIN.replace(b"==\r\n", b"\r\n"),
    PLAIN.replace(b"Host: 127.0.0.1:8020\r\n", b""),
    PLAIN[:-2] + b"Origin: https://elsewhere.example\r\n\r\n",
    PLAIN[:-2] + b"Content-Length: 5\r\n\r\n",
    PLAIN[:-2] + b"Host: elsewhere.example\r\n\r\n",
    PLAIN[:-2] + b"X: a\r\n continued\r\n\r\n",
    PLAIN[:-2] + b"X : a\r\n\r\n",
    PLAIN[:-2] + b"X: \x00\r\n\r\n",
    PLAIN[:-2] + b"X: \xc3\xa9\r\n\r\n",
    PLAIN[:-2] + b"Authorization: Basic YTpi\r\n\r\n",
    PLAIN[:-2] + b"Authorization: Bearer \r\n\r\n",
    PLAIN[:-2] + b"Authorization: Bearer two words\r\n\r\n",
    PLAIN[:-2] + b"X: " + b"a" * 5000 + b"\r\n\r\n",
    PLAIN[:-2] + b"".join(b"X%d: a\r\n" % number for number in range(50)) + b"\r\n",
    PLAIN.replace(b"\r\n", b"\n"),
]


@pytest.mark.parametrize("head", ODD, ids=range(len(ODD)))
def test_whatever_is_odd_goes_the_long_way(head: bytes) -> None:
    assert plainly_asked(head) is None


@given(at=st.integers(0, len(PLAIN) - 1), byte=st.integers(0, 255))
def test_nobody_is_let_in_whom_the_library_would_not_let_in(at: int, byte: int) -> None:
    head = PLAIN[:at] + bytes((byte,)) + PLAIN[at + 1 :]
    if plainly_asked(head) is None:
        return
    server = ServerProtocol(origins=[None], subprotocols=PROTOCOLS)
    server.receive_data(head)
    (request,) = server.events_received()
    assert isinstance(request, Request)
    assert request.path == "/live"
    assert server.accept(request).status_code == 101


def test_the_wire_is_open_and_bounded() -> None:
    wire = opened_wire()
    assert wire.state is State.OPEN
    wire.receive_data(b"\x81\xff" + (messages.MAX_CLIENT_FRAME_BYTES + 1).to_bytes(8, "big") + b"abcd")
    (close,) = [piece for piece in wire.data_to_send() if piece]
    assert int.from_bytes(close[2:4], "big") == messages.CLOSE_TOO_BIG
