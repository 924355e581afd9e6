"""What else can be chosen of the player: the menu of the controls, the preferences, the buttons under a failure."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QWidget
from pytestqt.qtbot import QtBot

from personal_app.player.engine import AudioTrack, OutputDevice
from personal_app.player.kinds import EngineKind
from personal_app.services.playback import PlayPhase
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.preferences import PreferencesDialog
from personal_app.ui.talk.player_menu import SYSTEM_OUTPUT, player_menu
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.widgets.buttons import Button, Kind
from tests.ui.demo import CAUSALITY
from tests.ui.workbench import Workbench

HEADPHONES = OutputDevice("booth", "Headphones")


def entries(menu: QMenu) -> dict[str, QAction]:
    """Return what a menu and its submenus offer, by their words; captions have tests of their own."""
    found: dict[str, QAction] = {}
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found |= entries(inner) if inner.title() != "Captions" else {}
        elif action.text():
            found[action.text()] = action
    return found


def playing(qtbot: QtBot, bench: Workbench) -> TalkPage:
    page = TalkPage(bench.services)
    qtbot.addWidget(page)
    page.resize(640, 740)
    page.show()
    bench.services.playback.open(CAUSALITY)
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    return page


def opened(bench: Workbench, page: QWidget, asked: Callable[[], None] = lambda: None) -> dict[str, QAction]:
    return entries(player_menu(page, bench.services.playback, bench.services.captions, asked, lambda: None))


def test_the_menu_offers_what_there_is(qtbot: QtBot, services: Workbench) -> None:
    services.engine.tracks = (AudioTrack(0, "Track 1 (English)"), AudioTrack(1, "Track 2 (French)"))
    services.engine.devices = (HEADPHONES,)
    page = playing(qtbot, services)
    desk = services.services.playback.desk
    services.engine.choose_audio_track(0)
    desk.look_for_outputs()
    qtbot.waitUntil(lambda: len(desk.state.outputs) == 1 and len(desk.state.tracks) == 2)
    offered = opened(services, page)
    assert [words for words, action in offered.items() if action.isChecked()] == [
        "Track 1 (English)",
        SYSTEM_OUTPUT,
        "Qt Multimedia",
    ]
    offered["Track 2 (French)"].trigger()
    offered["Headphones"].trigger()
    qtbot.waitUntil(lambda: desk.state.track == 1 and desk.state.output == "booth")
    assert [words for words, action in opened(services, page).items() if action.isChecked()] == [
        "Track 2 (French)",
        "Headphones",
        "Qt Multimedia",
    ]
    services.engine.devices = ()
    desk.look_for_outputs()
    qtbot.waitUntil(lambda: desk.state.outputs == ())
    assert opened(services, page)["What was chosen, when it is there again"].isChecked()


def test_one_sound_track_is_no_choice(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    offered = opened(services, page)
    assert "Track 1 (English)" not in offered
    assert not offered["libvlc: cannot draw into this window"].isEnabled()


def test_a_picture_and_the_preferences_are_asked_for(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    asked: list[bool] = []
    offered = opened(services, page, lambda: asked.append(True))
    with qtbot.waitSignal(services.services.playback.desk.said) as said:
        offered["Keep a picture of this moment"].trigger()
    assert said.args is not None
    assert said.args[0].startswith("The picture is saved as ")
    offered["Preferences…"].trigger()
    assert asked == [True]


def test_the_button_opens_the_menu_above_it(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    QTest.mouseClick(page.controls.more_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()


def test_the_preferences_choose_and_follow(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    services.engine.devices = (HEADPHONES,)
    dialog = PreferencesDialog(services.services.playback.desk, page)
    dialog.open()
    output = dialog.findChild(QComboBox, "output_choice")
    engine = dialog.findChild(QComboBox, "engine_choice")
    assert output is not None
    assert engine is not None
    qtbot.waitUntil(lambda: output.count() == 2)
    assert (engine.count(), engine.currentText()) == (1, "Qt Multimedia"), "what cannot be had is not offered"
    output.setFocus()
    output.setCurrentIndex(1)
    output.activated.emit(1)
    assert services.engine.output_device == "booth"
    said = dialog.findChild(PlainLabel, "preferences_said")
    assert said is not None
    assert said.text() == "Now: still pictures, for tests."
    dialog.accept()


def shown_buttons(page: QWidget) -> list[str]:
    found = page.stage.findChildren(Button) if isinstance(page, TalkPage) else []
    return [button.text() for button in sorted(found, key=lambda button: button.x()) if button.isVisible()]


def test_a_failure_offers_what_helps(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    services.engine.break_down("The recording “talk.mp4” is damaged and cannot be played. Download it again.")
    qtbot.waitUntil(lambda: shown_buttons(page) == ["Download again", "Try again"])
    anew = page.stage.findChild(Button, "download_button")
    assert anew is not None
    assert anew.property("kind") == Kind.PRIMARY
    QTest.mouseClick(anew, Qt.MouseButton.LeftButton)
    assert services.outside.removed == services.outside.saved != []


def test_another_engine_is_offered_where_there_is_one(
    qtbot: QtBot, services: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from personal_app.player.window_systems import Outlook

    page = playing(qtbot, services)
    monkeypatch.setattr(services.source, "outlook", lambda _: Outlook.NOW)
    wished: list[EngineKind] = []
    monkeypatch.setattr(services.source, "change", wished.append)
    services.engine.signals.tracks_changed.emit()
    services.engine.break_down("The recording “talk.mp4” is damaged and cannot be played. Download it again.")
    qtbot.waitUntil(lambda: shown_buttons(page) == ["Download again", "Play with libvlc", "Try again"])
    other = page.stage.findChild(Button, "other_engine_button")
    assert other is not None
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert wished == [EngineKind.LIBVLC]


def test_a_double_click_on_the_picture_is_for_the_whole_screen(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    with qtbot.waitSignal(page.full_screen_wanted):
        QTest.mouseDClick(services.services.playback.surface(), Qt.MouseButton.LeftButton)


def test_they_look_right(qtbot: QtBot, services: Workbench, look: str, picture: Callable[..., Path]) -> None:
    services.engine.devices = (HEADPHONES, OutputDevice("hall", "Loudspeakers of the hall"))
    page = playing(qtbot, services)
    services.services.playback.desk.look_for_outputs()
    dialog = PreferencesDialog(services.services.playback.desk, page)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.wait(50)
    picture(dialog, f"preferences-{look}", 0, 0)
    dialog.accept()
    services.engine.break_down("The recording “talk.mp4” is damaged and cannot be played. Download it again.")
    qtbot.waitUntil(lambda: len(shown_buttons(page)) == 2)
    picture(page, f"talk-failed-{look}", 640, 740)
    menu = player_menu(page, services.services.playback, services.services.captions, lambda: None, lambda: None)
    picture(menu, f"player-menu-{look}", 0, 0)
    menu.close()
