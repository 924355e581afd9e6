"""A hub over a real ledger, with listeners that hold a real client session and board instead of a socket."""

import struct
from collections.abc import Iterator

from personal_app.conference import messages
from personal_app.conference.board import Board
from personal_app.conference.ids import QuestionId
from personal_app.conference.people import Audience, Participant
from personal_app.conference.register import Register
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_client import Applied, ClientSession, Replaced, ResumePoint
from personal_app.conference.visibility import own_row, question_row
from personal_app.server.hub import Held, Hub, Seat
from personal_app.server.seats import BY_HAND
from tests.server.hand_timers import HandTimers
from tests.server.office import Office
from tests.server.sockets import Sockets


def payloads(data: bytes) -> Iterator[bytes]:
    """Yield the payload of each unmasked text frame in `data` (RFC 6455, section 5.2)."""
    at = 0
    while at < len(data):
        assert data[at] == 0x81
        length, at = data[at + 1], at + 2
        if length == 126:
            (length,), at = struct.unpack_from("!H", data, at), at + 2
        elif length == 127:
            (length,), at = struct.unpack_from("!Q", data, at), at + 8
        yield data[at : at + length]
        at += length


class Ear:
    """A listener: what it is written goes through a real client session to a real board.

    `room_for` says how many more writes the transport takes before it is full; None is without end. One with `sockets`
    has a descriptor, as connections without TLS do.
    """

    def __init__(
        self, resume: ResumePoint | None = None, board: Board | None = None, sockets: Sockets | None = None
    ) -> None:
        self.descriptor = BY_HAND if sockets is None else sockets.plug(self)
        self.resume = resume or ResumePoint()
        self.board = board or Board()
        self.session = ClientSession("ear/1", self.resume, ())
        self.room_for: int | None = None
        self.seat: Seat | None = None
        self.hub: Hub | None = None
        self.heard: list[bytes] = []
        self.events: list[object] = []

    @property
    def writable(self) -> bool:
        return self.room_for is None or self.room_for > 0

    def write(self, frames: bytes) -> None:
        for payload in payloads(frames):
            self.heard.append(payload)
            for event in self.session.receive(payload, 0):
                self._take(event)
        if self.room_for is not None:
            self.room_for -= 1
            if self.room_for == 0 and self.seat is not None and self.hub is not None:
                self.hub.paused(self.seat)

    def take(self, frame: bytes) -> int:
        """Take a frame as a socket does: one that it fills is left to the transport."""
        if self.room_for == 1:
            return 0
        self.write(frame)
        return len(frame)

    def write_rest(self, frames: bytes, taken: int) -> None:
        assert taken == 0
        self.write(frames)

    def _take(self, event: object) -> None:
        self.events.append(event)
        if isinstance(event, Replaced):
            self.board = Board()
        if isinstance(event, Replaced | Applied):
            self.board.apply(event.changes, event.mine)
            self.resume = event.resume

    def drain(self) -> None:
        """The peer has read everything."""
        self.room_for = None
        assert self.hub is not None
        assert self.seat is not None
        self.hub.resumed(self.seat)

    def kinds(self) -> list[str]:
        """Return the types of what was heard, in order."""
        return [type(messages.decode_server(payload)).__name__ for payload in self.heard]

    def forget(self) -> None:
        """Forget what was heard, not what is held."""
        self.heard.clear()
        self.events.clear()

    def said(self, text: str) -> bool:
        """Tell whether `text` was in anything heard."""
        return any(text.encode() in payload for payload in self.heard)


class Room:
    """A hub whose ledger is an office's."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.timers = HandTimers()
        self.sockets = Sockets()
        epoch = office.ledger.epoch
        self.hub = Hub(office.hub, epoch, lambda: '"program"', office.clock, self.timers, self.sockets.send)

    @property
    def register(self) -> Register:
        return self.office.hub

    def tell(self) -> None:
        """Bring to the hub what the ledger published, and let a tick go by."""
        self.carry()
        self.timers.run_until(self.timers.now + 1.0)

    def carry(self) -> None:
        """Bring to the hub what the ledger published."""
        published, self.office.published[:] = list(self.office.published), []
        for committed in published:
            self.hub.take(committed)

    def seat(self, me: Participant | None = None, ear: Ear | None = None, *, room_for: int | None = None) -> Ear:
        """Let somebody in who holds what the ear holds."""
        self.carry()
        ear = ear or Ear(sockets=self.sockets)
        ear.room_for = room_for
        ear.hub = self.hub
        held = Held(since=ear.resume.since, view=ear.resume.view)
        ear.seat = self.hub.join(ear, me, held)
        return ear

    def leave(self, ear: Ear) -> Ear:
        """Let somebody go; return an ear that comes back with what this one held."""
        assert ear.seat is not None
        self.hub.leave(ear.seat)
        return Ear(ear.resume, ear.board, self.sockets)


def shared_truth(register: Register, audience: Audience) -> dict[QuestionId, QuestionRow]:
    """Return the rows that an audience is to hold."""
    questions, history = register.questions.items(), register.history
    rows = {id_: question_row(question, audience, history(id_)) for id_, question in questions}
    return {id_: row for id_, row in rows.items() if row is not None}


def holds_the_truth(ear: Ear, register: Register) -> bool:
    """Tell whether a board holds exactly what the listener may see: rows, counts, own rows and votes."""
    assert ear.seat is not None
    person = ear.seat.person
    own = {id_: own_row(q) for id_, q in register.questions.items() if person is not None and q.asker == person}
    shared = shared_truth(register, ear.seat.audience)
    counts = {id_: ear.board.counts.get(id_, (0, 0))[1] for id_ in shared}
    voted = {id_ for id_, (_, held) in ear.board.voted.items() if held}
    return (
        ear.board.shared == shared
        and ear.board.mine == own
        and counts == {id_: register.count(id_) for id_ in shared}
        and voted == {id_ for id_, voters in register.votes.items() if person in voters}
    )
