"""Questions of the inbox that ask the same stand together, whatever the language; a long inbox costs little."""

from datetime import UTC, datetime, timedelta
from time import thread_time

from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.chair.alike import MOST_COMPARED, _leads, grouped

NOON = datetime(2020, 9, 21, 12, 0, tzinfo=UTC)


def asked(number: int, text: str, talk: str = "t") -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(f"q{number}"),
        session=SessionId("s"),
        talk=TalkId(talk),
        text=text,
        state=QuestionState.PENDING,
        asked_at=NOON + timedelta(seconds=number),
        revision=Revision(1),
        moved=Revision(1),
    )
    return DrawnQuestion(row=row)


def told(*questions: DrawnQuestion) -> tuple[list[str], set[str]]:
    ordered, alike = grouped(questions)
    return [question.id for question in ordered], set(alike)


def test_what_asks_the_same_stands_behind_the_first_that_did() -> None:
    ordered, alike = told(
        asked(0, "Is the code open, and under which licence?"),
        asked(1, "How does the accuracy fall off for rare items?"),
        asked(2, "Under which licence will you open the code?"),
        asked(3, "Will it run on a telephone?"),
        asked(4, "Does accuracy fall for items that are rare?"),
    )
    assert ordered == ["q0", "q2", "q1", "q4", "q3"]
    assert alike == {"q2", "q4"}


def test_another_talks_question_is_another_question() -> None:
    first, second = asked(0, "Is the code open somewhere?"), asked(1, "Is the code open somewhere?", talk="u")
    assert told(first, second) == (["q0", "q1"], set())


def test_writing_without_spaces_is_compared_too() -> None:
    assert told(asked(0, "推薦システムの精度はどうですか"), asked(1, "推薦システムの精度を教えて"))[1] == {"q1"}


@given(st.lists(st.text(alphabet="abc de", max_size=30), max_size=20))
def test_none_is_lost_and_the_first_stays_first(texts: list[str]) -> None:
    questions = [asked(number, text) for number, text in enumerate(texts)]
    ordered, alike = grouped(questions)
    assert sorted(question.id for question in ordered) == sorted(question.id for question in questions)
    leading = [question for question in ordered if question.id not in alike]
    assert leading == [question for question in questions if question.id not in alike]
    assert not questions or ordered[0] is questions[0]


def test_a_long_inbox_costs_little() -> None:
    words = ("embedding", "table", "latency", "batch", "accuracy", "training", "memory", "cache", "model", "scale")
    questions = [
        asked(number, f"What of {words[number % 10]} and {words[number // 10 % 10]} number {number}?")
        for number in range(4 * MOST_COMPARED)
    ]
    _leads.cache_clear()
    began = thread_time()
    grouped(questions)
    first = thread_time() - began
    began = thread_time()
    grouped(questions)
    assert first < 0.15
    assert thread_time() - began < 0.01
