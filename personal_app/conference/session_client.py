"""The client's side of one live conversation, without any I/O: hello, resume, commands in order, the server's clock.

One object lives as long as one connection. The caller owns the transport and the time, sends what `opened`, `submit`
and `tick` return, hands in each frame, and carries the events on. What is durable (the resume point, the outbox) is
handed in and lives elsewhere. This module must never know what a socket or a file is.
"""

from collections.abc import Iterable
from math import inf

import msgspec

from personal_app.conference import messages
from personal_app.conference.clock import ServerOffset, sample
from personal_app.conference.errors import BrokenRules
from personal_app.conference.ids import Revision, Tally

#: The first samples come quickly, for a person who joins a talk that runs; then the clock is only kept.
FIRST_CLOCKS = 8
FIRST_CLOCK_EVERY_MS = 120
CLOCK_EVERY_MS = 10_000
#: Where the rounds differ by more than this, eight of them leave the server's time too uncertain: more are asked for,
#: quickly at first and then every second.
JITTER_MS = 40
JITTERY_FIRST_CLOCKS, JITTERY_CLOCKS = 20, 60
JITTERY_CLOCK_EVERY_MS = 1_000
#: Nothing heard for so long while we asked for the time: the line is dead though nobody closed it.
SILENCE_MS = 25_000


class ResumePoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the client holds: how far it got and under which view; both None for a client with nothing."""

    since: messages.Since | None = None
    view: str | None = None


class Welcomed(msgspec.Struct, frozen=True):
    """The server knows us."""

    welcome: messages.Welcome


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """A full state came: it replaces all rows, counts and own rows that are held."""

    resume: ResumePoint
    changes: messages.Changes
    mine: messages.Mine | None


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """Changes came, to be applied with the resume point in one transaction."""

    resume: ResumePoint
    changes: messages.Changes
    mine: messages.Mine | None


class Answered(msgspec.Struct, frozen=True):
    """One of our commands was acknowledged or refused."""

    answer: messages.Done | messages.Refused


class ClockRead(msgspec.Struct, frozen=True):
    """We know better what time it is at the server."""

    offset: ServerOffset


class PresenceTold(msgspec.Struct, frozen=True):
    """Which chairs of a session are here now."""

    presence: messages.Presence


class Noticed(msgspec.Struct, frozen=True):
    """The server has something to say to everyone."""

    notice: messages.Notice


Event = Welcomed | Replaced | Applied | Answered | ClockRead | PresenceTold | Noticed


class ClientSession:
    """One connection as the client's rules see it."""

    def __init__(self, client: str, resume: ResumePoint, pending: Iterable[messages.Command]) -> None:
        self.welcome: messages.Welcome | None = None
        self._client = client
        self._resume = resume
        self._waiting = list(pending)
        self._sent: dict[str, messages.Command] = {command.id: command for command in self._waiting}
        self._parts: list[messages.State] = []
        self._mine: messages.Mine | None = None
        self._offset = ServerOffset()
        self._clocks_asked = 0
        self._shortest_ms, self._longest_ms = inf, 0.0
        self._next_clock_ms = 0
        self._heard_ms: int | None = None

    def opened(self, now_ms: int) -> list[messages.ClientMessage]:
        """Return what to send first; `now_ms` is the client's own clock in epoch ms, as everywhere here."""
        self._heard_ms = now_ms
        hello = messages.Hello(client=self._client, since=self._resume.since, view=self._resume.view)
        return [hello, *self.tick(now_ms)]

    def submit(self, command: messages.Command) -> list[messages.ClientMessage]:
        """Return the command to send: nothing while the server has not welcomed us, nor for one already on its way."""
        if command.id in self._sent:
            return []
        self._sent[command.id] = command
        if self.welcome is None:
            self._waiting.append(command)
            return []
        return [command]

    def refused_for_now(self, refusal: messages.Refused) -> messages.Command | None:
        """Return the command to be submitted again later, or None where the refusal is final or about none of ours."""
        return None if refusal.final or refusal.id is None else self._sent.pop(refusal.id, None)

    def released(self) -> list[messages.ClientMessage]:
        """Return the commands that waited for the welcome, in order, once."""
        waiting, self._waiting = self._waiting, []
        return [*waiting]

    def tick(self, now_ms: int) -> list[messages.ClientMessage]:
        """Return what is due at `now_ms`. Raises BrokenRules (4408) when the server has been silent for too long."""
        if self._heard_ms is not None and now_ms - self._heard_ms > SILENCE_MS:
            raise BrokenRules(messages.CLOSE_TOO_SLOW, "the server has gone silent")
        # Further ahead than we ever plan, it was planned before our clock was set back.
        if self._next_clock_ms - CLOCK_EVERY_MS <= now_ms < self._next_clock_ms:
            return []
        self._clocks_asked += 1
        self._next_clock_ms = now_ms + self._clock_every_ms()
        return [messages.AskClock(sent=now_ms)]

    def _clock_every_ms(self) -> int:
        jittery = self._longest_ms - self._shortest_ms > JITTER_MS
        if self._clocks_asked < (JITTERY_FIRST_CLOCKS if jittery else FIRST_CLOCKS):
            return FIRST_CLOCK_EVERY_MS
        return JITTERY_CLOCK_EVERY_MS if jittery and self._clocks_asked < JITTERY_CLOCKS else CLOCK_EVERY_MS

    def receive(self, frame: bytes | str, now_ms: int) -> list[Event]:
        """Return what a frame of the server means. Raises BrokenRules for a frame that cannot be read."""
        self._heard_ms = now_ms
        message = messages.decode_server(frame)
        match message:
            case messages.Welcome():
                self.welcome, self._parts, self._mine = message, [], None
                return [Welcomed(message)]
            case messages.Mine():
                return self._own_part(message)
            case messages.State():
                return self._state(message)
            case messages.Changes():
                return [self._applied(message)]
            case messages.Done() | messages.Refused():
                if isinstance(message, messages.Done):
                    # Once more is harmless, and needed where another epoch takes the acknowledgement back.
                    self._sent.pop(message.id, None)
                return [Answered(message)]
            case messages.TellClock():
                round_ = sample(message.sent, message.received, now_ms)
                self._offset = self._offset.add(round_)
                self._shortest_ms = min(self._shortest_ms, round_.round_trip_ms)
                self._longest_ms = max(self._longest_ms, round_.round_trip_ms)
                return [ClockRead(self._offset)]
            case messages.Presence():
                return [PresenceTold(message)]
            case messages.Notice():
                return [Noticed(message)]
        return []

    def _own_part(self, mine: messages.Mine) -> list[Event]:
        if self._mine is not None:
            raise BrokenRules(
                messages.CLOSE_RULES, "the server sent a person's own part twice, without what belongs to it"
            )
        self._mine = mine
        return []

    def _state(self, part: messages.State) -> list[Event]:
        if part.part != len(self._parts):
            raise BrokenRules(messages.CLOSE_RULES, "a part of the state is missing")
        if self._parts and (part.revision, part.tally) != (self._parts[0].revision, self._parts[0].tally):
            raise BrokenRules(messages.CLOSE_RULES, "the parts of the state are of different revisions")
        self._parts.append(part)
        if not part.last:
            return []
        parts, self._parts = self._parts, []
        changes = messages.Changes(
            revision=part.revision,
            tally=part.tally,
            set=tuple(row for each in parts for row in each.set),
            tallies=tuple(count for each in parts for count in each.tallies),
            poll_counts=tuple(count for each in parts for count in each.poll_counts),
            reactions=tuple(count for each in parts for count in each.reactions),
        )
        return [Replaced(resume=self._resume_at(part.revision, part.tally), changes=changes, mine=self._taken_mine())]

    def _applied(self, changes: messages.Changes) -> Event:
        if self._parts:
            # The state that is still coming is older and would take these changes back.
            raise BrokenRules(messages.CLOSE_RULES, "the server sent changes in the middle of its state")
        resume = self._resume_at(changes.revision, changes.tally)
        return Applied(resume=resume, changes=changes, mine=self._taken_mine())

    def _taken_mine(self) -> messages.Mine | None:
        mine, self._mine = self._mine, None
        return mine

    def _resume_at(self, revision: Revision, tally: Tally) -> ResumePoint:
        if self.welcome is None:
            raise BrokenRules(messages.CLOSE_RULES, "the server sent a view before its welcome")
        since = messages.Since(epoch=self.welcome.epoch, revision=revision, tally=tally)
        return ResumePoint(since=since, view=self.welcome.view)
