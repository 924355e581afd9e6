"""Tabs show what they promise in the order they promise, and hold still when they are told to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import AnswerId, QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import PUBLIC_STATES, QuestionState
from personal_app.conference.rows import AnswerRow, QuestionRow
from personal_app.ui.questions.arrangement import Tab, hold, shown_in

START = datetime(2020, 5, 29, 16, 0, tzinfo=UTC)
S = QuestionState


def _question(
    id_: str, state: S = S.APPROVED, votes: int = 0, minute: int = 0, *, mine: bool = False, answered: int | None = None
) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(id_),
        session=SessionId("s"),
        talk=TalkId("t"),
        text=id_,
        state=state,
        asked_at=START + timedelta(minutes=minute),
        revision=Revision(1),
        moved=Revision(1),
    )
    answers: tuple[AnswerRow, ...] = ()
    if answered is not None:
        written_at = START + timedelta(minutes=answered)
        answers = (
            AnswerRow(
                id=AnswerId(id_),
                question=row.id,
                writer="W",
                text="because",
                written_at=written_at,
                revision=Revision(1),
            ),
        )
    return DrawnQuestion(row=row, votes=votes, mine=mine, answers=answers)


def _ids(questions: tuple[DrawnQuestion, ...]) -> str:
    return "".join(question.id for question in questions)


def test_top_is_by_votes_then_age_with_the_one_being_answered_first() -> None:
    questions = [
        _question("b", votes=9),
        _question("d", S.ANSWERING),
        _question("e", S.ANSWERED, votes=50),
        _question("f", S.PENDING, votes=50),
        _question("c", votes=2, minute=1),
        _question("a", votes=2, minute=3),
    ]
    assert _ids(shown_in(Tab.TOP, questions)) == "dbca"


def test_new_is_newest_first_and_leaves_out_what_waits_for_a_chair() -> None:
    questions = [_question("a", minute=1), _question("b", S.ANSWERED, minute=3), _question("c", S.PENDING, minute=4)]
    assert _ids(shown_in(Tab.NEW, questions)) == "ba"


def test_answered_is_by_the_latest_answer() -> None:
    questions = [_question("a", S.ANSWERED, answered=9), _question("b", S.ANSWERED, minute=4, answered=12)]
    assert _ids(shown_in(Tab.ANSWERED, questions)) == "ba"


def test_mine_holds_all_of_mine_in_any_state() -> None:
    states = [S.PENDING, S.REJECTED, S.WITHDRAWN, S.APPROVED, S.ANSWERED]
    questions = [_question(state.value[0], state, minute=n, mine=True) for n, state in enumerate(states)]
    assert _ids(shown_in(Tab.MINE, [*questions, _question("x")])) == "aawrp"


def test_a_held_list_keeps_its_order_and_lets_the_new_wait() -> None:
    before = [QuestionId("a"), QuestionId("b"), QuestionId("gone")]
    wanted = [_question("n", votes=9), _question("b", votes=5), _question("a"), _question("m")]
    held = hold(before, wanted, {QuestionId("m")})
    assert (_ids(held.questions), held.waiting) == ("mab", 1)


@given(st.lists(st.builds(_question, st.uuids().map(str), st.sampled_from(S), st.integers(0, 5)), max_size=20))
def test_every_public_question_is_in_new_and_either_top_or_answered(questions: list[DrawnQuestion]) -> None:
    public = {question.id for question in questions if question.row.state in PUBLIC_STATES}
    top, answered = shown_in(Tab.TOP, questions), shown_in(Tab.ANSWERED, questions)
    assert {question.id for question in shown_in(Tab.NEW, questions)} == public
    assert {question.id for question in (*top, *answered)} == public
    assert len(top) + len(answered) == len(public)
