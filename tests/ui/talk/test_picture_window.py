"""The picture in a window of its own: lent, played there, and given back whichever way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from personal_app.services.playback import PlayPhase
from personal_app.ui.main_window import MainWindow
from personal_app.ui.talk.picture_window import PictureWindow
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.workspace import Workspace
from tests.ui.hands import click
from tests.ui.workbench import Workbench

pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support (propagateSizeHints|raise)\(\)", extend=True)


def own_windows() -> list[PictureWindow]:
    return [
        window for window in QApplication.topLevelWidgets() if isinstance(window, PictureWindow) and window.isVisible()
    ]


@pytest.fixture
def lent(qtbot: QtBot, services: Workbench) -> tuple[MainWindow, TalkPage, PictureWindow]:
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.show()
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.PLAYING)
    assert workspace.talk is not None
    workspace.talk.toggle_picture_window()
    (own,) = own_windows()
    return window, workspace.talk, own


def is_back(bench: Workbench, page: TalkPage) -> bool:
    surface = bench.services.playback.surface()
    return own_windows() == [] and page.stage.page is surface and page.isAncestorOf(surface) and surface.isVisible()


def test_the_picture_plays_on_in_its_window(
    services: Workbench, lent: tuple[MainWindow, TalkPage, PictureWindow]
) -> None:
    _, page, own = lent
    surface = services.services.playback.surface()
    assert own.isAncestorOf(surface)
    assert surface.isVisible()
    assert own.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert page.stage.page is not surface
    assert services.services.playback.state.phase is PlayPhase.PLAYING
    QTest.keyClick(own, Qt.Key.Key_Space)
    assert not services.services.playback.state.following
    QTest.keyClick(own, Qt.Key.Key_J)
    assert len(services.engine.sought) == 1


@pytest.mark.parametrize("way", ["key", "button", "close", "again", "full screen"])
def test_the_picture_comes_back(
    qtbot: QtBot, services: Workbench, lent: tuple[MainWindow, TalkPage, PictureWindow], way: str
) -> None:
    window, page, own = lent
    match way:
        case "key":
            QTest.keyClick(own, Qt.Key.Key_Escape)
        case "button":
            back = page.findChild(QWidget, "take_picture_back_button")
            assert isinstance(back, QWidget)
            click(back)
        case "close":
            own.close()
        case "again":
            page.toggle_picture_window()
        case _:
            window.toggle_full_screen()
    qtbot.waitUntil(lambda: is_back(services, page))


def test_the_picture_does_not_outlive_its_main_window(
    services: Workbench, lent: tuple[MainWindow, TalkPage, PictureWindow]
) -> None:
    window, _, _ = lent
    window.close()
    assert own_windows() == []
    assert services.services.playback.state.talk is not None


def test_what_fails_is_said_in_the_main_window(
    qtbot: QtBot, services: Workbench, lent: tuple[MainWindow, TalkPage, PictureWindow]
) -> None:
    _, page, own = lent
    services.engine.break_down("The file is damaged.")
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.FAILED)
    assert page.stage.lent
    own.close()
    surface = services.services.playback.surface()
    assert page.stage.page is not surface
    assert page.isAncestorOf(surface)
