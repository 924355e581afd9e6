"""Pictures of every screen in both looks and three sizes, written to build/screens/ to be looked at.

What a test can say of a picture is said here: nothing is clipped at the least size, text at twice its size fits.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import TalkId
from personal_app.conference.people import Grant, Role
from personal_app.player.engine import Stream
from personal_app.services.connection import ConnectionKind
from personal_app.services.playback import PlayPhase
from personal_app.services.profile import CodeKind, OwnCode
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.first_run.join_page import JoinPage
from personal_app.ui.main_window import MainWindow
from personal_app.ui.plain_text import ElidedLabel
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Look
from personal_app.ui.workspace import Workspace
from tests.ui.demo import BEFORE_ALL, DURING_RESEARCH, MIXED
from tests.ui.workbench import Workbench

Picture = Callable[..., Path]
GRANTS = (Grant(Role.CHAIR, "research-qa"), Grant(Role.AUTHOR, "deeprecsys-tutorial"))
SIZES = ((1280, 800), (1024, 640), (2560, 1440))


def window_of(qtbot: QtBot, bench: Workbench, width: int = 1280, height: int = 800) -> MainWindow:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show()
    workspace = window.findChild(Workspace)
    if isinstance(workspace, Workspace):
        workspace.complete()
    return window


def plays(qtbot: QtBot, bench: Workbench, position_ms: int = 570_000) -> None:
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    bench.engine.move_to(position_ms)
    qtbot.waitUntil(lambda: bench.services.playback.state.position_ms == position_ms)


def clipped(window: QWidget) -> list[str]:
    """Return the words of labels and buttons in sight that have less room than they need."""
    found = []
    for label in window.findChildren(QLabel):
        if isinstance(label, ElidedLabel) or not label.isVisible() or not label.text():
            continue
        room = label.contentsRect()
        needed = label.heightForWidth(room.width()) if label.wordWrap() else label.sizeHint().height()
        if needed > room.height() + 1 or (not label.wordWrap() and label.sizeHint().width() > label.width() + 1):
            found.append(label.text())
    return found


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_main_window(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture, width: int, height: int
) -> None:
    bench = make_services(*GRANTS)
    window = window_of(qtbot, bench, width, height)
    plays(qtbot, bench)
    picture(window, f"main_{look}_{width}x{height}", width, height)
    assert clipped(window) == []


def test_the_research_session(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(now=DURING_RESEARCH)
    conference = bench.services.program.conference
    assert conference is not None
    loading = RecordingState(kind=RecordingKind.LOADING, fraction=0.43, size_bytes=1_480_000)
    bench.services.recordings.take(conference.recordings[2].id, loading)
    bench.services.recordings.take(conference.recordings[3].id, RecordingState())
    window = window_of(qtbot, bench)
    plays(qtbot, bench, 240_000)
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    assert workspace.talk is not None
    workspace.talk.show_tab("Chapters")
    picture(window, f"research_{look}")


def test_waiting_for_the_start(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(now=BEFORE_ALL)
    window = window_of(qtbot, bench)
    picture(window, f"hold_{look}")


def test_a_recording_on_its_way(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(now=DURING_RESEARCH, recordings=False)
    window = window_of(qtbot, bench)
    state = RecordingState(kind=RecordingKind.LOADING, fraction=0.37, size_bytes=1_480_000)
    conference = bench.services.program.conference
    assert conference is not None
    bench.services.recordings.take(conference.recordings[4].id, state)
    picture(window, f"loading_{look}")


def test_a_recording_that_plays_while_it_comes(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(now=DURING_RESEARCH, recordings=False)
    window = window_of(qtbot, bench)
    conference = bench.services.program.conference
    assert conference is not None
    coming = RecordingState(
        kind=RecordingKind.LOADING,
        fraction=0.46,
        size_bytes=148_000_000,
        spans=((0.0, 0.3), (0.7, 0.86)),
        stream=Stream(port=1, token="t" * 32, head=b"", name="talk"),
        detail="Waiting for the server: http://conference.example:8020 does not answer. It goes on by itself.",
    )
    bench.services.recordings.take(conference.recordings[4].id, coming)
    plays(qtbot, bench, 240_000)
    bench.engine.starve()
    qtbot.waitUntil(lambda: bench.services.playback.state.buffering)
    picture(window, f"coming_{look}")
    assert clipped(window) == []


def test_a_recording_that_fails_and_no_network(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services()
    bench.connect(ConnectionKind.OFFLINE, waiting=2)
    window = window_of(qtbot, bench, 1024, 640)
    plays(qtbot, bench)
    bench.engine.break_down("The recording is damaged: its data ends at 6:11. Save it again, then play.")
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.FAILED)
    window.tell("The cache was damaged and has been rebuilt; 2 questions that wait to be sent were saved first.")
    picture(window, f"failed_offline_{look}", 1024, 640)


def test_behind_everyone_at_the_least_size(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(*GRANTS)
    window = window_of(qtbot, bench, 1000, 600)
    plays(qtbot, bench)
    bench.services.playback.seek(371_000)
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    assert workspace.talk is not None
    workspace.talk.show_tab("Transcript")
    qtbot.waitUntil(lambda: bench.services.playback.state.position_ms == 371_000)
    picture(window, f"behind_{look}", 1000, 600)
    assert clipped(window) == []


def test_full_screen(qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services()
    window = window_of(qtbot, bench)
    plays(qtbot, bench)
    window.toggle_full_screen()
    qtbot.waitUntil(window.isFullScreen)
    qtbot.wait(1)
    picture(window, f"full_{look}", 0, 0)


def test_the_picture_in_a_window_of_its_own(qtbot: QtBot, services: Workbench, look: Look, picture: Picture) -> None:
    window = window_of(qtbot, services, 1024, 640)
    plays(qtbot, services)
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    assert workspace.talk is not None
    workspace.talk.toggle_picture_window()
    own = next(each for each in QApplication.topLevelWidgets() if each.objectName() == "picture_window")
    picture(window, f"picture_lent_{look}", 1024, 640)
    picture(own, f"picture_window_{look}", 0, 0)
    assert clipped(own) == clipped(window) == []
    window.close()


def test_a_program_that_has_not_come(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(program=False)
    bench.connect(ConnectionKind.CONNECTING)
    window = window_of(qtbot, bench)
    picture(window, f"empty_{look}")


def test_joining(qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services(joined=False, program=False)
    window = window_of(qtbot, bench)
    picture(window, f"join_{look}")
    page = window.findChild(JoinPage)
    assert isinstance(page, JoinPage)
    page.before_button.click()
    picture(window, f"join_again_{look}")
    page.before_button.click()
    sentence = "The server at http://conference.example:8020 does not answer. Check the address, then try again."
    bench.services.profile.take_failure(sentence)
    picture(window, f"join_failed_{look}")
    bench.services.profile.join("conference.example:8020", "Ada Osei")
    picture(window, f"join_busy_{look}", 1024, 640)
    assert clipped(window) == []


def test_dialogs(qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services()
    window = window_of(qtbot, bench)
    shows = (window.show_about, window.show_keys, window.use_invitation, partial(window.show_own_code, CodeKind.DEVICE))
    for show in shows:
        show()
        bench.services.profile.take_code(OwnCode(kind=CodeKind.DEVICE, code="7K2M-XW0P-94RB", valid_s=600))
        dialog = window.findChild(QDialog)
        assert isinstance(dialog, QDialog)
        qtbot.waitUntil(dialog.isVisible)
        picture(dialog, f"{dialog.objectName()}_{look}", 0, 0)
        assert clipped(dialog) == []
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(QDialog) is None)


@pytest.mark.parametrize(("scale", "width", "height"), [(1.0, 1024, 640), (2.0, 1280, 800)])
def test_the_sheet_of_keys_fits_its_window(
    qtbot: QtBot, services: Workbench, picture: Picture, scale: float, width: int, height: int
) -> None:
    Theme.of_app().set_scale(scale)
    try:
        window = window_of(qtbot, services, width, height)
        window.show_keys()
        sheet = window.findChild(QDialog)
        assert isinstance(sheet, QDialog)
        qtbot.waitUntil(sheet.isVisible)
        picture(sheet, f"key_sheet_{round(scale * 100)}_{width}x{height}", 0, 0)
        assert clipped(sheet) == []
        assert (sheet.width() <= width, sheet.height() <= height) == (True, True)
        sheet.close()
    finally:
        Theme.of_app().set_scale(1.0)


@pytest.mark.parametrize("scale", [0.8, 1.5, 2.0])
def test_text_of_another_size(
    qtbot: QtBot, make_services: Callable[..., Workbench], picture: Picture, scale: float
) -> None:
    Theme.of_app().set_scale(scale)
    try:
        bench = make_services(*GRANTS)
        window = window_of(qtbot, bench, 1600, 1000)
        plays(qtbot, bench)
        bench.services.playback.open(TalkId(MIXED))
        picture(window, f"scale_{round(scale * 100)}", 1600, 1000)
        assert clipped(window) == []
    finally:
        Theme.of_app().set_scale(1.0)
