"""Catching up from the controls: what is offered, what it says, and how it looks at each width."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from personal_app.services.playback import PlayPhase
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.tokens import Look
from tests.ui.demo import CAUSALITY
from tests.ui.hands import click
from tests.ui.workbench import Workbench


@pytest.fixture
def page(qtbot: QtBot, services: Workbench) -> TalkPage:
    """Return a talk that runs for all, and who watches it is a minute behind."""
    page = TalkPage(services.services)
    page.add_details()
    qtbot.addWidget(page)
    page.resize(720, 740)
    page.show()
    playback = services.services.playback
    playback.open(CAUSALITY)
    qtbot.waitUntil(lambda: playback.state.phase is PlayPhase.PLAYING)
    assert not page.controls.catch_up_button.isVisible()
    playback.skip(-60_000)
    page.controls.refresh()
    return page


def menu_of(page: TalkPage) -> QMenu:
    click(page.controls.catch_up_button)
    return page.controls.catch_up_button.findChildren(QMenu, "catch_up_menu")[-1]


def test_each_speed_says_when_it_will_be_level(page: TalkPage, services: Workbench) -> None:
    menu = menu_of(page)
    words = [action.text() for action in menu.actions()]
    menu.close()
    assert [each.partition(" ")[0] for each in words] == ["1.1×", "1.25×", "1.5×", "1.75×", "2×"]
    assert all("level at" in each for each in words[1:])
    assert services.engine.rate == 1.0


def test_choosing_one_goes_faster_and_says_so(page: TalkPage, services: Workbench) -> None:
    menu = menu_of(page)
    menu.actions()[2].trigger()
    menu.close()
    assert services.engine.rate == 1.5
    assert page.controls.catch_up_button.text().startswith("1.5× · level at ")
    menu = menu_of(page)
    menu.actions()[-1].trigger()
    menu.close()
    assert services.engine.rate == 1.0
    assert page.controls.catch_up_button.text() == "Catch up"


def test_by_key_it_takes_the_slowest_that_gets_there(page: TalkPage, services: Workbench) -> None:
    page.controls.catch_up_button.catch_up()
    assert services.engine.rate == 1.25
    page.controls.catch_up_button.catch_up()
    assert services.engine.rate == 1.0


@pytest.mark.parametrize("width", [430, 560, 760])
def test_the_line_has_room_at_each_width(page: TalkPage, look: Look, picture: Callable[..., Path], width: int) -> None:
    page.controls.catch_up_button.catch_up()
    picture(page, f"talk-catching-up-{width}-{look}", width, 740)
    controls = page.controls
    shown = [each for each in controls.findChildren(QWidget) if each.parent() is controls and each.isVisible()]
    assert max(each.geometry().right() for each in shown) <= controls.width()
    for button in (controls.catch_up_button, controls.join_live_button):
        assert button.width() >= button.sizeHint().width()
