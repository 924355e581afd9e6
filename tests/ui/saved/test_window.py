"""The window of saved recordings: by mouse and by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from personal_app.services.recordings import RecordingKind, RecordingState, Room, Ways
from personal_app.ui.main_window import MainWindow
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.saved.window import SavedWindow
from personal_app.ui.theme import Look
from personal_app.ui.widgets.buttons import Button
from tests.ui.demo import INTRODUCTION, MIXED, RESEARCH
from tests.ui.hands import click, press
from tests.ui.workbench import Workbench


@pytest.fixture
def asked() -> list[tuple[str, object]]:
    return []


@pytest.fixture
def bench(make_services: Callable[..., Workbench], asked: list[tuple[str, object]]) -> Workbench:
    bench = make_services(recordings=False)

    def note(name: str) -> Callable[[object], None]:
        return lambda what: asked.append((name, what))

    bench.services.recordings._ways = Ways(
        watch=note("watch"),
        note_watched=note("note_watched"),
        pause=note("pause"),
        resume=note("resume"),
        set_quota=note("quota"),
        look_at_room=lambda: asked.append(("room", None)),
    )
    conference = bench.services.program.conference
    assert conference is not None
    kinds = [
        RecordingState(kind=RecordingKind.SAVED, by_hand=True),
        RecordingState(kind=RecordingKind.LOADING, fraction=0.43, rate_bytes_s=120_000, left_s=7, by_hand=True),
        RecordingState(kind=RecordingKind.WAITING, by_hand=True),
        RecordingState(kind=RecordingKind.PAUSED, fraction=0.2, by_hand=True),
        RecordingState(kind=RecordingKind.FAILED, detail="The server does not answer: it goes on when it does."),
        RecordingState(kind=RecordingKind.SAVED),
    ]
    for recording, state in zip(conference.recordings, kinds, strict=False):
        bench.services.recordings.take(recording.id, state)
    bench.services.recordings.take_room(
        Room(saved_bytes=1_480_000, watched_bytes=1_480_000, free_bytes=12_300_000_000, quota_bytes=5_000_000_000)
    )
    return bench


@pytest.fixture
def window(bench: Workbench, qtbot: QtBot) -> SavedWindow:
    window = SavedWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    return window


def buttons(window: QWidget) -> list[str]:
    return [
        each.objectName().removesuffix("_step_button")
        for each in window.findChildren(Button)
        if each.isVisible() and each.objectName().endswith("_step_button")
    ]


def test_the_keys_walk_and_do_the_likeliest_thing(
    window: SavedWindow, bench: Workbench, asked: list[tuple[str, object]]
) -> None:
    ids = [recording.id for recording in bench.services.program.conference.recordings]  # type: ignore[union-attr]
    asked.clear()
    press(window.list, Qt.Key.Key_Space)
    assert asked == [], "a saved one is not removed by the key that saves"
    press(window.list, Qt.Key.Key_Delete)
    assert bench.outside.removed == [ids[0]]
    for key, name in ((Qt.Key.Key_Space, "pause"), (Qt.Key.Key_Space, "pause"), (Qt.Key.Key_Space, "resume")):
        press(window.list, Qt.Key.Key_Down)
        press(window.list, key)
        assert asked[-1][0] == name
    assert [what for _, what in asked] == ids[1:4]
    press(window.list, Qt.Key.Key_Down)
    press(window.list, Qt.Key.Key_Space)
    assert bench.outside.saved[-1] == ids[4]
    press(window.list, Qt.Key.Key_Down)
    press(window.list, Qt.Key.Key_Space)
    assert bench.outside.saved[-1] == ids[5], "one that was only watched is kept"


def test_the_buttons_are_those_of_the_chosen_one(
    window: SavedWindow, qtbot: QtBot, asked: list[tuple[str, object]]
) -> None:
    qtbot.waitUntil(lambda: buttons(window) == ["remove"])
    press(window.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: sorted(buttons(window)) == ["drop", "pause"])
    pause = window.findChild(Button, "pause_step_button")
    assert pause is not None
    click(pause)
    assert asked[-1][0] == "pause"


def test_all_at_once_with_their_size_beforehand(
    window: SavedWindow, bench: Workbench, asked: list[tuple[str, object]]
) -> None:
    assert window.all_button.text() == "Save all, 3.0 MB"
    click(window.all_button)
    assert len(bench.outside.saved) == 2
    click(window.pause_button)
    assert [name for name, _ in asked if name == "pause"] == ["pause"] * 3
    summary, room = window.findChild(PlainLabel, "saved_summary"), window.findChild(PlainLabel, "saved_room")
    assert summary is not None
    assert room is not None
    assert summary.text().startswith("Saving 3 recordings: ")
    assert "12.3 GB free" in room.text()


def test_what_is_asked_of_the_disk(window: SavedWindow, bench: Workbench, asked: list[tuple[str, object]]) -> None:
    assert ("room", None) in asked
    assert window.quota.currentText() == "Up to 5 GB"
    window.quota.activated.emit(1)
    assert asked[-1] == ("quota", 1_000_000_000)
    full = "The disk that holds it is full: free some room there, then try again."
    bench.services.recordings.take_room(Room(halted=full))
    window.refresh()
    assert full in [label.text() for label in window.findChildren(PlainLabel) if label.isVisible()]


def test_the_top_bar_says_how_far_it_is_and_leads_there(bench: Workbench, qtbot: QtBot) -> None:
    main = MainWindow(bench.services)
    qtbot.addWidget(main)
    main.show()

    def way() -> Button | None:
        return main.findChild(Button, "saving_button")

    assert way() is None
    conference = bench.services.program.conference
    assert conference is not None
    loading = RecordingState(kind=RecordingKind.LOADING, fraction=0.5, by_hand=True)
    bench.services.recordings.take(conference.recordings[1].id, loading)
    qtbot.waitUntil(lambda: way() is not None)
    button = way()
    assert button is not None
    assert button.text() == "25 %"
    click(button)
    saved = main._roles["saved"]
    assert isinstance(saved, SavedWindow)
    saved.list.setCurrentIndex(saved.list.model().index(4, 0))
    press(saved.list, Qt.Key.Key_Return)
    assert bench.services.playback.state.talk == conference.talks[4].id
    assert main.open_saved() is saved


def test_it_looks_right(window: SavedWindow, look: Look, picture: Callable[..., Path]) -> None:
    press(window.list, Qt.Key.Key_Down)
    picture(window, f"saved_{look}", 680, 560)


def test_what_is_starred_is_saved_at_once(window: SavedWindow, bench: Workbench, qtbot: QtBot) -> None:
    button = window.findChild(Button, "save_starred_button")
    assert button is not None
    assert not button.isVisible()
    bench.services.stars.take([f"talk {MIXED}", f"session {RESEARCH}", f"session {INTRODUCTION}"])
    qtbot.waitUntil(button.isVisible)
    assert button.text() == "Save starred, 3.0 MB"
    click(button)
    assert bench.outside.saved == [f"{MIXED}-video", "compositional-embeddings-video"]
