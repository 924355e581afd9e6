"""Chairs are told who is here and what they have in hand, at once and for a while; nobody else is told anything."""

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import QuestionId
from personal_app.conference.people import Grant, Role
from personal_app.conference.presence import CLAIM_S, RENEW_S, Claim
from personal_app.server.chairs_here import MOST_BYTES, Told
from tests.factories import OPENING, PAPER_3, RESEARCH, random_like
from tests.server.office import Office, Offices
from tests.server.room import Ear, Room

CHAIR = Grant(Role.CHAIR, RESEARCH)


@pytest.fixture
def office(offices: Offices) -> Office:
    return offices.open()


@pytest.fixture
def room(office: Office) -> Room:
    return Room(office)


def says(room: Room, ear: Ear, session: str | None = RESEARCH, doing: str | None = None) -> None:
    assert ear.seat is not None
    room.hub.chairs.say(ear.seat, messages.TellPresence(session=session, doing=doing))


def go_by(room: Room, seconds: float) -> None:
    room.timers.run_until(room.timers.now + seconds)


def heard(ear: Ear) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Return what the ear was told of presence, in order: sessions with names and what each does."""
    told = [messages.decode_server(payload) for payload in ear.heard]
    return [
        (each.session, [(person.name, person.doing) for person in each.people])
        for each in told
        if isinstance(each, messages.Presence)
    ]


def test_fellow_chairs_are_told_and_nobody_else(office: Office, room: Room) -> None:
    carlos, cora = room.seat(office.join("Carlos", CHAIR)), room.seat(office.join("Cora", CHAIR))
    organizer = room.seat(office.join("Olga", Grant(Role.ORGANIZER)))
    others = [
        room.seat(office.join("Chiara", Grant(Role.CHAIR, OPENING))),
        room.seat(office.join("Amir", Grant(Role.AUTHOR, PAPER_3))),
        room.seat(office.join("Ada")),
        room.seat(None),
    ]
    question = office.ask(office.join("Gil"))
    room.tell()
    before = office.replayed().revision, office.replayed().tally
    says(room, carlos, doing=question)
    go_by(room, 1)
    expected = [(RESEARCH, [("Carlos", question)])]
    assert (heard(carlos), heard(cora), heard(organizer)) == (expected, expected, expected)
    assert [heard(ear) for ear in others] == [[], [], [], []]
    assert (room.register.revision, room.register.tally) == before
    assert office.entries() == []


def test_only_a_chair_of_the_session_is_believed_and_only_of_its_questions(office: Office, room: Room) -> None:
    carlos = room.seat(office.join("Carlos", CHAIR))
    stranger, ada = room.seat(office.join("Chiara", Grant(Role.CHAIR, OPENING))), office.join("Ada")
    elsewhere = QuestionId(random_like("elsewhere"))
    office.must(ada, do.Ask(question=elsewhere, talk="welcome", text="Why?"))
    room.tell()
    says(room, stranger)
    says(room, room.seat(ada))
    go_by(room, 1)
    assert heard(carlos) == []
    says(room, carlos, doing=elsewhere)
    go_by(room, 1)
    assert heard(carlos) == [(RESEARCH, [("Carlos", None)])]


def test_it_lapses_unless_it_is_said_again_and_ends_with_the_connection(office: Office, room: Room) -> None:
    carlos, cora = room.seat(office.join("Carlos", CHAIR)), room.seat(office.join("Cora", CHAIR))
    says(room, carlos)
    go_by(room, CLAIM_S - 1)
    says(room, carlos)
    go_by(room, CLAIM_S - 1)
    assert heard(cora) == [(RESEARCH, [("Carlos", None)])]
    go_by(room, 2)
    assert heard(cora)[1:] == [(RESEARCH, [])]
    says(room, carlos)
    go_by(room, 1)
    room.leave(carlos)
    go_by(room, 1)
    assert heard(cora)[2:] == [(RESEARCH, [("Carlos", None)]), (RESEARCH, [])]


def test_a_walk_through_a_lane_is_told_once(office: Office, room: Room) -> None:
    carlos, cora = room.seat(office.join("Carlos", CHAIR)), room.seat(office.join("Cora", CHAIR))
    questions = [office.ask(office.join("Ada")) for _ in range(4)]
    room.tell()
    for question in questions:
        says(room, carlos, doing=question)
    go_by(room, 1)
    assert heard(cora) == [(RESEARCH, [("Carlos", questions[-1])])]
    says(room, carlos, session=None)
    go_by(room, 1)
    assert heard(cora)[1:] == [(RESEARCH, [])]


def test_who_comes_or_has_room_again_is_told_what_holds(office: Office, room: Room) -> None:
    carlos = room.seat(office.join("Carlos", CHAIR))
    cora = room.seat(office.join("Cora", CHAIR))
    cora.room_for = 0
    says(room, carlos)
    go_by(room, 1)
    assert heard(cora) == []
    cora.drain()
    late = room.seat(office.join("Clara", CHAIR))
    assert heard(cora) == heard(late) == [(RESEARCH, [("Carlos", None)])]


def test_a_grant_on_an_open_connection_brings_it(office: Office, room: Room) -> None:
    carlos, ada = room.seat(office.join("Carlos", CHAIR)), office.join("Ada")
    ear = room.seat(ada)
    says(room, carlos)
    go_by(room, 1)
    code = office.identity.invite(CHAIR).result(20)
    office.identity.redeem(ada.id, code).result(20)
    room.tell()
    assert heard(ear) == [(RESEARCH, [("Carlos", None)])]


def test_servers_tell_each_other_and_forget_a_silent_one(office: Office) -> None:
    here, there = Room(office), Room(office)
    said: list[bytes] = []
    here.hub.chairs.share("here", said.append)
    there.hub.chairs.share("there", lambda _: None)
    carlos, cora = here.seat(office.join("Carlos", CHAIR)), there.seat(office.join("Cora", CHAIR))
    says(here, carlos)
    go_by(here, 1)
    for payload in (*said, b"nonsense", b"{}"):
        there.hub.chairs.hear(payload)
        here.hub.chairs.hear(payload)
    go_by(there, 1)
    assert heard(cora) == [(RESEARCH, [("Carlos", None)])]
    go_by(here, RENEW_S)
    says(here, carlos)
    go_by(here, 1)
    assert len(said) == 2
    go_by(there, CLAIM_S)
    assert heard(cora)[1:] == [(RESEARCH, [])]
    there.hub.chairs.hear(said[-1])
    here.leave(carlos)
    go_by(here, 1)
    there.hub.chairs.hear(said[-1])
    go_by(there, 1)
    assert heard(cora)[2:] == [(RESEARCH, [])]


def test_what_servers_tell_fits_a_notification(office: Office, room: Room) -> None:
    said: list[bytes] = []
    room.hub.chairs.share("here", said.append)
    for number in range(60):
        says(room, room.seat(office.join(f"Chair {number} {'x' * 40}", CHAIR)))
    go_by(room, 1)
    told = msgspec.json.decode(said[-1], type=Told)
    assert len(said[-1]) <= MOST_BYTES
    assert len(told.claims) > 20
    assert all(isinstance(claim, Claim) for claim in told.claims)
    assert told.claims[0].name.startswith("Chair 59 ")
