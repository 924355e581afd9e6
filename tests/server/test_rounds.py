"""Rounds in pieces: rows overtake counts that are under way, in short frames, and everybody ends with the same."""

import pytest

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import CommandId, PollId, QuestionId, Tally, random_id
from personal_app.conference.people import PUBLIC, Grant, Role
from personal_app.conference.polls import PollCount
from personal_app.server.seats import BENCH_SEATS
from tests import factories
from tests.server.office import Office
from tests.server.room import Ear, Room, holds_the_truth

CHAIR = Grant(Role.CHAIR, factories.RESEARCH)


class DearEar(Ear):
    """A listener whose every write takes a millisecond, so that a round of many goes in pieces."""

    def __init__(self, room: Room) -> None:
        super().__init__(sockets=room.sockets)
        self.timers = room.timers

    def write(self, frames: bytes) -> None:
        self.timers.now += 0.001
        super().write(frames)


def changes_with(ear: Ear, text: str) -> messages.Changes:
    """Return the one frame that brought a text."""
    (frame,) = [payload for payload in ear.heard if text.encode() in payload]
    message = messages.decode_server(frame)
    assert isinstance(message, messages.Changes)
    return message


@pytest.fixture
def room(office: Office) -> Room:
    return Room(office)


def test_a_question_overtakes_the_counts_and_does_not_carry_them(room: Room) -> None:
    ada, bob = room.office.join("Ada"), room.office.join("Bob")
    voted_on = room.office.ask(ada, factories.PAPER_3)
    many = [room.seat(ear=DearEar(room)) for _ in range(300)]
    room.tell()
    for ear in many:
        ear.forget()
    room.office.must(bob, do.Vote(question=voted_on))
    room.carry()
    told = [ear for ear in many if ear.heard]
    assert 0 < len(told) < len(many), "the round of counts is under way"
    asked = room.office.ask(ada, factories.PAPER_3, "overtaking")
    room.carry()
    room.tell()
    assert all(not changes_with(ear, "overtaking").tallies for ear in many if ear not in told)
    assert QuestionId(asked) in many[-1].board.shared
    assert all(holds_the_truth(ear, room.register) for ear in many)


def test_the_asker_of_a_waiting_question_is_told_at_once_where_rounds_are_dear(room: Room) -> None:
    ada = room.office.join("Ada")
    mine = room.seat(ada)
    many = [room.seat(ear=DearEar(room)) for _ in range(50)]
    room.office.ask(ada, factories.PAPER_3)
    room.tell()
    waiting = room.office.ask(ada, factories.PAPER_1, "waiting")
    room.tell()
    assert QuestionId(waiting) in mine.board.mine
    assert holds_the_truth(mine, room.register)
    assert all(holds_the_truth(ear, room.register) for ear in many)


def test_a_listener_that_breaks_takes_nobody_with_it(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Ear):
        def write(self, frames: bytes) -> None:
            if self.board.shared:
                raise ValueError("a mistake")
            super().write(frames)

    ada = room.office.join("Ada")
    room.office.ask(ada, factories.PAPER_3)
    broken = room.seat(ear=Broken())
    others = [room.seat() for _ in range(3)]
    room.office.ask(ada, factories.PAPER_3, "after the mistake")
    room.tell()
    assert [record.message for record in caplog.records] == ["a round met a bug of ours"]
    caplog.clear()
    room.hub.leave(broken.seat)  # type: ignore[arg-type]
    room.office.ask(ada, factories.PAPER_3, "one more")
    room.tell()
    assert all(holds_the_truth(ear, room.register) for ear in others)


def test_the_asker_is_told_first_and_then_acknowledged_without_a_round_of_its_own(room: Room) -> None:
    many = [room.seat(ear=DearEar(room)) for _ in range(200)]
    ada = room.office.join("Ada")
    mine = room.seat(ada, DearEar(room))
    later = [room.seat(ear=DearEar(room)) for _ in range(200)]
    asked = room.office.ask(ada, factories.PAPER_3)
    room.carry()
    assert QuestionId(asked) in mine.board.shared
    assert sum(QuestionId(asked) in ear.board.shared for ear in (*many, *later)) < BENCH_SEATS
    room.tell()
    for ear in many:
        ear.forget()
    room.hub.answered(mine.seat, messages.Done(id=CommandId("c"), revision=room.register.revision, tally=Tally(0)))  # type: ignore[arg-type]
    room.tell()
    assert all(not ear.heard for ear in many)
    assert all(holds_the_truth(ear, room.register) for ear in (mine, *many, *later))


@pytest.mark.parametrize("by_hand", [False, True])
def test_who_is_full_leaves_its_bench_and_the_others_are_told(room: Room, by_hand: bool) -> None:
    sockets = None if by_hand else room.sockets
    ada = room.office.join("Ada")
    room.office.ask(ada, factories.PAPER_3)
    many = [room.seat(ear=Ear(sockets=sockets)) for _ in range(2 * BENCH_SEATS + 5)]
    slow = many[10:20]
    for ear in slow:
        ear.room_for = 1
    for text in ("the one that fills them", "the one that they miss"):
        room.office.ask(ada, factories.PAPER_3, text)
        room.tell()
    assert all(ear.said("fills") and not ear.said("miss") for ear in slow)
    assert all(holds_the_truth(ear, room.register) for ear in many if ear not in slow)
    for ear in slow:
        ear.drain()
    room.office.ask(ada, factories.PAPER_3, "for all")
    room.tell()
    assert all(holds_the_truth(ear, room.register) for ear in many)


def test_who_comes_while_others_are_behind_is_told_from_where_they_are(room: Room) -> None:
    ada = room.office.join("Ada")
    voted_on = room.office.ask(ada, factories.PAPER_3)
    early = [room.seat() for _ in range(3)]
    room.office.must(ada, do.Vote(question=voted_on))
    late = [room.seat() for _ in range(3)]
    room.office.must(ada, do.Unvote(question=voted_on))
    latest = room.seat(ada)
    room.tell()
    assert all(holds_the_truth(ear, room.register) for ear in (*early, *late, latest))


@pytest.mark.parametrize("dear", [False, True])
def test_the_voters_of_a_poll_that_is_over_are_told_what_all_are(room: Room, dear: bool) -> None:
    chair = room.office.join("Chiara", CHAIR)
    voters = [room.office.join(name) for name in ("Ada", "Bob")]
    poll = random_id()
    make = do.MakePoll(poll=poll, session=factories.RESEARCH, text="Which?", options=("This", "That"))
    for wanted in (make, do.OpenPoll(poll=poll)):
        room.office.must(chair, wanted)
    ears = [room.seat(who, DearEar(room) if dear else None) for who in (*voters * (BENCH_SEATS + 3), None, chair)]
    for who in voters:
        room.office.must(who, do.Ballot(poll=poll, options=(0,)))
    room.tell()
    full = ears[5]
    full.room_for = 1
    asked = room.office.ask(voters[0], factories.PAPER_3)
    room.carry()
    room.office.must(voters[1], do.Vote(question=asked))
    room.office.must(chair, do.ClosePoll(poll=poll))
    room.carry()
    room.office.must(voters[0], do.Vote(question=asked))
    room.office.ask(voters[1], factories.PAPER_3, "after the poll")
    room.tell()
    full.drain()
    room.tell()
    count = PollCount(PollId(poll), 2, (2, 0))
    assert [ear.board.drawn_polls()[PollId(poll)].count for ear in ears] == [count] * len(ears)
    assert all(holds_the_truth(ear, room.register) for ear in ears)
    assert {seat.audience for ear in ears[:-1] if (seat := ear.seat) is not None} == {PUBLIC}
