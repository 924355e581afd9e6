"""The register looks things up and takes decisions in; it never decides."""

from personal_app.conference.ids import Revision, Tally
from personal_app.conference.questions import QuestionState
from personal_app.conference.register import Decision, VoteChange
from tests.factories import OPENING, PAPER_1, RESEARCH, WELCOME, answer, participant, qid, question, register

ADA, BEA = participant("Ada").id, participant("Bea").id


def test_it_knows_the_highest_revision_and_number_of_its_rows() -> None:
    held = register(question("one", QuestionState.APPROVED, number=4, revision=Revision(9)), question("two"))
    assert held.revision == 9
    assert (held.next_number(WELCOME), held.next_number(PAPER_1)) == (5, 1)


def test_a_newer_row_takes_the_place_of_the_older() -> None:
    held = register(question(state=QuestionState.QUEUED))
    held.take_rows((question(state=QuestionState.ANSWERING, revision=Revision(2)),), ())
    assert held.speaking_order(OPENING) == ()
    found = held.answering(OPENING)
    assert found is not None
    assert found.id == qid("q")
    assert held.answering(RESEARCH) is None


def test_answers_stay_in_the_order_they_were_first_written() -> None:
    held = register(question(state=QuestionState.ANSWERED), answers=(answer("one"), answer("two")))
    held.take_rows((), (answer("one", text="Reworded.", revision=Revision(8)),))
    assert [each.text for each in held.answers_to(qid("q"))] == ["Reworded.", "Because of two."]
    assert held.revision == 8
    assert held.answers_to(qid("other")) == ()


def test_votes_are_a_set_of_people_and_carry_the_counter_they_came_with() -> None:
    held = register(question(state=QuestionState.APPROVED))
    held.apply(Decision(votes=(VoteChange(qid("q"), ADA, True),)), Tally(1))
    held.apply(Decision(votes=(VoteChange(qid("q"), ADA, True),)), Tally(2))
    held.apply(Decision(votes=(VoteChange(qid("q"), BEA, True),)), Tally(3))
    assert (held.count(qid("q")), held.tally, held.tallied[qid("q")]) == (2, 3, 3)
    held.apply(Decision(votes=(VoteChange(qid("q"), ADA, False),)), Tally(4))
    assert (held.count(qid("q")), held.votes[qid("q")]) == (1, {BEA})
    assert held.revision == 1
