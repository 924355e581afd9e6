"""A disk that fills up while the app runs: said once in a line, tried again, and said when it is over."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.store import unkept
from tests.player.fake_engine import FakeSource
from tests.store.test_unkept import limit
from tools.driving import Server

pytestmark = [
    pytest.mark.timeout(120),
    # Qt's offscreen platform has no window system to hint at.
    pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True),
]


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    monkeypatch.setattr(unkept, "FIRST_WAIT_S", 0.1)
    options = ["--profile", str(tmp_path), "--address", server.address, "--name", "Full"]
    desktop = Desktop(qapp, parse_arguments(options))
    desktop.start()
    yield desktop
    desktop.close()
    qapp.setQuitOnLastWindowClosed(True)


def test_a_draft_that_does_not_fit_is_told_of_and_kept_later(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desktop.house is not None and desktop.house._hall is not None, timeout=30_000)
    assert desktop.house is not None
    hall = desktop.house._hall
    assert hall is not None
    services, store = desktop.house.services, hall._rooms.store
    qtbot.waitUntil(lambda: services.program.conference is not None, timeout=30_000)
    connections = hall.conversation._number
    limit(store, 4)
    services.drafts.save("ask:other", "x" * 200_000)
    qtbot.waitUntil(lambda: desktop.window.notice is not None, timeout=30_000)
    notice = desktop.window.notice
    assert notice is not None
    assert "tried again by itself. The disk is full: free some room" in notice.sentence
    limit(store, 1000)
    qtbot.waitUntil(lambda: notice.sentence == "Everything is kept on this computer again.", timeout=30_000)
    assert len(store.drafts().result(10)["ask:other"]) == 200_000
    qtbot.waitUntil(lambda: hall.conversation._number > connections, timeout=30_000)


def test_that_nothing_is_saved_any_more_is_told_wherever_one_is(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desktop.house is not None, timeout=30_000)
    assert desktop.house is not None
    recordings = desktop.house.services.recordings
    recordings.take_room(msgspec.structs.replace(recordings.room, halted="The disk is full: free some room there."))
    assert desktop.window.notice is not None
    assert desktop.window.notice.sentence == "No recording is saved for now. The disk is full: free some room there."
