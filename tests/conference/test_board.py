"""The board: frames in any order, what went away, and what is drawn of it."""

from typing import Any

import pytest

from personal_app.conference.board import Board, DrawnBoard
from personal_app.conference.ids import QuestionId, Revision, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import AnswerRow, QuestionRow, Row
from tests.factories import PAPER_1, RESEARCH, WELCOME, aid, answer_row, qid, question_row

Q = qid("q")
S = QuestionState


def row(revision: int, text: str = "", **fields: Any) -> QuestionRow:
    return question_row(revision=Revision(revision), text=text or f"at {revision}", **fields)


def changes(
    revision: int,
    *rows: Row,
    tally: int = 0,
    gone: tuple[QuestionId, ...] = (),
    counts: tuple[tuple[QuestionId, int], ...] = (),
) -> Changes:
    return Changes(revision=Revision(revision), tally=Tally(tally), set=rows, gone=gone, tallies=counts)


def mine(
    revision: int,
    *rows: QuestionRow,
    tally: int = 0,
    full: bool = False,
    votes: tuple[tuple[QuestionId, bool], ...] = (),
) -> Mine:
    return Mine(revision=Revision(revision), tally=Tally(tally), full=full, set=rows, votes=votes)


def board(*frames: Changes | tuple[Changes, Mine]) -> Board:
    made = Board()
    for frame in frames:
        made.apply(*(frame if isinstance(frame, tuple) else (frame,)))
    return made


def test_rows_counts_and_answers_are_drawn_together() -> None:
    held = board(
        (
            changes(2, row(2), answer_row(), tally=3, counts=((Q, 5),)),
            mine(2, row(2), tally=3, votes=((Q, True),)),
        )
    )
    drawn = held.drawn()[Q]
    assert (drawn.votes, drawn.voted, drawn.mine, [a.id for a in drawn.answers]) == (5, True, True, [aid("a")])
    assert (held.revision, held.tally) == (2, 3)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 0, 2, 1, 0)])
def test_the_newest_row_and_count_stay(order: tuple[int, ...]) -> None:
    frames = [
        changes(1, row(1), tally=1, counts=((Q, 1),)),
        changes(2, row(2), tally=2, counts=((Q, 7),)),
        changes(2, tally=3, counts=((Q, 6),)),
    ]
    drawn = board(*(frames[at] for at in order)).drawn()[Q]
    assert (drawn.row.text, drawn.votes) == ("at 2", 6)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (0, 3, 1, 2), (2, 3, 0, 1, 3)])
def test_what_went_away_stays_away_with_all_that_was_its(order: tuple[int, ...]) -> None:
    frames = [
        changes(1, row(1)),
        changes(2, row(2), answer_row(revision=Revision(2))),
        changes(2, tally=4, counts=((Q, 3),)),
        changes(3, tally=4, gone=(Q,)),
    ]
    held = board(*(frames[at] for at in order))
    assert (held.shared, held.answers, held.drawn()) == ({}, {}, {})
    asker = board(*(frames[at] for at in order), (changes(3), mine(3, row(3, state=S.REJECTED))))
    drawn = asker.drawn()[Q]
    assert (drawn.row.state, drawn.votes, drawn.answers) == (S.REJECTED, 0, ())


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0, 1)])
def test_what_came_back_is_there_whatever_came_first(order: tuple[int, ...]) -> None:
    frames = [
        changes(1, row(1), answer_row(revision=Revision(1)), tally=2, counts=((Q, 3),)),
        changes(2, gone=(Q,), tally=2),
        changes(3, row(3), answer_row(revision=Revision(1)), tally=2, counts=((Q, 3),)),
    ]
    drawn = board(*(frames[at] for at in order)).drawn()[Q]
    assert (drawn.row.text, drawn.votes, len(drawn.answers)) == ("at 3", 3, 1)


def test_ones_own_part_in_any_order() -> None:
    frames = [
        (changes(1), mine(1, row(1), tally=1, votes=((Q, True),))),
        (changes(2), mine(2, row(2), tally=2, votes=((Q, False),))),
    ]
    for order in ((0, 1), (1, 0), (0, 1, 0)):
        drawn = board(*(frames[at] for at in order)).drawn()[Q]
        assert (drawn.row.text, drawn.voted, drawn.mine) == ("at 2", False, True)


def test_a_whole_own_part_replaces_what_is_older_and_nothing_newer() -> None:
    other = question_row("other", revision=Revision(1))
    first = changes(2), mine(2, row(2), other, tally=2, votes=((Q, True), (qid("other"), True)))
    whole = changes(3), mine(3, row(3), tally=3, full=True, votes=((Q, True),))
    newer = changes(4), mine(4, row(4), tally=4, votes=((Q, False),))
    held = board(first, whole)
    assert set(held.mine) == {Q}
    assert set(held.voted) == {Q}
    late = board(newer, whole)
    assert (late.mine[Q].text, late.voted[Q]) == ("at 4", (4, False))


def test_the_newer_of_shared_and_own_leads_and_of_equals_the_shared() -> None:
    shared, own = row(2, "shared"), row(2, "own")
    assert board((changes(2, shared), mine(2, own))).drawn()[Q].row.text == "shared"
    assert board((changes(2, shared), mine(3, row(3, "own")))).drawn()[Q].row.text == "own"


def test_an_answer_that_is_replaced_is_drawn_anew() -> None:
    held = board(changes(2, row(2), answer_row()))
    assert held.drawn()[Q].answers[0].text == "Because of a."
    held.apply(changes(3, answer_row(text="Reworded.", revision=Revision(3))))
    held.apply(changes(2, answer_row()))
    assert [a.text for a in held.drawn()[Q].answers] == ["Reworded."]
    assert isinstance(held.answers[aid("a")], AnswerRow)


def test_what_is_drawn_is_ones_own_to_change() -> None:
    held = board(changes(1, row(1)))
    held.drawn().clear()
    assert set(held.drawn()) == {Q}


def test_a_drawn_board_is_read_by_talk_session_and_question() -> None:
    held = board(changes(1, row(1), question_row("other", session=RESEARCH, talk=PAPER_1)))
    drawn = DrawnBoard(revision=held.revision, questions=tuple(held.drawn().values()))
    assert [each.id for each in drawn.of_talk(WELCOME)] == [Q]
    assert [each.id for each in drawn.of_session(RESEARCH)] == [qid("other")]
    found = drawn.question(Q)
    assert found is not None
    assert found.id == Q
    assert drawn.question(qid("none")) is None
