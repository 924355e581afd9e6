"""Who listens, and what each is told: the hub keeps its own copy of the register and brings every listener up to it.

All methods run on the loop's thread. A change is projected when it is handed over, encoded and framed once for each
audience, and the same bytes go to all who share it; counts are merged over a tick that widens under load. A listener
whose transport is full leaves the rounds and is brought up to date when it has room again, so nobody waits for anybody.
This module must never know a socket or the database.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

import msgspec

from personal_app.conference import messages
from personal_app.conference.clock import Clock, to_epoch_ms
from personal_app.conference.ids import Epoch, ParticipantId, QuestionId, Revision, Tally
from personal_app.conference.people import PUBLIC, Audience, Participant, audience
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import QuestionRow, Row
from personal_app.conference.text import ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS
from personal_app.conference.visibility import MinePart, mine_since, own_row, question_row, shared_since
from personal_app.server.committed import Anew, Committed
from personal_app.server.framing import text_frame
from personal_app.server.pace import Pace, Timers
from personal_app.server.state_parts import Picture, take_picture
from personal_app.server.views import view_name

K = TypeVar("K")
Counters = tuple[Revision, Tally]

LIMITS = messages.Limits(question_chars=QUESTION_CHARS, answer_chars=ANSWER_CHARS, reason_chars=REASON_CHARS)
#: Changes longer than this are not worth a resume: the full state comes in parts and can wait for a slow line.
MAX_RESUME_BYTES = 128 * 1024


class Listener(Protocol):
    """A connection as the hub sees it."""

    @property
    def writable(self) -> bool:
        """True while the transport has room."""

    def write(self, frames: bytes) -> None:
        """Hand whole frames to the transport."""


class Seat:
    """One listener's place: who it is, what it was told last, and the part of the state that comes next."""

    __slots__ = ("audience", "level", "listener", "me", "next_part", "picture", "revision", "tally")

    def __init__(self, listener: Listener, me: Participant | None) -> None:
        self.listener = listener
        self.me = me
        self.audience = audience(me.grants) if me is not None else PUBLIC
        self.revision = Revision(0)
        self.tally = Tally(0)
        self.picture: Picture | None = None
        self.next_part = 0
        self.level = False

    @property
    def person(self) -> ParticipantId | None:
        """The participant's id, or None for a public connection."""
        return self.me.id if self.me is not None else None


class _Touched:
    """What the batches since the last round have changed."""

    def __init__(self) -> None:
        self.questions: set[QuestionId] = set()
        self.own: defaultdict[ParticipantId, set[QuestionId]] = defaultdict(set)
        self.votes: defaultdict[ParticipantId, dict[QuestionId, bool]] = defaultdict(dict)
        self.owed: set[ParticipantId] = set()

    def add(self, decision: Decision) -> None:
        for question in decision.questions:
            self.questions.add(question.id)
            self.own[question.asker].add(question.id)
        self.questions.update(answer.question for answer in decision.answers)
        for change in decision.votes:
            self.questions.add(change.question)
            self.votes[change.voter][change.question] = change.held

    @property
    def people(self) -> set[ParticipantId]:
        """Those who are told something of their own."""
        return self.own.keys() | self.votes.keys() | self.owed


class Hub:
    """Everyone who listens to one conference."""

    def __init__(
        self, register: Register, epoch: Epoch, program: Callable[[], str], clock: Clock, timers: Timers
    ) -> None:
        self._register = register
        self._epoch = epoch
        self._program = program
        self._clock = clock
        self._timers = timers
        self._pace = Pace(timers, self._round)
        self._level: defaultdict[Audience, set[Seat]] = defaultdict(set)
        self._seats: defaultdict[ParticipantId | None, set[Seat]] = defaultdict(set)
        self._pictures: dict[Audience, Picture] = {}
        self._touched = _Touched()
        self._told = (register.revision, register.tally)

    # -- what the ledger tells -------------------------------------------------------------------------------------

    def take(self, committed: Committed | Anew) -> None:
        """Take in one committed batch and tell of it: rows at once, counts with the next tick."""
        if isinstance(committed, Anew):
            self._begin_anew(committed)
            return
        rows = False
        for entry in committed.entries:
            self._register.apply(entry.decision, entry.tally)
            self._touched.add(entry.decision)
            rows = rows or entry.decision.rows
        if committed.entries:
            self._pace.due(urgent=rows)
        for participant in committed.participants:
            self._regrant(participant)

    # -- what connections tell -------------------------------------------------------------------------------------

    def join(self, listener: Listener, me: Participant | None, hello: "Held") -> Seat:
        """Welcome a listener that holds what `hello` says, and bring it up to date."""
        seat = Seat(listener, me)
        self._seats[seat.person].add(seat)
        self._welcome(seat, hello)
        return seat

    def leave(self, seat: Seat) -> None:
        """Forget a listener. Once is enough; twice is harmless."""
        self.paused(seat)
        _discard(self._seats, seat.person, seat)

    def paused(self, seat: Seat) -> None:
        """The listener's transport is full: leave it out until it has room."""
        seat.level = False
        _discard(self._level, seat.audience, seat)

    def resumed(self, seat: Seat) -> None:
        """The listener has room again: go on with its state, or tell what it missed."""
        self._advance(seat, always=False)

    def answered(self, seat: Seat, done: messages.Done) -> None:
        """A command of this listener is acknowledged; see that its view reaches the counters of the acknowledgement.

        A command that changed nothing has nothing to show, and the client waits for its counters all the same.
        """
        if seat.level and seat.person is not None and (done.revision > seat.revision or done.tally > seat.tally):
            self._touched.owed.add(seat.person)
            self._pace.due(urgent=False)

    def shown(self, seat: Seat, question_id: QuestionId) -> QuestionRow | None:
        """Return a question as this listener may hold it now, or None."""
        question = self._register.questions.get(question_id)
        if question is None:
            return None
        row = question_row(question, seat.audience)
        return own_row(question) if row is None and question.asker == seat.person else row

    def close(self) -> None:
        """Start no more rounds."""
        self._pace.close()

    # -- bringing one listener up to date --------------------------------------------------------------------------

    def _begin_anew(self, anew: Anew) -> None:
        """Go on with another register, and tell everyone what lies between; all of it where the history is another."""
        before, self._register = self._register, anew.register
        revision, tally = anew.register.revision, anew.register.tally
        another = anew.epoch != self._epoch or revision < before.revision or tally < before.tally
        self._epoch = anew.epoch
        self._pictures.clear()
        self._touched = _Touched()
        self._told = (revision, tally)
        for seat in [seat for seats in self._seats.values() for seat in seats]:
            if another:
                self.paused(seat)
                self._welcome(seat, NOTHING_HELD)
            elif seat.level:
                self.paused(seat)
                self._advance(seat, always=False)
        for participant in anew.participants:
            self._regrant(participant)

    def _regrant(self, participant: Participant) -> None:
        for seat in tuple(self._seats.get(participant.id, ())):
            if seat.me != participant:
                self.paused(seat)
                seat.me = participant
                seat.audience = audience(participant.grants)
                self._welcome(seat, NOTHING_HELD)

    def _welcome(self, seat: Seat, held: "Held") -> None:
        view = view_name(seat.me)
        welcome = messages.Welcome(
            epoch=self._epoch,
            server_time=to_epoch_ms(self._clock()),
            view=view,
            limits=LIMITS,
            program=self._program(),
            me=_me(seat.me),
        )
        seat.listener.write(text_frame(messages.encode(welcome)))
        if self._may_resume(held, view):
            assert held.since is not None
            seat.revision, seat.tally = held.since.revision, held.since.tally
        else:
            self._begin_state(seat)
        self._advance(seat, always=True)

    def _may_resume(self, held: "Held", view: str) -> bool:
        """Tell whether changes alone can bring a client up to date that holds `held`."""
        since = held.since
        if since is None or since.epoch != self._epoch or held.view != view:
            return False
        return 0 <= since.revision <= self._register.revision and 0 <= since.tally <= self._register.tally

    def _begin_state(self, seat: Seat) -> None:
        seat.picture = self._picture(seat.audience)
        seat.next_part = 0
        if seat.person is not None:
            mine = mine_since(self._register, seat.person, Revision(0), Tally(0))
            seat.listener.write(self._mine_frame(mine, full=True))

    def _picture(self, of: Audience) -> Picture:
        picture = self._pictures.get(of)
        if picture is None or picture.revision != self._register.revision:
            # Counts may be older than now: they are cheap to bring up to date, and votes must not spoil the picture.
            picture = self._pictures[of] = take_picture(self._register, of)
        return picture

    def _advance(self, seat: Seat, *, always: bool) -> None:
        """Write what the seat lacks while there is room, then take it into the rounds."""
        picture = seat.picture
        while picture is not None and seat.listener.writable:
            seat.listener.write(picture.frame(seat.next_part, self._register))
            seat.next_part += 1
            if seat.next_part == len(picture.parts):
                seat.revision, seat.tally = picture.revision, picture.tally
                picture = seat.picture = None
                always = False
        if picture is not None or not seat.listener.writable:
            return
        behind = seat.revision < self._register.revision or seat.tally < self._register.tally
        if always or behind:
            self._catch_up(seat)
        if seat.picture is None and seat.listener.writable:
            seat.level = True
            self._level[seat.audience].add(seat)

    def _catch_up(self, seat: Seat) -> None:
        shared = shared_since(self._register, seat.audience, seat.revision, seat.tally)
        changes = self._changes_frame(shared.rows, shared.gone, shared.tallies)
        if len(changes) > MAX_RESUME_BYTES:
            self._pictures.pop(seat.audience, None)
            self._begin_state(seat)
            self._advance(seat, always=False)
            return
        mine = MinePart()
        if seat.person is not None:
            mine = mine_since(self._register, seat.person, seat.revision, seat.tally)
        seat.revision, seat.tally = self._register.revision, self._register.tally
        seat.listener.write(changes if mine.empty else self._mine_frame(mine) + changes)

    # -- bringing all who are level up to date ---------------------------------------------------------------------

    def _round(self) -> None:
        """Tell everyone who is level what has changed since the last round."""
        touched, self._touched = self._touched, _Touched()
        people = touched.people
        told, self._told = self._told, (self._register.revision, self._register.tally)
        for (audience_, since), seats in _who_holds_what(self._level, told).items():
            shared = shared_since(self._register, audience_, *since, touched.questions)
            frame = None if shared.empty else self._changes_frame(shared.rows, shared.gone, shared.tallies)
            if frame is not None and len(frame) > MAX_RESUME_BYTES:
                self._start_over(seats)
                continue
            for seat in seats:
                if not seat.level:
                    continue
                if seat.person in people:
                    self._write(seat, self._own_frames(seat, touched, frame))
                elif frame is not None:
                    self._write(seat, frame)

    def _start_over(self, seats: Iterable[Seat]) -> None:
        """Give the whole state, in parts, where so much changed at once that one frame of it would be too long."""
        for seat in tuple(seats):
            self.paused(seat)
            self._begin_state(seat)
            self._advance(seat, always=False)

    def _write(self, seat: Seat, frames: bytes) -> None:
        seat.revision, seat.tally = self._register.revision, self._register.tally
        seat.listener.write(frames)

    def _own_frames(self, seat: Seat, touched: _Touched, shared: bytes | None) -> bytes:
        assert seat.person is not None
        mine = MinePart(
            rows=tuple(own_row(self._register.questions[id_]) for id_ in touched.own.get(seat.person, ())),
            votes=tuple(touched.votes.get(seat.person, {}).items()),
        )
        shared = shared if shared is not None else self._changes_frame((), (), ())
        return shared if mine.empty else self._mine_frame(mine) + shared

    def _changes_frame(
        self,
        rows: tuple[Row, ...],
        gone: tuple[QuestionId, ...],
        tallies: Iterable[tuple[QuestionId, int]],
    ) -> bytes:
        changes = messages.Changes(
            revision=self._register.revision,
            tally=self._register.tally,
            set=rows,
            gone=gone,
            tallies=tuple(tallies),
        )
        return text_frame(messages.encode(changes))

    def _mine_frame(self, mine: MinePart, *, full: bool = False) -> bytes:
        message = messages.Mine(
            revision=self._register.revision,
            tally=self._register.tally,
            full=full,
            set=mine.rows,
            votes=mine.votes,
        )
        return text_frame(messages.encode(message))


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a client says it holds: how far it got, and under which view."""

    since: messages.Since | None = None
    view: str | None = None


NOTHING_HELD = Held()


def _who_holds_what(
    level: Mapping[Audience, Iterable[Seat]], told: Counters
) -> defaultdict[tuple[Audience, Counters], list[Seat]]:
    """Return the level seats by what they see and up to where they hold it.

    That is what the last round told, or more where a seat became level since: it may hold what came up after that round
    and has gone away again, and must be told so.
    """
    held: defaultdict[tuple[Audience, Counters], list[Seat]] = defaultdict(list)
    for audience_, seats in level.items():
        for seat in seats:
            held[audience_, (max(told[0], seat.revision), max(told[1], seat.tally))].append(seat)
    return held


def _discard(seats: defaultdict[K, set[Seat]], key: K, seat: Seat) -> None:
    if seat in seats[key]:
        seats[key].remove(seat)
    if not seats[key]:
        del seats[key]


def _me(me: Participant | None) -> messages.Me | None:
    return None if me is None else messages.Me(participant=me.id, name=me.name, grants=me.grants)
