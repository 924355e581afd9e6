"""Merging, splitting, hiding and written answers: where a question goes, whose votes count, whose names stand there."""

from typing import Any

import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import QuestionId, Revision, Tally
from personal_app.conference.moderation import decide
from personal_app.conference.people import PUBLIC, Participant, audience
from personal_app.conference.questions import Question, QuestionState
from personal_app.conference.register import Decision, Register
from personal_app.conference.visibility import mine_since, own_row, question_row, shared_since
from tests.factories import OPENING, PAPER_1, RESEARCH, aid, author, call, chair, participant, qid, question, register

S = QuestionState
ADA, GIL, NORA, CHAIR, AMIR = participant("Ada"), participant("Gil"), participant("Nora"), chair(), author("Amir")


def carry_out(held: Register, actor: Participant, wanted: do.Do) -> Decision:
    """Carry a command out that looked at the question as it is."""
    known = held.questions.get(do.question_of(wanted))
    seen = None if known is None else known.moved
    decision = decide(held, call(actor, wanted, revision=held.revision + 1, seen=seen))
    held.apply(decision, Tally(held.tally + 1 if decision.counts else held.tally))
    return decision


def refusal(held: Register, actor: Participant, wanted: do.Do) -> Refusal:
    with pytest.raises(Refusal) as refused:
        carry_out(held, actor, wanted)
    return refused.value


def two(**fields: Any) -> Register:
    """Return a register with "one" (anonymous, Gil's) and "two" (Ada's), both shown."""
    one = question("one", S.APPROVED, number=1, asker=GIL.id, asker_name="Gil", anonymous=True)
    return register(one, question("two", **{"state": S.APPROVED, "number": 2, **fields}))


def merge(one: str = "one", into: str = "two") -> do.Merge:
    return do.Merge(question=qid(one), into=qid(into))


def found(held: Register, name: str) -> Question:
    return held.questions[qid(name)]


def test_a_target_counts_the_distinct_people_of_its_tree() -> None:
    held = two()
    for person, name in ((ADA, "one"), (NORA, "one"), (ADA, "two")):
        carry_out(held, person, do.Vote(question=qid(name)))
    decision = carry_out(held, CHAIR, merge())
    assert decision.recounted == (qid("two"),)
    assert (held.count(qid("two")), held.count(qid("one"))) == (2, 2)
    assert held.tallied[qid("two")] == held.tally
    carry_out(held, CHAIR, do.Split(question=qid("one")))
    assert (held.count(qid("two")), held.count(qid("one"))) == (1, 2)


def test_a_late_vote_on_what_is_merged_stays_there_and_counts_above() -> None:
    held = two()
    carry_out(held, CHAIR, merge())
    decision = carry_out(held, NORA, do.Vote(question=qid("one")))
    assert decision.recounted == (qid("two"),)
    assert held.votes[qid("one")] == {NORA.id}
    assert held.count(qid("two")) == 1
    assert dict(mine_since(held, NORA.id, Revision(0), Tally(0)).votes) == {qid("one"): True, qid("two"): True}


def test_an_unvote_takes_the_persons_votes_back_in_the_whole_tree() -> None:
    held = register(*(question(name, S.APPROVED) for name in ("a", "b", "c")))
    for name in ("a", "b"):
        carry_out(held, NORA, do.Vote(question=qid(name)))
    carry_out(held, CHAIR, merge("a", "b"))
    carry_out(held, CHAIR, merge("b", "c"))
    carry_out(held, NORA, do.Unvote(question=qid("c")))
    assert [held.count(qid(name)) for name in ("a", "b", "c")] == [0, 0, 0]
    assert not held.votes[qid("a")] | held.votes[qid("b")]
    assert carry_out(held, NORA, do.Unvote(question=qid("c"))) == Decision()


def test_everyone_sees_the_target_alone_and_who_asked_the_same_openly() -> None:
    held = two()
    carry_out(held, CHAIR, merge("two", "one"))
    part = shared_since(held, PUBLIC, Revision(1), Tally(0))
    assert part.gone == (qid("two"),)
    row = question_row(found(held, "one"), PUBLIC)
    assert row is not None
    assert (row.asker, row.also_asked) == (None, ("Ada",))
    own = own_row(found(held, "two"))
    assert (own.state, own.into, own.into_number) == (S.MERGED, qid("one"), 1)
    chairs = question_row(found(held, "two"), audience(CHAIR.grants))
    assert chairs is not None
    assert chairs.before is S.APPROVED


def test_an_anonymous_asker_is_credited_without_a_name() -> None:
    held = two()
    carry_out(held, CHAIR, merge())
    assert found(held, "two").also_asked == ("",)
    carry_out(held, CHAIR, do.Split(question=qid("one")))
    assert found(held, "two").also_asked == ()


@pytest.mark.parametrize(
    ("fields", "into"),
    [
        ({"state": S.PENDING}, "two"),
        ({"state": S.HIDDEN}, "two"),
        ({"session": RESEARCH, "talk": PAPER_1}, "two"),
        ({}, "three"),
    ],
)
def test_nothing_is_merged_into_what_not_everyone_sees_or_another_session(fields: dict[str, Any], into: str) -> None:
    assert refusal(two(**fields), CHAIR, merge(into=into)).code is RefusalCode.CONFLICT


def test_nothing_is_merged_into_itself_nor_in_a_ring() -> None:
    held = two()
    assert refusal(held, CHAIR, merge("one", "one")).code is RefusalCode.INVALID
    carry_out(held, CHAIR, merge())
    assert refusal(held, CHAIR, merge("two", "one")).code is RefusalCode.CONFLICT


@pytest.mark.parametrize("state", [S.PENDING, S.APPROVED, S.DEFERRED])
def test_split_it_stands_where_it_stood(state: QuestionState) -> None:
    held = register(question("one", state), question("two", S.APPROVED))
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, do.Split(question=qid("one")))
    assert (found(held, "one").state, found(held, "one").into, found(held, "one").before) == (state, None, None)


def test_split_out_of_the_speaking_order_it_is_queued_last() -> None:
    held = register(question("one", S.QUEUED, order=1), question("two", S.QUEUED, order=2))
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, do.Split(question=qid("one")))
    assert [each.id for each in held.speaking_order(OPENING)] == [qid("two"), qid("one")]


@pytest.mark.parametrize("wanted", [do.Withdraw(question=qid("two")), do.Reject(question=qid("two"))])
def test_what_goes_away_for_good_lets_go_of_what_is_merged_into_it_first(wanted: do.Do) -> None:
    held = two()
    carry_out(held, CHAIR, merge())
    decision = carry_out(held, ADA if isinstance(wanted, do.Withdraw) else CHAIR, wanted)
    assert {row.id: row.state for row in decision.questions}[qid("one")] is S.APPROVED
    assert (found(held, "two").also_asked, held.count(qid("two"))) == ((), 0)


def test_hidden_it_keeps_what_is_merged_into_it_out_of_sight() -> None:
    held = two()
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, do.Hide(question=qid("two"), reason="Rude."))
    assert found(held, "one").state is S.MERGED
    assert shared_since(held, PUBLIC, Revision(0), Tally(0)).rows == ()
    assert own_row(found(held, "two")).reason == "Rude."
    carry_out(held, CHAIR, do.Unhide(question=qid("two")))
    assert found(held, "two").state is S.APPROVED


def test_withdrawn_it_leaves_what_it_was_merged_into() -> None:
    held = two()
    carry_out(held, GIL, do.Vote(question=qid("one")))
    carry_out(held, CHAIR, merge())
    assert held.count(qid("two")) == 1
    carry_out(held, GIL, do.Withdraw(question=qid("one")))
    assert (held.count(qid("two")), found(held, "one").into, found(held, "two").also_asked) == (0, None, ())


@pytest.mark.parametrize(
    ("state", "then"), [(S.ANSWERING, S.APPROVED), (S.ANSWERED, S.ANSWERED), (S.DEFERRED, S.DEFERRED)]
)
def test_shown_again_it_stands_where_it_stood_but_is_not_being_answered(
    state: QuestionState, then: QuestionState
) -> None:
    held = register(question(state=state))
    carry_out(held, CHAIR, do.Hide(question=qid("q")))
    carry_out(held, CHAIR, do.Unhide(question=qid("q")))
    assert held.questions[qid("q")].state is then


def write(name: str = "a") -> do.WriteAnswer:
    return do.WriteAnswer(question=qid("q"), answer=aid(name), text="Because.")


def retract(name: str = "a") -> do.RetractAnswer:
    return do.RetractAnswer(question=qid("q"), answer=aid(name))


@pytest.mark.parametrize("state", [S.APPROVED, S.DEFERRED])
def test_the_last_answer_taken_back_makes_it_what_it_was(state: QuestionState) -> None:
    held = register(question(state=state))
    for name in ("a", "b"):
        carry_out(held, AMIR, write(name))
    carry_out(held, AMIR, retract("b"))
    assert held.questions[qid("q")].state is S.ANSWERED
    carry_out(held, AMIR, retract("a"))
    assert held.questions[qid("q")].state is state
    assert held.answers[aid("a")].text == ""
    assert refusal(held, AMIR, retract("a")).code is RefusalCode.UNKNOWN


def test_what_was_answered_live_stays_answered() -> None:
    held = register(question(state=S.ANSWERED))
    carry_out(held, AMIR, write())
    moved = held.questions[qid("q")].moved
    carry_out(held, CHAIR, retract())
    assert (held.questions[qid("q")].state, held.questions[qid("q")].moved) == (S.ANSWERED, moved)


def test_an_author_takes_back_only_their_own() -> None:
    held = register(question(state=S.APPROVED))
    carry_out(held, AMIR, write())
    assert refusal(held, author("Bea"), retract()).code is RefusalCode.NOT_ALLOWED


def test_who_held_a_retracted_answer_is_told_and_newcomers_are_not() -> None:
    held = register(question(state=S.APPROVED))
    carry_out(held, AMIR, write())
    since = held.revision
    carry_out(held, AMIR, retract())
    told = [row for row in shared_since(held, PUBLIC, since, Tally(0)).rows if row.id == aid("a")]
    assert [(getattr(row, "text", None), getattr(row, "retracted", None)) for row in told] == [("", True)]
    assert [row.id for row in shared_since(held, PUBLIC, Revision(0), Tally(0)).rows] == [QuestionId(qid("q"))]


def test_returned_it_is_reworded_by_its_asker_and_waits_again() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Return(question=qid("q"), reason="Which paper?"))
    assert own_row(held.questions[qid("q")]).reason == "Which paper?"
    carry_out(held, ADA, do.Edit(question=qid("q"), text="Better?"))
    assert (held.questions[qid("q")].state, held.questions[qid("q")].reason) == (S.PENDING, "")
