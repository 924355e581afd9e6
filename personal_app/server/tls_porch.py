"""A connection that is shaking hands for TLS: counted from the moment it is there, as every other is.

asyncio tells a protocol of its connection when hands were shaken; whoever takes long over that would be counted by
nobody, and hold a file all the same. Here the plain connection is taken first. This module must never know what is said
behind the handshake (`front_door`).
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, cast

from uvicorn.server import ServerState

from personal_app.server.live_desk import LiveDesk


class TlsPorch(asyncio.Protocol):
    """One plain connection. `door` makes the protocol behind the handshake, which may take `handshake_s`."""

    def __init__(
        self,
        tls: ssl.SSLContext,
        handshake_s: float,
        server_state: ServerState,
        app_state: dict[str, Any],
        door: Callable[[], asyncio.Protocol],
    ) -> None:
        self.transport: asyncio.Transport
        self._tls = tls
        self._handshake_s = handshake_s
        self._desk: LiveDesk = app_state["live"]
        self._peers = cast("set[Any]", server_state.connections)
        self._door = door
        self._shaking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it, and shake hands; where there are too many, nothing can be said that would be understood."""
        self.transport = cast(asyncio.Transport, transport)
        if len(self._peers) >= self._desk.most_connections:
            self._desk.complaints.cut("no more files may be open; raise the system's bound (ulimit -n)")
            self.transport.abort()
            return
        # What comes is for the handshake, which begins with the task.
        self.transport.pause_reading()
        self._peers.add(self)
        self._shaking = asyncio.get_running_loop().create_task(self._shake_hands())

    def shutdown(self) -> None:
        """The server stops."""
        self.transport.abort()

    async def _shake_hands(self) -> None:
        early = _Early()
        try:
            transport = await asyncio.get_running_loop().start_tls(
                self.transport, early, self._tls, server_side=True, ssl_handshake_timeout=self._handshake_s
            )
        except OSError:
            # Late, gone, or of no common language: nobody's fault here.
            return
        finally:
            self._peers.discard(self)
        if transport is None or early.lost:
            return
        door = self._door()
        transport.set_protocol(door)
        door.connection_made(transport)
        if early.data:
            door.data_received(bytes(early.data))
        if early.ended:
            door.eof_received()


class _Early(asyncio.Protocol):
    """Holds what comes with the last of the handshake, before the door is there."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.ended = self.lost = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def eof_received(self) -> bool:
        self.ended = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.lost = True
