"""A full screen while somebody watches: the controls go, and what brings them back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from personal_app.services.playback import PlayPhase
from personal_app.ui.main_window import MainWindow
from personal_app.ui.talk import resting_controls
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.workspace import Workspace
from tests.ui.workbench import Workbench

pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True)


@pytest.fixture
def watching(qtbot: QtBot, services: Workbench, monkeypatch: pytest.MonkeyPatch) -> tuple[MainWindow, TalkPage]:
    """Return a window whose picture fills the screen, and whose controls have gone."""
    monkeypatch.setattr(resting_controls, "REST_AFTER_MS", 400)
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.show()
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.PLAYING)
    page = workspace.talk
    assert page is not None
    page.controls.full_screen_button.setFocus()
    window.toggle_full_screen()
    assert page.controls.isVisible()
    qtbot.waitUntil(lambda: not page.controls.isVisible(), timeout=20_000)
    return window, page


def test_the_controls_go_and_a_move_of_the_pointer_brings_them_back(
    qtbot: QtBot, watching: tuple[MainWindow, TalkPage]
) -> None:
    window, page = watching
    assert page.cursor().shape() is Qt.CursorShape.BlankCursor
    assert page.stage.height() > window.height() - 60, "the picture has their room, but for captions"
    QCursor.setPos(QCursor.pos() + QPoint(5, 5))
    qtbot.waitUntil(page.controls.isVisible, timeout=20_000)
    assert page.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_key_brings_the_controls_back_before_it_does_anything(watching: tuple[MainWindow, TalkPage]) -> None:
    window, page = watching
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert page.controls.isVisible()


def test_pausing_keeps_the_controls(qtbot: QtBot, services: Workbench, watching: tuple[MainWindow, TalkPage]) -> None:
    _, page = watching
    services.services.playback.pause()
    qtbot.waitUntil(page.controls.isVisible, timeout=20_000)
    qtbot.wait(800)
    assert page.controls.isVisible()


def test_leaving_the_full_screen_brings_everything_back(watching: tuple[MainWindow, TalkPage]) -> None:
    window, page = watching
    window.toggle_full_screen()
    assert page.controls.isVisible()
    assert page.cursor().shape() is Qt.CursorShape.ArrowCursor
