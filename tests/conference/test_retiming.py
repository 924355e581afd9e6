"""Sessions given other times by hand: what moves with what, until when, who may, and that all compute the same."""

from datetime import timedelta

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import RecordingId, Revision, Tally
from personal_app.conference.moderation import decide
from personal_app.conference.people import PUBLIC, Participant, audience
from personal_app.conference.program import Conference, Item, QuestionTimes, Session, SessionKind
from personal_app.conference.questions import QaState
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import TimesRow
from personal_app.conference.timeline import Phase, live_position_ms, phase
from personal_app.conference.timetable import retimed, run_into
from personal_app.conference.visibility import shared_since
from tests.factories import (
    OPENING,
    PAPER_1,
    RESEARCH,
    START,
    WELCOME,
    call,
    chair,
    conference,
    organizer,
    participant,
    register,
    session,
)

MINUTE = timedelta(minutes=1)
MINUTE_MS = 60_000
CHAIR, OLGA, ADA = chair(), organizer(), participant("Ada")
#: The opening's video is twenty minutes, its questions the ten after; the papers begin ten minutes later.
BEFORE, IN_VIDEO, IN_QA = START - MINUTE, START + 15 * MINUTE, START + 25 * MINUTE


def retime(**fields: int) -> do.Retime:
    return do.Retime(session=OPENING, **fields)


def times(late_ms: int = 0, extra_ms: int = 0, rest_ms: int = 0, video_ms: int | None = None) -> TimesRow:
    return TimesRow(
        session=OPENING,
        revision=Revision(1),
        late_ms=late_ms,
        extra_ms=extra_ms,
        rest_ms=rest_ms,
        video_ms=video_ms,
    )


def moved(*rows: TimesRow, program: Conference | None = None) -> Session:
    found = retimed(program or conference(), rows).session(OPENING)
    assert found is not None
    return found


def carry_out(held: Register, actor: Participant, wanted: do.Do, now: object = BEFORE) -> Decision:
    decision = decide(held, call(actor, wanted, revision=held.revision + 1, now=now))
    held.apply(decision, Tally(held.tally))
    return decision


def refusal(held: Register, actor: Participant, wanted: do.Do, now: object = BEFORE) -> Refusal:
    with pytest.raises(Refusal) as refused:
        carry_out(held, actor, wanted, now)
    return refused.value


def test_a_delayed_session_moves_as_a_whole_and_alone() -> None:
    found = moved(times(late_ms=5 * MINUTE_MS))
    was = conference().sessions[0]
    for edge in ("start", "end", "video_start", "qa_start", "qa_end"):
        assert getattr(found, edge) - getattr(was, edge) == 5 * MINUTE
    assert found.items == was.items
    assert retimed(conference(), [times(late_ms=5 * MINUTE_MS)]).sessions[1] == conference().sessions[1]


def test_more_time_goes_to_the_questions() -> None:
    found, was = moved(times(extra_ms=MINUTE_MS)), conference().sessions[0]
    assert (found.qa_end, found.end) == (was.qa_end + MINUTE, was.end + MINUTE)
    assert (found.start, found.qa_start, found.video_start) == (was.start, was.qa_start, was.video_start)


def test_a_video_that_is_ended_gives_its_time_to_the_questions() -> None:
    found, was = moved(times(video_ms=15 * MINUTE_MS)), conference().sessions[0]
    assert found.video_ms == 15 * MINUTE_MS
    assert found.qa_start == START + 15 * MINUTE
    assert (found.qa_end, found.end) == (was.qa_end, was.end)
    assert phase(found, IN_VIDEO) is Phase.QA
    assert live_position_ms(found, WELCOME, IN_VIDEO - MINUTE) == 14 * MINUTE_MS
    assert live_position_ms(found, WELCOME, IN_VIDEO) is None


def test_of_a_video_of_several_the_later_ones_are_left_out() -> None:
    items = tuple(
        Item(talk=WELCOME, recording=RecordingId(name), offset_ms=at * MINUTE_MS, duration_ms=5 * MINUTE_MS)
        for name, at in (("a", 0), ("b", 6), ("c", 12))
    )
    program = conference(sessions=(session(video_start=START, items=items),))
    found = moved(times(video_ms=8 * MINUTE_MS), program=program)
    assert [(item.recording, item.duration_ms) for item in found.items] == [("a", 300_000), ("b", 120_000)]


def test_the_rest_is_what_follows_within_the_day() -> None:
    tomorrow = session("later", kind=SessionKind.QA, start=START + timedelta(days=1), talks=())  # type: ignore[arg-type]
    program = conference(sessions=(*conference().sessions, tomorrow))
    found = retimed(program, [times(rest_ms=7 * MINUTE_MS)])
    assert found.session(OPENING) == program.session(OPENING)
    research, was = found.session(RESEARCH), program.session(RESEARCH)
    assert research is not None
    assert was is not None
    assert research.start == was.start + 7 * MINUTE
    assert found.sessions[-1] == tomorrow


def test_delays_of_several_add_up_and_the_order_is_that_of_the_new_starts() -> None:
    rows = [times(late_ms=30 * MINUTE_MS), TimesRow(session=RESEARCH, revision=Revision(2), late_ms=MINUTE_MS)]
    assert [each.id for each in retimed(conference(), rows).sessions] == [OPENING, RESEARCH]
    rows = [times(late_ms=60 * MINUTE_MS, rest_ms=2 * MINUTE_MS), rows[1]]
    found = retimed(conference(), rows).sessions
    assert [each.id for each in found] == [RESEARCH, OPENING]
    assert found[0].start == START + 43 * MINUTE


def test_times_of_questions_within_the_slot_move_with_it_and_others_stay() -> None:
    was = conference().sessions[0]
    given = QuestionTimes(opens=START - timedelta(days=3), pauses=was.qa_start, closes=was.end)
    program = conference(sessions=(msgspec.structs.replace(was, questions=given),))
    found = moved(times(late_ms=MINUTE_MS, extra_ms=2 * MINUTE_MS), program=program).questions
    assert found == QuestionTimes(opens=given.opens, pauses=was.qa_start + MINUTE, closes=was.end + 3 * MINUTE)


def test_rows_of_sessions_that_are_gone_are_passed_over() -> None:
    assert retimed(conference(), [TimesRow(session=PAPER_1, revision=Revision(1), late_ms=1)]) == conference()  # type: ignore[arg-type]


def test_what_a_session_runs_into_is_known() -> None:
    program = conference()
    found = run_into(program, retimed(program, [times(extra_ms=11 * MINUTE_MS)]), OPENING)
    assert found == program.session(RESEARCH)
    assert run_into(program, program, OPENING) is None
    assert run_into(program, retimed(program, [times(extra_ms=11 * MINUTE_MS, rest_ms=MINUTE_MS)]), OPENING) is None


@pytest.mark.parametrize("who", [ADA, chair("Carlos", RESEARCH)])
def test_only_chairs_of_the_session_and_organizers_may(who: Participant) -> None:
    assert refusal(register(), who, retime(late_ms=1)).code is RefusalCode.NOT_ALLOWED
    carry_out(register(), OLGA, retime(late_ms=1))


def test_of_a_session_that_is_not_there_nothing_is_known() -> None:
    assert refusal(register(), OLGA, do.Retime(session="none", late_ms=1)).code is RefusalCode.UNKNOWN


def test_wishes_add_up_and_everyone_is_told() -> None:
    held = register()
    for _ in range(2):
        carry_out(held, CHAIR, retime(late_ms=MINUTE_MS, rest_ms=MINUTE_MS))
    assert (held.times(OPENING).late_ms, held.times(OPENING).rest_ms) == (2 * MINUTE_MS, 2 * MINUTE_MS)
    (row,) = shared_since(held, PUBLIC, Revision(0), Tally(0)).rows
    assert isinstance(row, TimesRow)
    assert (row.late_ms, row.history) == (2 * MINUTE_MS, ())
    (told,) = shared_since(held, audience(CHAIR.grants), Revision(0), Tally(0)).rows
    assert isinstance(told, TimesRow)
    assert [move.late_ms for move in told.history] == [MINUTE_MS, 2 * MINUTE_MS]
    assert [move.by for move in told.history] == ["Chiara", "Chiara"]
    assert held.timetable.sessions[0].start == START + 2 * MINUTE


def test_nothing_said_changes_nothing() -> None:
    assert carry_out(register(), CHAIR, retime()) == Decision()


def test_what_has_begun_is_not_delayed() -> None:
    assert refusal(register(), CHAIR, retime(late_ms=MINUTE_MS), START).code is RefusalCode.WRONG_STATE
    held = register()
    carry_out(held, CHAIR, retime(late_ms=20 * MINUTE_MS))
    carry_out(held, CHAIR, retime(late_ms=-10 * MINUTE_MS), START + 5 * MINUTE)
    assert refusal(held, CHAIR, retime(late_ms=-8 * MINUTE_MS), START + 5 * MINUTE).code is RefusalCode.WRONG_STATE


def test_the_rest_is_delayed_until_a_part_of_it_has_begun() -> None:
    held = register()
    carry_out(held, CHAIR, retime(rest_ms=5 * MINUTE_MS), START + 39 * MINUTE)
    carry_out(held, CHAIR, retime(rest_ms=5 * MINUTE_MS), START + 44 * MINUTE)
    refused = refusal(held, CHAIR, retime(rest_ms=MINUTE_MS), START + 50 * MINUTE)
    assert refused.code is RefusalCode.WRONG_STATE
    assert "Research" in refused.detail
    last = do.Retime(session=RESEARCH, rest_ms=MINUTE_MS)
    assert "Nothing follows" in refusal(held, OLGA, last).detail


def test_a_video_ends_where_it_was_ended_and_never_before_the_word_came() -> None:
    held = register()
    carry_out(held, CHAIR, retime(video_ms=16 * MINUTE_MS), IN_VIDEO)
    assert held.times(OPENING).video_ms == 16 * MINUTE_MS
    held = register()
    carry_out(held, CHAIR, retime(video_ms=3 * MINUTE_MS), IN_VIDEO)
    assert held.times(OPENING).video_ms == 15 * MINUTE_MS


@pytest.mark.parametrize("now", [BEFORE, IN_QA])
def test_a_video_that_does_not_run_is_not_ended(now: object) -> None:
    assert refusal(register(), CHAIR, retime(video_ms=1), now).code is RefusalCode.WRONG_STATE


def test_more_time_is_given_until_an_hour_after_the_end() -> None:
    held = register()
    carry_out(held, CHAIR, retime(extra_ms=MINUTE_MS), START + 35 * MINUTE)
    assert refusal(held, CHAIR, retime(extra_ms=MINUTE_MS), START + 92 * MINUTE).code is RefusalCode.WRONG_STATE


@pytest.mark.parametrize("wanted", [retime(late_ms=-1), retime(extra_ms=-1), retime(late_ms=13 * 3600 * 1000)])
def test_nothing_comes_before_its_time_nor_half_a_day_later(wanted: do.Retime) -> None:
    assert refusal(register(), CHAIR, wanted).code is RefusalCode.INVALID


def test_a_change_is_undone_while_that_moves_nothing_that_has_begun() -> None:
    held = register()
    made = [carry_out(held, CHAIR, retime(late_ms=MINUTE_MS)).open[0].revision for _ in range(2)]
    undo = do.UndoOpening(row=f"times {OPENING}", moves=(made[1],))
    carry_out(held, CHAIR, undo)
    assert held.times(OPENING).late_ms == MINUTE_MS
    again = do.UndoOpening(row=f"times {OPENING}", moves=(made[0],))
    assert refusal(held, ADA, again).code is RefusalCode.NOT_ALLOWED
    assert refusal(held, CHAIR, again, START + MINUTE).code is RefusalCode.WRONG_STATE
    carry_out(held, CHAIR, again)
    assert held.timetable == held.conference


def test_an_ended_video_goes_on_when_that_is_undone() -> None:
    held = register()
    ended = carry_out(held, CHAIR, retime(video_ms=15 * MINUTE_MS), IN_VIDEO).open[0].revision
    carry_out(held, CHAIR, do.UndoOpening(row=f"times {OPENING}", moves=(ended,)), IN_VIDEO + MINUTE)
    assert phase(held.timetable.sessions[0], IN_VIDEO + MINUTE) is Phase.VIDEO


def test_what_the_questions_are_open_to_goes_by_the_new_times() -> None:
    was = conference().sessions[0]
    given = QuestionTimes(closes=was.end)
    held = register(conference=conference(sessions=(msgspec.structs.replace(was, questions=given),)))
    assert held.qa_state(WELCOME, was.end) is QaState.CLOSED
    carry_out(held, CHAIR, retime(extra_ms=MINUTE_MS), IN_QA)
    assert held.qa_state(WELCOME, was.end) is QaState.OPEN
    assert held.qa_state(WELCOME, was.end + MINUTE) is QaState.CLOSED
