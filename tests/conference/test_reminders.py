"""Which reminders are due: before what is starred, and at the turn of a person's questions."""

from datetime import datetime, timedelta

import pytest

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.program import Conference, Item
from personal_app.conference.questions import Move, QuestionState
from personal_app.conference.reminders import JUST_BEGUN, ReminderKind, ReminderWishes, starts_due, turns_due
from personal_app.conference.stars import star_of_session
from tests.factories import (
    OPENING,
    PAPER_1,
    PAPER_2,
    RESEARCH,
    START,
    WELCOME,
    conference,
    qid,
    question_row,
    recording,
    session,
    talk,
)

MINUTE = timedelta(minutes=1)
USUAL = ReminderWishes()
STARRED = frozenset({star_of_session(OPENING)})


def keys(program: Conference, now: datetime, stars: frozenset[str] = STARRED, **wishes: object) -> list[str]:
    return [each.key for each in starts_due(program, stars, now, ReminderWishes(**wishes), ())]  # type: ignore[arg-type]


def test_a_starred_session_reminds_from_the_lead_until_it_has_just_begun() -> None:
    program = conference()
    due = {minutes for minutes in range(-30, 30) if keys(program, START + minutes * MINUTE)}
    assert due == set(range(-10, int(JUST_BEGUN / MINUTE)))
    assert {at for at in range(-30, 30) if keys(program, START + at * MINUTE, lead_min=2)} == {-2, -1, 0, 1}
    assert not keys(program, START, starts=False)
    assert not keys(program, START, stars=frozenset())


def test_it_is_told_once_and_anew_when_it_moves() -> None:
    program = conference()
    (first,) = starts_due(program, STARRED, START - MINUTE, USUAL, ())
    assert (first.kind, first.talk, first.start) == (ReminderKind.STARTS, WELCOME, START)
    assert starts_due(program, STARRED, START, USUAL, {first.key}) == ()
    later = conference(sessions=(session(start=START + 20 * MINUTE),))
    (again,) = starts_due(later, STARRED, START + 15 * MINUTE, USUAL, {first.key})
    assert again.start == START + 20 * MINUTE


def test_a_starred_talk_reminds_before_its_own_recording_begins() -> None:
    items = (
        Item(talk=PAPER_1, recording=recording("a").id, offset_ms=0, duration_ms=900_000),
        Item(talk=PAPER_2, recording=recording("b").id, offset_ms=900_000, duration_ms=900_000),
    )
    program = conference(
        sessions=(session(RESEARCH, talks=(PAPER_1, PAPER_2), video_start=START, items=items),),
        talks=(talk(PAPER_1, RESEARCH), talk(PAPER_2, RESEARCH)),
    )
    stars = frozenset({f"talk {PAPER_2}"})
    assert not keys(program, START, stars)
    (due,) = starts_due(program, stars, START + 6 * MINUTE, USUAL, ())
    assert (due.talk, due.start) == (PAPER_2, START + 15 * MINUTE)


def drawn(
    name: str, state: QuestionState, *, mine: bool = False, unsent: tuple[Move, ...] = (), **row: object
) -> DrawnQuestion:
    return DrawnQuestion(row=question_row(name, state, **row), mine=mine, unsent=unsent)


def test_a_question_reminds_when_it_is_next_and_when_it_is_being_answered() -> None:
    first = drawn("first", QuestionState.QUEUED, order=10)
    mine = drawn("mine", QuestionState.QUEUED, mine=True, order=20)
    assert turns_due([first, mine], USUAL, ()) == ()
    (next_,) = turns_due([mine], USUAL, ())
    assert (next_.kind, next_.question, next_.about) == (ReminderKind.UP_NEXT, qid("mine"), mine.row.text)
    now = drawn("mine", QuestionState.ANSWERING, mine=True)
    (answering,) = turns_due([first, now], USUAL, {next_.key})
    assert answering.kind is ReminderKind.ANSWERING
    assert turns_due([first, now], USUAL, {next_.key, answering.key}) == ()
    assert turns_due([mine], ReminderWishes(questions=False), ()) == ()


def test_a_merged_question_has_the_turn_of_what_it_was_merged_into() -> None:
    mine = drawn("mine", QuestionState.MERGED, mine=True, into=qid("middle"))
    middle = drawn("middle", QuestionState.MERGED, into=qid("target"))
    target = drawn("target", QuestionState.ANSWERING)
    (due,) = turns_due([mine, middle, target], USUAL, ())
    assert (due.kind, due.about, due.question) == (ReminderKind.ANSWERING, mine.row.text, qid("target"))


@pytest.mark.parametrize("state", [QuestionState.QUEUED, QuestionState.ANSWERING])
def test_a_move_that_is_not_known_to_have_happened_reminds_of_nothing(state: QuestionState) -> None:
    assert turns_due([drawn("mine", state, mine=True, unsent=(Move.START,), order=1)], USUAL, ()) == ()


def test_nobody_elses_question_reminds() -> None:
    assert turns_due([drawn("other", QuestionState.ANSWERING)], USUAL, ()) == ()
