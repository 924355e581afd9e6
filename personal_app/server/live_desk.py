"""What all live connections share: who may come in, where commands go, who is told what, and one timer for everybody.

This module must never read or write a socket (`live`).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

import msgspec
from websockets.typing import Origin

from personal_app.conference import messages
from personal_app.conference.clock import Clock
from personal_app.conference.ids import ParticipantId
from personal_app.conference.people import Participant
from personal_app.server.complaints import Complaints
from personal_app.server.hub import Hub
from personal_app.server.limits import COMMANDS, Buckets, most_connections
from personal_app.server.mailbox import Mailbox

#: So many are looked after at once; then whatever else the loop has to do comes in between.
_AT_ONCE = 100

_log = logging.getLogger(__name__)

Answer = messages.Done | messages.Refused


class LookedAfter(Protocol):
    """A connection as the timer sees it."""

    def look_after(self, now: float) -> float:
        """Do what is due at `now`, in seconds of the loop's clock; return when to look again."""

    def revoked(self, tokens: Collection[bytes]) -> None:
        """End where one of these tokens (hashes) opened it."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how far a peer is borne with: seconds, and bytes that wait in our own buffer for it."""

    hello_s: float = 10.0
    ping_s: float = 10.0
    pong_s: float = 10.0
    slow_s: float = 20.0
    close_s: float = 2.0
    buffer_bytes: int = 256 * 1024


class LiveDesk:
    """One for a server; connections find it in the application's state."""

    def __init__(
        self,
        *,
        hub: Hub,
        authenticate: Callable[[str], Participant | None],
        authenticate_anew: Callable[[str], "Future[Participant | None]"],
        good_until: Callable[[bytes], datetime | None],
        catch_up: Callable[[], "Future[None]"],
        participant: Callable[[ParticipantId], Participant | None],
        submit: Callable[[ParticipantId, messages.Command, Callable[[Answer], object]], None],
        clock: Clock,
        mailbox: Mailbox,
        origins: Sequence[str] = (),
        patience: Patience | None = None,
    ) -> None:
        self.hub = hub
        self.mailbox = mailbox
        self.authenticate = authenticate
        self.authenticate_anew = authenticate_anew
        self.good_until = good_until
        self.catch_up = catch_up
        self.participant = participant
        self.submit = submit
        self.clock = clock
        self.origins: list[Origin | None] = [None, *(Origin(origin) for origin in origins)]
        self.patience = patience or Patience()
        self.commands = Buckets(COMMANDS)
        self.complaints = Complaints(time.monotonic)
        self.most_connections = most_connections()
        #: Every connection, and when to look at it next: with ten thousand, looking at each every second would show.
        self.open: dict[LookedAfter, float] = {}

    def watch(self, connection: LookedAfter) -> None:
        """Look after a connection from now on, and soon."""
        self.open[connection] = 0.0

    def forget(self, connection: LookedAfter) -> None:
        """Look after a connection no more."""
        self.open.pop(connection, None)

    def revoked(self, tokens: Collection[bytes]) -> None:
        """Let every connection go that was opened with one of these tokens (hashes)."""
        for connection in tuple(self.open):
            connection.revoked(tokens)

    async def keep_watch(self) -> None:
        """Look after every connection, until cancelled: pings, deadlines."""
        pause = min(1.0, self.patience.ping_s / 4, self.patience.slow_s / 4)
        while True:
            await asyncio.sleep(pause)
            now = asyncio.get_running_loop().time()
            for index, connection in enumerate([each for each, due in self.open.items() if due <= now]):
                if index % _AT_ONCE == _AT_ONCE - 1:
                    await asyncio.sleep(0)
                try:
                    if connection in self.open:
                        due = connection.look_after(now)
                    if connection in self.open:
                        self.open[connection] = due
                except Exception:
                    _log.exception("looking after a live connection met a bug of ours")
