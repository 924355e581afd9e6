"""The live connection, kept up: connects, resumes, sends the outbox in order, comes back after losses.

What the conversation means is decided in `conference.session_client`; here are the socket, the waiting and the words
for what went wrong. What must be durable before anybody sees it goes through `Ports.apply` and `Ports.settle`, which
`bootstrap` connects to the cache. This module must never import Qt or the store.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from personal_app.conference import messages
from personal_app.conference.clock import Clock, to_epoch_ms
from personal_app.conference.errors import BrokenRules, EnvironmentTrouble, RefusalCode
from personal_app.conference.session_client import (
    Answered,
    Applied,
    ClientSession,
    Event,
    Replaced,
    ResumePoint,
    Welcomed,
)
from personal_app.net.address import Address
from personal_app.net.backlog import Allowance, Backlog
from personal_app.net.trust import distrust, system_trust

_log = logging.getLogger(__name__)
# At DEBUG the library writes handshakes, and with them our token.
logging.getLogger("websockets.client").setLevel(logging.INFO)

MAX_FRAME_BYTES = 4 << 20
#: When to send again what was refused for now, where the server does not say.
RETRY_MS = 1000


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long everything may take, in seconds.

    `reconnect_s` are the waits before each try to come back, the last one stays: a person is watching, so the first are
    short. They begin anew after a connection that held for `settled_s`. After a restart everyone comes back at once,
    so it is spread over `spread_s`. A clock that was set, or a machine that slept, for more than `leap_s` makes what we
    know of the server's time worthless.
    """

    reconnect_s: tuple[float, ...] = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
    open_s: float = 8.0
    ping_s: float = 10.0
    pong_s: float = 10.0
    close_s: float = 2.0
    settled_s: float = 5.0
    spread_s: float = 1.0
    leap_s: float = 2.0
    tick_s: float = 0.1


class LinkPhase(StrEnum):
    """Where the link stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    WAITING = "waiting"
    REFUSED = "refused"


class Why(StrEnum):
    """Why there is no connection, where that is more than a line that broke."""

    RESTART = "restart"
    NOT_KNOWN = "not_known"
    OUTDATED = "outdated"


class LinkState(msgspec.Struct, frozen=True, kw_only=True):
    """Told at each change: the phase, when the next try comes, and a sentence and a reason where something is wrong."""

    phase: LinkPhase
    retry_at: datetime | None = None
    detail: str = ""
    why: Why | None = None


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """What the link needs of the rest. The futures are done when the cache holds what was handed over.

    `resume` gives the resume point and the commands that wait, in order. All are called on the network thread.
    """

    resume: Callable[[], "Future[tuple[ResumePoint, tuple[messages.Command, ...]]]"]
    apply: Callable[[Applied | Replaced], "Future[None]"]
    settle: Callable[[messages.Done | messages.Refused], "Future[None]"]
    tell: Callable[[Event | LinkState], None]


class LiveLink:
    """One conference's live connection. All methods are called on the network thread."""

    def __init__(
        self,
        address: Address,
        token: str | None,
        client: str,
        ports: Ports,
        clock: Clock,
        pace: Pace | None = None,
    ) -> None:
        self._address = address
        self._token = token
        self._client = client
        self._ports = ports
        self._clock = clock
        self._pace = pace or Pace()
        self._allowance = Allowance()
        self._wake = asyncio.Event()
        self._outgoing: asyncio.Queue[messages.Command | messages.TellPresence | messages.React] | None = None
        self._presence: messages.TellPresence | None = None
        #: Whether this connection was told where we are; until then nothing need be told apart from it.
        self._placed = False

    async def run(self) -> None:
        """Keep the connection until cancelled or refused for good."""
        failures = 0
        while True:
            self._tell(LinkState(phase=LinkPhase.CONNECTING))
            began = monotonic()
            try:
                await self._converse()
            except _RefusedForGood as refusal:
                self._tell(LinkState(phase=LinkPhase.REFUSED, detail=str(refusal), why=refusal.why))
                return
            except _Lost as fault:
                loss = fault
            except Exception:
                # A bug of ours must not cut the person off for good.
                _log.exception("the live connection met a fault of this program")
                loss = _Lost("The connection ended by a fault of this program.")
            if monotonic() - began > self._pace.settled_s:
                failures = 0
            await self._wait(loss.spread or self._delay(failures), loss)
            failures += 1

    def send(self, command: messages.Command) -> None:
        """Send a command that the outbox already holds; while there is no connection it goes with the next resume."""
        if self._outgoing is not None:
            self._outgoing.put_nowait(command)

    def be_here(self, presence: messages.TellPresence) -> None:
        """Say where we are: now, and once more on each new connection."""
        self._presence = presence if presence.session is not None else None
        if self._outgoing is not None and self._placed:
            self._outgoing.put_nowait(presence)

    def react(self, reaction: messages.React) -> None:
        """Send a reaction where there is a connection; without one it is worth nothing."""
        if self._outgoing is not None:
            self._outgoing.put_nowait(reaction)

    def retry_now(self) -> None:
        """End the wait for the next try."""
        self._wake.set()

    async def _wait(self, seconds: float, loss: "_Lost") -> None:
        retry_at = self._clock() + timedelta(seconds=seconds)
        self._tell(LinkState(phase=LinkPhase.WAITING, retry_at=retry_at, detail=str(loss), why=loss.why))
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def _delay(self, failures: int) -> float:
        waits = self._pace.reconnect_s
        return waits[min(failures, len(waits) - 1)] * random.uniform(0.8, 1.2)

    async def _converse(self) -> None:
        try:
            socket = await self._connected()
            try:
                if socket.subprotocol != messages.SUBPROTOCOL:
                    raise _Lost(f"{self._address.base_url} does not speak as a PeRSonAl server does.")
                await self._talk(socket)
            finally:
                # Its own context manager would tell the server of an internal error whenever we go away.
                try:
                    await socket.close()
                except asyncio.CancelledError:
                    # The loop ends before the server has said good-bye: nobody else would close it.
                    socket.transport.abort()
                    raise
        except InvalidStatus as answer:
            raise _from_status(answer.response.status_code) from None
        except ImportError:
            raise _Lost("The system's proxy is of the SOCKS kind, which the live connection cannot use.") from None
        except (OSError, TimeoutError, InvalidHandshake) as fault:
            if why := distrust(fault):
                raise _Lost(
                    f"The certificate of {self._address.base_url} is not trusted on this computer ({why})."
                ) from None
            raise _Lost(f"{self._address.base_url} does not answer ({_reason(fault)}).") from None
        except WebSocketException as fault:
            raise _Lost(f"The connection broke ({_reason(fault)}).") from None

    def _connected(self) -> "_Connect":
        return _Connect(
            self._address.live_url,
            additional_headers={"Authorization": f"Bearer {self._token}"} if self._token else {},
            subprotocols=[Subprotocol(messages.SUBPROTOCOL)],
            compression=None,
            open_timeout=self._pace.open_s,
            ping_interval=self._pace.ping_s,
            ping_timeout=self._pace.pong_s,
            close_timeout=self._pace.close_s,
            max_size=MAX_FRAME_BYTES,
            user_agent_header=self._client,
            proxy=None if self._address.is_here else True,
            ssl=system_trust() if self._address.is_encrypted else None,
        )

    async def _talk(self, socket: ClientConnection) -> None:
        # The queue stands before the outbox is read: a command written meanwhile is in one or both of them.
        outgoing: asyncio.Queue[messages.Command | messages.TellPresence | messages.React] = asyncio.Queue()
        self._outgoing, self._placed = outgoing, False
        resume, pending = await self._resumed()
        session = ClientSession(self._client, resume, ())
        backlog = Backlog(self._allowance, pending)
        welcomed = asyncio.Event()
        parts = {
            asyncio.create_task(self._receive(socket, session, backlog, welcomed)),
            asyncio.create_task(self._send_outgoing(socket, session, backlog, outgoing)),
            asyncio.create_task(self._send_commands(socket, session, backlog, welcomed)),
            asyncio.create_task(self._keep_time(socket, session)),
        }
        try:
            await self._send_all(socket, session.opened(self._now_ms()))
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        except ConnectionClosed as closed:
            raise self._from_close(closed) from None
        except BrokenRules as fault:
            _log.warning("the server broke the protocol: %s", fault)
            raise _Lost(f"The connection was ended: {fault}.") from None
        finally:
            self._outgoing = None
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _resumed(self) -> tuple[ResumePoint, tuple[messages.Command, ...]]:
        """Return what the cache holds; a cache that cannot be read must not keep a person from the conference."""
        try:
            return await asyncio.wrap_future(self._ports.resume())
        except EnvironmentTrouble as trouble:
            _log.warning("the cache could not say how far we got: %s", trouble)
            return ResumePoint(), ()

    async def _receive(
        self, socket: ClientConnection, session: ClientSession, backlog: Backlog, welcomed: asyncio.Event
    ) -> None:
        while True:
            for event in session.receive(await socket.recv(), self._now_ms()):
                await _whole(self._carry(session, backlog, event))
                if isinstance(event, Welcomed):
                    welcomed.set()
                    self._placed = True
                    await self._send_all(socket, () if self._presence is None else (self._presence,))

    async def _carry(self, session: ClientSession, backlog: Backlog, event: Event) -> None:
        if isinstance(event, Applied | Replaced):
            await self._durable(self._ports.apply(event))
        elif isinstance(event, Answered):
            await self._durable(self._ports.settle(event.answer))
        self._tell(event)
        if isinstance(event, Welcomed):
            self._tell(LinkState(phase=LinkPhase.LIVE))
        elif isinstance(event, Replaced):
            await self._send_doubted(backlog)
        elif isinstance(event, Answered):
            self._on_answer(session, backlog, event.answer)

    async def _send_doubted(self, backlog: Backlog) -> None:
        """Send what waits again: where the epoch is another, the cache has taken acknowledgements back."""
        _, pending = await self._resumed()
        for command in pending:
            backlog.add(command)

    def _on_answer(self, session: ClientSession, backlog: Backlog, answer: messages.Done | messages.Refused) -> None:
        """Send a command again that was refused for now, when the server said it may be; be done with any other."""
        command = session.refused_for_now(answer) if isinstance(answer, messages.Refused) else None
        if isinstance(answer, messages.Refused) and command is not None:
            delay_s = (answer.retry_after_ms or RETRY_MS) / 1000
            backlog.again(command, delay_s, spent=answer.code is RefusalCode.SLOW_DOWN)
        elif answer.id is not None:
            backlog.settled(answer.id)

    async def _durable(self, kept: "Future[None]") -> None:
        """Wait until the cache holds it; a cache that cannot write is told of and must not stop what people see."""
        try:
            await asyncio.wrap_future(kept)
        except EnvironmentTrouble as trouble:
            _log.warning("the cache could not keep what came: %s", trouble)

    async def _send_outgoing(
        self,
        socket: ClientConnection,
        session: ClientSession,
        backlog: Backlog,
        outgoing: asyncio.Queue[messages.Command | messages.TellPresence | messages.React],
    ) -> None:
        while True:
            item = await outgoing.get()
            if isinstance(item, messages.Command):
                backlog.add(item)
            elif session.welcome is not None:
                await self._send_all(socket, (item,))

    async def _send_commands(
        self, socket: ClientConnection, session: ClientSession, backlog: Backlog, welcomed: asyncio.Event
    ) -> None:
        await welcomed.wait()
        while True:
            await self._send_all(socket, session.submit(await backlog.next()))

    async def _keep_time(self, socket: ClientConnection, session: ClientSession) -> None:
        ahead_ms = self._now_ms() - monotonic() * 1000
        while True:
            await asyncio.sleep(self._pace.tick_s)
            if abs(self._now_ms() - monotonic() * 1000 - ahead_ms) > self._pace.leap_s * 1000:
                raise _Lost("This computer slept or its clock was set.")
            await self._send_all(socket, session.tick(self._now_ms()))

    async def _send_all(self, socket: ClientConnection, outgoing: Iterable[messages.ClientMessage]) -> None:
        for message in outgoing:
            await socket.send(messages.encode(message), text=True)

    def _from_close(self, closed: ConnectionClosed) -> Exception:
        code = closed.rcvd.code if closed.rcvd is not None else None
        if code == messages.CLOSE_NOT_ALLOWED:
            return _from_status(401)
        if code == messages.CLOSE_VERSION:
            return _from_status(426)
        if code == messages.CLOSE_RESTART:
            spread = random.uniform(0.1, 1.0) * self._pace.spread_s
            return _Lost("The server restarts and is back in a moment.", spread=spread, why=Why.RESTART)
        return _Lost("The connection was lost.")

    def _tell(self, event: Event | LinkState) -> None:
        self._ports.tell(event)

    def _now_ms(self) -> int:
        return to_epoch_ms(self._clock())


async def _whole(work: Coroutine[Any, Any, None]) -> None:
    """Carry out `work` to its end even if we are cancelled meanwhile, and be cancelled then.

    What the cache has taken in must be told: it does not come again, and who shows it would wait for it for good.
    """
    carried = asyncio.ensure_future(work)
    try:
        await asyncio.shield(carried)
    except asyncio.CancelledError:
        await carried
        raise


class _Connect(connect):
    """Follows no redirect: another host than the one a person named is not talked to."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _Lost(Exception):
    """The connection is gone and will be tried again, after `spread` seconds where everyone else comes back too."""

    def __init__(self, detail: str, *, spread: float = 0.0, why: Why | None = None) -> None:
        super().__init__(detail)
        self.spread = spread
        self.why = why


class _RefusedForGood(Exception):
    """The server will not have us as we are; trying again would not help."""

    def __init__(self, detail: str, why: Why) -> None:
        super().__init__(detail)
        self.why = why


def _from_status(status: int) -> Exception:
    if status == 401:
        return _RefusedForGood(
            "The server does not know this profile any more: join again, or use the recovery code. "
            "What you have written stays on this device.",
            Why.NOT_KNOWN,
        )
    if status == 426:
        return _RefusedForGood(
            "This version of the program is too old for the server: update it. "
            "What waits to be sent is kept, and goes out after the update.",
            Why.OUTDATED,
        )
    return _Lost(f"The server answered with status {status}; is it a PeRSonAl server?")


def _reason(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0][:120]
