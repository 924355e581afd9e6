"""Playing a talk: with everyone, alone, too early, too late, and when things go wrong."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import TalkId
from personal_app.services.playback import PlaybackState, PlayPhase
from personal_app.services.playback_state import Remedy
from personal_app.services.recordings import RecordingKind, RecordingState
from tests.factories import PAPER_1, START, WELCOME
from tests.services.stage import BARE, LENGTH_MS, MINUTE, PAPER, TALK, Stage, program

Reach = Callable[[Stage, PlayPhase], None]
Make = Callable[..., Stage]
EMPTY, HOLD, LOADING = PlayPhase.EMPTY, PlayPhase.HOLD, PlayPhase.LOADING
PLAYING, PAUSED, ENDED, FAILED = PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED, PlayPhase.FAILED
LIVE_MS = 3 * 60_000


def on_stage(stage: Stage, reach: Reach, talk: TalkId = WELCOME) -> Stage:
    """Let a talk play on a stage with both recordings here."""
    stage.have(TALK, PAPER)
    stage.playback.open(talk)
    reach(stage, PLAYING)
    return stage


def test_a_talk_that_is_on_opens_where_everyone_is(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    state = stage.playback.state
    assert (state.following, state.live_ms, state.duration_ms) == (True, LIVE_MS, LENGTH_MS)
    assert stage.engine.openings[0].start_ms == LIVE_MS
    assert stage.playback.position_ms() == LIVE_MS


def test_a_talk_that_is_not_on_opens_at_its_beginning(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach, PAPER_1)
    assert stage.engine.openings[0].start_ms == 0
    assert (stage.playback.state.following, stage.playback.state.live_ms) == (False, None)


def test_who_waits_is_there_when_it_begins(make_stage: Make, reach: Reach) -> None:
    stage = make_stage(START - MINUTE)
    stage.have(TALK)
    stage.playback.open(WELCOME)
    assert (stage.phase, stage.playback.state.following) == (HOLD, True)
    told = stage.changes
    for _ in range(5):
        stage.go(1000)
    assert stage.changes == told
    stage.playback.pause()
    stage.playback.seek(5_000)
    stage.go(55_400)
    reach(stage, PLAYING)
    assert stage.engine.openings[0].start_ms == 400
    assert stage.playback.state.following


def test_before_it_begins_nothing_is_asked_for(make_stage: Make) -> None:
    stage = make_stage(START - MINUTE)
    stage.playback.open(WELCOME)
    stage.go(30_000)
    assert stage.saved == []
    stage.go(30_000)
    assert stage.saved == [TALK]


def test_a_start_that_is_put_off_holds_again(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    first, *rest = program().sessions
    later = msgspec.structs.replace(first, video_start=START + 20 * MINUTE)
    stage.program.take(msgspec.structs.replace(program(), sessions=(later, *rest)))
    assert stage.phase is HOLD
    assert stage.playback.position_ms() == 0
    stage.program.take(program())
    reach(stage, PLAYING)
    assert stage.playback.state.following


def test_pausing_leaves_the_others_and_playing_does_not_go_back(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.pause()
    reach(stage, PAUSED)
    stage.go(10_000)
    state = stage.playback.state
    assert (state.following, state.live_ms) == (False, LIVE_MS + 10_000)
    stage.playback.play()
    reach(stage, PLAYING)
    assert stage.playback.position_ms() == LIVE_MS
    assert not stage.playback.state.following


def test_joining_live_goes_there_and_stays(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.pause()
    reach(stage, PAUSED)
    stage.go(10_000)
    stage.playback.join_live()
    reach(stage, PLAYING)
    assert stage.playback.state.following
    assert stage.playback.position_ms() == LIVE_MS + 10_000


def test_nobody_gets_ahead_of_the_others(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.seek(60_000)
    assert (stage.playback.position_ms(), stage.playback.state.following) == (60_000, False)
    stage.playback.seek(LENGTH_MS)
    assert (stage.playback.position_ms(), stage.playback.state.following) == (LIVE_MS, True)
    stage.playback.skip(-10_000)
    assert (stage.playback.position_ms(), stage.playback.state.following) == (LIVE_MS - 10_000, False)
    stage.playback.skip(9_000)
    assert (stage.playback.position_ms(), stage.playback.state.following) == (LIVE_MS, True)


def test_after_its_time_a_talk_is_free(make_stage: Make, reach: Reach) -> None:
    stage = make_stage(START + 15 * MINUTE)
    on_stage(stage, reach)
    assert stage.playback.state.live_ms is None
    stage.playback.seek(LENGTH_MS - 5_000)
    assert stage.playback.position_ms() == LENGTH_MS - 5_000
    stage.playback.seek(-5)
    assert stage.playback.position_ms() == 0
    stage.playback.join_live()
    assert not stage.playback.state.following


def test_a_speed_of_ones_own_leaves_the_others_and_joining_takes_it_back(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.set_rate(1.5)
    assert (stage.engine.rate, stage.playback.state.rate, stage.playback.state.following) == (1.5, 1.5, False)
    stage.playback.join_live()
    assert (stage.engine.rate, stage.playback.state.rate, stage.playback.state.following) == (1.0, 1.0, True)
    stage.playback.set_rate(1.0)
    assert stage.playback.state.following


def test_the_speed_is_kept_for_the_next_talk_but_not_where_it_is_on(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach, PAPER_1)
    stage.playback.set_rate(2.0)
    stage.playback.open(WELCOME)
    reach(stage, PLAYING)
    assert stage.engine.rate == 1.0
    stage.playback.pause()
    stage.playback.open(PAPER_1)
    reach(stage, PLAYING)
    assert (stage.engine.rate, stage.playback.state.rate) == (2.0, 2.0)


def test_values_out_of_bounds_are_brought_inside(stage: Stage) -> None:
    stage.playback.set_rate(100.0)
    assert stage.playback.state.rate == 3.0
    stage.playback.set_rate(0.0)
    assert stage.playback.state.rate == 0.5
    stage.playback.set_volume(-20)
    assert (stage.playback.state.volume, stage.engine.volume) == (0, 0)
    stage.playback.set_volume(300)
    assert (stage.playback.state.volume, stage.engine.volume) == (100, 100)


def test_sound_set_before_there_is_an_engine_is_its_sound(make_stage: Make, reach: Reach) -> None:
    stage = make_stage(START + 3 * MINUTE, warm=False)
    stage.playback.set_volume(30)
    stage.playback.set_muted(True)
    stage.have(TALK)
    stage.playback.open(WELCOME)
    assert (stage.phase, stage.playback.engine_words()) == (LOADING, "not started yet")
    stage.go(2_000)
    stage.source.warm()
    reach(stage, PLAYING)
    assert (stage.engine.volume, stage.engine.muted) == (30, True)
    assert stage.playback.position_ms() == LIVE_MS + 2_000
    assert stage.playback.engine_words() == "a fake, for tests"


def test_a_recording_that_must_be_brought_first_joins_where_everyone_is_by_then(stage: Stage, reach: Reach) -> None:
    stage.playback.open(WELCOME)
    assert (stage.phase, stage.saved) == (LOADING, [TALK])
    assert stage.playback.state.sentence.startswith("Bringing the recording here")
    stage.go(8_000)
    stage.bring(TALK, 0.4)
    assert "40 %" in stage.playback.state.sentence
    stage.go(8_000)
    stage.have(TALK)
    reach(stage, PLAYING)
    assert stage.engine.openings[0].start_ms == LIVE_MS + 16_000
    assert (stage.saved, stage.playback.state.sentence) == ([TALK], "")


def test_a_recording_that_comes_when_everyone_has_gone_begins_at_its_beginning(stage: Stage, reach: Reach) -> None:
    stage.playback.open(WELCOME)
    stage.go(LENGTH_MS)
    stage.have(TALK)
    reach(stage, PLAYING)
    assert stage.engine.openings[0].start_ms == 0
    assert not stage.playback.state.following


def test_what_is_wished_while_it_is_on_its_way_is_done_when_it_is_here(stage: Stage, reach: Reach) -> None:
    stage.playback.open(PAPER_1)
    stage.playback.seek(90_000)
    stage.playback.pause()
    stage.have(PAPER)
    reach(stage, PAUSED)
    assert stage.playback.position_ms() == 90_000
    stage.playback.play()
    reach(stage, PLAYING)


def test_a_position_may_be_wished_right_after_opening(stage: Stage, reach: Reach) -> None:
    """A click on a question's position opens its talk and goes there in one go."""
    stage.have(TALK)
    stage.playback.open(WELCOME)
    stage.playback.seek(45_000)
    reach(stage, PLAYING)
    assert (stage.playback.position_ms(), stage.playback.state.following) == (45_000, False)


def test_another_talk_may_be_chosen_while_one_is_on_its_way(stage: Stage, reach: Reach) -> None:
    stage.playback.open(WELCOME)
    stage.playback.open(PAPER_1)
    stage.have(TALK)
    assert (stage.phase, stage.saved) == (LOADING, [TALK, PAPER])
    stage.have(PAPER)
    reach(stage, PLAYING)
    assert stage.playback.state.talk == PAPER_1
    assert [opening.start_ms for opening in stage.engine.openings] == [0]


def test_switching_talks_quickly_plays_the_last_one(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    stage.have(TALK, PAPER)
    for talk in (WELCOME, PAPER_1) * 5:
        stage.playback.open(talk)
    reach(stage, PLAYING)
    qtbot.wait(100)
    assert (stage.phase, stage.playback.state.talk, stage.playback.position_ms()) == (PLAYING, PAPER_1, 0)
    assert stage.playback.state.sentence == ""


def test_opening_the_open_talk_again_changes_nothing(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.seek(60_000)
    before = stage.playback.state
    stage.playback.open(WELCOME)
    assert stage.playback.state == before
    assert len(stage.engine.openings) == 1


def test_a_talk_without_a_recording_says_so(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.open(BARE)
    state = stage.playback.state
    assert (state.phase, state.sentence, state.duration_ms) == (EMPTY, "This talk has no recording.", 0)
    stage.playback.play()
    stage.playback.toggle()
    stage.playback.seek(5)
    stage.playback.join_live()
    stage.playback.retry()
    assert stage.playback.state == state


def test_a_talk_that_is_taken_out_of_the_program_says_so(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach, PAPER_1)
    stage.program.take(msgspec.structs.replace(program(), talks=program().talks[:1]))
    assert stage.phase is EMPTY
    assert "not in the program any more" in stage.playback.state.sentence


def test_before_there_is_a_program_nothing_happens(make_stage: Make) -> None:
    stage = make_stage()
    assert stage.playback.state == PlaybackState()
    stage.playback.toggle()
    stage.playback.skip(10)
    assert stage.playback.state == PlaybackState()


def test_a_recording_that_cannot_be_brought_says_why_and_is_tried_again(stage: Stage, reach: Reach) -> None:
    stage.playback.open(WELCOME)
    stage.miss(TALK, "The disk is full.")
    assert (stage.phase, stage.playback.state.sentence) == (FAILED, "The disk is full.")
    stage.go(1_000)
    assert (stage.phase, stage.saved) == (FAILED, [TALK])
    stage.playback.toggle()
    assert (stage.phase, stage.saved) == (LOADING, [TALK, TALK])
    assert stage.recordings.state(TALK).kind is RecordingKind.LOADING
    stage.miss(TALK, "The disk is full.")
    assert (stage.phase, stage.playback.state.sentence) == (FAILED, "The disk is full.")
    stage.playback.open(WELCOME)
    stage.have(TALK)
    reach(stage, PLAYING)
    assert stage.playback.state.following
    assert stage.saved == [TALK, TALK, TALK]


def test_a_damaged_recording_says_so_and_is_looked_at_again(stage: Stage, reach: Reach) -> None:
    stage.file.write_bytes(b"no recording at all")
    stage.have(PAPER)
    stage.playback.open(PAPER_1)
    stage.playback.seek(70_000)
    reach(stage, FAILED)
    assert "is not a recording this app can play" in stage.playback.state.sentence
    stage.playback.retry()
    stage.go(1_000)
    # The file is the bad one still: it must not be opened before it was looked at.
    assert (stage.phase, stage.saved, len(stage.engine.openings)) == (LOADING, [PAPER], 0)
    stage.bring(PAPER, 0.0)
    stage.file.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(64))
    stage.have(PAPER)
    reach(stage, PLAYING)
    assert stage.playback.position_ms() == 70_000
    assert stage.playback.state.sentence == ""


def test_a_recording_that_waits_for_room_on_the_disk_says_so(stage: Stage, reach: Reach) -> None:
    stage.playback.open(WELCOME)
    halted = RecordingState(kind=RecordingKind.PAUSED, fraction=0.4, detail="The disk is full.")
    stage.recordings.take(TALK, halted)
    assert (stage.phase, stage.playback.state.sentence) == (FAILED, "The disk is full.")
    assert stage.playback.state.remedies == (Remedy.RETRY,)
    stage.playback.retry()
    assert (stage.phase, stage.saved) == (LOADING, [TALK, TALK])
    stage.have(TALK)
    reach(stage, PLAYING)
    stage.recordings.take(PAPER, RecordingState(kind=RecordingKind.PAUSED, fraction=0.4))
    stage.playback.open(PAPER_1)
    assert (stage.phase, stage.playback.state.sentence) == (LOADING, "The recording is paused… 40 %")


def test_after_a_failure_the_next_talk_plays(stage: Stage, reach: Reach) -> None:
    stage.have(PAPER)
    stage.recordings.take(
        TALK, RecordingState(kind=RecordingKind.SAVED, fraction=1.0, path=stage.file.with_name("gone"))
    )
    stage.playback.open(WELCOME)
    reach(stage, FAILED)
    assert "not on this computer any more" in stage.playback.state.sentence
    stage.playback.open(PAPER_1)
    reach(stage, PLAYING)
    assert stage.playback.state.sentence == ""
    assert stage.playback.position_ms() == 0


def test_a_recording_that_breaks_off_says_where(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach, PAPER_1)
    stage.engine.breaks_off_ms = 5_000
    stage.go(2_600)
    stage.engine._on_time()
    stage.go(2_600)
    reach(stage, FAILED)
    assert "breaks off at 0:05" in stage.playback.state.sentence
    stage.playback.join_live()
    assert stage.phase is FAILED


def test_joining_after_a_failure_looks_at_the_recording_again(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.seek(10_000)
    stage.engine.breaks_off_ms = 10_000
    reach(stage, FAILED)
    stage.engine.breaks_off_ms = None
    stage.playback.join_live()
    assert stage.saved == [TALK]
    stage.bring(TALK, 0.0)
    stage.have(TALK)
    reach(stage, PLAYING)
    assert stage.playback.position_ms() == LIVE_MS


def test_the_end_of_a_talk_that_is_on(make_stage: Make, reach: Reach) -> None:
    """The picture ends a little before or after the clock does; then nobody is anywhere any more."""
    stage = make_stage(START + 10 * MINUTE - timedelta(seconds=1))
    on_stage(stage, reach)
    stage.go(900)
    assert stage.playback.state.following
    stage.go(200)
    state = stage.playback.state
    assert (state.following, state.live_ms) == (False, None)
    reach(stage, ENDED)
    stage.go(60_000)
    assert (stage.phase, stage.playback.position_ms()) == (ENDED, LENGTH_MS)
    stage.playback.toggle()
    reach(stage, PLAYING)
    assert stage.playback.position_ms() == 0


def test_the_seconds_of_everyone_are_moves_and_no_changes(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.pause()
    reach(stage, PAUSED)
    told = stage.changes
    stage.moves.clear()
    for _ in range(3):
        stage.go(1_000)
    assert stage.changes == told
    assert len(stage.moves) == 3
    assert stage.playback.state.live_ms == LIVE_MS + 3_000


def test_everyone_is_followed_while_it_plays_and_only_then(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    """The server's clock turns out to be two seconds ahead: the player goes there, once, after its rest."""
    on_stage(stage, reach)
    stage.program.take_offset(2_000)
    stage.go(0)
    assert stage.playback.state.live_ms == LIVE_MS + 2_000
    for _ in range(4):
        stage.go(1_000)
        qtbot.wait(30)
    expected = LIVE_MS + 6_000
    qtbot.waitUntil(lambda: abs(stage.playback.position_ms() - expected) < 100, timeout=5_000)
    stage.playback.pause()
    reach(stage, PAUSED)
    assert stage.engine.rate == 1.0


def test_a_closed_player_opens_nothing_any_more(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.close()
    stage.playback.open(PAPER_1)
    stage.have(PAPER)
    stage.go(1_000)
    assert len(stage.engine.openings) == 1
    assert stage.playback.position_ms() == 0


def test_the_surface_is_one_and_holds_the_engines(stage: Stage, qtbot: QtBot) -> None:
    surface = stage.playback.surface()
    qtbot.addWidget(surface)
    assert stage.playback.surface() is surface
    assert surface.isAncestorOf(stage.engine.surface)
    stage.engine.surface.setParent(None)


@pytest.mark.parametrize("fraction", [0.0, 1.0])
def test_extremes_of_progress_read_well(stage: Stage, fraction: float) -> None:
    stage.playback.open(WELCOME)
    stage.bring(TALK, fraction)
    assert stage.playback.state.sentence in ("Bringing the recording here…", "Bringing the recording here… 100 %")
