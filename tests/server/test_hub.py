"""Who is told what: over a real ledger, with real client sessions and boards at the other end of the hub."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import QuestionId, random_id
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.questions import QuestionState
from personal_app.server.state_parts import take_picture
from tests import factories
from tests.server.office import Office, Offices
from tests.server.room import Ear, Room, holds_the_truth

CHAIR = Grant(Role.CHAIR, factories.RESEARCH)
OTHER_CHAIR = Grant(Role.CHAIR, factories.OPENING)
AUTHOR = Grant(Role.AUTHOR, factories.PAPER_1)


@pytest.fixture
def room(office: Office) -> Room:
    return Room(office)


def moved(room: Room, question: QuestionId) -> int:
    room.carry()
    return room.register.questions[question].moved


def test_hello_is_answered_with_welcome_and_the_whole_state(room: Room) -> None:
    ada = room.office.join("Ada")
    room.office.ask(ada)
    ear = room.seat(ada)
    assert ear.kinds() == ["Welcome", "Mine", "State"]
    assert holds_the_truth(ear, room.register)
    public = room.seat()
    assert public.kinds() == ["Welcome", "State"]
    assert public.session.welcome is not None
    assert public.session.welcome.me is None
    assert public.session.welcome.view != ear.session.welcome.view  # type: ignore[union-attr]


def test_a_waiting_question_reaches_its_asker_and_the_sessions_chairs_alone(room: Room) -> None:
    ada, bob = room.office.join("Ada"), room.office.join("Bob")
    chair, other = room.office.join("Chiara", CHAIR), room.office.join("Carlos", OTHER_CHAIR)
    ears = {who.name: room.seat(who) for who in (ada, bob, chair, other)}
    public = room.seat()
    room.office.ask(ada, factories.PAPER_1, "a waiting canary")
    room.tell()
    assert {name for name, ear in ears.items() if ear.said("a waiting canary")} == {"Ada", "Chiara"}
    assert not public.said("a waiting canary")
    assert all(holds_the_truth(ear, room.register) for ear in (*ears.values(), public))


def test_an_approved_question_reaches_everyone_at_once_and_its_asker_stays_unnamed(room: Room) -> None:
    ada, chair = room.office.join("Ada Canary"), room.office.join("Chiara", CHAIR)
    question = QuestionId(random_id())
    watching, public = room.seat(chair), room.seat()
    room.office.must(ada, do.Ask(question=question, talk=factories.PAPER_1, text="Why?", anonymous=True))
    room.office.must(chair, do.Approve(question=question), moved(room, question))
    room.carry()
    assert public.board.shared[question].state is QuestionState.APPROVED
    for ear in (watching, public):
        assert holds_the_truth(ear, room.register)
        assert not ear.said("Canary")
        assert not ear.said(ada.id)


def test_what_goes_away_is_taken_from_everyone_who_saw_it(room: Room) -> None:
    ada, chair = room.office.join("Ada"), room.office.join("Chiara", CHAIR)
    question = room.office.ask(ada, text="soon gone")
    public, back_later = room.seat(), room.seat()
    assert public.said("soon gone")
    back_later = room.leave(back_later)
    room.office.must(chair, do.Reject(question=question, reason="twice"), moved(room, question))
    room.tell()
    assert question not in public.board.shared
    room.seat(ear=back_later)
    assert back_later.kinds() == ["Welcome", "Changes"]
    assert question not in back_later.board.shared
    assert not back_later.said("soon gone")


def test_votes_are_merged_over_a_tick_and_each_voter_learns_of_the_own_one(room: Room) -> None:
    people = [room.office.join(f"Voter {number}") for number in range(5)]
    question = room.office.ask(people[0])
    ears = [room.seat(person) for person in people]
    public = room.seat()
    room.timers.run_until(1.0)
    public.forget()
    for person in people:
        room.office.must(person, do.Vote(question=question))
        room.carry()
    assert len(public.heard) == 1, "the first goes at once"
    room.tell()
    assert len(public.heard) == 2, "and the rest together"
    assert public.board.counts[question][1] == 5
    assert all(holds_the_truth(ear, room.register) for ear in (*ears, public))
    for person in people:
        assert not public.said(person.id)


def test_a_command_that_changes_nothing_still_brings_the_view_to_its_counters(room: Room) -> None:
    ada, bob = room.office.join("Ada"), room.office.join("Bob")
    question = room.office.ask(ada)
    ear = room.seat(ada)
    room.office.must(ada, do.Vote(question=question))
    room.tell()
    room.office.ask(bob, factories.PAPER_1, "unseen by Ada")
    room.tell()
    again = room.office.must(ada, do.Vote(question=question))
    assert again.revision > ear.board.revision
    room.tell()
    assert ear.seat is not None
    room.hub.answered(ear.seat, again)
    room.tell()
    assert ear.board.revision >= again.revision
    assert ear.board.tally >= again.tally


def test_a_second_device_is_told_the_same_of_ones_own(room: Room) -> None:
    ada = room.office.join("Ada")
    first, second = room.seat(ada), room.seat(ada)
    question = room.office.ask(ada, factories.PAPER_1)
    public = room.office.ask(ada)
    room.office.must(ada, do.Vote(question=public))
    room.tell()
    for ear in (first, second):
        assert question in ear.board.mine
        assert holds_the_truth(ear, room.register)


def test_coming_back_is_told_only_what_changed(room: Room) -> None:
    ada = room.office.join("Ada")
    for number in range(20):
        room.office.ask(ada, text=f"old {number}")
    ear = room.leave(room.seat(ada))
    new = room.office.ask(ada, text="new")
    room.office.must(ada, do.Vote(question=new))
    room.tell()
    room.seat(ada, ear)
    assert ear.kinds() == ["Welcome", "Mine", "Changes"]
    assert not ear.said("old")
    assert holds_the_truth(ear, room.register)


def test_coming_back_to_nothing_new_is_told_so(room: Room) -> None:
    ear = room.leave(room.seat(room.office.join("Ada")))
    public = room.leave(room.seat())
    room.seat(ear=public)
    assert public.kinds() == ["Welcome", "Changes"]
    assert ear.resume.since is not None


@pytest.mark.parametrize("wrong", ["epoch", "view", "revision from the future", "tally from the future", "negative"])
def test_anybody_else_gets_the_whole_state(room: Room, wrong: str) -> None:
    ada = room.office.join("Ada")
    room.office.ask(ada)
    ear = room.leave(room.seat(ada))
    since = ear.resume.since
    assert since is not None
    changes: dict[str, dict[str, object]] = {
        "epoch": {"since": msgspec.structs.replace(since, epoch="another")},
        "view": {"view": "another"},
        "revision from the future": {"since": msgspec.structs.replace(since, revision=since.revision + 1)},
        "tally from the future": {"since": msgspec.structs.replace(since, tally=since.tally + 1)},
        "negative": {"since": msgspec.structs.replace(since, revision=-1)},
    }
    ear.resume = msgspec.structs.replace(ear.resume, **changes[wrong])
    room.seat(ada, ear)
    assert ear.kinds() == ["Welcome", "Mine", "State"]
    assert holds_the_truth(ear, room.register)


def test_a_grant_on_an_open_connection_brings_a_new_view(room: Room) -> None:
    office = room.office
    ada, bob = office.join("Ada"), office.join("Bob")
    office.ask(bob, factories.PAPER_1, "waiting for a chair")
    ear = room.seat(ada)
    before = ear.session.welcome
    assert not ear.said("waiting for a chair")
    office.identity.redeem(ada.id, office.identity.invite(CHAIR).result(20)).result(20)
    room.tell()
    assert ear.kinds()[-3:] == ["Welcome", "Mine", "State"]
    assert ear.said("waiting for a chair")
    assert ear.session.welcome is not None
    assert before is not None
    assert ear.session.welcome.view != before.view
    assert ear.session.welcome.me is not None
    assert ear.session.welcome.me.grants == (CHAIR,)
    office.ask(bob, factories.PAPER_1, "another one")
    room.tell()
    assert holds_the_truth(ear, room.register)


def fill(room: Room, ada: Participant, count: int = 120) -> list[QuestionId]:
    """Ask so much that the state needs three parts or more."""
    asked = [QuestionId(random_id()) for _ in range(count)]
    answers = [
        room.office.submit(ada, do.Ask(question=question, talk=factories.PAPER_3, text="word " * 190))
        for question in asked
    ]
    for answer in answers:
        answer.result(20)
    return asked


def test_a_large_state_comes_in_parts_of_at_most_64_kib_as_there_is_room(room: Room) -> None:
    ada = room.office.join("Ada")
    fill(room, ada)
    ear = room.seat(room_for=2)
    assert ear.kinds() == ["Welcome", "State"]
    ear.drain()
    parts = [messages.decode_server(payload) for payload in ear.heard[1:]]
    assert len(parts) >= 3
    assert all(len(payload) <= 64 * 1024 for payload in ear.heard)
    assert [part.last for part in parts if isinstance(part, messages.State)] == [False] * (len(parts) - 1) + [True]
    assert holds_the_truth(ear, room.register)


def test_a_text_hidden_while_the_state_waits_is_never_handed_over(room: Room) -> None:
    ada, chair = room.office.join("Ada"), room.office.join("Chiara", CHAIR)
    questions = fill(room, ada)
    last = room.office.ask(ada, text="a hidden canary")
    ear = room.seat(room_for=2)
    room.office.must(chair, do.Reject(question=last), moved(room, last))
    room.office.must(chair, do.Queue(question=questions[-1]), moved(room, questions[-1]))
    room.tell()
    ear.drain()
    assert not ear.said("a hidden canary")
    assert holds_the_truth(ear, room.register)


def test_a_full_transport_is_left_out_and_brought_up_to_date_when_it_has_room(room: Room) -> None:
    ada = room.office.join("Ada")
    slow, quick = room.seat(ada, room_for=4), room.seat(ada)
    for number in range(10):
        room.office.ask(ada, text=f"question {number}")
        room.tell()
    assert len(slow.heard) < len(quick.heard)
    heard = len(slow.heard)
    slow.drain()
    assert len(slow.heard) == heard + 2, "all that was missed comes as one"
    assert holds_the_truth(slow, room.register)
    room.office.ask(ada, text="one more")
    room.tell()
    assert holds_the_truth(slow, room.register)


def test_a_text_hidden_while_a_transport_is_full_is_never_handed_over(room: Room) -> None:
    ada, chair = room.office.join("Ada"), room.office.join("Chiara", CHAIR)
    slow = room.seat(room_for=3)
    room.office.ask(ada, text="one")
    room.tell()
    hidden = room.office.ask(ada, text="a short-lived canary")
    room.tell()
    assert not slow.said("a short-lived canary")
    room.office.must(chair, do.Reject(question=hidden), moved(room, hidden))
    room.tell()
    slow.drain()
    assert not slow.said("a short-lived canary")
    assert holds_the_truth(slow, room.register)


def test_who_missed_more_than_a_state_is_worth_gets_the_state(room: Room) -> None:
    ada = room.office.join("Ada")
    ear = room.leave(room.seat())
    fill(room, ada, 150)
    room.seat(ear=ear)
    assert ear.kinds()[:2] == ["Welcome", "State"]
    assert holds_the_truth(ear, room.register)


def test_everyone_of_an_audience_is_handed_the_same_bytes(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    chairs = [room.seat(room.office.join(f"Chair {number}", CHAIR)) for number in range(5)]
    others = [room.seat(room.office.join(f"Watcher {number}")) for number in range(20)]
    asker = room.office.join("Asker")
    made = []
    encode = messages.encode
    monkeypatch.setattr(messages, "encode", lambda message: made.append(message) or encode(message))  # type: ignore[func-returns-value]
    room.office.ask(asker)
    room.tell()
    assert len(made) == 2, "one for the chairs, one for everyone else"
    assert all(ear.said("Why?") for ear in (*chairs, *others))


def test_joining_again_and_again_takes_one_picture(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = room.office.join("Ada")
    question = room.office.ask(ada)
    taken = []
    monkeypatch.setattr(
        "personal_app.server.hub.take_picture",
        lambda *given: taken.append(given) or take_picture(*given),  # type: ignore[func-returns-value]
    )
    ears = [room.seat() for _ in range(10)]
    room.office.must(ada, do.Vote(question=question))
    room.tell()
    ears += [room.seat() for _ in range(10)]
    assert len(taken) == 1, "votes do not spoil it"
    assert all(holds_the_truth(ear, room.register) for ear in ears)


def test_a_question_is_shown_with_a_refusal_as_it_may_be_seen_now(room: Room) -> None:
    ada, chair = room.office.join("Ada"), room.office.join("Chiara", CHAIR)
    question = room.office.ask(ada)
    asker, watching, public = (room.seat(who).seat for who in (ada, chair, None))
    assert asker is not None
    assert watching is not None
    assert public is not None
    assert room.hub.shown(public, question) is not None
    room.office.must(chair, do.Reject(question=question, reason="twice"), moved(room, question))
    room.tell()
    assert room.hub.shown(public, question) is None
    own = room.hub.shown(asker, question)
    assert own is not None
    assert own.reason == "twice"
    assert room.hub.shown(watching, question) is not None
    assert room.hub.shown(watching, QuestionId(random_id())) is None


def test_who_left_is_written_nothing_more(room: Room) -> None:
    ada = room.office.join("Ada")
    ear = room.seat(ada)
    room.leave(ear)
    room.leave(ear)
    ear.forget()
    room.office.ask(ada)
    room.tell()
    assert ear.heard == []


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["ask", "wait", "vote", "unvote", "approve", "reject", "queue", "withdraw", "answer"]),
        st.integers(0, 5),
        st.sampled_from(["", "", "", "drop", "fill", "drain"]),
        st.integers(0, 3),
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=MOVES)
def test_whatever_happens_all_end_with_what_they_may_see(
    offices: Offices, script: list[tuple[str, int, str, int]]
) -> None:
    office = offices.open()
    try:
        _play(Room(office), script)
    finally:
        office.close()


_WANTED: dict[str, Callable[[QuestionId], do.Do]] = {
    "vote": lambda question: do.Vote(question=question),
    "unvote": lambda question: do.Unvote(question=question),
    "approve": lambda question: do.Approve(question=question),
    "reject": lambda question: do.Reject(question=question),
    "queue": lambda question: do.Queue(question=question),
    "withdraw": lambda question: do.Withdraw(question=question),
    "answer": lambda question: do.WriteAnswer(question=question, answer=random_id(), text="Because."),
}


def _play(room: Room, script: list[tuple[str, int, str, int]]) -> None:
    office = room.office
    tag = random_id()
    people = [office.join("Ada"), office.join("Bob"), office.join("Chiara", CHAIR), office.join("Amir", AUTHOR)]
    ears: list[Ear] = [room.seat(person) for person in people] + [room.seat()]
    watchers: list[Participant | None] = [*people, None]
    asked: list[QuestionId] = []
    for move, pick, trouble, whom in script:
        question = asked[pick % len(asked)] if asked else None
        if move in ("ask", "wait") or question is None:
            paper = factories.PAPER_1 if move == "wait" else factories.PAPER_3
            asked.append(office.ask(people[pick % 2], paper, f"{tag} {len(asked)}"))
        else:
            wanted = _WANTED[move](question)
            actor = people[pick % 2] if move in ("vote", "unvote", "withdraw") else people[2]
            seen = None if move in ("vote", "unvote") else moved(room, question)
            office.say(actor, wanted, seen)
        room.tell()
        _trouble(room, ears, watchers, trouble, whom)
    for ear in ears:
        if ear.room_for is not None:
            ear.drain()
    room.tell()
    for ear in ears:
        assert holds_the_truth(ear, room.register)


def _trouble(room: Room, ears: list[Ear], watchers: list[Participant | None], trouble: str, whom: int) -> None:
    ear = ears[whom]
    if trouble == "drop":
        ears[whom] = room.seat(watchers[whom], room.leave(ear))
    elif trouble == "fill" and ear.room_for is None:
        ear.room_for = 1
    elif trouble == "drain" and ear.room_for is not None:
        ear.drain()


def test_of_those_who_held_a_ballot_once_no_picture_is_kept(room: Room) -> None:
    chair = room.office.join("Chiara", CHAIR)
    ada, bob = room.office.join("Ada"), room.office.join("Bob")
    for _ in range(5):
        poll = random_id()
        make = do.MakePoll(poll=poll, session=factories.RESEARCH, text="Which?", options=("This", "That"))
        for wanted in (make, do.OpenPoll(poll=poll)):
            room.office.must(chair, wanted)
        room.office.must(ada, do.Ballot(poll=poll, options=(0,)))
        for who in (ada, bob, chair):
            room.leave(room.seat(who))
        assert len(room.hub._pictures) == 3, "one for each who is told something else"
        room.office.must(chair, do.ClosePoll(poll=poll))
