"""The server's side of one live conversation, without any I/O: frames in, what is to be done out.

A connection says hello once and first; then it commands and asks for the time. The caller owns the transport and the
clock, hands in each text frame, and does what the returned events say, in their order. This module must never know
what a socket is.
"""

from datetime import datetime

import msgspec

from personal_app.conference import messages
from personal_app.conference.clock import to_epoch_ms
from personal_app.conference.errors import BrokenRules, Refusal, RefusalCode
from personal_app.conference.ids import CommandId
from personal_app.conference.people import Participant


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """The client said hello: it holds what `since` and `view` say, and is to be brought up to date."""

    client: str
    since: messages.Since | None
    view: str | None


class Submit(msgspec.Struct, frozen=True):
    """A command of the participant of this connection, for the ledger."""

    command: messages.Command


class BeHere(msgspec.Struct, frozen=True):
    """The participant says where they are and what they have in hand, for fellow chairs."""

    said: messages.TellPresence


class Send(msgspec.Struct, frozen=True):
    """A message to send back at once."""

    message: messages.TellClock | messages.Refused


class Reacted(msgspec.Struct, frozen=True):
    """The participant sends a reaction to a talk."""

    said: messages.React


Event = Joined | Submit | BeHere | Reacted | Send


class ServerSession:
    """One connection as the rules see it. `me` is None for a public, read-only connection."""

    def __init__(self, *, me: Participant | None) -> None:
        self.me = me
        self._greeted = False

    def receive(self, frame: bytes, now: datetime) -> list[Event]:
        """Return what a client's text frame asks for; `now` is the server's clock.

        Raises BrokenRules with the close code when the conversation cannot go on.
        """
        try:
            message = messages.decode_client(frame)
        except messages.UnreadableCommand as refusal:
            self._must_be_greeted()
            return [Send(refused(refusal.command, refusal))]
        if isinstance(message, messages.AskClock):
            return [Send(messages.TellClock(sent=message.sent, received=to_epoch_ms(now)))]
        if isinstance(message, messages.Hello):
            return [self._hello(message)]
        self._must_be_greeted()
        if isinstance(message, messages.TellPresence):
            # Whoever has not joined chairs nothing: there is nobody to tell.
            return [] if self.me is None else [BeHere(message)]
        if isinstance(message, messages.React):
            return [] if self.me is None else [Reacted(message)]
        return [self._command(message)]

    def _hello(self, hello: messages.Hello) -> Event:
        if self._greeted:
            raise BrokenRules(messages.CLOSE_RULES, "hello is said once")
        self._greeted = True
        return Joined(client=hello.client, since=hello.since, view=hello.view)

    def _command(self, command: messages.Command) -> Event:
        if self.me is None:
            refusal = Refusal(RefusalCode.NOT_ALLOWED, "Join the conference with your name first, then ask and vote.")
            return Send(refused(CommandId(command.id), refusal))
        return Submit(command)

    def _must_be_greeted(self) -> None:
        if not self._greeted:
            raise BrokenRules(messages.CLOSE_RULES, "the first message is hello")


def refused(command: CommandId | None, refusal: Refusal) -> messages.Refused:
    """Return the message that tells a client of `refusal`."""
    return messages.Refused(
        id=command,
        code=refusal.code,
        final=refusal.final,
        detail=refusal.detail,
        retry_after_ms=refusal.retry_after_ms,
        moves=refusal.moves,
    )
