"""The first look at a connection: a live one goes straight to `live`, everything else to uvicorn's own HTTP.

uvicorn would read a live connection's request, make an object of it, write it out again and hand it over; when
thousands come back at once that is most of what their return costs. Only the plain case is taken here: the whole head
in one piece, to the live path, that asks for a websocket. This module must never decide who may come in (`handshake`).
"""

import asyncio
from collections.abc import Collection
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from personal_app.server.bounded_http import BoundedHttp
from personal_app.server.handshake import LIVE_PATH
from personal_app.server.live import LiveConnection
from personal_app.server.live_desk import LiveDesk
from personal_app.server.plain_handshake import opened_wire, plainly_asked

_LIVE = f"GET {LIVE_PATH} HTTP/1.1\r\n".encode()
_END = b"\r\n\r\n"
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: application/json\r\n"
    b'Content-Length: 87\r\n\r\n{"code": "environment", "detail": "The server is full just now. Try again in a while."}'
)
_UPGRADE = b"\r\nupgrade: websocket\r\n"


class FrontDoor(asyncio.Protocol):
    """A connection that has said nothing yet. uvicorn makes it with these names, as its protocol for HTTP."""

    __slots__ = ("_app_state", "_config", "_desk", "_entered", "_loop", "_peers", "_server_state", "_transport")

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._server_state = server_state
        self._app_state = app_state
        self._desk: LiveDesk = app_state["live"]
        self._loop = _loop or asyncio.get_running_loop()
        self._peers = cast("set[Any]", server_state.connections)
        self._transport: asyncio.Transport
        self._entered = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is at the door."""
        self._transport = cast(asyncio.Transport, transport)
        if len(self._peers) >= self._desk.most_connections:
            self._desk.complaints.cut("no more files may be open; raise the system's bound (ulimit -n)")
            self._transport.write(_FULL)
            self._transport.close()
            return
        self._peers.add(self)
        self._desk.watch(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """They left without a word."""
        self._go()

    def data_received(self, data: bytes) -> None:
        """The first words: hand the transport over to whom they are for."""
        self._go()
        if not self._let_in(data):
            self._hand_over(data)

    def _let_in(self, data: bytes) -> bool:
        """Open a live connection where that is asked for plainly, by the public or with a token that is known here."""
        asked = plainly_asked(data)
        if asked is None:
            return False
        participant = self._desk.authenticate(asked.token) if asked.token else None
        if asked.token and participant is None:
            return False
        live = LiveConnection(self._config, self._server_state, self._app_state, self._loop, opened_wire())
        self._transport.set_protocol(live)
        live.connection_made(self._transport)
        live.shook_hands(asked.answer, participant, asked.token)
        return True

    def _hand_over(self, data: bytes) -> None:
        kind: type[LiveConnection | BoundedHttp] = LiveConnection if _is_live(data) else BoundedHttp
        protocol = kind(self._config, self._server_state, self._app_state, self._loop)
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(data)

    def shutdown(self) -> None:
        """The server stops."""
        self._transport.close()

    def look_after(self, now: float) -> float:
        """Let go of who stays silent; return when to look again."""
        due = self._entered + self._desk.patience.hello_s
        if now > due:
            self._transport.abort()
        return due

    def revoked(self, tokens: Collection[bytes]) -> None:
        """Nobody has shown a token yet."""

    def _go(self) -> None:
        self._peers.discard(self)
        self._desk.forget(self)


def _is_live(data: bytes) -> bool:
    return data.startswith(_LIVE) and data.endswith(_END) and _UPGRADE in data.lower()
