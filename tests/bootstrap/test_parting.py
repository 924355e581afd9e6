"""The windows go at once, what runs behind them in turns of the loop, and a part that hangs keeps nothing for ever."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.parting import Parting

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


#: What the event loop was left with.
exits: list[int] = []


class House:
    """Windows about to be left, and an end that takes as many turns as it is told."""

    def __init__(self, application: QApplication, patience_s: float = 10.0) -> None:
        self.window, self.other = QWidget(), QWidget()
        self.begun = 0
        self.open = True
        self.parting = Parting(application, self.window, self.steps, patience_s=patience_s)
        for window in (self.window, self.other):
            window.show()

    def steps(self) -> Iterator[None]:
        self.begun += 1
        while self.open:
            yield


@pytest.fixture
def application(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[QApplication]:
    monkeypatch.setattr(qapp, "exit", exits.append)
    exits.clear()
    yield qapp
    qapp.setQuitOnLastWindowClosed(True)


def test_the_windows_go_at_once_and_the_loop_turns_until_all_has_ended(application: QApplication, qtbot: QtBot) -> None:
    house = House(application)
    assert not house.window.close()
    assert not house.window.isVisible()
    assert not house.other.isVisible()
    # What draws into it is still there.
    assert house.window.internalWinId() != 0
    assert not house.window.close()
    turns: list[int] = []
    beat = QTimer()
    beat.timeout.connect(lambda: turns.append(1))
    beat.start(1)
    qtbot.waitUntil(lambda: len(turns) > 20, timeout=10_000)
    assert (house.begun, exits) == (1, [])
    house.open = False
    qtbot.waitUntil(lambda: exits == [0], timeout=10_000)
    assert house.window.close()
    house.parting.finish()
    assert (house.begun, exits) == (1, [0])


def test_a_part_that_hangs_does_not_keep_the_window(
    application: QApplication, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(application, patience_s=0.05)
    house.window.close()
    qtbot.waitUntil(lambda: exits == [0], timeout=10_000)
    assert "left behind" in caplog.text


def test_who_left_the_loop_by_another_door_ends_all_the_same(application: QApplication) -> None:
    house = House(application)
    QTimer.singleShot(20, lambda: setattr(house, "open", False))
    house.parting.finish()
    # There is no loop to be left.
    assert (house.begun, exits) == (1, [])
    assert not house.window.isVisible()
    assert not house.other.isVisible()
