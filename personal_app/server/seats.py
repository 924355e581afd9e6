"""A listener's place in the hub, and the rings and benches of those who are told everything as it comes.

A ring is an audience; on each of its benches sit some dozens who mostly were told the same, so that what is due is
looked up once for a bench and not for a listener. This module must never decide what anybody is told (`hub`, `rounds`).
"""

from array import array
from collections.abc import Callable, Collection
from typing import Protocol

from personal_app.conference.ids import ParticipantId, Revision, Tally
from personal_app.conference.people import Audience, Participant
from personal_app.server.broadcast import Left
from personal_app.server.state_parts import Picture
from personal_app.server.touched import Mark

#: So many sit on a bench: half a millisecond of sends, after which a round may let others have their turn.
BENCH_SEATS = 64
#: The descriptor of a listener that has none to be written to.
BY_HAND = -1

NOTHING_TOLD = Mark(0, Revision(0), Tally(0))

Send = Callable[["array[int]", bytes], Left]


class Listener(Protocol):
    """A connection as the hub sees it."""

    @property
    def writable(self) -> bool:
        """True while the transport has room."""

    @property
    def descriptor(self) -> int:
        """Where whole frames may be written directly from now until it is `paused` or leaves, or BY_HAND."""

    def write(self, frames: bytes) -> None:
        """Hand whole frames to the transport."""

    def write_rest(self, frames: bytes, taken: int) -> None:
        """Hand to the transport what its descriptor did not take of `frames` beyond the first `taken` bytes."""


class Seat:
    """One listener's place: who it is, what it was told last, and the part of the state that comes next."""

    __slots__ = ("_mark", "audience", "bench", "listener", "me", "next_part", "person", "picture")

    def __init__(self, listener: Listener, me: Participant | None, seen_as: Audience) -> None:
        self.listener = listener
        self._mark = NOTHING_TOLD
        self.picture: Picture | None = None
        self.next_part = 0
        self.bench: Bench | None = None
        self.is_for(me, seen_as)

    def is_for(self, me: Participant | None, seen_as: Audience) -> None:
        """Take the participant with the grants held now, None for a public connection, and what they may see."""
        self.me = me
        self.audience = seen_as
        self.person: ParticipantId | None = me.id if me is not None else None

    @property
    def mark(self) -> Mark:
        """How far it was told."""
        return self._mark if self.bench is None else self.bench.mark_of(self)

    @mark.setter
    def mark(self, mark: Mark) -> None:
        if self.bench is None:
            self._mark = mark
        else:
            self.bench.told_alone(self, mark)

    @property
    def level(self) -> bool:
        """True while the rounds tell this listener what comes."""
        return self.bench is not None

    def told_since(self, moment_s: float) -> bool:
        """Tell whether it is level and was sent something after that moment of the loop's clock, with all its bench."""
        return self.bench is not None and self.bench.told_s > moment_s


class Bench:
    """Some of a ring, and the mark up to which all of them were told but the few `odd` ones."""

    __slots__ = ("_by_hand", "_descriptors", "_odd", "_people", "mark", "ring", "seats", "told_s")

    def __init__(self, ring: "Ring", mark: Mark) -> None:
        self.ring = ring
        self.mark = mark
        self.seats: list[Seat] = []
        #: When they were last sent anything, in seconds of the loop's clock.
        self.told_s = float("-inf")
        self._descriptors = array("i")
        self._by_hand = 0
        self._odd: dict[Seat, Mark] = {}
        #: Who sits here; those who have left may still be in it.
        self._people: set[ParticipantId] = set()

    def mark_of(self, seat: Seat) -> Mark:
        """Return how far one of them was told."""
        return self._odd.get(seat, self.mark)

    def told_alone(self, seat: Seat, mark: Mark) -> None:
        """One of them was told up to `mark`, whatever the others were."""
        if mark is self.mark:
            self._odd.pop(seat, None)
        else:
            self._odd[seat] = mark

    def add(self, seat: Seat, mark: Mark) -> None:
        """Seat somebody who was told up to `mark`."""
        descriptor = seat.listener.descriptor
        self.seats.append(seat)
        self._descriptors.append(descriptor)
        self._by_hand += descriptor == BY_HAND
        if seat.person is not None:
            self._people.add(seat.person)
        seat.bench = self
        self.told_alone(seat, mark)

    def remove(self, seat: Seat) -> None:
        """Let somebody go, who keeps their mark."""
        mark, place = self.mark_of(seat), self.seats.index(seat)
        self._odd.pop(seat, None)
        self._by_hand -= self._descriptors[place] == BY_HAND
        del self.seats[place], self._descriptors[place]
        if len(self._people) > 2 * BENCH_SEATS:
            self._people = {each.person for each in self.seats if each.person is not None}
        seat.bench = None
        seat.mark = mark

    def apart(self, people: Collection[ParticipantId]) -> list[Seat]:
        """Return those who cannot be told with the others: the odd ones, some people, and who is written to by hand."""
        if self._by_hand:
            return list(self.seats)
        if self._people.isdisjoint(people):
            return list(self._odd)
        return [seat for seat in self.seats if seat.person in people or seat in self._odd]

    def but(self, some: Collection[Seat]) -> list[Seat]:
        """Return all except for `some`."""
        if not some:
            return self.seats
        left_out = set(some)
        return [seat for seat in self.seats if seat not in left_out]

    def told(self, mark: Mark, but: Collection[Seat]) -> None:
        """All were told up to `mark`, except for those of `but`."""
        self._odd = {seat: self.mark_of(seat) for seat in but}
        self.mark = mark

    def write(self, frame: bytes, send: Send, but: Collection[Seat]) -> None:
        """Write a frame to all, except for those of `but`."""
        seats = self.but(but)
        descriptors = array("i", [seat.listener.descriptor for seat in seats]) if but else self._descriptors
        left = send(descriptors, frame)
        # Who is handed the rest may leave the bench over it.
        for seat, taken in [(seats[place], taken) for place, taken in left]:
            seat.listener.write_rest(frame, taken)


class Ring:
    """The listeners of one audience who are level: they hold all that rounds have told, and have room for more."""

    __slots__ = ("_roomy", "audience", "benches")

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        #: In the order in which they came; the values say nothing, here and below.
        self.benches: dict[Bench, None] = {}
        self._roomy: dict[Bench, None] = {}

    def add(self, seat: Seat, mark: Mark) -> None:
        """Seat somebody who was told up to `mark`."""
        bench = next(iter(self._roomy), None)
        if bench is None:
            bench = Bench(self, mark)
            self.benches[bench] = self._roomy[bench] = None
        bench.add(seat, mark)
        if len(bench.seats) == BENCH_SEATS:
            del self._roomy[bench]

    def take_over(self, other: "Ring") -> None:
        """Count all of another ring among these, on the benches where they sit."""
        for bench in other.benches:
            bench.ring = self
            for seat in bench.seats:
                seat.audience = self.audience
        self.benches |= other.benches
        self._roomy |= other._roomy

    def remove(self, seat: Seat) -> None:
        """Let one of them go, who keeps their mark."""
        bench = seat.bench
        assert bench is not None
        bench.remove(seat)
        if bench.seats:
            self._roomy[bench] = None
        else:
            del self.benches[bench]
            self._roomy.pop(bench, None)
