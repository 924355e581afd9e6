"""A talk that is not saved yet: it plays as soon as its beginning is here, waits where it has to, and says why."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from personal_app.player.engine import PlayerState, Stream
from personal_app.services.playback import PlayPhase
from personal_app.services.recordings import RecordingKind, RecordingState
from tests.factories import PAPER_1, WELCOME
from tests.services.stage import PAPER, TALK, Stage

Reach = Callable[[Stage, PlayPhase], None]
LOADING, PLAYING, PAUSED, FAILED = PlayPhase.LOADING, PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.FAILED
LIVE_MS = 3 * 60_000


def streaming(stage: Stage, reach: Reach) -> Stage:
    """Let the paper play while it comes."""
    stage.playback.open(PAPER_1)
    assert stage.saved == [PAPER]
    stage.bring(PAPER, 0.02)
    assert stage.phase is LOADING
    assert "Bringing the recording here" in stage.playback.state.sentence
    stage.stream(PAPER)
    reach(stage, PLAYING)
    return stage


def starving(stage: Stage, qtbot: QtBot) -> None:
    """Let what comes next be missing, and the engine notice."""
    stage.engine.lacks_from_ms = stage.playback.position_ms() + 1_000

    def stands() -> bool:
        stage.go(100)
        qtbot.wait(5)
        return stage.playback.state.buffering

    qtbot.waitUntil(stands, timeout=10_000)


def test_it_plays_as_soon_as_its_beginning_is_here(stage: Stage, reach: Reach) -> None:
    streaming(stage, reach)
    assert isinstance(stage.engine.openings[0].source, Stream)
    assert (stage.playback.state.sentence, stage.playback.state.buffering) == ("", False)


def test_with_everyone_it_begins_where_they_are(stage: Stage, reach: Reach) -> None:
    stage.playback.open(WELCOME)
    stage.stream(TALK)
    reach(stage, PLAYING)
    assert stage.engine.openings[0].start_ms == LIVE_MS
    assert stage.playback.state.following


def test_more_of_it_and_the_whole_of_it_do_not_disturb_who_watches(stage: Stage, reach: Reach) -> None:
    streaming(stage, reach)
    stage.stream(PAPER, "")
    stage.bring(PAPER, 0.7)
    stage.have(PAPER)
    stage.go(500)
    assert len(stage.engine.openings) == 1
    assert stage.phase is PLAYING


def test_it_says_that_it_waits_and_why_and_goes_on_alone(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    streaming(stage, reach)
    starving(stage, qtbot)
    state = stage.playback.state
    assert (state.phase, state.sentence, state.buffered) == (PLAYING, "", 0)
    assert stage.engine.state is PlayerState.BUFFERING
    stage.stream(PAPER, "Waiting for the server: nobody answers. It goes on by itself.")
    assert stage.playback.state.sentence.startswith("Waiting for the server")
    stands = stage.playback.position_ms()
    stage.go(5_000)
    assert stage.playback.position_ms() == stands
    stage.engine.lacks_from_ms = None
    qtbot.waitUntil(lambda: not stage.playback.state.buffering)
    assert (stage.phase, stage.playback.state.sentence) == (PLAYING, "")
    assert len(stage.engine.openings) == 1


def test_a_seek_while_it_waits_begins_anew_there(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    streaming(stage, reach)
    starving(stage, qtbot)
    stage.engine.lacks_from_ms = None
    stage.playback.seek(400_000)
    qtbot.waitUntil(lambda: len(stage.engine.openings) == 2 and not stage.playback.state.buffering)
    assert stage.engine.openings[1].start_ms == 400_000
    assert stage.phase is PLAYING


def test_a_pause_while_it_waits_holds(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    streaming(stage, reach)
    starving(stage, qtbot)
    stage.playback.pause()
    reach(stage, PAUSED)
    assert not stage.playback.state.buffering


def test_what_cannot_be_had_ends_it_with_its_sentence(stage: Stage, reach: Reach) -> None:
    streaming(stage, reach)
    stage.miss(PAPER, "Twice the bytes were not those that the program promises.")
    assert (stage.phase, stage.playback.state.sentence) == (
        FAILED,
        "Twice the bytes were not those that the program promises.",
    )
    assert stage.engine.state is PlayerState.EMPTY


def test_after_a_failure_it_is_played_from_the_file(stage: Stage, reach: Reach) -> None:
    streaming(stage, reach)
    stage.miss(PAPER, "No room.")
    stage.playback.retry()
    stage.have(PAPER)
    reach(stage, PLAYING)
    assert stage.engine.openings[-1].source == stage.file


def test_one_that_was_paused_says_so_where_it_has_to_wait(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    streaming(stage, reach)
    stage.recordings.take(PAPER, RecordingState(kind=RecordingKind.PAUSED, fraction=0.3))
    assert (stage.phase, stage.playback.state.sentence) == (PLAYING, "")
    starving(stage, qtbot)
    assert "it is paused: resume it" in stage.playback.state.sentence
