"""The rows of the program list: now, next, over, papers under their session, what is saved."""

from datetime import datetime, timedelta, timezone

import msgspec
import pytest

from personal_app.conference.ids import RecordingId
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.schedule.rows import RowKind, ScheduleRow, Timetable
from personal_app.ui.schedule.times import Clockface
from tests.ui.demo import BEFORE_ALL, CAUSALITY, DAY, DURING_PLENARY, DURING_RESEARCH, demo_conference

BERLIN = timezone(timedelta(hours=2), "CEST")


def rows_at(now: datetime, state: RecordingState | None = None) -> tuple[ScheduleRow, ...]:
    conference = demo_conference()
    return Timetable(conference, Clockface(conference, BERLIN)).rows(now, lambda _: state or RecordingState())


def row(rows: tuple[ScheduleRow, ...], title: str) -> ScheduleRow:
    return next(row for row in rows if title in row.title)


def test_papers_stand_under_the_session_they_belong_to() -> None:
    rows = rows_at(DURING_PLENARY)
    assert [row.kind for row in rows] == [RowKind.SESSION] * 5 + [RowKind.TALK] * 3
    assert [row.number for row in rows[-3:]] == [1, 2, 3]
    assert rows[4].title == "Research Talk Q&A Session"
    assert rows[4].people.startswith("Chaired by Bahar Asgari")


def test_what_is_on_and_what_comes_next_are_marked() -> None:
    rows = rows_at(DURING_PLENARY)
    on = row(rows, "Causality")
    assert (on.chip, on.tone, on.talk) == ("Now: video", "live", CAUSALITY)
    assert on.elapsed == pytest.approx(9.5 / 30, abs=0.01)
    assert row(rows, "GPUs for Training").chip == "Next, in 21 min"
    assert [other.chip for other in rows if "Next" in other.chip or "Now" in other.chip] == [on.chip, "Next, in 21 min"]


@pytest.mark.parametrize(
    ("minutes", "chip"),
    [(15, "Now: video"), (40, "Now: Q&A"), (44.99, "Now: Q&A"), (45, "Over")],
)
def test_the_chip_follows_the_phase(minutes: float, chip: str) -> None:
    assert row(rows_at(DAY + timedelta(minutes=minutes)), "Causality").chip == chip


def test_before_everything_the_first_session_is_next_and_nothing_runs() -> None:
    rows = rows_at(BEFORE_ALL)
    assert rows[0].chip == "Next, in 12 min"
    assert all(row.elapsed is None and not row.past for row in rows)


def test_a_session_of_questions_alone_runs_too() -> None:
    rows = rows_at(DURING_RESEARCH)
    assert row(rows, "Research").chip == "Now: Q&A"
    assert [row.past for row in rows[:4]] == [True] * 4


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RecordingState(kind=RecordingKind.SAVED, size_bytes=1_480_000), "saved, 1.5 MB"),
        (RecordingState(kind=RecordingKind.LOADING, fraction=0.426), "43 %"),
        (RecordingState(kind=RecordingKind.FAILED, detail="no room"), "not saved"),
        (RecordingState(), ""),
    ],
)
def test_where_the_recording_is(state: RecordingState, words: str) -> None:
    rows = rows_at(DURING_PLENARY, state)
    saved = row(rows, "Causality").saved
    assert saved is not None
    assert saved.words == words
    assert row(rows, "Research").saved is None, "a session with several talks says it for each of them"


def test_a_conference_of_several_days_has_a_heading_for_each() -> None:
    conference = demo_conference()
    later = timedelta(days=1)
    moved = msgspec.structs.replace(
        conference.sessions[-1], start=conference.sessions[-1].start + later, end=conference.sessions[-1].end + later
    )
    conference = msgspec.structs.replace(conference, sessions=(*conference.sessions[:-1], moved))
    rows = Timetable(conference, Clockface(conference, BERLIN)).rows(DAY, lambda _: RecordingState())
    assert [row.title for row in rows if row.kind is RowKind.DAY] == ["Friday 29 May 2020", "Saturday 30 May 2020"]


def test_ids_are_unique_and_a_tick_changes_only_what_runs() -> None:
    rows, later = rows_at(DURING_PLENARY), rows_at(DURING_PLENARY + timedelta(seconds=1))
    assert len({row.id for row in rows}) == len(rows)
    assert sum(first != second for first, second in zip(rows, later, strict=True)) <= 1


def test_a_row_can_be_heard() -> None:
    words = row(rows_at(DURING_PLENARY), "Mixed Dimension").words()
    assert words.startswith("Paper 1. Mixed Dimension")
    assert "12:15 EDT · 18:15 here" in row(rows_at(DURING_PLENARY), "Causality").words()


def test_each_recording_is_asked_about_by_its_own_id() -> None:
    conference = demo_conference()
    asked: list[RecordingId] = []

    def state(recording: RecordingId) -> RecordingState:
        asked.append(recording)
        return RecordingState()

    Timetable(conference, Clockface(conference, BERLIN)).rows(DAY, state)
    assert sorted(asked) == sorted(recording.id for recording in conference.recordings)


def test_a_row_that_says_the_same_is_the_same() -> None:
    conference = demo_conference()
    timetable = Timetable(conference, Clockface(conference, BERLIN))
    first = timetable.rows(DURING_PLENARY, lambda _: RecordingState())
    again = timetable.rows(DURING_PLENARY + timedelta(seconds=1), lambda _: RecordingState())
    assert all(one is other for one, other in zip(first, again, strict=True) if one == other)
    assert first[0] is again[0]
