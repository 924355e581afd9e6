"""Which chairs are here: each says what they have in hand, and the chairs of the same session are told.

Told at once when it changes, to connections that have room; who joins or has room again is told what holds. It lapses
by itself (`conference.presence`). Other servers on the database are told what is claimed at this one, and what they say
is taken in like a chair's own word, for as long. All of it is in memory, on the loop's thread, and reaches nobody who
does not chair the session. This module must never touch the register's truth or the database.
"""

from asyncio import TimerHandle
from collections.abc import Callable

import msgspec

from personal_app.conference import messages
from personal_app.conference.ids import ParticipantId, QuestionId, SessionId
from personal_app.conference.people import Audience
from personal_app.conference.presence import RENEW_S, Attendance, Claim
from personal_app.server.framing import text_frame
from personal_app.server.pace import Timers
from personal_app.server.seats import Seat

#: So long what changed is gathered before it is told: keys walk through a lane faster than anybody reads.
GATHER_S = 0.1
#: What one server tells the others fits PostgreSQL's 8,000 bytes of a NOTIFY.
MOST_BYTES = 7_900


class Told(msgspec.Struct, frozen=True):
    """What one server tells the others: all that is claimed at it now."""

    node: str
    claims: tuple[Claim, ...]


class _Elsewhere(msgspec.Struct, frozen=True):
    """Somebody's device at another server."""

    node: str
    participant: ParticipantId
    session: SessionId


class ChairsHere:
    """All chairs who listen, and what they claim."""

    def __init__(self, timers: Timers, session_of: Callable[[QuestionId], SessionId | None]) -> None:
        """`session_of` names the session of a question, or None where there is no such question."""
        self._timers = timers
        self._session_of = session_of
        self._attendance = Attendance()
        self._seats: set[Seat] = set()
        self._changed: set[SessionId] = set()
        self._telling: TimerHandle | None = None
        self._lapsing: TimerHandle | None = None
        self._node = ""
        self._tell_others: Callable[[bytes], None] | None = None
        self._told_others_s = float("-inf")
        self._owed_to_others = False

    def share(self, node: str, tell_others: Callable[[bytes], None]) -> None:
        """Tell other servers from now on, under the name `node`, and hear them by `hear`."""
        self._node, self._tell_others = node, tell_others

    def come(self, seat: Seat) -> None:
        """Take a listener in where it chairs anything, and tell it who is here."""
        if _chairs_any(seat.audience):
            self._seats.add(seat)
            self.catch_up(seat)

    def catch_up(self, seat: Seat) -> None:
        """Tell a listener that had no room, or is new, who is here now."""
        if seat in self._seats:
            for session in sorted(self._attendance.sessions()):
                self._tell(seat, session, self._frame(session))

    def go(self, seat: Seat) -> None:
        """Forget a listener, and what was claimed there."""
        self._seats.discard(seat)
        if changed := self._attendance.leave(seat):
            self._note(changed, of_ours=True)

    def say(self, seat: Seat, said: messages.TellPresence) -> None:
        """Take in what a chair says; what somebody says who does not chair that session is passed over."""
        session = None if said.session is None else SessionId(said.session)
        if seat.me is None or (session is not None and not seat.audience.chairs(session)):
            return
        if session is None:
            if changed := self._attendance.leave(seat):
                self._note(changed, of_ours=True)
            return
        doing = None if said.doing is None else QuestionId(said.doing)
        claim = Claim(
            participant=seat.me.id,
            name=seat.me.name,
            session=session,
            question=doing if doing is not None and self._session_of(doing) == session else None,
        )
        now_s = self._timers.time()
        changed = self._attendance.say(seat, claim, now_s)
        # What goes on is said again to the others too, or it would lapse there.
        self._note(changed, of_ours=bool(changed) or now_s - self._told_others_s >= RENEW_S)

    def hear(self, payload: bytes) -> None:
        """Take in what another server tells, in place of what it told before; what cannot be read is passed over."""
        try:
            told = msgspec.json.decode(payload, type=Told)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return
        if told.node == self._node:
            return
        claims = {_Elsewhere(told.node, claim.participant, claim.session): claim for claim in told.claims}
        changed: set[SessionId] = set()
        for device in self._attendance.devices():
            if isinstance(device, _Elsewhere) and device.node == told.node and device not in claims:
                changed |= self._attendance.leave(device)
        for device, claim in claims.items():
            changed |= self._attendance.say(device, claim, self._timers.time())
        self._note(frozenset(changed), of_ours=False)

    def close(self) -> None:
        """Tell nobody any more."""
        for timer in (self._telling, self._lapsing):
            if timer is not None:
                timer.cancel()

    def _note(self, changed: frozenset[SessionId], *, of_ours: bool) -> None:
        self._changed |= changed
        self._owed_to_others = self._owed_to_others or (of_ours and self._tell_others is not None)
        if (self._changed or self._owed_to_others) and self._telling is None:
            self._telling = self._timers.call_at(self._timers.time() + GATHER_S, self._tell_all)
        self._await_lapse()

    def _await_lapse(self) -> None:
        due_s = self._attendance.next_lapse_s
        if due_s is not None and self._lapsing is None:
            self._lapsing = self._timers.call_at(due_s, self._on_lapse)

    def _on_lapse(self) -> None:
        self._lapsing = None
        self._note(self._attendance.lapse(self._timers.time()), of_ours=False)

    def _tell_all(self) -> None:
        self._telling = None
        changed, self._changed = self._changed, set()
        for session in sorted(changed):
            frame = self._frame(session)
            for seat in tuple(self._seats):
                self._tell(seat, session, frame)
        if self._owed_to_others and self._tell_others is not None:
            self._owed_to_others = False
            self._told_others_s = self._timers.time()
            self._tell_others(self._payload())

    def _tell(self, seat: Seat, session: SessionId, frame: bytes) -> None:
        if seat.audience.chairs(session) and seat.listener.writable:
            seat.listener.write(frame)

    def _frame(self, session: SessionId) -> bytes:
        people = self._attendance.people(session)
        return text_frame(messages.encode(messages.Presence(session=session, people=people)))

    def _payload(self) -> bytes:
        """Return all that is claimed here, the latest first where it is too much for one word."""
        ours = [device for device in self._attendance.devices() if isinstance(device, Seat)]
        claims = [claim for device in reversed(ours) if (claim := self._attendance.claim(device)) is not None]
        while len(payload := msgspec.json.encode(Told(self._node, tuple(claims)))) > MOST_BYTES:
            claims.pop()
        return payload


def _chairs_any(seen_as: Audience) -> bool:
    return seen_as.organizer or bool(seen_as.chair_of)
