"""The laws of questions, tried on the server's own hub: full transports, rounds that cost time, states in parts.

The scripts are those of the simplest hub that could be right; what each frame may tell is checked as it is written.
"""

from collections import deque

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import ParticipantId, PollId, SessionId, Tally
from personal_app.conference.people import Participant, audience
from personal_app.conference.polls import PollCount
from personal_app.conference.register import Decision
from personal_app.conference.session_server import BeHere, Joined, Send, ServerSession, Submit
from personal_app.server.committed import Anew, Committed, CommittedCommand, News
from personal_app.server.framing import text_frame
from personal_app.server.hub import Held as Hello
from personal_app.server.hub import Hub, Seat
from personal_app.server.seats import BY_HAND
from tests.factories import OPENING, PAPER_3, RESEARCH, WELCOME, command, qid, random_like
from tests.laws.budget import budget
from tests.laws.reference import Connection, Device, Held, Ledger, assert_allowed, marked
from tests.laws.test_question_laws import ADA, CHIARA, OLGA, VIEWERS, QuestionScripts, devices, picks
from tests.server.hand_timers import HandTimers
from tests.server.room import payloads
from tests.server.sockets import Sockets


class HubLine:
    """One connection to the real hub; its transport can be full, and writing to it takes its time."""

    def __init__(self, scripts: "HubScripts", viewer: ParticipantId | None) -> None:
        self.frames: deque[tuple[bytes, Held | None]] = deque()
        self.full = False
        self._scripts = scripts
        self._viewer = viewer
        self._seat: Seat | None = None
        self._session = ServerSession(me=None if viewer is None else scripts.ledger.people[viewer])
        self.descriptor = scripts.sockets.plug(self) if scripts.direct else BY_HAND
        self._taken = 0

    @property
    def writable(self) -> bool:
        """True while the transport has room."""
        return not self.full

    def write(self, frames: bytes) -> None:
        """Hand whole frames to the transport."""
        self._scripts.timers.now += self._scripts.cost_s
        for payload in payloads(frames):
            if b'"type":"presence"' in payload:
                self._must_chair(payload)
            else:
                assert_allowed(self._scripts.ledger, self._viewer, payload)
            self.frames.append((payload, None))

    def take(self, frame: bytes) -> int:
        """Take a frame as a socket does: every third one is left to the transport, which has room."""
        self._taken += 1
        if self._taken % 3 == 0:
            return 0
        self.write(frame)
        return len(frame)

    def write_rest(self, frames: bytes, taken: int) -> None:
        """Hand to the transport what the socket did not take."""
        assert taken == 0
        self.write(frames)

    def receive(self, message: messages.ClientMessage) -> None:
        """Take in what the client sent, as the live connection does."""
        ledger, hub = self._scripts.ledger, self._scripts.hub
        for event in self._session.receive(messages.encode(message), ledger.now):
            match event:
                case Joined():
                    me = None if self._viewer is None else ledger.people[self._viewer]
                    self._seat = hub.join(self, me, Hello(since=event.since, view=event.view))
                case Send():
                    self.write(text_frame(messages.encode(event.message)))
                case BeHere():
                    if self._seat is not None:
                        hub.chairs.say(self._seat, event.said)
                case Submit():
                    assert self._viewer is not None
                    answer = ledger.submit(self._viewer, event.command)
                    self.write(text_frame(messages.encode(answer)))
                    if isinstance(answer, messages.Done) and self._seat is not None:
                        hub.answered(self._seat, answer)

    def be_here(self, session: SessionId, doing: str) -> None:
        """Say what is in hand, in as many words as a client of anybody's may."""
        self.receive(messages.TellPresence(session=session, doing=doing))

    def _must_chair(self, payload: bytes) -> None:
        """Check that this viewer may be told who is at the desk of a session, and that only chairs of it are."""
        told = messages.decode_server(payload)
        assert isinstance(told, messages.Presence)
        people = self._scripts.ledger.people
        assert self._viewer is not None
        assert audience(people[self._viewer].grants).chairs(told.session)
        for person in told.people:
            assert audience(people[person.participant].grants).chairs(told.session)
            question = self._scripts.ledger.register.questions.get(person.doing) if person.doing is not None else None
            assert person.doing is None or question is None or question.session == told.session

    def tick(self) -> None:
        """Let time go by until what is due has been told."""
        self._scripts.timers.run_until(self._scripts.timers.now + 1.0)

    def cut(self) -> None:
        """The connection is gone."""
        if self._seat is not None:
            self._scripts.hub.leave(self._seat)

    def fill(self) -> None:
        """The transport is full."""
        self.full = True
        if self._seat is not None:
            self._scripts.hub.paused(self._seat)

    def drain(self) -> None:
        """The transport has room again."""
        self.full = False
        if self._seat is not None:
            self._scripts.hub.resumed(self._seat)


class HubScripts(QuestionScripts):
    """The same scripts over the server's hub."""

    def __init__(self) -> None:
        super().__init__()
        self.timers = HandTimers()
        self.sockets = Sockets()
        self.direct = True
        self.cost_s = 0.0
        self._new_hub()

    def opened(self, ledger: Ledger, viewer: ParticipantId | None) -> Connection:
        """Return the server's end of a new connection."""
        assert ledger is self.ledger
        return HubLine(self, viewer)

    @initialize(cost_ms=st.sampled_from((0, 0, 2, 20)), direct=st.booleans())
    def rounds_cost_time(self, cost_ms: int, direct: bool) -> None:
        """Writing to one listener takes so long; connections have descriptors or, as over TLS, none."""
        self.cost_s = cost_ms / 1000
        self.direct = direct

    @rule(device=devices)
    def fill(self, device: int) -> None:
        """A transport is full."""
        line = self.devices[device].line
        if isinstance(line, HubLine):
            line.fill()

    @rule(device=devices)
    def drain(self, device: int) -> None:
        """A transport has room again."""
        line = self.devices[device].line
        if isinstance(line, HubLine):
            line.drain()

    @rule(device=devices, session=st.sampled_from((OPENING, RESEARCH)), which=picks)
    def be_here(self, device: int, session: SessionId, which: int) -> None:
        """Somebody says that they handle a question, whether they chair the session or not: nothing is counted."""
        line, register = self.devices[device].line, self.ledger.register
        before = register.revision, register.tally
        if isinstance(line, HubLine):
            line.be_here(session, self._question(which))
        assert (register.revision, register.tally) == before

    @rule(milliseconds=st.integers(1, 60))
    def wait(self, milliseconds: int) -> None:
        """A little time goes by."""
        self.timers.run_until(self.timers.now + milliseconds / 1000)

    def restore(self) -> None:
        """The server comes back from its backup, with a new hub."""
        super().restore()
        self.hub.close()
        self._new_hub()

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore_beneath(self) -> None:
        """The truth becomes that of the backup while everyone is connected."""
        self.take_backup()
        copy = self.ledger.copied().register
        self.hub.take(Anew(epoch=self.ledger.epoch, register=copy, participants=(), tokens=()))

    @rule()
    def lose_news(self) -> None:
        """The hub is told of everything at once, for it may have missed something."""
        self.hub.take(Anew(epoch=self.ledger.epoch, register=self.ledger.copied().register, participants=(), tokens=()))

    def settle(self) -> None:
        """All transports have room, everyone is connected and everything arrives."""
        for device in self.devices:
            if isinstance(device.line, HubLine):
                device.line.drain()
        super().settle()

    def _new_hub(self) -> None:
        copy = self.ledger.copied().register
        epoch, clock = self.ledger.epoch, lambda: self.ledger.now
        self.hub = Hub(copy, epoch, lambda: '"p1"', clock, self.timers, self.sockets.send)
        self.ledger.published = self._published
        self.ledger.granted = self._granted

    def _published(self, decision: Decision, tally: Tally) -> None:
        entry = CommittedCommand(decision, tally, self.ledger.register.revision)
        self.hub.take(Committed(entries=(entry,)))

    def _granted(self, person: Participant) -> None:
        self.hub.take(Committed(news=News(participants=(person,))))

    def _at_rest(self, device: Device) -> None:
        """Counters alone need not be told; that no wish waits for them is checked beside this."""


def test_who_joins_between_two_rounds_is_told_of_what_came_up_and_went_away_between_them() -> None:
    script = HubScripts()
    script.cost_s = 0.020
    late = script.devices[3]
    script.devices[1].connect()
    script.devices[8].connect()
    for name in ("0", "1"):
        ask = do.Ask(question=qid(name), talk=WELCOME, text=marked(f"question {name}"))
        script.ledger.submit(ADA.id, command(ask))
    script.ledger.submit(OLGA.id, command(do.Approve(question=qid("1")), seen=2))
    late.connect()
    late.receive(100)
    assert qid("1") in late.board.shared
    script.ledger.submit(OLGA.id, command(do.Reject(question=qid("1")), seen=3))
    assert late.line is not None
    late.line.tick()
    late.receive(100)
    assert late.board.shared == {}


@pytest.mark.parametrize("pieces", range(8))
def test_a_vote_in_the_middle_of_a_round_is_told_to_whom_the_round_tells_of_their_own(pieces: int) -> None:
    script = HubScripts()
    script.ledger.submit(OLGA.id, command(do.Ask(question=qid("open"), talk=PAPER_3, text=marked("question 0"))))
    for device in script.devices:
        device.connect()
    script.cost_s = 0.005
    own = do.Ask(question=qid("own"), talk=WELCOME, text=marked("question 1"))
    script.ledger.submit(ADA.id, command(own))
    for _ in range(pieces):
        script.timers.run_until(script.timers.now)
    script.ledger.submit(OLGA.id, command(do.Vote(question=qid("open"))))
    for device in script.devices:
        assert device.line is not None
        device.line.tick()
        device.receive(100)
        assert device.board.counts[qid("open")][1] == 1


@pytest.mark.parametrize("pieces", range(8))
def test_who_votes_in_a_poll_in_the_middle_of_a_round_is_told_the_result_and_nobody_else_is(pieces: int) -> None:
    script = HubScripts()
    poll = random_like("poll")
    made = do.MakePoll(poll=poll, session=OPENING, text=marked("poll"), options=(marked("a"), marked("b")))
    for wanted in (made, do.OpenPoll(poll=poll)):
        script.ledger.submit(OLGA.id, command(wanted))
    for device in script.devices:
        device.connect()
    script.cost_s = 0.005
    script.ledger.submit(ADA.id, command(do.Ask(question=qid("own"), talk=WELCOME, text=marked("question 1"))))
    for _ in range(pieces):
        script.timers.run_until(script.timers.now)
    script.ledger.submit(ADA.id, command(do.Ballot(poll=poll, options=(1,))))
    told = []
    for device in script.devices:
        assert device.line is not None
        device.line.tick()
        device.receive(100)
        drawn = device.board.drawn_polls()[PollId(poll)]
        told.append(drawn.count == PollCount(PollId(poll), 1, (0, 1)))
        assert drawn.chosen == ((1,) if device.viewer == ADA.id else ())
        assert (qid("own") in device.board.mine) == (device.viewer == ADA.id), "what the round was about comes too"
    assert told == [viewer in (ADA.id, CHIARA.id, OLGA.id) for viewer in VIEWERS]


TestHubLaws = HubScripts.TestCase
TestHubLaws.settings = budget(scripts=120, steps=40)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(10))
def test_the_laws_on_long_scripts(part: int) -> None:
    """In parts, for hypothesis remembers all it has tried."""
    del part
    run_state_machine_as_test(HubScripts, settings=budget(scripts=500, steps=120))
