"""Level with everyone again, and following what chairs do to the times: the playback's side of both."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from personal_app.conference.ids import Revision
from personal_app.conference.rows import TimesRow
from personal_app.services.playback import PlayPhase
from tests.factories import OPENING, START, WELCOME
from tests.services.stage import TALK, Stage

Reach = Callable[[Stage, PlayPhase], None]


def behind(stage: Stage, reach: Reach, ms: int = 20_000) -> None:
    """Let the talk run for all, and this person be `ms` behind them."""
    stage.have(TALK)
    stage.playback.open(WELCOME)
    reach(stage, PlayPhase.PLAYING)
    stage.playback.seek(stage.playback.position_ms() - ms)
    assert not stage.playback.state.following


def test_who_catches_up_is_level_when_it_was_said_and_stays_with_everyone(stage: Stage, reach: Reach) -> None:
    behind(stage, reach)
    at = stage.playback.level_at(1.5)
    assert at is not None
    assert abs((at - stage.now).total_seconds() - 40) < 1
    stage.playback.catch_up(1.5)
    assert (stage.engine.rate, stage.playback.state.catching_up) == (1.5, 1.5)
    while not stage.playback.state.following:
        assert stage.now < at + timedelta(seconds=1)
        stage.go(100)
        stage.engine._on_time()
        stage.engine._tell_position()
        QApplication.processEvents()
    assert abs((stage.now - at).total_seconds()) < 1
    assert (stage.engine.rate, stage.playback.state.catching_up) == (1.0, 0.0)
    live = stage.playback.state.live_ms
    assert live is not None
    assert abs(stage.playback.position_ms() - live) < 200


def test_who_cannot_be_level_before_it_ends_is_told_so(stage: Stage, reach: Reach) -> None:
    behind(stage, reach, 150_000)
    assert stage.playback.level_at(1.1) is None
    assert stage.playback.level_at(1.5) is not None


@pytest.mark.parametrize("how", ["pause", "rate", "slow"])
def test_catching_up_ends_at_once_where_it_is_not_wanted(stage: Stage, reach: Reach, how: str) -> None:
    behind(stage, reach)
    stage.playback.catch_up(1.5)
    if how == "pause":
        stage.playback.pause()
    elif how == "rate":
        stage.playback.set_rate(1.0)
    else:
        stage.playback.catch_up(1.0)
    assert stage.playback.state.catching_up == 0.0
    assert stage.engine.rate == 1.0
    assert not stage.playback.state.following


def retimed_by(stage: Stage, **fields: int) -> None:
    stage.program.take_times([TimesRow(session=OPENING, revision=Revision(1), **fields)])  # type: ignore[arg-type]


def test_a_video_that_a_chair_ends_holds_for_everyone_and_says_so(stage: Stage, reach: Reach) -> None:
    stage.have(TALK)
    stage.playback.open(WELCOME)
    reach(stage, PlayPhase.PLAYING)
    retimed_by(stage, video_ms=180_000)
    reach(stage, PlayPhase.PAUSED)
    assert "ended for everyone" in stage.playback.state.sentence
    assert (stage.playback.state.following, stage.playback.state.live_ms) == (False, None)
    stage.go(5_000)
    retimed_by(stage)
    reach(stage, PlayPhase.PLAYING)
    assert stage.playback.state.following
    assert stage.playback.state.sentence == ""


def test_who_goes_on_after_that_is_left_alone(stage: Stage, reach: Reach) -> None:
    stage.have(TALK)
    stage.playback.open(WELCOME)
    reach(stage, PlayPhase.PLAYING)
    retimed_by(stage, video_ms=180_000)
    reach(stage, PlayPhase.PAUSED)
    stage.playback.play()
    reach(stage, PlayPhase.PLAYING)
    assert stage.playback.state.sentence == ""
    retimed_by(stage)
    assert not stage.playback.state.following


def test_a_talk_that_is_delayed_before_it_begins_begins_later(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(START - timedelta(minutes=1))
    stage.have(TALK)
    stage.playback.open(WELCOME)
    assert stage.phase is PlayPhase.HOLD
    retimed_by(stage, late_ms=300_000)
    stage.go(120_000)
    assert stage.phase is PlayPhase.HOLD
    stage.go(240_000)
    assert stage.playback.state.following
    assert stage.phase is not PlayPhase.HOLD
