"""A hub that goes on with another register: after a time away, or on a database that was put back."""

import pytest

from personal_app.conference import commands as do
from personal_app.conference.ids import Epoch
from personal_app.conference.people import Grant, Participant, Role
from personal_app.server.committed import Anew
from personal_app.server.register_rows import copied
from tests import factories
from tests.server.office import Office
from tests.server.room import Ear, Room, holds_the_truth

CHAIR = Grant(Role.CHAIR, factories.OPENING)


@pytest.fixture
def room(office: Office) -> Room:
    """A hub over an office."""
    return Room(office)


def _unheard(room: Room, epoch: str = "", participants: tuple[Participant, ...] = ()) -> Anew:
    """Return the whole truth, of which the hub has not been told what was published since."""
    register = copied(room.office.hub)
    for said in room.office.entries():
        assert not isinstance(said, Anew)
        register.apply(said.decision, said.tally)
    room.office.published.clear()
    return Anew(Epoch(epoch or room.office.ledger.epoch), register, participants, ())


def test_everyone_is_told_what_lies_between(room: Room) -> None:
    office = room.office
    ada = office.join("Ada")
    question = office.ask(ada)
    public, mine, full = room.seat(), room.seat(ada), room.seat(room_for=1)
    office.must(ada, do.Vote(question=question))
    office.ask(ada, text="And?")
    anew = _unheard(room)
    replaced = [kind for kind in public.kinds() if kind == "State"]
    room.hub.take(anew)
    full.drain()
    for ear in (public, mine, full):
        assert holds_the_truth(ear, anew.register)
    assert [kind for kind in public.kinds() if kind == "State"] == replaced
    office.must(ada, do.Unvote(question=question))
    room.tell()
    for ear in (public, mine, full):
        assert holds_the_truth(ear, anew.register)


def test_another_history_is_given_whole(room: Room) -> None:
    office = room.office
    ada = office.join("Ada")
    office.ask(ada, text="A question of the other history")
    ears = [room.seat(), room.seat(ada)]
    for ear in ears:
        ear.forget()
    register = copied(office.hub)
    register.questions.clear()
    register.revision = type(register.revision)(0)
    room.hub.take(Anew(Epoch("another"), register, (), ()))
    for ear in ears:
        assert "Welcome" in ear.kinds()
        assert "State" in ear.kinds()
        assert ear.board.shared == {}
        assert ear.resume.since is not None
        assert ear.resume.since.epoch == "another"


def test_who_was_granted_something_meanwhile_sees_it(room: Room) -> None:
    office = room.office
    ada, chiara = office.join("Ada"), office.join("Chiara")
    ear: Ear = room.seat(chiara)
    office.ask(ada, factories.WELCOME, "Waiting for a chair")
    room.hub.take(_unheard(room, participants=(Participant(id=chiara.id, name="Chiara", grants=(CHAIR,)),)))
    assert ear.said("Waiting for a chair")
