"""The rounds: whoever is level is told what they lack, in pieces, so that nothing else waits for thousands of sends.

A round goes from bench to bench and gives each all that came since it was told last, encoded and framed once for all
who saw the same up to the same mark. After some milliseconds it lets others have their turn: votes and questions come
in meanwhile, and rows that change are in every frame from then on, so nobody is sent what was hidden a moment ago.
Where rounds are dear, rows go in rounds of their own, which overtake the counts: their frames are short, and nobody
waits for a question behind other people's votes. Whoever asked is told first, with their bench.

Sending to ten thousand takes the kernel some 70 ms. The naive way is one loop over all, which answers nobody and lets
no urgent change pass for so long; a queue for each listener costs memory and copies. The price of this way is that
listeners are told up to different marks for a while, and each mark needs a frame of its own: there are two or three.

This module must never know a socket, nor bring anyone up to date who was left out (`hub`).
"""

import logging
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

import msgspec

from personal_app.conference.ids import ParticipantId, PollId, QuestionId
from personal_app.conference.people import Audience
from personal_app.conference.register import Decision, Register
from personal_app.conference.visibility import MinePart, ballot, own_row, own_silences, shared_since
from personal_app.server.broadcast import write_to_all
from personal_app.server.pace import Pace, Timers
from personal_app.server.seats import NOTHING_TOLD, Bench, Ring, Seat, Send
from personal_app.server.touched import Mark, Touched
from personal_app.server.view_frames import NOTHING, changes_frame, mine_frame

#: Changes longer than this are not worth a frame: the full state comes in parts and can wait for a slow line.
MAX_CHANGES_BYTES = 128 * 1024
#: A piece of a round: so long others wait at most.
PIECE_S = 0.002

#: What is sent to those who were told up to one mark, None for nothing, and the mark up to which they are told then.
_Told = tuple[bytes | None, Mark]

_log = logging.getLogger(__name__)


class _Lap(NamedTuple):
    """Benches that are still to be told, the next last; the lap without any is the end of its round."""

    benches: list[Bench]
    rows_alone: bool


class Rounds:
    """All who are level, and what they have not been told yet. `start_over` gives one the full state instead.

    `seats_of` says which places a person has, and `send` writes to descriptors. What a round costs is read from
    `busy_s`, the processor time of the loop's thread (s): that it had to wait for the others on a busy machine is no
    reason to widen the tick.
    """

    def __init__(
        self,
        register: Register,
        timers: Timers,
        start_over: Callable[[Seat], None],
        seats_of: Callable[[ParticipantId], Collection[Seat]],
        send: Send = write_to_all,
        busy_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._seats_of = seats_of
        self._send = send
        self._busy_s = busy_s
        self._register = register
        self._timers = timers
        self._start_over = start_over
        self._pace = Pace(timers, self._begin)
        self._rings: dict[Audience, Ring] = {}
        self._touched = Touched()
        self._frames: dict[tuple[Ring, Mark, bool], _Told] = {}
        #: What is left of the rounds under way, the next last.
        self._left: list[_Lap] = []
        self._began_at = 0
        self._cost_s = {True: 0.0, False: 0.0}
        self._askers: set[ParticipantId] = set()
        self._going = self._failed = False
        self._here = NOTHING_TOLD

    def note(self, decisions: list[Decision]) -> None:
        """Something has changed and is in the register: tell of it, rows at once, counts with the next tick."""
        rows = counts = False
        for decision in decisions:
            self._touched.note(decision, self._regrouped(decision))
            self._askers.update(question.asker for question in decision.questions)
            rows = rows or decision.rows
            counts = counts or not decision.rows or decision.counts
        if rows:
            self._frames.clear()
        self._pace.due(urgent=rows, counts=counts)

    def _regrouped(self, decision: Decision) -> set[ParticipantId]:
        """Return whose votes count elsewhere now: who voted for what was merged or split."""
        if not decision.rows or not decision.recounted:
            return set()
        return {voter for move in decision.moves for voter in self._register.voters(move.question)}

    def owe(self, person: ParticipantId) -> None:
        """Send a person the counters as they stand, even if there is nothing else to tell."""
        self._touched.owe(person)
        self._pace.due(urgent=False)

    def here(self) -> Mark:
        """Return the mark of those who hold everything that is in the register now."""
        here, at, register = self._here, self._touched.at, self._register
        if (here.at, here.revision, here.tally) != (at, register.revision, register.tally):
            here = self._here = Mark(at, register.revision, register.tally)
        return here

    def take_in(self, seat: Seat, told: Mark) -> None:
        """Tell a listener from now on what comes, who was told up to `told`. Twice is harmless."""
        self.leave_out(seat)
        ring = self._rings.get(seat.audience)
        if ring is None:
            ring = self._rings[seat.audience] = Ring(seat.audience)
        ring.add(seat, told)

    def leave_out(self, seat: Seat) -> None:
        """Tell a listener nothing more until it is taken in again."""
        if seat.bench is not None:
            ring = seat.bench.ring
            ring.remove(seat)
            if not ring.benches:
                del self._rings[ring.audience]

    def move(self, seat: Seat, seen_as: Audience) -> None:
        """Count a listener among those of another audience from now on; what they were told stays told."""
        level = seat.level
        self.leave_out(seat)
        seat.audience = seen_as
        if not level:
            return
        self.take_in(seat, seat.mark)
        assert seat.bench is not None
        for lap in self._left:
            if not lap.rows_alone:
                # What this round has not told them would be forgotten with its end.
                lap.benches.append(seat.bench)

    def move_all(self, without: PollId) -> None:
        """Count everybody who is level among those who have not voted in a poll, as who is in one that is over has not.

        One by one, those of a poll of thousands would hold the loop up for some tens of milliseconds.
        """
        for audience in [each for each in self._rings if without in each.voted_in]:
            moved = self._rings.pop(audience)
            seen_as = msgspec.structs.replace(audience, voted_in=audience.voted_in - {without})
            self._rings.setdefault(seen_as, Ring(seen_as)).take_over(moved)

    def begin_anew(self, register: Register) -> None:
        """Go on with another register; the caller leaves out everyone who held the old one's view."""
        self._register = register
        self._frames.clear()

    def close(self) -> None:
        """Start no more rounds."""
        self._pace.close()
        self._left.clear()

    def _begin(self, rows_alone: bool) -> None:
        if not rows_alone:
            self._began_at = self._touched.at
        self._cost_s[rows_alone] = 0.0
        # The many are told last: chairs and authors are few, and what changes is theirs to act upon.
        rings = sorted(self._rings.values(), key=lambda ring: -len(ring.benches))
        seats = (seat for person in self._askers for seat in self._seats_of(person))
        first = {seat.bench: None for seat in seats if seat.bench is not None}
        self._askers.clear()
        # The last is told next. Of a ring those who came first are told first, as long as they have room.
        benches = [bench for ring in rings for bench in reversed(ring.benches) if bench not in first] + list(first)
        self._left.append(_Lap(benches, rows_alone))
        if not self._going:
            self._go_on()

    def _go_on(self) -> None:
        self._going = True
        began = self._busy_s()
        until = self._timers.time() + PIECE_S
        while self._left and self._timers.time() <= until:
            lap = self._left[-1]
            if not lap.benches:
                self._left.pop()
                self._end(lap.rows_alone)
                continue
            try:
                self._tell(lap.benches.pop(), lap.rows_alone, until)
            except Exception:
                # Whoever was not reached is told from the same mark by the next round.
                _log.exception("a round met a bug of ours")
                self._failed = True
            now = self._busy_s()
            self._cost_s[lap.rows_alone] += now - began
            began = now
        self._going = bool(self._left)
        if self._going:
            self._timers.call_at(self._timers.time(), self._go_on)

    def _end(self, rows_alone: bool) -> None:
        if not rows_alone:
            if not self._failed:
                self._touched.forget_before(self._began_at)
            self._failed = False
            self._frames.clear()
        self._pace.ended(self._cost_s[rows_alone], rows_alone=rows_alone)

    def _tell(self, bench: Bench, rows_alone: bool, until: float) -> None:
        """Tell those of a bench what they lack."""
        apart = bench.apart(self._touched.own.keys())
        frame, to = self._lacking(bench.ring, bench.mark, rows_alone)
        bench.told(to, but=apart)
        if frame is not None:
            bench.told_s = until
            if len(frame) <= MAX_CHANGES_BYTES:
                bench.write(frame, self._send, but=apart)
            else:
                for seat in list(bench.but(apart)):
                    self._start_over(seat)
        for seat in apart:
            if seat.bench is bench:
                self._tell_alone(seat, bench.ring, rows_alone)

    def _tell_alone(self, seat: Seat, ring: Ring, rows_alone: bool) -> None:
        frame, to = self._lacking(ring, seat.mark, rows_alone)
        if seat.person in self._touched.own:
            self._tell_own(seat, frame, to, rows_alone)
        elif frame is None:
            seat.mark = to
        elif len(frame) <= MAX_CHANGES_BYTES:
            seat.mark = to
            seat.listener.write(frame)
        else:
            self._start_over(seat)

    def _lacking(self, ring: Ring, mark: Mark, rows_alone: bool) -> _Told:
        """Return what those of a ring lack who were told up to `mark`."""
        told = self._frames.get((ring, mark, rows_alone))
        if told is None:
            make = self._rows_since if rows_alone else self._made
            told = self._frames[ring, mark, rows_alone] = make(ring.audience, mark)
        return told

    def _rows_since(self, audience: Audience, mark: Mark) -> _Told:
        """Return the rows that came since, with the counts of those rows alone: the others come with the next tick."""
        register = self._register
        if mark.revision == register.revision:
            return None, mark
        shared = shared_since(register, audience, mark.revision, mark.tally, self._touched.since(mark.at))
        if not shared.rows and not shared.gone:
            return None, mark
        new = {row.id for row in shared.rows}
        rows = msgspec.structs.replace(
            shared,
            tallies=tuple(each for each in shared.tallies if each[0] in new),
            poll_counts=tuple(each for each in shared.poll_counts if each.poll in new),
            reactions=(),
        )
        to = Mark(mark.at, register.revision, mark.tally)
        return changes_frame(to, rows), to

    def _made(self, audience: Audience, mark: Mark) -> _Told:
        if mark.at == self._touched.at:
            return None, mark
        among = self._touched.since(mark.at)
        shared = shared_since(self._register, audience, mark.revision, mark.tally, among)
        if shared.empty:
            # Nothing that they may see was touched: they stand here now, and were told the same counters as before.
            return None, Mark(self._touched.at, mark.revision, mark.tally)
        here = self.here()
        return changes_frame(here, shared), here

    def _tell_own(self, seat: Seat, shared: bytes | None, to: Mark, rows_alone: bool) -> None:
        """Tell a person what concerns them alone, and with it what everybody is told."""
        assert seat.person is not None
        register, mark = self._register, seat.mark
        touched = self._touched.own[seat.person]
        questions, votes, ballots = touched.since(mark.at)
        mine = MinePart(
            rows=tuple(own_row(register.questions[id_]) for id_ in questions if _moved_since(register, id_, mark)),
            votes=() if rows_alone else tuple((id_, seat.person in register.voters(id_)) for id_ in votes),
            # It is said by a question of theirs, which is touched by it.
            silences=own_silences(register, seat.person, mark.revision) if questions else (),
            ballots=() if rows_alone else tuple((id_, ballot(register, seat.person, id_)) for id_ in ballots),
        )
        if shared is None and (mine.empty if rows_alone else touched.last < mark.at):
            seat.mark = to
            return
        if shared is None and not rows_alone:
            # The round looked before the votes that came in meanwhile; these counters would pass over them.
            shared, to = self._made(seat.audience, mark)
        if shared is None:
            to = Mark(mark.at, register.revision, mark.tally) if rows_alone else self.here()
            shared = changes_frame(to, NOTHING)
        frames = shared if mine.empty else mine_frame(to, mine) + shared
        if len(frames) > MAX_CHANGES_BYTES:
            self._start_over(seat)
            return
        seat.mark = to
        seat.listener.write(frames)


def _moved_since(register: Register, question: QuestionId, mark: Mark) -> bool:
    return register.questions[question].revision > mark.revision
