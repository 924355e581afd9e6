"""One peer's conversation: who it is, where it sits in the hub, and what becomes of what it says.

What may be said and what it means is in `conference.session_server`. This module must never read or write a socket
(`live`) or touch the database.
"""

from concurrent.futures import Future
from functools import partial
from typing import Protocol

import msgspec

from personal_app.conference import messages
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import CommandId, TalkId
from personal_app.conference.people import Participant
from personal_app.conference.session_server import BeHere, Joined, Reacted, Send, ServerSession, Submit, refused
from personal_app.server.framing import text_frame
from personal_app.server.hub import Held, Listener, Seat
from personal_app.server.limits import MOST_CONNECTIONS
from personal_app.server.live_desk import Answer, LiveDesk


class Peer(Listener, Protocol):
    """The connection that the conversation is had over."""

    @property
    def open(self) -> bool:
        """True while something can be said."""

    def dismiss(self, code: int, reason: str) -> None:
        """Let the peer go for what it did."""


class Conversation:
    """Begins with the handshake; `me` is None for a public connection. All methods run on the loop's thread."""

    __slots__ = ("_desk", "_peer", "_session", "seat")

    def __init__(self, desk: LiveDesk, peer: Peer, me: Participant | None) -> None:
        self._desk = desk
        self._peer = peer
        self._session = ServerSession(me=me)
        #: Its place in the hub, from hello on until it leaves.
        self.seat: Seat | None = None

    def hear(self, payload: bytes, now_s: float) -> None:
        """Do what a whole text message asks for; `now_s` is of the loop's clock. Raises BrokenRules."""
        for event in self._session.receive(payload, self._desk.clock()):
            match event:
                case Joined():
                    self._take_seat(event)
                case Reacted():
                    assert self._session.me is not None
                    self._desk.hub.applause.take(self._session.me.id, TalkId(event.said.talk), event.said.kind)
                case Submit():
                    self._submit(event.command, now_s)
                case BeHere():
                    if self.seat is not None:
                        self._desk.hub.chairs.say(self.seat, event.said)
                case Send():
                    self._send(event.message)

    def leave(self) -> None:
        """Give the place in the hub up. Once is enough; twice is harmless."""
        seat, self.seat = self.seat, None
        if seat is not None:
            self._desk.hub.leave(seat)

    def _take_seat(self, hello: Joined) -> None:
        held = Held(since=hello.since, view=hello.view)
        if self._desk.hub.behind(held):
            # What is learnt now is published first, and by the same way.
            known: Future[None] = self._desk.catch_up()
            known.add_done_callback(lambda _: self._desk.mailbox.put(partial(self._sit_down, held)))
        else:
            self._sit_down(held)

    def _sit_down(self, held: Held) -> None:
        if not self._peer.open:
            return
        session, hub = self._session, self._desk.hub
        if session.me is not None:
            # Grants may have come between the handshake and hello.
            session.me = self._desk.participant(session.me.id) or session.me
            if hub.connections_of(session.me.id) >= MOST_CONNECTIONS:
                self._peer.dismiss(messages.CLOSE_RULES, f"one person may have {MOST_CONNECTIONS} connections at once")
                return
        self.seat = hub.join(self._peer, session.me, held)

    def _submit(self, command: messages.Command, now_s: float) -> None:
        me = self._session.me
        assert me is not None
        wait_s = self._desk.commands.take(me.id, now_s)
        if wait_s:
            refusal = Refusal(
                RefusalCode.SLOW_DOWN,
                "That was quick: the server takes this a little later. Nothing is lost.",
                retry_after_ms=int(wait_s * 1000) + 1,
            )
            self._send(refused(CommandId(command.id), refusal))
            return
        put, answered = self._desk.mailbox.put, self._answered
        self._desk.submit(me.id, command, lambda answer: put(partial(answered, answer)))

    def _answered(self, answer: Answer) -> None:
        seat = self.seat
        if seat is None:
            return
        if isinstance(answer, messages.Done):
            self._send(answer)
            self._desk.hub.answered(seat, answer)
        elif answer.current is None:
            self._send(answer)
        else:
            # Another command of the same transaction may have hidden what this one was shown.
            shown = self._desk.hub.shown(seat, answer.current.id)
            self._send(msgspec.structs.replace(answer, current=shown))

    def _send(self, message: msgspec.Struct) -> None:
        self._peer.write(text_frame(messages.encode(message)))
