"""One live connection: our asyncio protocol around the Sans-I/O websocket, as uvicorn is given it.

uvicorn has read the request already and hands it over once more, after `connection_made`, as plain bytes; from then on
the transport is ours. What is said over it goes to `conversation`, and who is told what is in `hub`. A
peer that is silent, slow, too loud or against the rules is let go here, and nobody else notices. This module must never
touch the database.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Collection
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from http import HTTPStatus
from math import inf
from os import write as _write
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import Protocol, State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from personal_app.conference import messages
from personal_app.conference.errors import BrokenRules
from personal_app.conference.people import Participant
from personal_app.server.codes import token_hash
from personal_app.server.conversation import Conversation
from personal_app.server.framing import PING_FRAME, client_frame_bytes, whole_text
from personal_app.server.handshake import answer_handshake, not_now, token_of
from personal_app.server.hub import Seat
from personal_app.server.limits import MESSAGES, Bucket
from personal_app.server.live_desk import LiveDesk
from personal_app.server.seats import BY_HAND

#: The close codes of RFC 6455, section 7.4.1, that are not already in `messages`.
CLOSE_UNSUPPORTED, CLOSE_OUR_BUG = 1003, 1011
_MAX_FRAGMENTS = 256
_MAX_REASON_BYTES = 120
_OTHER_VERSION = f"this server speaks {messages.SUBPROTOCOL}: update the older of the two programs; nothing is lost"
_KERNEL_NOTICES = hasattr(socket, "TCP_USER_TIMEOUT")

_log = logging.getLogger(__name__)
#: The library logs headers at DEBUG, and with them tokens.
_wire_log = logging.getLogger("websockets.server")


class LiveConnection(asyncio.Protocol):
    """One peer. uvicorn makes it with these names and counts on `shutdown` and on its place in the connections."""

    __slots__ = (
        "_abort",
        "_bucket",
        "_conversation",
        "_desk",
        "_fragments",
        "_free",
        "_good_until",
        "_heard",
        "_loop",
        "_opened",
        "_paused_at",
        "_peers",
        "_pinged",
        "_token",
        "_unread",
        "_wire",
        "transport",
    )

    def __init__(
        self,
        config: uvicorn.Config,  # noqa: ARG002
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        wire: Protocol | None = None,
    ) -> None:
        self._desk: LiveDesk = app_state["live"]
        self._loop = _loop or asyncio.get_running_loop()
        self._peers = cast("set[Any]", server_state.connections)
        self._wire: Protocol = wire or ServerProtocol(
            origins=self._desk.origins,
            subprotocols=[Subprotocol(messages.SUBPROTOCOL)],
            max_size=messages.MAX_CLIENT_FRAME_BYTES,
            logger=_wire_log,
        )
        now = self._loop.time()
        self.transport: asyncio.Transport
        self._conversation: Conversation | None = None
        self._token = b""
        self._good_until: datetime | None = None
        self._bucket = Bucket(MESSAGES, now)
        self._fragments: list[bytes] = []
        #: How much the library may still hold of frames that have not come whole; the head of a request is in it too.
        self._unread = 0 if wire is not None else messages.MAX_CLIENT_FRAME_BYTES
        self._opened = self._heard = self._pinged = now
        self._paused_at: float | None = None
        self._abort: asyncio.TimerHandle | None = None
        #: The descriptor, while nothing waits in the transport and frames may be written around it; else BY_HAND.
        self._free = BY_HAND

    # -- asyncio and uvicorn ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the transport."""
        self.transport = cast(asyncio.Transport, transport)
        # Whoever has anything waiting is left out and brought up to date later, so no frame grows old in a buffer.
        # asyncio's TLS calls itself full where as much as the bound waits, so a bound of 0 is met by nothing at all.
        self.transport.set_write_buffer_limits(high=1 if self._over_tls else 0)
        self._peers.add(self)
        self._desk.watch(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The transport is gone, whoever ended it."""
        self._peers.discard(self)
        self._desk.forget(self)
        self._free = BY_HAND
        self._leave()
        # Each holds the other.
        self._conversation = None
        if self._abort is not None:
            self._abort.cancel()

    def shook_hands(self, answer: bytes, participant: Participant | None, token: str) -> None:
        """Begin with a peer whose request was read already: send the answer to it, and hear what they say."""
        self._begin(participant, token)
        self.write(answer)

    def eof_received(self) -> None:
        """The peer will send nothing more; asyncio closes the transport after this."""
        self._wire.receive_eof()
        self._free = BY_HAND
        self._leave()

    def pause_writing(self) -> None:
        """The kernel takes no more for now, and the rest waits in the transport."""
        self._free = BY_HAND
        self._paused_at = self._loop.time()
        self._desk.watch(self)
        if self._seat is not None:
            self._desk.hub.paused(self._seat)

    def resume_writing(self) -> None:
        """Nothing waits in the transport any more."""
        self._paused_at = None
        self._set_free()
        if self._seat is not None and self.writable:
            self._desk.hub.resumed(self._seat)

    def data_received(self, data: bytes) -> None:
        """Bytes came: first the request once more, then frames."""
        self._heard = self._loop.time()
        if not self._unread and not self._fragments and self._wire.state is State.OPEN:
            # What our own clients send. The library would find the same in it, and take as long as all the rest.
            payload = whole_text(data)
            if payload is not None:
                self._guarded(self._message, payload)
                return
        self._unread += len(data)
        was_open = self._wire.state is State.OPEN
        self._wire.receive_data(data)
        self._guarded(self._events)
        if was_open and self._wire.parser_exc is not None and self._wire.close_sent is not None:
            self._desk.complaints.closed(self._wire.close_sent.code, "its frames break RFC 6455 or a bound")
        self._flush()
        if self._wire.state is not State.OPEN:
            self._free = BY_HAND
            self._leave()

    def _guarded(self, hear: Callable[..., None], *what: bytes) -> None:
        """Hear what came, and let a peer go that broke the rules, or on whom we break."""
        try:
            hear(*what)
        except BrokenRules as fault:
            self.dismiss(fault.close_code, str(fault))
        except Exception:
            _log.exception("a live connection met a bug of ours and is closed")
            self.close(CLOSE_OUR_BUG, "the server met a bug of its own; come back and resume")

    def shutdown(self) -> None:
        """The server stops: say so, and wait for no one longer than the grace."""
        if self._wire.state is State.CONNECTING:
            self.transport.close()
        self.close(messages.CLOSE_RESTART, "the server restarts; come back")

    # -- the hub's listener ----------------------------------------------------------------------------------------

    @property
    def open(self) -> bool:
        """True while something can be said."""
        return self._wire.state is State.OPEN

    @property
    def writable(self) -> bool:
        """True while the transport has room and the conversation goes on."""
        return self._paused_at is None and self._wire.state is State.OPEN

    @property
    def waiting_bytes(self) -> int:
        """How much waits for the peer in our own memory."""
        return self.transport.get_write_buffer_size()

    @property
    def descriptor(self) -> int:
        """Where whole frames may be written directly, while nothing waits in the transport; else BY_HAND.

        The transport would do the same, and take a tenth of what a delivery to thousands costs to find out that it can.
        """
        return self._free

    def write_rest(self, frames: bytes, taken: int) -> None:
        """Hand to the transport what the descriptor did not take: it will meet the same, and knows what to do."""
        self.transport.write(frames[taken:])

    def write(self, frames: bytes) -> None:
        """Hand whole frames to the kernel or the transport, or let a peer go for whom too much waits already."""
        free = self._free
        if free != BY_HAND:
            try:
                taken = _write(free, frames)
            except OSError:
                taken = 0
            if taken < len(frames):
                self.write_rest(frames, taken)
            return
        if self._wire.state is not State.OPEN:
            return
        if self.waiting_bytes > self._desk.patience.buffer_bytes:
            self._too_slow()
            return
        self.transport.write(frames)

    # -- one timer for all -----------------------------------------------------------------------------------------

    def look_after(self, now: float) -> float:
        """Ping a silent peer, let go one that is silent, slow or without hello too long, or whose token's time is over.

        Return when to look again.
        """
        left_s = inf if self._good_until is None else (self._good_until - self._desk.clock()).total_seconds()
        if left_s <= 0 and self._wire.state is State.OPEN:
            self.close(messages.CLOSE_NOT_ALLOWED, "this sign-in has run out: join again, or use the recovery code")
        return min(self._look_at(now), now + left_s) if left_s > 0 else self._look_at(now)

    def _look_at(self, now: float) -> float:
        patience, state = self._desk.patience, self._wire.state
        if state is not State.OPEN:
            if state is State.CONNECTING and now - self._opened > patience.hello_s:
                self.transport.abort()
            return self._opened + patience.hello_s if state is State.CONNECTING else inf
        if self._paused_at is not None:
            if now - self._paused_at > patience.slow_s:
                self._too_slow()
            return self._paused_at + patience.slow_s
        if self._seat is None:
            if now - self._opened > patience.hello_s:
                self.dismiss(messages.CLOSE_RULES, "the first message is hello, and it has not come")
            return self._opened + patience.hello_s
        return self._look_for_life(now)

    def _look_for_life(self, now: float) -> float:
        patience = self._desk.patience
        # Each at a time of its own: thousands who came at once would be pinged at once for ever after.
        ping_s = patience.ping_s * (1 - (id(self) >> 6) % 32 / 64)
        asked = self._pinged > self._heard
        if asked and now - self._pinged > patience.pong_s:
            self._desk.complaints.cut("a peer answered no ping")
            self.transport.abort()
        elif not asked and _KERNEL_NOTICES and self._seat is not None and self._seat.told_since(now - ping_s):
            # What it was sent must be acknowledged by its kernel, or ours ends the connection; ten thousand pings that
            # ask the same would take a tenth of the processor.
            return now + ping_s
        elif not asked and now - self._heard > ping_s:
            self._pinged, asked = now, True
            self.write(PING_FRAME)
        return self._pinged + patience.pong_s if asked else self._heard + ping_s

    def close(self, code: int, reason: str) -> None:
        """Say goodbye with `code`; the transport is cut where the peer does not answer in time."""
        self._leave()
        self._free = BY_HAND
        if self._wire.state is State.OPEN:
            self._wire.send_close(code, _cut(reason))
            self._flush()
            self._cut_after(self._desk.patience.close_s)

    def dismiss(self, code: int, reason: str) -> None:
        """Let a peer go for what it did, and say so in the log; what it said itself stands behind the colon."""
        self._desk.complaints.closed(code, reason.partition(":")[0])
        self.close(code, reason)

    def revoked(self, tokens: Collection[bytes]) -> None:
        """Say goodbye where one of these tokens (hashes) opened the connection."""
        if self._token in tokens:
            self.close(messages.CLOSE_NOT_ALLOWED, "this device was signed out")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _shake_hands(self, request: Request) -> None:
        token = token_of(request)
        if token and self._desk.authenticate(token) is None:
            # Another server may have made it just now.
            found = self._desk.authenticate_anew(token)
            found.add_done_callback(lambda done: self._desk.mailbox.put(partial(self._shake_hands_late, request, done)))
        else:
            self._open_with(request, self._desk.authenticate)

    def _shake_hands_late(self, request: Request, found: "Future[Participant | None]") -> None:
        if self._wire.state is not State.CONNECTING or self.transport.is_closing():
            return
        if found.exception() is not None:
            assert isinstance(self._wire, ServerProtocol)
            self._wire.send_response(not_now())
        else:
            self._open_with(request, lambda _: found.result())
        self._flush()

    def _open_with(self, request: Request, authenticate: Callable[[str], Participant | None]) -> None:
        assert isinstance(self._wire, ServerProtocol)
        response, participant = answer_handshake(self._wire, request, authenticate)
        self._wire.send_response(response)
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self._flush()
            if self._wire.subprotocol != messages.SUBPROTOCOL:
                self.dismiss(messages.CLOSE_VERSION, _OTHER_VERSION)
                return
            self._begin(participant, token_of(request) or "")

    def _begin(self, participant: Participant | None, token: str) -> None:
        self._conversation = Conversation(self._desk, self, participant)
        if participant is not None:
            self._token = token_hash(token)
            self._good_until = self._desk.good_until(self._token)
        self._set_free()

    def _events(self) -> None:
        for event in self._wire.events_received():
            if isinstance(event, Request):
                self._shake_hands(event)
            elif isinstance(event, Frame):
                self._unread -= client_frame_bytes(len(event.data))
                if self._wire.state is State.OPEN:
                    self._frame(event)

    def _frame(self, event: Frame) -> None:
        if event.opcode in (Opcode.PING, Opcode.PONG):
            # Each ping is answered, and the answers to a flood of them would pile up.
            self._take_one(self._loop.time())
        if event.opcode is Opcode.BINARY:
            raise BrokenRules(CLOSE_UNSUPPORTED, "messages are text frames")
        if event.opcode in (Opcode.TEXT, Opcode.CONT):
            self._fragments.append(bytes(event.data))
            if len(self._fragments) > _MAX_FRAGMENTS:
                raise BrokenRules(messages.CLOSE_RULES, f"a message may come in {_MAX_FRAGMENTS} fragments at most")
            if event.fin:
                payload = b"".join(self._fragments)
                self._fragments.clear()
                self._message(payload)

    def _take_one(self, now: float) -> None:
        if self._bucket.take(now):
            raise BrokenRules(messages.CLOSE_RULES, "too many messages in too short a time")

    def _message(self, payload: bytes) -> None:
        assert self._conversation is not None
        now = self._loop.time()
        self._take_one(now)
        self._conversation.hear(payload, now)

    def _flush(self) -> None:
        """Write what the protocol has to say; an empty piece means that nothing more will follow."""
        if self.transport.is_closing():
            return
        for piece in self._wire.data_to_send():
            if piece:
                self.transport.write(piece)
                continue
            # Closing at once, with something of the peer still unread, would take the words back on their way: the
            # TCP transport ends our half alone, and the TLS one reads on until the peer has ended its own.
            if self.transport.can_write_eof():
                self.transport.write_eof()
            else:
                self.transport.close()
            self._cut_after(self._desk.patience.close_s)

    def _set_free(self) -> None:
        """Let frames be written around the transport, where the conversation goes on and no TLS lies between."""
        if self._wire.state is State.OPEN and not self._over_tls:
            self._free = self.transport.get_extra_info("socket").fileno()

    @property
    def _seat(self) -> Seat | None:
        return None if self._conversation is None else self._conversation.seat

    @property
    def _over_tls(self) -> bool:
        return self.transport.get_extra_info("sslcontext") is not None

    def _too_slow(self) -> None:
        self.dismiss(messages.CLOSE_TOO_SLOW, "too slow to keep up; come back and resume")

    def _leave(self) -> None:
        if self._conversation is not None:
            self._conversation.leave()

    def _cut_after(self, seconds: float) -> None:
        if self._abort is None:
            self._abort = self._loop.call_later(seconds, self.transport.abort)


def _cut(reason: str) -> str:
    return reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
