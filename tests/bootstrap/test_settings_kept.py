"""The window opens as it was left, whatever a damaged setting says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchmarks.start import fill
from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.conference.finding import HitKind
from personal_app.conference.ids import TalkId
from personal_app.conference.watching import Watched
from personal_app.store.first_page import read_beginning
from personal_app.store.store import Store
from personal_app.ui.talk.notes_page import NotesPage
from personal_app.ui.theme import Look, Theme
from personal_app.ui.window_settings import WINDOW, window_settings
from tests.player.fake_engine import FakeSource

pytestmark = [
    pytest.mark.timeout(180),
    # Qt's offscreen platform has no window system to hint at.
    pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True),
]

TALK = TalkId("compositional-embeddings")
PLACE = QRect(30, 40, 1100, 650)

Open = Callable[..., Desktop]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    fill(tmp_path / "profile")
    return tmp_path / "profile"


@pytest.fixture
def open_desktop(qapp: QApplication, profile: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Open]:
    """Return a function that starts the app on the profile and waits until all of it is open."""
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    opened: list[Desktop] = []

    def start(*options: str) -> Desktop:
        for desktop in opened:
            desktop.close()
        # Another process would begin with these.
        Theme.of_app().force(None)
        Theme.of_app().set_scale(1.0)
        desktop = Desktop(qapp, parse_arguments(["--profile", str(profile), *options]))
        opened.append(desktop)
        desktop.start()
        qtbot.waitUntil(lambda: desktop.house is not None and desktop.house._hall is not None, timeout=30_000)
        return desktop

    yield start
    for desktop in opened:
        desktop.close()
    qapp.setQuitOnLastWindowClosed(True)
    Theme.of_app().force(None)
    Theme.of_app().set_scale(1.0)


def kept(profile: Path) -> str:
    return read_beginning(profile, WINDOW).setting


def test_the_window_opens_as_it_was_left(open_desktop: Open, profile: Path, qtbot: QtBot) -> None:
    assert kept(profile) == ""
    first = open_desktop()
    Theme.of_app().force(Look.DARK)
    Theme.of_app().set_scale(1.25)
    first.window.setGeometry(PLACE)
    first.window.open_talk(TALK)
    assert first.house is not None
    first.house.services.playback.set_volume(35)

    second = open_desktop()
    assert (Theme.of_app().look, Theme.of_app().scale) == (Look.DARK, 1.25)
    # The offscreen screen is narrower than any of our windows, and Qt keeps a window on its screen.
    place = second.window.geometry()
    assert (place.y(), place.height()) == (PLACE.y(), PLACE.height())
    assert second.house is not None
    assert second.house.services.playback.state.volume == 35
    # The demo conference of the cache is over: nothing is on.
    assert second.house.services.playback.state.talk == TALK
    qtbot.waitUntil(lambda: second.window.places() is not None, timeout=30_000)
    second.close()
    assert window_settings(kept(profile)).talk == TALK
    assert read_beginning(profile, WINDOW).page is not None, "a first page fits every size of text"


def test_what_a_person_noted_watched_and_chose_of_captions_is_there_again(open_desktop: Open, qtbot: QtBot) -> None:
    first = open_desktop()
    assert first.house is not None
    note = first.house.services.notes.add(TALK, "look at table 2", 61_000)
    first.house.services.captions.set_size(1.5)
    first.house.services.drafts.save(f"note:{TALK}", "7000\nhalf a wo")
    assert first.house._hall is not None
    first.house._hall.notebook.keep_watched(TALK, Watched(((0, 90_000),), 90_000, 600_000))

    second = open_desktop()
    assert second.house is not None
    services = second.house.services
    assert services.notes.of_talk(TALK) == (note,)
    assert (services.captions.settings.size, services.watching.watched(TALK).resume_ms) == (1.5, 90_000)
    second.window.open_talk(TALK)
    qtbot.waitUntil(lambda: second.window.findChild(NotesPage) is not None, timeout=30_000)
    page = second.window.findChild(NotesPage)
    assert isinstance(page, NotesPage)
    assert page.writer.text.text == "half a wo"
    services.search.look_for("table 2")
    qtbot.waitUntil(lambda: any(hit.kind is HitKind.NOTE for hit in services.search.state.hits))


def test_the_command_line_goes_first_and_is_not_kept(open_desktop: Open, profile: Path) -> None:
    open_desktop()
    Theme.of_app().force(Look.DARK)
    told = open_desktop("--look", "light", "--geometry", "10,20,1050,640")
    assert Theme.of_app().look is Look.LIGHT
    assert told.window.geometry() == QRect(10, 20, 1050, 640)
    told.close()
    assert window_settings(kept(profile)).look is Look.DARK


@pytest.mark.parametrize("text", ["{", '{"look": "pink", "scale": 1e9, "geometry": "00ff", "talk": "gone"}', "\udcff"])
def test_a_damaged_setting_stops_no_start(open_desktop: Open, profile: Path, text: str) -> None:
    store = Store(profile)
    store.keep_setting(WINDOW, text.encode("utf-8", "replace").decode()).result(10)
    assert store.close(10)
    desktop = open_desktop()
    assert Theme.of_app().scale == 1.0
    assert desktop.house is not None
    assert desktop.house.services.playback.state.talk is not None
