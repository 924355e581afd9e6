"""Questions that ask the same are found while typing; others are left alone."""

from datetime import UTC, datetime
from time import thread_time

import pytest

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.questions.similar import Search, similar

TEXTS = (
    "How do you choose the time window for the offline evaluation?",
    "Does the causal view need randomized exploration traffic?",
    "Which bias hurt you most in production?",
    "Is the code open, and under which licence?",
    "埋め込みテーブルの大きさはどう決めますか",
)


def _question(number: int, text: str) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(f"q{number}"),
        session=SessionId("s"),
        talk=TalkId("t"),
        text=text,
        state=QuestionState.APPROVED,
        asked_at=datetime(2020, 5, 29, tzinfo=UTC),
        revision=Revision(1),
        moved=Revision(1),
    )
    return DrawnQuestion(row=row)


QUESTIONS = tuple(_question(number, text) for number, text in enumerate(TEXTS))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("what time window did you choose for evaluations", "q0"),
        ("Is randomised exploration traffic needed for the causal view", "q1"),
        ("which BIASES hurt in production", "q2"),
        ("code licence?", "q3"),
        ("テーブルの大きさはどうやって決めますか", "q4"),
    ],
)
def test_what_asks_the_same_is_offered_first(typed: str, found: str) -> None:
    assert similar(typed, QUESTIONS)[0].id == found


@pytest.mark.parametrize("typed", ["", "how", "how do you", "tail latency of a whole query", "time"])
def test_what_is_short_or_something_else_offers_nothing(typed: str) -> None:
    assert similar(typed, QUESTIONS) == ()


def test_no_more_are_offered_than_fit() -> None:
    alike = tuple(_question(number, f"How large is the embedding table {number}?") for number in range(9))
    assert len(similar("how large are the embedding tables", alike, most=3)) == 3


def test_a_thousand_questions_are_compared_within_a_pause_of_the_keyboard() -> None:
    many = tuple(_question(number, f"{TEXTS[number % 4]} variant{number} of {number * 7}") for number in range(1000))
    similar("time window evaluation", many)
    taken_s = []
    for _ in range(3):
        began = thread_time()
        similar("time window for the offline evaluation", many)
        taken_s.append(thread_time() - began)
    assert min(taken_s) < 0.05


def test_a_search_in_slices_finds_the_same() -> None:
    many = tuple(_question(number, f"{TEXTS[number % 4]} variant{number}") for number in range(150))
    typed = "time window for the offline evaluation"
    search = Search(typed, many)
    assert search.go_on(60) is None
    assert search.go_on(60) is None
    assert search.go_on(60) == similar(typed, many)
