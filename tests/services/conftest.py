"""What the services' tests share."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.services.playback import PlayPhase
from tests.factories import START
from tests.services.stage import Stage

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """Return the application: a service may start a timer, and a timer without one is refused with a warning."""
    return qapp


@pytest.fixture
def make_stage(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Return a function that makes a stage at an instant; all are ended with the test."""
    del qapp
    made: list[Stage] = []

    def make(now: datetime = START, *, warm: bool = True) -> Stage:
        made.append(Stage(tmp_path, now, warm=warm))
        return made[-1]

    yield make
    for stage in made:
        stage.end()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """Return a stage three minutes into the first talk."""
    from datetime import timedelta

    return make_stage(START + timedelta(minutes=3))


@pytest.fixture
def reach(qtbot: QtBot) -> Callable[[Stage, PlayPhase], None]:
    """Return a function that waits until a stage's playback is in a phase."""

    def wait(stage: Stage, phase: PlayPhase) -> None:
        qtbot.waitUntil(lambda: stage.phase is phase, timeout=10_000)

    return wait
