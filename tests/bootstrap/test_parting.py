"""The player goes before its window does, and a player that hangs does not keep the window."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import parting
from personal_app.bootstrap.parting import Parting
from personal_app.services.playback import PlaybackService
from personal_app.services.program import ProgramService
from personal_app.services.recordings import RecordingService
from tests.factories import START
from tests.player.fake_engine import FakeSource

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


#: What the event loop was left with.
exits: list[int] = []


class HangingSource(FakeSource):
    """Never says that it is released."""

    def close(self) -> None:
        pass


class House:
    """A window with a player in it, about to be left."""

    def __init__(self, application: QApplication, source: FakeSource) -> None:
        self.source = source
        self.window = QWidget()
        recordings = RecordingService(lambda _: None, lambda _: None)
        self.playback = PlaybackService(source, ProgramService(lambda: START), recordings)
        self.parting = Parting(application, self.window, self.playback, source)
        self.window.show()


@pytest.fixture
def application(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[QApplication]:
    monkeypatch.setattr(qapp, "exit", exits.append)
    exits.clear()
    yield qapp
    qapp.setQuitOnLastWindowClosed(True)


def test_the_window_stands_hidden_until_the_player_is_released(application: QApplication, qtbot: QtBot) -> None:
    house = House(application, FakeSource())
    engine = house.source.create()
    assert not house.window.close()
    assert not house.window.isVisible()
    assert house.window.internalWinId() != 0
    assert not house.window.close()
    assert exits == []
    assert engine.wait_closed(5)
    house.source.closed.emit()
    assert exits == [0]
    house.source.closed.emit()
    assert exits == [0]
    qtbot.wait(1)


def test_a_player_that_hangs_does_not_keep_the_window(
    application: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parting, "_PATIENCE_MS", 50)
    house = House(application, HangingSource())
    house.window.close()
    qtbot.waitUntil(lambda: exits == [0], timeout=5_000)
