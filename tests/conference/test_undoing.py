"""Undo: what takes a move back, what stands in the way, and what chairs are told of the past."""

import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.people import PUBLIC, audience
from personal_app.conference.questions import Move, QuestionState
from personal_app.conference.register import Register
from personal_app.conference.undoing import standing
from personal_app.conference.visibility import own_row, question_row
from tests.conference.test_merging import ADA, AMIR, CHAIR, carry_out, found, merge, refusal, two, write
from tests.factories import OPENING, PAPER_1, RESEARCH, chair, organizer, participant, qid, question, register

S = QuestionState
Q = qid("q")
OLGA = organizer("Olga")


def undo(*moves: int, question: str = "q") -> do.Undo:
    return do.Undo(question=qid(question), moves=moves)


def last(held: Register, name: str = "q") -> int:
    return standing(held, qid(name))[0].revision


def test_a_rejection_is_undone_into_its_place() -> None:
    held = register(*(question(name, S.QUEUED, order=at) for at, name in enumerate("aqb", 1)))
    carry_out(held, CHAIR, do.Reject(question=Q, reason="Off topic."))
    carry_out(held, CHAIR, undo(last(held)))
    assert [each.id for each in held.speaking_order(OPENING)] == [qid("a"), Q, qid("b")]
    assert standing(held, Q) == []


def test_where_the_one_before_it_has_left_it_comes_last() -> None:
    held = register(*(question(name, S.QUEUED, order=at) for at, name in enumerate("aqb", 1)))
    carry_out(held, CHAIR, do.Unqueue(question=Q))
    carry_out(held, CHAIR, do.Unqueue(question=qid("a")))
    carry_out(held, CHAIR, undo(last(held)))
    assert [each.id for each in held.speaking_order(OPENING)] == [qid("b"), Q]


def test_later_moves_stand_in_the_way_until_they_are_named() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Approve(question=Q))
    first = last(held)
    carry_out(held, CHAIR, do.Queue(question=Q))
    second = last(held)
    carry_out(held, CHAIR, do.Start(question=Q))
    refused = refusal(held, CHAIR, undo(first))
    assert (refused.code, refused.moves, refused.final) == (RefusalCode.SUPERSEDED, (last(held), second), True)
    assert "Chiara" in refused.detail
    carry_out(held, CHAIR, undo(last(held), second, first))
    now = held.questions[Q]
    assert (now.state, now.answerer, now.order, now.number) == (S.PENDING, None, None, 1)


def test_what_the_asker_did_is_nobodys_to_undo() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Return(question=Q, reason="Which?"))
    returned = last(held)
    carry_out(held, ADA, do.Edit(question=Q, text="Better?"))
    refused = refusal(held, CHAIR, undo(returned))
    assert (refused.code, refused.moves) == (RefusalCode.SUPERSEDED, (last(held),))
    assert "the asker" in refused.detail
    assert "Ada" not in refused.detail
    assert refusal(held, CHAIR, undo(last(held), returned)).code is RefusalCode.WRONG_STATE


def test_what_was_undone_or_never_made_is_unknown() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Approve(question=Q))
    revision = last(held)
    carry_out(held, CHAIR, undo(revision))
    for moves in ((revision,), (99,)):
        assert refusal(held, CHAIR, undo(*moves)).code is RefusalCode.UNKNOWN


def test_two_are_not_answered_at_once_by_an_undo() -> None:
    held = register(question("q", S.ANSWERING), question("b", S.APPROVED))
    carry_out(held, CHAIR, do.PutBack(question=Q))
    carry_out(held, CHAIR, do.Start(question=qid("b")))
    assert refusal(held, CHAIR, undo(last(held))).code is RefusalCode.BUSY


def test_an_answer_in_writing_is_undone_with_its_state() -> None:
    held = register(question(state=S.DEFERRED))
    carry_out(held, AMIR, write())
    carry_out(held, CHAIR, undo(last(held)))
    assert held.questions[Q].state is S.DEFERRED
    assert all(answer.retracted for answer in held.answers_to(Q))


def test_a_command_is_undone_on_every_question_that_it_touched() -> None:
    held = two()
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, do.Reject(question=qid("two")))
    assert found(held, "one").state is S.APPROVED
    carry_out(held, CHAIR, undo(last(held, "two"), question="two"))
    assert (found(held, "one").into, found(held, "two").state) == (qid("two"), S.APPROVED)
    assert found(held, "two").also_asked == ("",)


def test_what_others_were_merged_into_stays_public_until_they_are_split() -> None:
    held = register(question("one", S.APPROVED), question("two"))
    carry_out(held, CHAIR, do.Approve(question=qid("two")))
    approved = last(held, "two")
    carry_out(held, CHAIR, merge())
    refused = refusal(held, CHAIR, undo(approved, question="two"))
    assert (refused.code, refused.moves) == (RefusalCode.SUPERSEDED, (last(held, "one"),))


def test_what_stands_in_the_way_on_another_question_is_undone_with_it() -> None:
    held = register(question("one", S.APPROVED), question("two"))
    carry_out(held, CHAIR, do.Approve(question=qid("two")))
    approved = last(held, "two")
    carry_out(held, CHAIR, merge())
    refused = refusal(held, CHAIR, undo(approved, question="two"))
    carry_out(held, CHAIR, undo(*refused.moves, approved, question="two"))
    assert (found(held, "two").state, found(held, "two").also_asked) == (S.PENDING, ())
    assert (found(held, "one").state, found(held, "one").into) == (S.APPROVED, None)


def test_what_was_split_and_queued_since_is_merged_again_with_it() -> None:
    held = two()
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, do.Reject(question=qid("two")))
    rejected = last(held, "two")
    carry_out(held, CHAIR, do.Queue(question=qid("one")))
    refused = refusal(held, CHAIR, undo(rejected, question="two"))
    assert refused.moves == (last(held, "one"),)
    carry_out(held, CHAIR, undo(*refused.moves, rejected, question="two"))
    assert (found(held, "two").state, found(held, "one").into) == (S.APPROVED, qid("two"))


def test_two_that_left_the_order_come_back_to_their_places_together() -> None:
    held = register(*(question(name, S.QUEUED, order=at) for at, name in enumerate("ab", 1)))
    for name in "ab":
        carry_out(held, CHAIR, do.Unqueue(question=qid(name)))
    carry_out(held, CHAIR, undo(last(held, "b"), last(held, "a"), question="a"))
    assert [each.id for each in held.speaking_order(OPENING)] == [qid("a"), qid("b")]


def test_moves_of_other_questions_alone_are_unknown_to_a_question() -> None:
    elsewhere = question("far", session=RESEARCH, talk=PAPER_1)
    held = register(question("one"), question("two"), elsewhere)
    for name in ("one", "two", "far"):
        carry_out(held, OLGA, do.Approve(question=qid(name)))
    for moves in ((last(held, "two"),), (last(held, "far"), last(held, "one"))):
        assert refusal(held, OLGA, undo(*moves, question="one")).code is RefusalCode.UNKNOWN


@pytest.mark.parametrize("since", [do.Hide(question=qid("two")), merge("two", "three")], ids=["hidden", "merged"])
def test_a_split_is_undone_though_what_it_was_merged_into_is_shown_to_nobody_now(since: do.Do) -> None:
    held = register(*(question(name, S.APPROVED) for name in ("one", "two", "three")))
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, since)
    carry_out(held, CHAIR, do.Split(question=qid("one")))
    carry_out(held, CHAIR, undo(last(held, "one"), question="one"))
    assert (found(held, "one").state, found(held, "one").into) == (S.MERGED, qid("two"))


def test_no_undo_merges_a_question_into_what_is_merged_into_it() -> None:
    held = register(*(question(name, S.APPROVED) for name in ("one", "two", "three")))
    carry_out(held, CHAIR, merge())
    carry_out(held, CHAIR, do.Split(question=qid("one")))
    split = last(held, "one")
    carry_out(held, CHAIR, merge("two", "three"))
    carry_out(held, CHAIR, merge("three", "one"))
    refused = refusal(held, CHAIR, undo(split, question="one"))
    assert (refused.code, refused.moves) == (RefusalCode.SUPERSEDED, (last(held, "three"),))
    carry_out(held, CHAIR, undo(*refused.moves, split, question="one"))
    assert [found(held, name).into for name in ("one", "two", "three")] == [qid("two"), qid("three"), None]


def test_chairs_are_told_the_past_and_nobody_else_is() -> None:
    held = register(question(anonymous=True))
    carry_out(held, CHAIR, do.Return(question=Q, reason="Which?"))
    carry_out(held, ADA, do.Edit(question=Q, text="Better?"))
    carry_out(held, CHAIR, do.Approve(question=Q))
    carry_out(held, CHAIR, do.Queue(question=Q))
    carry_out(held, CHAIR, undo(last(held)))
    row = question_row(held.questions[Q], audience(CHAIR.grants), held.history(Q))
    assert row is not None
    assert [(move.move, move.by, move.reason, move.undone) for move in row.history] == [
        (Move.RETURN, "Chiara", "Which?", False),
        (Move.EDIT, "", "", False),
        (Move.APPROVE, "Chiara", "", False),
        (Move.QUEUE, "Chiara", "", True),
        (Move.UNDO, "Chiara", "", False),
    ]
    for told in (question_row(held.questions[Q], PUBLIC, held.history(Q)), own_row(held.questions[Q])):
        assert told is not None
        assert told.history == ()


@pytest.mark.parametrize("who", [ADA, AMIR])
def test_only_chairs_undo(who: object) -> None:
    held = register(question(state=S.APPROVED))
    carry_out(held, CHAIR, do.Queue(question=Q))
    refused = refusal(held, who, undo(last(held)))  # type: ignore[arg-type]
    assert refused.code is RefusalCode.NOT_ALLOWED


def test_each_mark_is_undone_by_itself_whatever_the_question_did_since() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Note(question=Q, text="Ask him first."))
    noted = last(held)
    carry_out(held, CHAIR, do.Assign(question=Q, person="amir"))
    carry_out(held, CHAIR, do.Approve(question=Q))
    approved = last(held)
    carry_out(held, CHAIR, do.FollowUp(question=Q))
    moved = held.questions[Q].moved
    carry_out(held, CHAIR, undo(noted))
    now = held.questions[Q]
    assert (now.note, now.assigned, now.follow_up, now.state, now.moved) == ("", "amir", True, S.APPROVED, moved)
    carry_out(held, CHAIR, undo(approved))
    assert (held.questions[Q].state, held.questions[Q].follow_up) == (S.PENDING, True)


def test_a_later_note_stands_on_the_one_before_it() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Note(question=Q, text="One."))
    first = last(held)
    carry_out(held, chair("Carla"), do.Note(question=Q, text="Two."))
    refused = refusal(held, CHAIR, undo(first))
    assert (refused.code, refused.moves) == (RefusalCode.SUPERSEDED, (last(held),))
    assert "Carla left a note" in refused.detail
    carry_out(held, CHAIR, undo(last(held), first))
    assert held.questions[Q].note == ""


def test_marks_and_moves_are_undone_in_one_command() -> None:
    held = register(question())
    carry_out(held, CHAIR, do.Approve(question=Q))
    approved = last(held)
    carry_out(held, CHAIR, do.Note(question=Q, text="One."))
    carry_out(held, CHAIR, undo(last(held), approved))
    assert (held.questions[Q].state, held.questions[Q].note) == (S.PENDING, "")
    assert standing(held, Q) == []


def test_a_note_on_what_was_withdrawn_can_be_undone() -> None:
    held = register(question())
    carry_out(held, ADA, do.Withdraw(question=Q))
    carry_out(held, CHAIR, do.Note(question=Q, text="A pity."))
    carry_out(held, CHAIR, undo(last(held)))
    assert (held.questions[Q].state, held.questions[Q].note) == (S.WITHDRAWN, "")
    assert refusal(held, CHAIR, undo(last(held))).code is RefusalCode.WRONG_STATE


def test_chairs_are_told_of_marks_with_their_words() -> None:
    held = register(question(state=S.APPROVED))
    carry_out(held, CHAIR, do.Note(question=Q, text="Ask him first."))
    carry_out(held, CHAIR, do.Assign(question=Q, person="amir"))
    carry_out(held, CHAIR, do.FollowUp(question=Q))
    carry_out(held, CHAIR, do.Assign(question=Q))
    row = question_row(held.questions[Q], audience(CHAIR.grants), held.history(Q))
    assert row is not None
    assert [(move.move, move.reason, move.off) for move in row.history] == [
        (Move.NOTE, "Ask him first.", False),
        (Move.ASSIGN, "Amir", False),
        (Move.FOLLOW_UP, "", False),
        (Move.ASSIGN, "", True),
    ]


def test_reports_are_dealt_with_and_new_ones_count_anew() -> None:
    held = register(question(state=S.APPROVED))
    carry_out(held, ADA, do.Report(question=Q))
    carry_out(held, AMIR, do.Report(question=Q))
    carry_out(held, CHAIR, do.HandleReports(question=Q))
    handled = last(held)
    carry_out(held, ADA, do.Report(question=Q))
    assert outstanding(held) == 0
    carry_out(held, participant("Gil"), do.Report(question=Q))
    assert outstanding(held) == 1
    carry_out(held, CHAIR, undo(handled))
    assert outstanding(held) == 3
    row = question_row(held.questions[Q], audience(CHAIR.grants), held.history(Q))
    assert row is not None
    assert Move.REPORT not in {move.move for move in row.history}


def outstanding(held: Register) -> int:
    row = question_row(held.questions[Q], audience(CHAIR.grants))
    assert row is not None
    return row.reports
