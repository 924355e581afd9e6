"""Who is here: each person once, with what they said last, until they leave or it lapses."""

from personal_app.conference.ids import QuestionId
from personal_app.conference.presence import CLAIM_S, Attendance, Claim, PersonHere
from tests.factories import OPENING, RESEARCH, chair, qid

CHIARA, CARLOS = chair("Chiara"), chair("Carlos")


def claim(who: str = "Chiara", question: QuestionId | None = None, **fields: object) -> Claim:
    person = {"Chiara": CHIARA, "Carlos": CARLOS}[who]
    usual = {"participant": person.id, "name": person.name, "session": OPENING, "question": question}
    return Claim(**{**usual, **fields})  # type: ignore[arg-type]


def test_each_is_told_once_by_name_with_what_they_said_last() -> None:
    here = Attendance()
    assert here.say("desk", claim(), 0) == {OPENING}
    assert here.say("phone", claim(question=qid("q")), 0) == {OPENING}
    assert here.say("other", claim("Carlos"), 0) == {OPENING}
    assert here.people(OPENING) == (
        PersonHere(participant=CARLOS.id, name="Carlos"),
        PersonHere(participant=CHIARA.id, name="Chiara", doing=qid("q")),
    )
    here.say("desk", claim(), 1)
    assert [person.doing for person in here.people(OPENING)] == [None, None]


def test_saying_the_same_again_changes_nothing_but_how_long_it_holds() -> None:
    here = Attendance()
    here.say("desk", claim(question=qid("q")), 0)
    assert here.say("desk", claim(question=qid("q")), CLAIM_S - 1) == frozenset()
    assert here.next_lapse_s == 2 * CLAIM_S - 1
    assert here.lapse(CLAIM_S) == frozenset()
    assert here.lapse(2 * CLAIM_S - 1) == {OPENING}
    assert here.people(OPENING) == ()
    assert here.next_lapse_s is None


def test_whoever_goes_to_another_session_or_leaves_is_missed_where_they_were() -> None:
    here = Attendance()
    here.say("desk", claim(), 0)
    assert here.say("desk", claim(session=RESEARCH), 0) == {OPENING, RESEARCH}
    assert here.people(OPENING) == ()
    assert here.leave("desk") == {RESEARCH}
    assert here.leave("desk") == frozenset()
