"""Many rows are taken in over several turns of the loop: shown together, in order, and never half."""

from datetime import datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.board import Board, DrawnQuestion
from personal_app.conference.ids import CommandId, Revision, Tally
from personal_app.conference.messages import Changes, Done
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_client import Applied, Replaced, ResumePoint
from personal_app.conference.wishes import Wish
from personal_app.services.intake import AT_ONCE
from personal_app.services.questions import QuestionService
from tests.factories import START, qid, question_row

MANY = 3 * AT_ONCE


class _Audience:
    """A service, how many questions it showed each time it told of a change, and what it sent."""

    def __init__(self) -> None:
        self.sent: list[Wish] = []
        self.shown: list[int] = []
        self.service = QuestionService(self.sent.append, lambda: START)
        self.service.changed.connect(lambda: self.shown.append(len(self.service.board.questions)))

    def texts(self) -> set[str]:
        return {question.row.text for question in self.service.board.questions}


@pytest.fixture
def audience() -> _Audience:
    return _Audience()


def _rows(revision: int, first: int = 0, count: int = MANY, text: str = "Why?") -> tuple[QuestionRow, ...]:
    return tuple(
        question_row(
            f"{number}", text=text, revision=Revision(revision), asked_at=START + timedelta(seconds=(number * 7) % 100)
        )
        for number in range(first, first + count)
    )


def _asked(question: DrawnQuestion) -> tuple[datetime, str]:
    return question.row.asked_at, question.id


def _applied(revision: int, *rows: QuestionRow, counts: bool = False) -> Applied:
    tallies = tuple((row.id, revision) for row in rows) if counts else ()
    changes = Changes(revision=Revision(revision), tally=Tally(revision), set=rows, tallies=tallies)
    return Applied(resume=ResumePoint(), changes=changes, mine=None)


def test_few_rows_are_there_at_once(audience: _Audience) -> None:
    audience.service.take_changes([_applied(1, *_rows(1, count=5))])
    assert audience.shown == [5]


def test_many_rows_are_shown_together_in_a_later_turn(qtbot: QtBot, audience: _Audience) -> None:
    audience.service.take_changes([_applied(1, *_rows(1), counts=True)])
    assert audience.shown == []
    assert audience.service.reach == (0, 0)
    qtbot.waitUntil(lambda: audience.service.reach == (1, 1))
    assert audience.shown == [MANY]
    questions = audience.service.board.questions
    assert list(questions) == sorted(questions, key=_asked)
    assert {question.votes for question in questions} == {1}


def test_what_comes_meanwhile_waits_its_turn(qtbot: QtBot, audience: _Audience) -> None:
    audience.service.take_changes([_applied(1, *_rows(1, text="first"))])
    audience.service.take_changes([_applied(2, *_rows(2, count=MANY, text="second"))])
    audience.service.take_changes([_applied(3, *_rows(3, first=MANY, count=1, text="last"))])
    assert audience.shown == []
    qtbot.waitUntil(lambda: audience.service.reach == (3, 3))
    assert audience.shown == [MANY + 1]
    assert audience.texts() == {"second", "last"}


def test_a_full_state_takes_the_place_of_all_before_it(qtbot: QtBot, audience: _Audience) -> None:
    audience.service.take_changes([_applied(5, *_rows(5, count=3))])
    state = Changes(revision=Revision(2), tally=Tally(2), set=_rows(2, first=10))
    audience.service.take_changes([Replaced(resume=ResumePoint(), changes=state, mine=None)])
    assert (len(audience.service.board.questions), audience.service.reach) == (3, (5, 5))
    qtbot.waitUntil(lambda: audience.service.reach == (2, 2))
    assert audience.shown == [3, MANY]


def test_whoever_acts_meanwhile_acts_on_the_whole(audience: _Audience) -> None:
    audience.service.take_changes([_applied(1, *_rows(1))])
    audience.service.vote(qid("7"))
    assert (audience.service.reach, len(audience.service.board.questions)) == ((1, 1), MANY)
    voted = audience.service.board.question(qid("7"))
    assert voted is not None
    assert (voted.voted, voted.votes) == (True, 1)
    assert [wish.command.do for wish in audience.sent] == [do.Vote(question=qid("7"))]


def test_an_acknowledgement_meanwhile_is_not_drawn_twice(qtbot: QtBot, audience: _Audience) -> None:
    audience.service.take_changes([_applied(1, *_rows(1, count=9))])
    audience.service.vote(qid("7"))
    audience.service.take_changes([_applied(2, *_rows(2, first=100), *_rows(2, first=7, count=1), counts=True)])
    audience.service.take_done(Done(id=CommandId(audience.sent[0].command.id), revision=Revision(2), tally=Tally(2)))
    assert audience.service.waiting == 0
    voted = audience.service.board.question(qid("7"))
    assert voted is not None
    assert voted.votes == 2
    qtbot.wait(1)
    assert audience.shown[-1] == MANY + 9


def test_who_becomes_another_is_shown_nothing_of_what_was_on_its_way(qtbot: QtBot, audience: _Audience) -> None:
    audience.service.take_changes([_applied(1, *_rows(1))])
    audience.service.start_over()
    qtbot.wait(1)
    audience.service.take_changes([_applied(2, *_rows(2, first=900, count=2))])
    assert (audience.service.reach, len(audience.service.board.questions)) == ((2, 2), 2)


def test_a_board_has_its_counters_from_the_last_piece_on() -> None:
    board = Board()
    steps = board.taking(_applied(4, *_rows(4), counts=True).changes)
    seen = [(board.revision, board.tally) for _ in steps]
    assert len(seen) > 3
    assert set(seen) == {(0, 0)}
    whole = Board()
    whole.apply(_applied(4, *_rows(4), counts=True).changes)
    assert (board.revision, board.tally) == (4, 4)
    assert list(board.drawn().items()) == list(whole.drawn().items())


def test_a_question_that_was_asked_at_another_time_after_all_moves() -> None:
    board = Board()
    board.apply(_applied(1, *_rows(1, count=3)).changes)
    first = min(board.drawn().values(), key=lambda each: each.row.asked_at)
    late = question_row("0", revision=Revision(2), asked_at=START + timedelta(hours=1))
    assert first.id == late.id
    board.apply(_applied(2, late).changes)
    assert list(board.drawn())[-1] == late.id
