"""Questions stand in the lane of their state, in the lane's order; the clock and the table of moves tell the truth."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.chair.lanes import Lane, lanes, place_before
from personal_app.ui.chair.moves import MOVES, OTHER_KEYS, ChairMove, possible
from personal_app.ui.chair.session_clock import Pressure, read
from tests.ui.demo import CAUSALITY, DAY, RESEARCH, demo_conference

S = QuestionState
_BESIDE = (ChairMove.NOTE, ChairMove.FOLLOW_UP, ChairMove.ASSIGN)
NOW = datetime(2020, 5, 29, 17, 0, tzinfo=UTC)


def _drawn(
    id_: str, state: S, *, votes: int = 0, minute: int = 0, order: int | None = None, revision: int = 1
) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(id_),
        session=SessionId("s"),
        talk=TalkId("t"),
        text=id_,
        state=state,
        asked_at=NOW + timedelta(minutes=minute),
        revision=Revision(revision),
        moved=Revision(revision),
        order=order,
    )
    return DrawnQuestion(row=row, votes=votes)


def _ids(questions: tuple[DrawnQuestion, ...]) -> str:
    return "".join(question.id for question in questions)


def test_each_lane_has_its_order() -> None:
    found = lanes(
        [
            _drawn("b", S.PENDING, minute=2),
            _drawn("a", S.PENDING, minute=1),
            _drawn("d", S.APPROVED, votes=2),
            _drawn("c", S.APPROVED, votes=5),
            _drawn("f", S.QUEUED, order=7),
            _drawn("e", S.QUEUED, order=-3),
            _drawn("n", S.ANSWERING),
            _drawn("g", S.ANSWERED, revision=4),
            _drawn("h", S.REJECTED, revision=9),
        ]
    )
    assert (_ids(found.inbox), _ids(found.shown), _ids(found.order), _ids(found.done)) == ("ab", "cd", "ef", "hg")
    assert found.now is not None
    assert found.now.id == "n"
    assert found.lane_of(QuestionId("f")) is Lane.ORDER
    assert found.lane_of(QuestionId("n")) is None


@given(st.lists(st.integers(0, 9), unique=True, min_size=1), st.data())
def test_a_step_in_the_order_swaps_two_neighbours(ids: list[int], data: st.DataObject) -> None:
    order = tuple(_drawn(str(id_), S.QUEUED) for id_ in ids)
    moved = QuestionId(str(data.draw(st.sampled_from(ids))))
    steps = data.draw(st.sampled_from([-1, 1]))
    place = [question.id for question in order].index(moved)
    can, after = place_before(order, moved, steps)
    assert can == (0 <= place + steps < len(order))
    if can:
        rest = [question.id for question in order if question.id != moved]
        target = rest.index(after) + 1 if after is not None else 0
        assert target == place + steps


def test_one_that_is_not_in_the_order_cannot_step() -> None:
    assert place_before((), QuestionId("a"), 1) == (False, None)


@pytest.mark.parametrize(
    ("minutes", "answering", "phase", "time", "pressure"),
    [
        (10, False, "Not begun", "5:00", Pressure.NONE),
        (20, False, "Recording", "20:00", Pressure.NONE),
        (41, False, "Q&A", "4:00", Pressure.NONE),
        (43.5, False, "Q&A", "1:30", Pressure.WARN),
        (47, True, "Over time", "2:00", Pressure.OVER),
        (47, False, "Over", "", Pressure.NONE),
    ],
)
def test_the_clock_of_a_session(minutes: float, answering: bool, phase: str, time: str, pressure: Pressure) -> None:
    session = demo_conference().session(SessionId(CAUSALITY))
    assert session is not None
    reading = read(session, DAY + timedelta(minutes=minutes), answering=answering)
    assert (reading.phase, reading.time, reading.pressure) == (phase, time, pressure)


def test_a_session_without_a_video_is_all_questions() -> None:
    session = demo_conference().session(RESEARCH)
    assert session is not None
    assert read(session, DAY + timedelta(minutes=110), answering=False).time == "25:00"


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (S.PENDING, {"approve", "return", "reject", "queue", "merge"}),
        (S.APPROVED, {"reject", "queue", "start", "defer", "hide", "merge"}),
        (S.QUEUED, {"reject", "unqueue", "start", "defer", "hide", "merge"}),
        (S.ANSWERING, {"defer", "hide"}),
        (S.ANSWERED, {"reopen", "hide"}),
        (S.DEFERRED, {"reject", "queue", "hide", "merge"}),
        (S.RETURNED, set()),
        (S.REJECTED, set()),
        (S.MERGED, {"merge"}),
        (S.HIDDEN, {"hide"}),
        (S.WITHDRAWN, set()),
    ],
)
def test_which_moves_a_state_allows(state: S, moves: set[str]) -> None:
    made = {move for move in ChairMove if move not in _BESIDE}
    assert {move.value for move in made if possible(move, _drawn("a", state))} == moves


def test_what_is_set_beside_a_question_fits_where_it_can_still_help() -> None:
    fitting = {move: {state for state in S if possible(move, _drawn("a", state))} for move in _BESIDE}
    assert fitting[ChairMove.NOTE] == set(S) - {S.OTHER}
    assert fitting[ChairMove.FOLLOW_UP] == {S.APPROVED, S.QUEUED, S.ANSWERING, S.ANSWERED, S.DEFERRED}
    assert fitting[ChairMove.ASSIGN] == {S.PENDING, S.APPROVED, S.QUEUED, S.DEFERRED}


def test_what_was_reported_is_found_where_everyone_sees_it() -> None:
    def reported(name: str, state: S) -> DrawnQuestion:
        drawn = _drawn(name, state)
        return msgspec.structs.replace(drawn, row=msgspec.structs.replace(drawn.row, reports=2))

    found = lanes(
        [reported("a", S.QUEUED), reported("b", S.APPROVED), reported("c", S.HIDDEN), _drawn("d", S.APPROVED)]
    )
    assert [(lane, question.id) for lane, question in found.reported()] == [(Lane.SHOWN, "b"), (Lane.ORDER, "a")]
    assert not any(possible(move, None) for move in ChairMove)


def test_every_move_has_a_key_of_its_own() -> None:
    assert set(MOVES) == set(ChairMove)
    keys = [words.key for words in MOVES.values()] + [key for key, _ in OTHER_KEYS]
    assert len(keys) == len(set(keys))
