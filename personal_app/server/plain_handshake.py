"""The opening of a live connection as our own clients ask for it, read and answered in a few steps.

Only what is plain in every respect is taken: the whole head in one piece, each header once, our version and nothing
else, no Origin, nothing that would need an opinion. Everything else gets None here and goes the long way through the
library (`handshake`), which knows all that RFC 6455 allows. When thousands come back at once this is half of what their
handshakes cost. This module must never decide who a token stands for.
"""

import re

import msgspec
from websockets.protocol import OPEN, SERVER, Protocol
from websockets.utils import accept_key

from personal_app.conference import messages
from personal_app.server.handshake import LIVE_PATH

_MOST_BYTES = 4096
_REQUEST_LINE = f"GET {LIVE_PATH} HTTP/1.1\r\n".encode()
_HEADERS = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e]*\r\n){1,40}\r\n")
_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")
_BEARER = re.compile(rb"[Bb]earer ([!-~]+)")
#: Headers with a say in the matter that our clients do not send.
_UNUSUAL = (b"origin", b"content-length", b"transfer-encoding", b"expect")


class PlainRequest(msgspec.Struct, frozen=True):
    """What is to be sent back where the caller may come in, and the token that was shown; "" for none."""

    answer: bytes
    token: str


def plainly_asked(data: bytes) -> PlainRequest | None:
    """Return what is asked for, or None where this is anything but a plain request for a live connection."""
    if len(data) > _MOST_BYTES or not data.startswith(_REQUEST_LINE):
        return None
    if _HEADERS.fullmatch(data, len(_REQUEST_LINE)) is None:
        return None
    lines = data[len(_REQUEST_LINE) : -4].split(b"\r\n")
    headers = {name.lower(): value.strip(b" \t") for name, _, value in (line.partition(b":") for line in lines)}
    if len(headers) < len(lines) or any(name in headers for name in _UNUSUAL):
        return None
    given = headers.get
    key, bearer = _KEY.fullmatch(given(b"sec-websocket-key", b"")), given(b"authorization")
    shown = None if bearer is None else _BEARER.fullmatch(bearer)
    plain = (
        given(b"upgrade", b"").lower() == b"websocket"
        and given(b"connection", b"").lower() == b"upgrade"
        and given(b"sec-websocket-version") == b"13"
        and given(b"sec-websocket-protocol") == messages.SUBPROTOCOL.encode()
        and given(b"host", b"") != b""
    )
    if not plain or key is None or (bearer is not None and shown is None):
        return None
    return PlainRequest(_answer(key[0].decode()), "" if shown is None else shown[1].decode())


def opened_wire() -> Protocol:
    """Return the library's protocol as it is once hands were shaken."""
    return Protocol(SERVER, state=OPEN, max_size=messages.MAX_CLIENT_FRAME_BYTES)


def _answer(key: str) -> bytes:
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\nSec-WebSocket-Protocol: {messages.SUBPROTOCOL}\r\n\r\n"
    ).encode()
