"""What is on when, and the short timetable of a rehearsal."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.clock import to_epoch_ms
from personal_app.conference.ids import RecordingId, SessionId
from personal_app.conference.playback import On, plan
from personal_app.conference.program import Item, Opening, QuestionTimes, SessionKind
from personal_app.conference.questions import QaState
from personal_app.conference.timeline import (
    Phase,
    item_at,
    live_position_ms,
    may_watch,
    now_and_next,
    overlaps,
    phase,
    qa_change,
    rehearsal,
    scheduled_qa,
)
from tests.factories import OPENING, PAPER_1, PAPER_2, RESEARCH, START, WELCOME, conference, session, talk


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


OPENED = conference().session(OPENING)
assert OPENED is not None


@pytest.mark.parametrize(
    ("after_start", "where"),
    [
        (-0.001, Phase.BEFORE),
        (0, Phase.VIDEO),
        (19.999, Phase.VIDEO),
        (20, Phase.QA),
        (29.999, Phase.QA),
        (30, Phase.OVER),
    ],
)
def test_a_session_goes_through_its_phases(after_start: float, where: Phase) -> None:
    assert OPENED is not None
    assert phase(OPENED, START + minutes(after_start)) is where


def test_between_video_and_questions_there_may_be_a_break() -> None:
    slot = session(qa_start=START + minutes(25))
    assert phase(slot, START + minutes(24)) is Phase.BREAK
    assert phase(slot, START + minutes(25)) is Phase.QA


def test_questions_may_open_before_the_session_and_stay_open_after_it() -> None:
    slot = session(qa_start=START - minutes(60), qa_end=START + minutes(90))
    assert phase(slot, START - minutes(30)) is Phase.QA
    assert phase(slot, START + minutes(80)) is Phase.QA
    assert phase(slot, START + minutes(90)) is Phase.OVER


def test_video_wins_over_questions_where_they_overlap() -> None:
    assert OPENED is not None
    slot = session(qa_start=START, video_start=START, items=OPENED.items)
    assert phase(slot, START + minutes(1)) is Phase.VIDEO


def test_now_and_next() -> None:
    sessions = conference().sessions
    before, during = now_and_next(sessions, START - minutes(1)), now_and_next(sessions, START + minutes(29))
    between, after = now_and_next(sessions, START + minutes(35)), now_and_next(sessions, START + minutes(70))
    assert ([s.id for s in before.now], before.next and before.next.id) == ([], OPENING)
    assert ([s.id for s in during.now], during.next and during.next.id) == ([OPENING], RESEARCH)
    assert ([s.id for s in between.now], between.next and between.next.id) == ([], RESEARCH)
    assert (after.now, after.next) == ((), None)


def test_sessions_beside_each_other_are_all_on() -> None:
    other = session(SessionId("beside"), start=START + minutes(5))
    now = now_and_next((other, session()), START + minutes(6))
    assert [s.id for s in now.now] == [OPENING, "beside"]
    assert overlaps((other, session())) == ((OPENING, "beside"),)


def test_sessions_that_touch_do_not_overlap() -> None:
    assert overlaps((session(), session(RESEARCH, start=START + minutes(30)))) == ()


def test_a_recording_opens_with_its_sessions_video_or_always() -> None:
    assert OPENED is not None
    just_before = START - timedelta(milliseconds=1)
    assert not may_watch(talk(), OPENED, just_before)
    assert may_watch(talk(), OPENED, START)
    assert may_watch(talk(opening=Opening.ALWAYS), OPENED, just_before)
    assert may_watch(talk(), session(), START)


def test_the_position_of_what_is_on() -> None:
    items = (
        Item(talk=WELCOME, recording=RecordingId("a"), offset_ms=0, duration_ms=60_000),
        Item(talk=PAPER_1, recording=RecordingId("b"), offset_ms=90_000, duration_ms=60_000),
    )
    slot = session(video_start=START, items=items)
    assert item_at(slot, START - minutes(1)) is None
    assert item_at(slot, START + timedelta(milliseconds=59_999)) == (items[0], 59_999)
    assert item_at(slot, START + minutes(1)) is None
    assert live_position_ms(slot, PAPER_1, START + minutes(2)) == 30_000
    assert live_position_ms(slot, WELCOME, START + minutes(2)) is None
    assert item_at(slot, START + minutes(3)) is None
    assert item_at(session(), START) is None


@given(
    spans=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=4),
    elapsed_ms=st.integers(-5, 90),
)
def test_the_schedule_and_the_player_agree_on_what_is_on(spans: list[tuple[int, int]], elapsed_ms: int) -> None:
    items = tuple(
        Item(talk=WELCOME, recording=RecordingId(str(number)), offset_ms=offset, duration_ms=duration)
        for number, (offset, duration) in enumerate(spans)
    )
    now = START + timedelta(milliseconds=elapsed_ms)
    planned = plan(to_epoch_ms(now), to_epoch_ms(START), items)
    on = item_at(session(video_start=START, items=items), now)
    assert on == ((planned.item, planned.position_ms) if isinstance(planned, On) else None)


def test_a_rehearsal_plays_the_sessions_one_after_the_other() -> None:
    whole = conference()
    began = START + timedelta(days=400, seconds=7)
    short = rehearsal(whole, began)
    first, second = short.sessions
    assert (first.start, first.video_start) == (began, began)
    assert first.qa_start == began + minutes(20)
    assert first.end == first.qa_end == began + minutes(22)
    assert (second.start, second.qa_start, second.video_start) == (first.end, first.end, None)
    assert second.end == second.qa_end == second.start + minutes(5)
    assert (short.talks, short.day, short.title) == (whole.talks, whole.day, whole.title)
    assert overlaps(short.sessions) == ()


def test_questions_open_pause_and_close_at_their_instants() -> None:
    opens, pauses, closes = START - timedelta(days=7), START + minutes(30), START + timedelta(days=30)
    slot = session(questions=QuestionTimes(opens=opens, pauses=pauses, closes=closes))
    second = timedelta(seconds=1)
    told = [
        (opens - second, QaState.CLOSED, opens),
        (opens, QaState.OPEN, pauses),
        (pauses - second, QaState.OPEN, pauses),
        (pauses, QaState.PAUSED, closes),
        (closes, QaState.CLOSED, None),
    ]
    assert [(at, scheduled_qa(slot, at), qa_change(slot, at)) for at, _, _ in told] == told
    assert (scheduled_qa(session(), START), qa_change(session(), START)) == (QaState.OPEN, None)


def test_a_rehearsal_takes_the_times_of_questions_along() -> None:
    slot = session(questions=QuestionTimes(opens=START - timedelta(days=1)))
    began = START + timedelta(days=400)
    (short,) = rehearsal(conference(sessions=(slot,)), began).sessions
    assert short.questions == QuestionTimes(opens=began - timedelta(days=1))


def test_the_papers_of_a_rehearsed_research_session_are_no_video() -> None:
    items = (Item(talk=PAPER_2, recording=RecordingId("p"), offset_ms=0, duration_ms=60_000),)
    research = session(RESEARCH, kind=SessionKind.QA, items=items)
    short = rehearsal(conference(sessions=(research,)), START).sessions[0]
    assert phase(short, START) is Phase.QA
    assert short.end == START + minutes(5)
