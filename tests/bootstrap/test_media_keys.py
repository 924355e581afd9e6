"""From the player to a desktop's media keys and back, over a real bus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.media_keys import MediaKeys
from personal_app.net.bridge import Bridge
from personal_app.net.mpris import PLAYER, RateChosen, Skipped, Sought, VolumeChosen
from personal_app.services.playback import PlayPhase
from personal_app.ui.main_window import MainWindow
from tests.net.desktop_remote import WAIT_S, Desktop
from tests.net.notice_server import DAEMON, Bus
from tests.ui.demo import CAUSALITY, DURING_PLENARY
from tests.ui.workbench import Workbench, make_workbench

pytestmark = [
    pytest.mark.skipif(DAEMON is None, reason="there is no dbus-daemon on this machine"),
    pytest.mark.qt_log_ignore(r"This plugin does not support (propagateSizeHints|raise)\(\)", extend=True),
]


class Seat:
    def __init__(self, qtbot: QtBot, bridge: Bridge) -> None:
        self.bench: Workbench = make_workbench(DURING_PLENARY)
        self.bench.show_program()
        self.bench.save_recordings()
        self.window = MainWindow()
        qtbot.addWidget(self.window)
        self.parent = QObject()
        self.keys = MediaKeys(self.bench.services, self.window, bridge.post, self.parent)
        bridge.arrived.connect(self.keys.take)


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    desktop = Desktop(bus.address)
    yield desktop
    desktop.end()
    bus.end()


@pytest.fixture
def seat(qtbot: QtBot, bridge: Bridge, desktop: Desktop) -> Iterator[Seat]:
    del desktop
    seat = Seat(qtbot, bridge)
    yield seat
    seat.keys.close()
    qtbot.waitUntil(lambda: not seat.keys.running, timeout=WAIT_S * 1000)
    seat.bench.services.playback.close()


def test_media_keys_play_and_seek_and_the_screen_stays_lit_meanwhile(
    seat: Seat, desktop: Desktop, qtbot: QtBot
) -> None:
    playback, engine = seat.bench.services.playback, seat.bench.engine
    seat.bench.source.warm()
    assert not seat.keys.running, "nothing is begun before something plays"
    playback.open(CAUSALITY)
    qtbot.waitUntil(lambda: playback.state.phase is PlayPhase.PLAYING)
    desktop.await_name()
    assert desktop.asked.get(timeout=WAIT_S)[0] == "Inhibit"
    assert desktop.get("Metadata")["xesam:title"][1].startswith("Plenary Talk 1")
    assert desktop.get("PlaybackStatus") == "Playing"
    desktop.call(PLAYER, "PlayPause")
    qtbot.waitUntil(lambda: playback.state.phase is PlayPhase.PAUSED, timeout=WAIT_S * 1000)
    assert desktop.asked.get(timeout=WAIT_S)[0] == "UnInhibit"
    playback.seek(60_000)
    while (heard := desktop.heard.get(timeout=WAIT_S))[0] != "Seeked":
        qtbot.wait(1)
    assert heard[1] == (60_000_000,)
    seat.keys.take([Skipped(-10_000), Sought(120_000), RateChosen(1.5), VolumeChosen(40), object()])
    assert engine.sought[-2:] == [50_000, 120_000]
    assert (playback.state.rate, playback.state.volume) == (1.5, 40)
    desktop.call(PLAYER, "Previous")
    qtbot.waitUntil(lambda: engine.sought[-1] < 120_000, timeout=WAIT_S * 1000)
    desktop.call(PLAYER, "Next")
    qtbot.waitUntil(lambda: engine.sought[-1] >= 120_000, timeout=WAIT_S * 1000)
