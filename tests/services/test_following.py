"""Following everyone: the plan carried out on an engine, step by step on a clock moved by hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference.playback import Lead
from personal_app.player.engine import MediaKind, PlayerState
from personal_app.services.following import Follower
from tests.factories import START
from tests.services.stage import LENGTH_MS, PAPER, TALK, Stage, program


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage(START)


def follow(stage: Stage, qtbot: QtBot, behind_ms: int) -> Follower:
    """Let the engine play, `behind_ms` behind everyone, and be followed."""
    stage.now = START + timedelta(minutes=2)
    stage.engine.load(stage.file, MediaKind.VIDEO, LENGTH_MS, start_ms=120_000 - behind_ms)
    qtbot.waitUntil(lambda: stage.engine.state is PlayerState.PLAYING, timeout=10_000)
    follower = Follower(lambda: stage.now, stage.clock_ms, lead=Lead(0))
    follower.moved()
    follower.begin(stage.engine, program().sessions[0], TALK)
    return follower


def error_ms(stage: Stage) -> float:
    return (stage.now - START) / timedelta(milliseconds=1) - stage.engine.position()


def step(stage: Stage, follower: Follower, ms: int = 250) -> None:
    stage.now += timedelta(milliseconds=ms)
    stage.engine._on_time()
    follower.correct()


def test_a_small_error_is_nudged_away_and_the_rate_comes_back(stage: Stage, qtbot: QtBot) -> None:
    follower = follow(stage, qtbot, behind_ms=400)
    rates: list[float] = []
    for _ in range(24 * 4):
        step(stage, follower)
        qtbot.wait(1)
        rates.append(stage.engine.rate)
    # In the first seconds after a beginning it is in a hurry, and not after.
    assert max(rates[:8]) == pytest.approx(1.3)
    assert max(rates[12:]) <= 1.05
    assert abs(error_ms(stage)) <= 30
    assert stage.engine.rate == 1.0
    follower.end()
    assert not follower.active


def test_a_large_error_takes_one_seek_after_the_rest(stage: Stage, qtbot: QtBot) -> None:
    follower = follow(stage, qtbot, behind_ms=30_000)
    step(stage, follower)
    assert error_ms(stage) > 29_000
    for _ in range(11):
        step(stage, follower)
        qtbot.wait(1)
    assert abs(error_ms(stage)) < 300
    assert stage.engine.rate == 1.0


def test_one_who_is_where_everyone_is_is_never_touched(stage: Stage, qtbot: QtBot) -> None:
    follower = follow(stage, qtbot, behind_ms=0)
    told: list[float] = []
    stage.engine._apply_rate = lambda: told.append(stage.engine.rate)  # type: ignore[method-assign]
    for _ in range(20):
        step(stage, follower)
        qtbot.wait(1)
    assert told == []


def test_another_recording_is_left_alone(stage: Stage, qtbot: QtBot) -> None:
    follower = follow(stage, qtbot, behind_ms=30_000)
    follower.begin(stage.engine, program().sessions[0], PAPER)
    for _ in range(14):
        step(stage, follower)
    assert error_ms(stage) > 29_000


def test_after_the_end_nothing_is_corrected(stage: Stage, qtbot: QtBot) -> None:
    follower = follow(stage, qtbot, behind_ms=30_000)
    follower.end()
    for _ in range(14):
        step(stage, follower)
    assert error_ms(stage) > 29_000
