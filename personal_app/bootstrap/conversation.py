"""Connects the live link, the cache and the services: what comes in is durable before it is seen, what goes out too.

All methods run on the UI thread; the ports that the link is given are called on the network thread. Must hold no rule
of the conversation itself (`conference.session_client`).
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future

import msgspec

from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.showing import who
from personal_app.conference import messages
from personal_app.conference.clock import Clock
from personal_app.conference.errors import ConferenceError, RefusalCode
from personal_app.conference.ids import CommandId, QuestionId, SessionId, TalkId
from personal_app.conference.reactions import Reaction
from personal_app.conference.session_client import (
    Answered,
    Applied,
    ClockRead,
    Event,
    Noticed,
    PresenceTold,
    Replaced,
    Welcomed,
)
from personal_app.conference.wishes import Wish
from personal_app.net.address import parse_address
from personal_app.net.live_link import LinkPhase, LinkState, LiveLink, Ports
from personal_app.services.connection import ConnectionKind, ConnectionState, Why
from personal_app.services.services import Services
from personal_app.store.values import Profile

_log = logging.getLogger(__name__)

#: So many tries in a row without success, and the top bar says Offline instead of counting down to the next one.
OFFLINE_AFTER = 3


class FromLink(msgspec.Struct, frozen=True):
    """Something a link told; `link` numbers the links of this process, and `life` the participants they spoke for.

    A former link is not listened to, but for what the cache holds of it: the next link goes on from there, and nobody
    tells it again.
    """

    link: int
    life: int
    told: Event | LinkState


class Kept(msgspec.Struct, frozen=True):
    """A move is durable in the outbox."""

    command: str


class Unkept(msgspec.Struct, frozen=True):
    """A move that the cache could not hold, and that was therefore not sent: the sentence says why."""

    wish: Wish
    sentence: str


class Conversation:
    """The conversation of one profile with its server, over one link at a time."""

    def __init__(
        self,
        services: Services,
        rooms: Rooms,
        post: Callable[[object], None],
        clock: Clock,
        client: str,
        program_wanted: Callable[[str], None],
    ) -> None:
        """`post` brings a value to `take` on the UI thread; `program_wanted` hears each ETag that the server names."""
        self._services = services
        self._rooms = rooms
        self._post = post
        self._clock = clock
        self._client = client
        self._program_wanted = program_wanted
        self._profile: Profile | None = None
        self._number = self._life = 0
        self._link: LiveLink | None = None
        self._running: Future[None] | None = None
        self._failures = 0
        self._keeping: set[str] = set()

    def start(self, profile: Profile) -> None:
        """Begin to talk as `profile`; a conversation that runs is ended first."""
        self.stop()
        if self._profile is None or self._profile.participant != profile.participant:
            self._life += 1
        self._profile = profile
        self._failures = 0
        self._number += 1
        number, life, store, post = self._number, self._life, self._rooms.store, self._post
        # Whom the cache belongs to may change before this link has heard that it is to end.
        ports = Ports(
            resume=lambda: store.resume(profile.participant),
            apply=lambda event: store.apply(event, profile.participant),
            settle=store.settle,
            tell=lambda told: post(FromLink(number, life, told)),
        )
        address = parse_address(profile.address).address
        self._link = LiveLink(address, profile.token or None, self._client, ports, self._clock)
        self._running = self._rooms.network.spawn(self._link.run())
        self._running.add_done_callback(_log_end)

    def stop(self) -> None:
        """End the conversation; moves made from now on wait in the outbox."""
        if self._running is not None:
            self._running.cancel()
        self._link = self._running = None
        self._number += 1

    def retry_now(self) -> None:
        """Try to connect at once instead of waiting."""
        if self._running is not None and self._running.done() and self._profile is not None:
            # What was refused for good ended the link: a person who has done something about it begins anew.
            self.start(self._profile)
        elif self._link is not None:
            self._rooms.network.call(self._link.retry_now)

    def catch_up(self) -> None:
        """Make the connection anew where one is up: what the cache could not keep meanwhile comes again."""
        if self._running is not None and not self._running.done() and self._profile is not None:
            self.start(self._profile)

    def be_here(self, session: SessionId | None, question: QuestionId | None) -> None:
        """Tell fellow chairs where we are; without a connection there is nobody to tell."""
        if self._link is not None:
            self._rooms.network.call(self._link.be_here, messages.TellPresence(session=session, doing=question))

    def react(self, talk: TalkId, kind: Reaction) -> None:
        """Send a reaction; without a connection it is worth nothing."""
        if self._link is not None:
            self._rooms.network.call(self._link.react, messages.React(talk=talk, kind=kind))

    def show_waiting(self) -> None:
        """Tell how many moves wait to be sent; one that is not durable yet is not promised."""
        waiting = self._services.questions.waiting - len(self._keeping)
        self._services.connection.take_waiting(max(0, waiting))

    def send(self, wish: Wish) -> None:
        """Put a move into the outbox, and once it is durable there, send it, unless it waits for another one."""
        link, id_ = self._link, wish.command.id
        self._keeping.add(id_)
        self.show_waiting()

        def on_kept(kept: "Future[None]") -> None:
            try:
                kept.result()
            except CancelledError:
                return
            except ConferenceError as trouble:
                self._post(Unkept(wish, str(trouble)))
                return
            self._post(Kept(id_))
            if link is not None and wish.after is None:
                self._rooms.network.call(link.send, wish.command)

        whose = self._profile.participant if self._profile is not None else None
        self._rooms.store.put(wish, whose).add_done_callback(on_kept)

    def take(self, values: Iterable[object]) -> None:
        """Take in what the link told and what could not be kept, in order; frames in a row are drawn once."""
        frames: list[Applied | Replaced] = []
        for value in values:
            if isinstance(value, Kept):
                self._keeping.discard(value.command)
                self.show_waiting()
            elif isinstance(value, Unkept):
                self._keeping.discard(value.wish.command.id)
                self._on_unkept(value)
            elif isinstance(value, FromLink) and self._counts(value):
                if isinstance(value.told, Applied | Replaced):
                    frames.append(value.told)
                    continue
                self._draw(frames)
                frames = []
                self._on_told(value.told)
        self._draw(frames)

    def _counts(self, value: FromLink) -> bool:
        if isinstance(value.told, Applied | Replaced | Answered):
            return value.life == self._life
        return value.link == self._number

    def _draw(self, frames: list[Applied | Replaced]) -> None:
        if frames:
            self._services.questions.take_changes(frames)

    def _on_told(self, told: Event | LinkState) -> None:
        questions = self._services.questions
        match told:
            case LinkState():
                self._on_link_state(told)
            case Welcomed(welcome=welcome):
                self._on_welcome(welcome)
            case Answered(answer=messages.Done() as done):
                questions.take_done(done)
            case Answered(answer=messages.Refused() as refusal):
                questions.take_refused(refusal)
            case ClockRead(offset=offset):
                self._services.program.take_offset(offset.offset_ms)
            case PresenceTold(presence=presence):
                self._services.presence.take(presence)
            case Noticed(notice=notice):
                if notice.program is not None:
                    self._program_wanted(notice.program)
                if notice.text:
                    self._services.connection.take_notice(notice.text)
            case _:
                pass

    def _on_welcome(self, welcome: messages.Welcome) -> None:
        self._program_wanted(welcome.program)
        self._services.presence.forget()
        if welcome.me is None or self._profile is None:
            return
        if (welcome.me.name, welcome.me.grants) != (self._profile.name, self._profile.grants):
            self._profile = msgspec.structs.replace(self._profile, name=welcome.me.name, grants=welcome.me.grants)
            self._rooms.store.amend_profile(self._profile)
            self._services.profile.take(who(self._profile))

    def _on_link_state(self, state: LinkState) -> None:
        self._failures = {LinkPhase.LIVE: 0, LinkPhase.WAITING: self._failures + 1}.get(state.phase, self._failures)
        offline = self._failures >= OFFLINE_AFTER
        if state.phase is not LinkPhase.LIVE:
            self._services.presence.forget()
        kind = {
            LinkPhase.CONNECTING: ConnectionKind.OFFLINE if offline else ConnectionKind.CONNECTING,
            LinkPhase.LIVE: ConnectionKind.LIVE,
            LinkPhase.WAITING: ConnectionKind.OFFLINE if offline else ConnectionKind.RECONNECTING,
            LinkPhase.REFUSED: ConnectionKind.REFUSED,
        }[state.phase]
        # The link counts in our own time, the screens in the server's.
        ahead = self._services.program.now() - self._clock()
        retry_at = state.retry_at + ahead if state.retry_at is not None else None
        why = Why(state.why.value) if state.why is not None else None
        self._services.connection.take(ConnectionState(kind=kind, retry_at=retry_at, detail=state.detail, why=why))

    def _on_unkept(self, unkept: Unkept) -> None:
        refusal = messages.Refused(
            id=CommandId(unkept.wish.command.id),
            code=RefusalCode.STORAGE_FULL,
            final=True,
            detail=f"It could not be kept and was not sent. {unkept.sentence}",
        )
        # What waits behind it may have been kept.
        self._rooms.store.settle(refusal)
        self._services.questions.take_refused(refusal)


def _log_end(running: "Future[None]") -> None:
    if not running.cancelled() and (fault := running.exception()) is not None:
        _log.error("the live connection ended by a bug", exc_info=fault)
