"""uvicorn's HTTP with a bound on how long the head of a request may take to come, which it has not itself.

Without one whoever sends half a head keeps a connection for ever. This module must never know what is asked for.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0


class BoundedHttp(H11Protocol):
    """One connection that speaks HTTP."""

    head_s = HEAD_S
    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head is to come from now on."""
        super().connection_made(transport)
        self._look_at_head()

    def data_received(self, data: bytes) -> None:
        """Something of a request came; what follows an answer may take its time until it begins."""
        super().data_received(data)
        self._look_at_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is to come any more."""
        super().connection_lost(exc)
        self._wait_no_more()

    def _look_at_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()
        elif self._due is None:
            self._due = self.loop.call_later(self.head_s, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
