"""Who listens, and what each is told: the hub keeps its own copy of the register and brings every listener up to it.

All methods run on the loop's thread. Whoever is level is told in rounds (`rounds`). A listener whose transport is full
leaves them and is brought up to date when it has room again, so nobody waits for anybody; starting, returning and
catching up are one path.
This module must never know a socket or the database.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

import msgspec

from personal_app.conference import messages
from personal_app.conference.clock import Clock, to_epoch_ms
from personal_app.conference.ids import Epoch, ParticipantId, QuestionId, Revision, SessionId, Tally
from personal_app.conference.people import Audience, Participant
from personal_app.conference.polls import PollState
from personal_app.conference.program import Conference
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import QuestionRow
from personal_app.conference.visibility import (
    MinePart,
    audience_of,
    mine_since,
    own_row,
    question_row,
    shared_since,
)
from personal_app.server.applause import Applause
from personal_app.server.broadcast import write_to_all
from personal_app.server.chairs_here import ChairsHere
from personal_app.server.committed import Anew, Committed
from personal_app.server.framing import text_frame
from personal_app.server.pace import Timers
from personal_app.server.rounds import MAX_CHANGES_BYTES, Rounds
from personal_app.server.seats import Listener, Seat, Send
from personal_app.server.state_parts import Picture, take_picture
from personal_app.server.touched import Mark
from personal_app.server.view_frames import changes_frame, mine_frame
from personal_app.server.views import view_name

__all__ = ["NOTHING_HELD", "Held", "Hub", "Listener", "Seat"]

K = TypeVar("K")


class Hub:
    """Everyone who listens to one conference. `send` writes to the descriptors of listeners that have one."""

    def __init__(
        self,
        register: Register,
        epoch: Epoch,
        program: Callable[[], str],
        clock: Clock,
        timers: Timers,
        send: Send = write_to_all,
    ) -> None:
        self._register = register
        self._epoch = epoch
        self._program = program
        self._clock = clock
        self._rounds = Rounds(register, timers, self._start_over, lambda person: self._seats.get(person, ()), send)
        self.applause = Applause(timers, lambda talk: talk in self._register.talks)
        self.chairs = ChairsHere(timers, self._session_of)
        self._seats: defaultdict[ParticipantId | None, set[Seat]] = defaultdict(set)
        self._pictures: dict[Audience, Picture] = {}
        self._missed: dict[tuple[Audience, Revision, Tally], bytes] = {}

    @property
    def timetable(self) -> Conference:
        """The conference with the times that hold now."""
        return self._register.timetable

    # -- what the ledger tells -------------------------------------------------------------------------------------

    def take(self, committed: Committed | Anew) -> None:
        """Take in one committed batch and tell of it: rows at once, counts with the next tick."""
        if isinstance(committed, Anew):
            self._begin_anew(committed)
            return
        for entry in committed.entries:
            self._register.apply(entry.decision, entry.tally)
        if committed.entries:
            self._missed.clear()
            decisions = [entry.decision for entry in committed.entries]
            self._reseat(decisions)
            self._rounds.note(decisions)
        for participant in committed.participants:
            self._regrant(participant)

    # -- what connections tell -------------------------------------------------------------------------------------

    def join(self, listener: Listener, me: Participant | None, hello: "Held") -> Seat:
        """Welcome a listener that holds what `hello` says, and bring it up to date."""
        seat = Seat(listener, me, audience_of(self._register, me))
        self._seats[seat.person].add(seat)
        self._welcome(seat, hello)
        self.chairs.come(seat)
        return seat

    def connections_of(self, participant: ParticipantId) -> int:
        """Return how many listeners a participant has here."""
        return len(self._seats.get(participant, ()))

    def behind(self, hello: "Held") -> bool:
        """Tell whether a client has been told more than is known here: another server on the database told it."""
        since = hello.since
        if since is None or since.epoch != self._epoch:
            return False
        return since.revision > self._register.revision or since.tally > self._register.tally

    def leave(self, seat: Seat) -> None:
        """Forget a listener. Once is enough; twice is harmless."""
        self.paused(seat)
        _discard(self._seats, seat.person, seat)
        self.chairs.go(seat)

    def paused(self, seat: Seat) -> None:
        """The listener's transport is full: leave it out until it has room."""
        self._rounds.leave_out(seat)

    def resumed(self, seat: Seat) -> None:
        """The listener has room again: go on with its state, or tell what it missed."""
        self._advance(seat, always=False)
        self.chairs.catch_up(seat)

    def answered(self, seat: Seat, done: messages.Done) -> None:
        """A command of this listener is acknowledged; see that its view reaches the counters of the acknowledgement.

        A command that changed nothing has nothing to show, and the client waits for its counters all the same.
        """
        told = seat.mark
        if seat.level and seat.person is not None and (done.revision > told.revision or done.tally > told.tally):
            self._rounds.owe(seat.person)

    def shown(self, seat: Seat, question_id: QuestionId) -> QuestionRow | None:
        """Return a question as this listener may hold it now, or None."""
        question = self._register.questions.get(question_id)
        if question is None:
            return None
        row = question_row(question, seat.audience, self._register.history(question_id))
        return own_row(question) if row is None and question.asker == seat.person else row

    def say(self, notice: messages.Notice) -> int:
        """Say something to everyone who has room for it now; return to how many. It is no part of any view."""
        frame = text_frame(messages.encode(notice))
        seats = [seat for seats in self._seats.values() for seat in seats if seat.listener.writable]
        for seat in seats:
            seat.listener.write(frame)
        return len(seats)

    def close(self) -> None:
        """Start no more rounds."""
        self.applause.close()
        self._rounds.close()
        self.chairs.close()

    def _reseat(self, decisions: list[Decision]) -> None:
        """Give the listeners whom a ballot or the fate of a poll lets see more, or the same as others, their place."""
        people = {ballot.voter for decision in decisions for ballot in decision.ballots}
        for poll in (poll for decision in decisions for poll in decision.polls):
            voters = self._register.ballots.get(poll.id, {}).keys()
            if self._register.polls[poll.id].state is PollState.OPEN:
                people |= voters
                continue
            self._rounds.move_all(without=poll.id)
            # Those who are not level are still to be found.
            people.update(
                person
                for person in voters
                if any(poll.id in seat.audience.voted_in for seat in self._seats.get(person, ()))
            )
        for person in people:
            for seat in self._seats.get(person, ()):
                seen_as = audience_of(self._register, seat.me)
                if seen_as != seat.audience:
                    self._rounds.move(seat, seen_as)

    # -- bringing one listener up to date --------------------------------------------------------------------------

    def _session_of(self, question_id: QuestionId) -> SessionId | None:
        question = self._register.questions.get(question_id)
        return None if question is None else question.session

    def _begin_anew(self, anew: Anew) -> None:
        """Go on with another register, and tell everyone what lies between; all of it where the history is another."""
        before, self._register = self._register, anew.register
        revision, tally = anew.register.revision, anew.register.tally
        another = anew.epoch != self._epoch or revision < before.revision or tally < before.tally
        self._epoch = anew.epoch
        self._pictures.clear()
        self._missed.clear()
        self._rounds.begin_anew(anew.register)
        for seat in [seat for seats in self._seats.values() for seat in seats]:
            level = seat.level
            self.paused(seat)
            seat.is_for(seat.me, audience_of(self._register, seat.me))
            if another:
                self._welcome(seat, NOTHING_HELD)
            elif level:
                self._advance(seat, always=False)
        for participant in anew.participants:
            self._regrant(participant)

    def _regrant(self, participant: Participant) -> None:
        for seat in tuple(self._seats.get(participant.id, ())):
            if seat.me != participant:
                self.paused(seat)
                self.chairs.go(seat)
                seat.is_for(participant, audience_of(self._register, participant))
                self._welcome(seat, NOTHING_HELD)
                self.chairs.come(seat)

    def _welcome(self, seat: Seat, held: "Held") -> None:
        view = view_name(seat.me)
        welcome = messages.Welcome(
            epoch=self._epoch,
            server_time=to_epoch_ms(self._clock()),
            view=view,
            limits=messages.LIMITS,
            program=self._program(),
            me=_me(seat.me),
        )
        seat.listener.write(text_frame(messages.encode(welcome)))
        if self._may_resume(held, view):
            assert held.since is not None
            seat.mark = Mark(0, held.since.revision, held.since.tally)
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
            seat.listener.write(mine_frame(self._register, mine, full=True))

    def _picture(self, of: Audience) -> Picture:
        picture = self._pictures.get(of)
        if picture is None or picture.revision != self._register.revision:
            # Audiences come and go with polls: of those that nobody is any more the pictures would stay for good.
            now = self._register.revision
            self._pictures = {whose: held for whose, held in self._pictures.items() if held.revision == now}
            # Counts may be older than now: they are cheap to bring up to date, and votes must not spoil the picture.
            picture = self._pictures[of] = take_picture(self._register, of)
        return picture

    def _drop_old_counts(self, of: Audience) -> None:
        """A picture whose counts are old would leave as much to be told after it as there was before."""
        picture = self._pictures.get(of)
        if picture is not None and picture.tally != self._register.tally:
            del self._pictures[of]

    def _advance(self, seat: Seat, *, always: bool) -> None:
        """Write what the seat lacks while there is room, then take it into the rounds."""
        picture = seat.picture
        while picture is not None and seat.listener.writable:
            seat.listener.write(picture.frame(seat.next_part, self._register))
            seat.next_part += 1
            if seat.next_part == len(picture.parts):
                seat.mark = Mark(0, picture.revision, picture.tally)
                picture = seat.picture = None
                always = False
        if picture is not None or not seat.listener.writable:
            return
        behind = seat.mark.revision < self._register.revision or seat.mark.tally < self._register.tally
        if always or behind:
            self._catch_up(seat)
        if seat.picture is None and seat.listener.writable:
            self._rounds.take_in(seat, self._rounds.here())

    def _catch_up(self, seat: Seat) -> None:
        changes = self._missed_by(seat)
        mine = MinePart()
        if seat.person is not None:
            mine = mine_since(self._register, seat.person, seat.mark.revision, seat.mark.tally)
        frames = changes if mine.empty else mine_frame(self._register, mine) + changes
        if len(frames) > MAX_CHANGES_BYTES:
            self._drop_old_counts(seat.audience)
            self._begin_state(seat)
            self._advance(seat, always=False)
            return
        seat.mark = self._rounds.here()
        seat.listener.write(frames)

    def _missed_by(self, seat: Seat) -> bytes:
        """Return the changes that a listener missed, made once for all who were away since the same moment."""
        since = (seat.audience, seat.mark.revision, seat.mark.tally)
        changes = self._missed.get(since)
        if changes is None:
            changes = self._missed[since] = changes_frame(self._register, shared_since(self._register, *since))
        return changes

    def _start_over(self, seat: Seat) -> None:
        """Give the whole state, in parts, where so much changed at once that one frame of it would be too long."""
        self.paused(seat)
        self._begin_state(seat)
        self._advance(seat, always=False)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a client says it holds: how far it got, and under which view."""

    since: messages.Since | None = None
    view: str | None = None


NOTHING_HELD = Held()


def _discard(seats: defaultdict[K, set[Seat]], key: K, seat: Seat) -> None:
    if seat in seats[key]:
        seats[key].remove(seat)
    if not seats[key]:
        del seats[key]


def _me(me: Participant | None) -> messages.Me | None:
    return None if me is None else messages.Me(participant=me.id, name=me.name, grants=me.grants)
