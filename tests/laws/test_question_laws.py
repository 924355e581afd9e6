"""The six laws of questions, tried on scripts of everything that people, devices and networks can do.

1. Any old view and what came since make the view of now: rows at every frame, counts at rest.
2. No text that a viewer may not see at the moment a frame is handed over is in that frame.
3. A done command that comes again, at any later moment, changes nothing.
4. Two devices with different disconnects end equal.
5. A count is the number of distinct people who hold a vote.
6. A move followed by its inverse restores the question, all but revision, history and times; where others stand on it,
   undoing it with all that are named restores them too.
"""

from collections import Counter
from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from personal_app.conference import commands as do
from personal_app.conference.board import Board
from personal_app.conference.drafts import draft_of
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import ParticipantId, PollId, QuestionId, Revision, SessionId, TalkId
from personal_app.conference.messages import Changes, Command, Done, Mine, Refused
from personal_app.conference.moderation import standings
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.polls import PollCount
from personal_app.conference.polls import standing as poll_standing
from personal_app.conference.program import Conference, QuestionTimes
from personal_app.conference.questions import (
    MARKS,
    NO_QUESTIONS_MOVES,
    POLL_MOVES,
    REASONED_STATES,
    TABLE,
    VOTABLE_STATES,
    Move,
    QaState,
    Question,
    QuestionState,
    Standing,
)
from personal_app.conference.reactions import Reaction
from personal_app.conference.rows import AnnouncementRow
from personal_app.conference.undoing import standing
from tests.factories import (
    OPENING,
    PAPER_1,
    PAPER_2,
    PAPER_3,
    RESEARCH,
    START,
    WELCOME,
    aid,
    author,
    chair,
    conference,
    organizer,
    participant,
    qid,
    random_like,
)
from tests.laws.budget import budget
from tests.laws.reference import Connection, Device, Held, Ledger, Line, held, marked

TALKS = (WELCOME, WELCOME, PAPER_1, PAPER_2, PAPER_3)
#: Ada has two devices; Gil asks anonymously only, so that nobody but he may ever be sent his name.
ADA, GIL = participant(marked("Ada")), participant(marked("Gil"))
AMIR = author(marked("Amir"), WELCOME, PAPER_2)
BEA = author(marked("Bea"), WELCOME)
CHIARA, CARLOS = chair(marked("Chiara"), OPENING), chair(marked("Carlos"), RESEARCH)
OLGA = organizer(marked("Olga"))
PEOPLE = (ADA, GIL, AMIR, BEA, CHIARA, CARLOS, OLGA)
VIEWERS = (None, ADA.id, ADA.id, *(person.id for person in PEOPLE[1:]))
GRANTS = (Grant(Role.CHAIR, OPENING), Grant(Role.CHAIR, RESEARCH), Grant(Role.AUTHOR, PAPER_1), Grant(Role.ORGANIZER))

#: Moves that another move takes back.
INVERSES = ("queue", "move", "start", "vote", "offer", "merge", "hide")

ACTS = sorted(set(Move) - {Move.ASK} - NO_QUESTIONS_MOVES)

Frame = tuple[Changes, Mine | None]
_Votes = dict[QuestionId, set[ParticipantId]]
_Reactions = Counter[tuple[TalkId, str]]
_Ballots = dict[PollId, dict[ParticipantId, tuple[int, ...]]]

devices = st.integers(0, len(VIEWERS) - 1)
picks = st.integers(0, 11)


class QuestionScripts(RuleBasedStateMachine):
    """One conference, nine devices, and everything that can happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(_timed(), PEOPLE)
        self.devices = [Device(self.ledger, viewer, self.opened) for viewer in VIEWERS]
        self.asked: list[QuestionId] = []
        self.made = 0
        self.replayable: list[tuple[ParticipantId, Command]] = []
        self.voters: dict[QuestionId, set[ParticipantId]] = {}
        self.reactions: Counter[tuple[TalkId, str]] = Counter()
        self.ballots: dict[PollId, dict[ParticipantId, tuple[int, ...]]] = {}
        self.backup: tuple[Ledger, _Votes, _Ballots, _Reactions] | None = None

    def opened(self, ledger: Ledger, viewer: ParticipantId | None) -> Connection:
        """Return the server's end of a new connection."""
        return Line(ledger, viewer)

    @initialize(talks=st.lists(st.integers(0, len(TALKS) - 1), min_size=2, max_size=5), queued=st.booleans())
    def some_questions(self, talks: list[int], queued: bool) -> None:
        """Let the script begin with a few questions that everyone sees."""
        for device in self.devices:
            device.connect()
        for talk in talks:
            self.made += 1
            self.asked.append(qid(str(self.made)))
            text = marked(f"question {self.made}")
            self._server_does(ADA.id, do.Ask(question=self.asked[-1], talk=TALKS[talk], text=text), 0)
            question = self.ledger.register.questions[self.asked[-1]]
            if question.state is QuestionState.PENDING:
                self._server_does(OLGA.id, do.Approve(question=question.id), question.moved)
        self.settle()
        if queued:
            for id_ in self.asked:
                moved = self.ledger.register.questions[id_].moved
                self._server_does(OLGA.id, do.Queue(question=id_), moved)

    @rule(device=devices, talk=st.integers(0, len(TALKS) - 1), anonymous=st.booleans())
    def ask(self, device: int, talk: int, anonymous: bool) -> None:
        """Somebody asks; Gil never under his name."""
        self.made += 1
        question = qid(str(self.made))
        self.asked.append(question)
        text = marked(f"question {self.made}")
        anonymous = anonymous or VIEWERS[device] == GIL.id
        self._wish(device, do.Ask(question=question, talk=TALKS[talk], text=text, anonymous=anonymous), None)

    @rule(
        device=devices,
        move=st.sampled_from(ACTS),
        which=picks,
        other=picks,
    )
    def act(self, device: int, move: Move, which: int, other: int) -> None:
        """Somebody does something to a question as they see it, whether they may or not."""
        self._act(device, move, which, other)

    @rule(device=devices, talk=st.integers(0, len(TALKS) - 1), number=st.integers(0, 6))
    def regulate(self, device: int, talk: int, number: int) -> None:
        """Somebody opens, pauses or closes a talk's questions, leaves it to the program, or switches its moderation."""
        qa = (QaState.OPEN, QaState.OPEN, QaState.PAUSED, QaState.CLOSED, None, None, None)[number]
        moderated = (None, None, None, None, True, False, None)[number]
        self._wish(device, do.Regulate(talk=TALKS[talk], qa=qa, moderated=moderated, scheduled=number == 6), None)

    @rule(device=devices, session=st.sampled_from((OPENING, RESEARCH)), late=st.integers(-1, 1), rest=st.integers(0, 1))
    def retime(self, device: int, session: SessionId, late: int, rest: int) -> None:
        """Somebody gives a session other times, and what follows it."""
        wanted = do.Retime(session=session, late_ms=60_000 * late, extra_ms=60_000, rest_ms=60_000 * rest)
        self._wish(device, wanted, None)

    @rule(device=devices, which=st.integers(0, 1), ends=st.booleans())
    def announce(self, device: int, which: int, ends: bool) -> None:
        """Somebody tells everyone something, or takes it away."""
        self.made += 1
        id_ = random_like(f"announcement {which}")
        text = marked(f"announcement {self.made}")
        wanted = do.EndAnnouncement(announcement=id_) if ends else do.Announce(announcement=id_, text=text)
        self._wish(device, wanted, None)

    @rule(
        device=devices,
        which=st.integers(0, 2),
        move=st.sampled_from((*sorted(POLL_MOVES), Move.OPEN_POLL, Move.BALLOT, Move.BALLOT)),
        number=st.integers(0, 7),
        may=st.booleans(),
    )
    def poll(self, device: int, which: int, move: Move, number: int, may: bool) -> None:
        """Somebody does something to a poll; the organizer, where it is somebody who `may`."""
        id_ = random_like(f"poll {which}")
        if may and move is not Move.BALLOT:
            device = 8
        self.made += 1
        row = self.devices[device].board.open.get(f"poll {id_}")
        seen = row.revision if row is not None and number % 2 else None
        self._wish(device, self._poll_command(move, id_, number), seen)

    def _poll_command(self, move: Move, id_: str, number: int) -> do.Do:
        match move:
            case Move.MAKE_POLL:
                return do.MakePoll(
                    poll=id_,
                    session=(OPENING, RESEARCH)[id_ == random_like("poll 2")],
                    text=marked(f"poll {self.made}"),
                    options=tuple(marked(f"option {self.made} {each}") for each in range(3)),
                    multiple=number > 3,
                )
            case Move.BALLOT:
                return do.Ballot(poll=id_, options=tuple(each for each in range(3) if number >> each & 1) or (0,))
            case Move.UNDO_POLL:
                held = self.ledger.register.polls.get(PollId(id_))
                moves = [each.revision for each in poll_standing(held)] if held is not None else []
                return do.UndoPoll(poll=id_, moves=tuple(moves[: 1 + number % 2]) or (Revision(1),))
            case _:
                return msgspec.convert({"type": move.value, "poll": id_}, type=do.Do)  # type: ignore[no-any-return]

    @rule(talk=st.integers(0, len(TALKS) - 1), kind=st.sampled_from(Reaction), times=st.integers(1, 3))
    def react(self, talk: int, kind: Reaction, times: int) -> None:
        """People send reactions, which the server counts together."""
        self.ledger.react(TALKS[talk], kind, times)
        self.reactions[TALKS[talk], kind] += times

    @rule(which=st.integers(0, 2), move=st.sampled_from((Move.OPEN_POLL, Move.CLOSE_POLL, Move.DISCARD_POLL)))
    def poll_there_and_back(self, which: int, move: Move) -> None:
        """An organizer moves a poll and takes it back: it is as it was."""
        id_ = PollId(random_like(f"poll {which}"))
        before = self.ledger.register.polls.get(id_)
        if before is None or not self._server_does(OLGA.id, self._poll_command(move, id_, 0), None):
            return
        revision = self.ledger.register.revision
        assert self._server_does(OLGA.id, do.UndoPoll(poll=id_, moves=(revision,)), None)
        event(f"undone: {move}")
        after = self.ledger.register.polls[id_]
        bare = {"revision": 0, "history": (), "shown": None}
        assert msgspec.structs.replace(after, **bare) == msgspec.structs.replace(before, **bare)

    @invariant()
    def ballots_are_people(self) -> None:
        """Ballots that were acknowledged are held once by each person, as they were cast last."""
        self._note_what_was_done()
        register = self.ledger.register
        for id_, poll in register.polls.items():
            held = self.ballots.get(id_, {})
            votes = tuple(sum(place in options for options in held.values()) for place in range(len(poll.options)))
            assert register.poll_count(id_) == PollCount(id_, len(held), votes)

    @rule(which=picks, other=picks, by=picks, step=st.integers(0, 1000))
    def go_on(self, which: int, other: int, by: int, step: int) -> None:
        """Somebody who may takes a question on a step that its state allows, having looked at it as it is."""
        question = self.ledger.register.questions.get(self._question(which))
        if question is None:
            return
        moves = [move for move, row in TABLE.items() if question.state in row.sources]
        if not moves:
            return
        move = moves[step % len(moves)]
        people = [id_ for id_, person in self.ledger.people.items() if self._may(person, move, question)]
        device = VIEWERS.index(people[by % len(people)]) if people else 8
        seen = None if move in (Move.VOTE, Move.UNVOTE, Move.OFFER) else question.moved
        person = VIEWERS[device]
        assert person is not None
        self._server_does(person, self._command(move, question.id, self._question(other), device, other), seen)

    def _may(self, person: Participant, move: Move, question: Question) -> bool:
        return bool(TABLE[move].who & standings(self.ledger.register, person, question))

    @rule(device=devices, which=picks, held_=st.booleans())
    def vote(self, device: int, which: int, held_: bool) -> None:
        """Somebody votes or takes the vote back."""
        self._act(device, Move.VOTE if held_ else Move.UNVOTE, which, 0)

    @rule(device=devices)
    def connect(self, device: int) -> None:
        """A device comes back."""
        self.devices[device].connect()

    @rule(device=devices)
    def cut(self, device: int) -> None:
        """A device loses its connection."""
        self.devices[device].cut()

    @rule(device=devices)
    def tick(self, device: int) -> None:
        """The hub hands over what one connection lacks."""
        line = self.devices[device].line
        if line is not None:
            line.tick()

    @rule()
    def tick_all(self) -> None:
        """The hub hands over what every connection lacks."""
        for device in self.devices:
            if device.line is not None:
                device.line.tick()

    @rule(device=devices, frames=st.integers(1, 9))
    def receive(self, device: int, frames: int) -> None:
        """Frames arrive."""
        self.devices[device].receive(frames)

    @rule(device=devices, frames=st.integers(2, 12), order=st.integers(0, 1000))
    def receive_out_of_order(self, device: int, frames: int, order: int) -> None:
        """Frames arrive whose changes are applied in another order."""
        self.devices[device].receive(frames, shuffle=Random(order))

    @rule(device=devices, which=st.integers(0, 1000))
    def hear_again(self, device: int, which: int) -> None:
        """Changes are applied once more, late."""
        self.devices[device].hear_again(Random(which))

    @precondition(lambda self: self.replayable)
    @rule(which=st.integers(0, 1000))
    def replay(self, which: int) -> None:
        """A done command reaches the server again."""
        actor, command = self.replayable[which % len(self.replayable)]
        before = self._everything()
        answer = self.ledger.submit(actor, command)
        assert answer == self.ledger.done[actor, command.id][1]
        assert self._everything() == before

    @precondition(lambda self: self.replayable)
    @rule(which=st.integers(0, 1000))
    def reuse_an_id(self, which: int) -> None:
        """The id of a done command comes with another body."""
        actor, command = self.replayable[which % len(self.replayable)]
        before = self._everything()
        other = msgspec.structs.replace(command, seen=(command.seen or 0) + 1)
        answer = self.ledger.submit(actor, other)
        assert isinstance(answer, Refused)
        assert (answer.code.value, answer.final) == ("id_reused", True)
        assert self._everything() == before

    @rule(person=st.integers(0, len(PEOPLE) - 1), grant=st.sampled_from(GRANTS))
    def grant(self, person: int, grant: Grant) -> None:
        """An invitation is used on an open connection; Ada's grants stay, for she is the plain attendee."""
        if PEOPLE[person] is not ADA:
            self.ledger.grant(PEOPLE[person].id, grant)

    @rule()
    def back_up(self) -> None:
        """The server's truth is copied as it is."""
        ballots = {id_: dict(held_by) for id_, held_by in self.ballots.items()}
        self.backup = (
            self.ledger.copied(),
            {id_: set(voters) for id_, voters in self.voters.items()},
            ballots,
            Counter(self.reactions),
        )

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        """The server comes back from its backup; what was done since is lost, and no client may trust its counters."""
        for device in self.devices:
            device.cut()
        self.take_backup()

    def take_backup(self) -> None:
        """Make the truth that of the backup."""
        assert self.backup is not None
        (copied, voters, ballots, self.reactions), self.backup = self.backup, None
        self.ledger.restore(copied)
        self.voters = {id_: set(held_by) for id_, held_by in voters.items()}
        self.ballots = {id_: dict(held_by) for id_, held_by in ballots.items()}
        self.replayable = self.replayable[: len(self.ledger.done)]

    @rule(which=picks, other=picks, inverse=st.sampled_from(INVERSES))
    def there_and_back(self, which: int, other: int, inverse: str) -> None:
        """A move is followed by its inverse."""
        question = self.ledger.register.questions.get(self._question(which))
        if question is None:
            return
        pair = self._pair(question, self._question(other), inverse)
        if pair is None:
            return
        before = self._restorable(question.id)
        actor, first, second = pair
        if self._server_does(actor, first, question.moved):
            moved = self.ledger.register.questions[question.id].moved
            assert self._server_does(actor, second, moved)
            event(f"there and back: {inverse}")
            assert self._restorable(question.id) == before

    @rule(which=picks, other=picks, step=st.integers(0, 1000))
    def undo_what_was_done(self, which: int, other: int, step: int) -> None:
        """A chair makes any move and takes it back: everything is as it was, on every question that it touched."""
        before = {id_: self._restorable(id_) for id_ in self.ledger.register.questions}
        question = self._question(which)
        # A mark that stood already changes nothing, and there is nothing to undo.
        if (revision := self._chairs_move(question, self._question(other), other, step)) is not None:
            move = standing(self.ledger.register, question)[0].move
            assert self._server_does(OLGA.id, do.Undo(question=question, moves=(revision,)), None)
            event(f"undone: {move}")
            assert {id_: self._restorable(id_) for id_ in self.ledger.register.questions} == before

    @rule(which=picks, then=picks, other=picks, step=st.integers(0, 1000), next_step=st.integers(0, 1000))
    def undo_what_stands_on_it_too(self, which: int, then: int, other: int, step: int, next_step: int) -> None:
        """A chair makes two moves and takes the first back, with all that is said to stand on it: none is left."""
        before = {id_: self._restorable(id_) for id_ in self.ledger.register.questions}
        first = self._chairs_move(self._question(which), self._question(other), other, step)
        second = self._chairs_move(self._question(then), self._question(which), other, next_step)
        if first is None or second is None:
            return
        named: tuple[int, ...] = (first,)
        for _ in range(2):
            undo = Command(
                id=random_like(f"undo {named} {self.made}"), do=do.Undo(question=self._question(which), moves=named)
            )
            answer = self.ledger.submit(OLGA.id, undo)
            if not isinstance(answer, Refused) or not answer.moves:
                break
            named = (*answer.moves, first)
        event(f"undone with what stands on it: {len(named)}, {answer.code if isinstance(answer, Refused) else 'done'}")
        if isinstance(answer, Refused):
            # Another one is being answered by now, or what it was merged into is gone: nothing stands on it.
            assert answer.code in (RefusalCode.BUSY, RefusalCode.CONFLICT)
            assert len(named) == 1
        elif len(named) > 1:
            assert {id_: self._restorable(id_) for id_ in self.ledger.register.questions} == before

    def _chairs_move(self, question: QuestionId, other: QuestionId, number: int, step: int) -> Revision | None:
        """Make a move of a chair's that the question's state allows; return its revision, or None."""
        known = self.ledger.register.questions.get(question)
        if known is None:
            return None
        chairs = [move for move, row in TABLE.items() if Standing.CHAIR in row.who and known.state in row.sources]
        moves = [move for move in chairs if move not in (Move.UNDO, Move.DRAFT)]
        if not moves:
            return None
        last = self.ledger.register.revision
        wanted = self._command(moves[step % len(moves)], question, other, 8, number)
        if not self._server_does(OLGA.id, wanted, known.moved) or self.ledger.register.revision == last:
            return None
        return self.ledger.register.revision

    @rule(
        talk=st.integers(0, len(TALKS) - 1), number=st.integers(0, 5), which=st.integers(0, 1), moves=st.integers(1, 3)
    )
    def undo_what_is_about_no_question(self, talk: int, number: int, which: int, moves: int) -> None:
        """Somebody changes a talk's questions or what everyone is told, and all of it is taken back together."""
        qa = tuple(QaState)[number % 3]
        key = f"qa {TALKS[talk]}" if number < 3 else f"announcement {random_like(f'announcement {which}')}"
        was = self._bare(key)
        made: list[Revision] = []
        for step in range(moves):
            self.made += 1
            wanted: do.Do = do.Regulate(talk=TALKS[talk], qa=qa if step % 2 else None, moderated=step % 2 == 0)
            if number >= 3:
                text = marked(f"announcement {self.made}")
                wanted = do.Announce(announcement=random_like(f"announcement {which}"), text=text)
            before = self.ledger.register.revision
            self._server_does(OLGA.id, wanted, None)
            made += [self.ledger.register.revision] if self.ledger.register.revision > before else []
        if made:
            assert self._server_does(OLGA.id, do.UndoOpening(row=key, moves=tuple(reversed(made))), None)
            event(f"undone: {len(made)} of {key.partition(' ')[0]}")
            assert self._bare(key) == was

    def _bare(self, key: str) -> object:
        """Return a row as everyone sees it, without its revision; one that is over is as good as none."""
        row = self.ledger.register.open.get(key)
        if row is None and key.startswith("qa "):
            row = self.ledger.register.qa(TalkId(key[3:]))
        if row is None or (isinstance(row, AnnouncementRow) and row.ended):
            return None
        return msgspec.structs.replace(row, revision=Revision(0))

    @rule()
    def settle(self) -> None:
        """Everyone is connected and everything arrives: now all views are those of newcomers."""
        for _ in range(2):
            for device in self.devices:
                device.connect()
            self.tick_all()
            for device in self.devices:
                device.receive(1000)
        # Acknowledged while others received: one more round brings what those commands changed.
        self.tick_all()
        for device in self.devices:
            device.receive(1000)
        self._compare_with_newcomers()

    @invariant()
    def counts_are_people(self) -> None:
        """Votes that were acknowledged are held once by each person."""
        self._note_what_was_done()
        for id_ in self.ledger.register.questions:
            assert self.ledger.register.count(id_) == len(self._people(id_))

    def _people(self, question: QuestionId) -> set[ParticipantId]:
        """Return who holds a vote for the question or for what is merged into it now."""
        people = set(self.voters.get(question, ()))
        for id_, row in self.ledger.register.questions.items():
            if row.into == question:
                people |= self._people(id_)
        return people

    def _note_what_was_done(self) -> None:
        for (actor, _), (body, _) in list(self.ledger.done.items())[len(self.replayable) :]:
            command = msgspec.json.decode(body, type=Command)
            self.replayable.append((actor, command))
            event(f"done {do.move_of(command.do)}")
            if isinstance(command.do, do.Vote):
                self.voters.setdefault(do.question_of(command.do), set()).add(actor)
            elif isinstance(command.do, do.Ballot):
                self.ballots.setdefault(do.poll_of(command.do), {})[actor] = tuple(sorted(set(command.do.options)))
            elif isinstance(command.do, do.Unvote):
                for id_ in _tree(do.question_of(command.do), self.ledger.trees[actor, command.id]):
                    self.voters.setdefault(id_, set()).discard(actor)

    @invariant()
    def one_is_answered_at_a_time(self) -> None:
        """Of a session at most one question is being answered; places in the order and numbers are distinct."""
        questions = self.ledger.register.questions.values()
        answering = [question.session for question in questions if question.state is QuestionState.ANSWERING]
        assert len(answering) == len(set(answering))
        queued = [(question.session, question.order) for question in questions if question.order is not None]
        assert len(queued) == len(set(queued))
        assert all((question.order is not None) == (question.state is QuestionState.QUEUED) for question in questions)
        numbers = [(question.talk, question.number) for question in questions if question.number is not None]
        assert len(numbers) == len(set(numbers))

    def teardown(self) -> None:
        """End at rest; a script that changed nothing has shown nothing."""
        if self.asked:
            self.settle()
            assert self.ledger.register.revision > 0
            for id_, question in self.ledger.register.questions.items():
                event(f"ends {question.state}")
                assert id_ in self.asked

    def _compare_with_newcomers(self) -> None:
        self._note_what_was_done()
        for device in self.devices:
            newcomer = held(self.ledger.fresh(device.viewer))
            assert held(device.board) == newcomer
            self._at_rest(device)
            assert device.drawn_wishes() == []
            device.assert_drawn()
            for refusal in device.refusals:
                event(f"refused {refusal.code}")
            self._counts_match(newcomer)
            assert newcomer.reactions == {key: count for key, count in self.reactions.items() if count}
            for poll in newcomer.polls.values():
                event(f"polls end {poll.row.state}, result {'told' if poll.count is not None else 'kept back'}")
        assert held(self.devices[1].board) == held(self.devices[2].board)

    def _at_rest(self, device: Device) -> None:
        assert device.board.revision == self.ledger.register.revision
        assert device.board.tally == self.ledger.register.tally

    def _counts_match(self, newcomer: Held) -> None:
        for id_ in newcomer.shared:
            assert newcomer.counts[id_] == len(self._people(id_))

    def _question(self, which: int) -> QuestionId:
        return self.asked[which % len(self.asked)] if self.asked else qid("none")

    def _act(self, device: int, move: Move, which: int, other: int) -> None:
        board = self.devices[device].board
        question = self._question(which)
        row = board.shared.get(question) or board.mine.get(question)
        unseen = MARKS | {Move.VOTE, Move.UNVOTE, Move.UNDO}
        seen = None if row is None or move in unseen else row.moved
        self._wish(device, self._command(move, question, self._question(other), device, other), seen)

    def _command(self, move: Move, question: QuestionId, other: QuestionId, device: int, number: int) -> do.Do:
        self.made += 1
        match move:
            case Move.EDIT:
                return do.Edit(question=question, text=marked(f"edit {self.made}"))
            case Move.REJECT:
                return do.Reject(question=question, reason=marked(f"reason {self.made}"))
            case Move.MERGE:
                return do.Merge(question=question, into=other)
            case Move.UNDO:
                return do.Undo(question=question, moves=self._to_undo(question, number))
            case Move.RETRACT:
                answers = [each.id for each in self.ledger.register.answers_to(question)]
                return do.RetractAnswer(
                    question=question, answer=answers[number % len(answers)] if answers else aid("no")
                )
            case Move.QUEUE:
                return do.Queue(question=question, after=other if number % 2 else None)
            case Move.START:
                offers = self.devices[device].board.shared.get(question)
                by = offers.offers[0].participant if offers is not None and offers.offers and number % 2 else None
                return do.Start(question=question, by=by)
            case Move.OFFER:
                return do.Offer(question=question, active=bool(number % 3))
            case Move.ANSWER:
                answer = aid(f"{question} {VIEWERS[device]} {number % 2}")
                draft = self._draft(question) if number % 2 else None
                return do.WriteAnswer(question=question, answer=answer, text=marked(f"answer {self.made}"), draft=draft)
            case Move.DRAFT:
                text = marked(f"draft {self.made}") if number % 4 else ""
                return do.SaveDraft(question=question, text=text, draft=self._draft(question) if number % 5 else None)
            case Move.NOTE | Move.ASSIGN | Move.RETURN | Move.HIDE:
                return self._with_words(move, question, number)
            case _:
                return msgspec.convert({"type": move.value, "question": question}, type=do.Do)  # type: ignore[no-any-return]

    def _draft(self, question: QuestionId) -> Revision | None:
        known = draft_of(self.ledger.register, question)
        return known.revision if known is not None else None

    def _with_words(self, move: Move, question: QuestionId, number: int) -> do.Do:
        if move is Move.RETURN:
            return do.Return(question=question, reason=marked(f"note {self.made}"))
        if move is Move.HIDE:
            return do.Hide(question=question, reason=marked(f"hidden {self.made}"))
        if move is Move.NOTE:
            return do.Note(question=question, text=marked(f"chairs' note {self.made}"))
        return do.Assign(question=question, person="amir" if number % 2 else None)

    def _to_undo(self, question: QuestionId, number: int) -> tuple[int, ...]:
        """Return the newest moves of a question, or one somewhere among them."""
        moves = [record.revision for record in standing(self.ledger.register, question)] or [Revision(1)]
        return tuple(moves[: 1 + number % 3]) if number % 4 else (moves[number % len(moves)],)

    def _wish(self, device: int, wanted: do.Do, seen: int | None) -> None:
        if VIEWERS[device] is not None:
            self.made += 1
            self.devices[device].wish(Command(id=random_like(f"wish {self.made}"), do=wanted, seen=seen))

    def _server_does(self, actor: ParticipantId, wanted: do.Do, seen: int | None) -> bool:
        self.made += 1
        command = Command(id=random_like(f"server {self.made}"), do=wanted, seen=seen)
        return isinstance(self.ledger.submit(actor, command), Done)

    def _pair(self, question: Question, other: QuestionId, inverse: str) -> tuple[ParticipantId, do.Do, do.Do] | None:
        order = [each.id for each in self.ledger.register.speaking_order(question.session)]
        at = order.index(question.id) if question.id in order else None
        before = order[at - 1] if at else None
        held = self.ledger.register.held_by(ADA.id, question.id)
        offers = any(offer.participant == AMIR.id for offer in question.offers)
        match inverse:
            case "queue" if question.state is QuestionState.APPROVED:
                return OLGA.id, do.Queue(question=question.id), do.Unqueue(question=question.id)
            case "queue" if at is not None:
                return OLGA.id, do.Unqueue(question=question.id), do.Queue(question=question.id, after=before)
            case "move" if at is not None and other in order and other != question.id:
                there = do.Queue(question=question.id, after=other)
                return OLGA.id, there, do.Queue(question=question.id, after=before)
            case "start" if at == 0:
                return OLGA.id, do.Start(question=question.id), do.PutBack(question=question.id)
            # Elsewhere a vote can be taken back and not be cast again, and with one goes what is held for all that is
            # merged: that has no inverse.
            case "vote" if question.state in VOTABLE_STATES and held in ([], [question.id]):
                cast, taken = do.Vote(question=question.id), do.Unvote(question=question.id)
                return (ADA.id, taken, cast) if held else (ADA.id, cast, taken)
            case "merge" if question.state in (QuestionState.APPROVED, QuestionState.DEFERRED) and other != question.id:
                return OLGA.id, do.Merge(question=question.id, into=other), do.Split(question=question.id)
            case "hide" if question.state in (QuestionState.APPROVED, QuestionState.ANSWERED, QuestionState.DEFERRED):
                return OLGA.id, do.Hide(question=question.id), do.Unhide(question=question.id)
            case "offer" if not offers or question.offers[-1].participant == AMIR.id:
                return (
                    AMIR.id,
                    do.Offer(question=question.id, active=not offers),
                    do.Offer(question=question.id, active=offers),
                )
        return None

    def _restorable(self, question: QuestionId) -> object:
        """Return all that an inverse restores: neither revisions nor times, and the order as an order."""
        register = self.ledger.register
        now = register.questions[question]
        # The reason of what is no more is shown to nobody; a number is kept for good.
        bare = msgspec.structs.replace(
            now, revision=0, moved=0, order=None, shown=None, ceased=None, number=None, reason=""
        )
        reason = now.reason if now.state in REASONED_STATES else ""
        answers = [msgspec.structs.replace(each, revision=0) for each in register.answers_to(question) if each.text]
        order = [each.id for each in register.speaking_order(now.session)]
        silence = register.silences.get(now.alias)
        silenced = silence is not None and not silence.ended
        return bare, reason, answers, order, silenced, set(register.votes.get(question, ())), register.count(question)

    def _everything(self) -> object:
        register = self.ledger.register
        votes = {id_: frozenset(voters) for id_, voters in register.votes.items()}
        moves: dict[str, tuple[object, ...]] = {id_: tuple(records) for id_, records in register.moves.items()}
        rows = dict(register.questions), dict(register.answers), dict(register.open), dict(register.silences)
        moves |= {key: tuple(records) for key, records in register.openings.items()}
        polls = dict(register.polls), {id_: dict(held_by) for id_, held_by in register.ballots.items()}
        return rows, votes, moves, polls, register.revision, register.tally


def _timed() -> Conference:
    """Return the small conference, in which the program pauses the questions to the papers after a minute."""
    opening, research = conference().sessions
    times = QuestionTimes(pauses=START + timedelta(seconds=60))
    return conference(sessions=(opening, msgspec.structs.replace(research, questions=times)))


def _tree(question: QuestionId, parents: dict[QuestionId, QuestionId]) -> set[QuestionId]:
    """Return all that is merged with the question, above it and beside it."""
    root = question
    while root in parents:
        root = parents[root]
    tree = {root}
    while grown := {child for child, parent in parents.items() if parent in tree} - tree:
        tree |= grown
    return tree


@budget(scripts=250)
@given(
    steps=st.lists(st.tuples(picks, picks, picks, st.integers(0, 1000)), min_size=10, max_size=60),
    viewer=st.sampled_from((None, ADA.id, GIL.id, AMIR.id, CHIARA.id)),
    asked_by=st.sampled_from((1, 3, 4)),
    orders=st.lists(st.integers(0, 10_000), min_size=3, max_size=3),
)
def test_frames_that_come_twice_late_or_out_of_order_leave_the_same_board(
    steps: list[tuple[int, int, int, int]], viewer: ParticipantId | None, asked_by: int, orders: list[int]
) -> None:
    script = QuestionScripts()
    for talk in (0, 0, 2):
        script.ask(device=asked_by, talk=talk, anonymous=False)
    script.settle()
    first = script.ledger.whole(viewer), script.ledger.register.revision, script.ledger.register.tally
    frames = [frame for step in steps if (frame := _frame_after(script, viewer, step)) is not None]
    newcomer = held(script.ledger.fresh(viewer))
    for order in orders:
        board, random = Board(), Random(order)
        (state, mine), revision, tally = first
        board.apply(Changes(revision=revision, tally=tally, set=state.rows, tallies=state.tallies), mine)
        for frame in _disordered(frames, random):
            board.apply(*frame)
        assert held(board) == newcomer


def _frame_after(
    script: QuestionScripts, viewer: ParticipantId | None, step: tuple[int, int, int, int]
) -> Frame | None:
    register = script.ledger.register
    before = register.revision, register.tally
    script.go_on(*step)
    if before == (register.revision, register.tally):
        return None
    part, mine = script.ledger.since(viewer, *before)
    changes = Changes(
        revision=register.revision, tally=register.tally, set=part.rows, gone=part.gone, tallies=part.tallies
    )
    return changes, mine


def _disordered(frames: list[Frame], random: Random) -> list[Frame]:
    """Return every frame at least once, most of them near where they belong, some of them twice."""
    places = [(at + random.gauss(0, 4), at) for at in range(len(frames)) for _ in range(random.choice((1, 1, 2)))]
    return [frames[at] for _, at in sorted(places)]


TestQuestionLaws = QuestionScripts.TestCase
TestQuestionLaws.settings = budget(scripts=200, steps=40)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(10))
def test_the_laws_on_long_scripts(part: int) -> None:
    """In parts, for hypothesis remembers all it has tried."""
    del part
    run_state_machine_as_test(QuestionScripts, settings=budget(scripts=500, steps=120))
