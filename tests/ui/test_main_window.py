"""The main window: which page it shows, what it opens, its keyboard, and how it stands with the server."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QFileDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.people import Grant, Role
from personal_app.conference.program import Conference
from personal_app.services.connection import ConnectionKind, ConnectionState, Why
from personal_app.services.playback import PlayPhase
from personal_app.ui.calendar_file import ask_calendar_file
from personal_app.ui.first_run.join_page import JoinPage
from personal_app.ui.main_window import MainWindow
from personal_app.ui.opening_talk import talk_to_show
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import Look, Theme
from personal_app.ui.widgets.notice_bar import NoticeBar
from personal_app.ui.window_menu import MenuActions, window_menu
from personal_app.ui.workspace import Workspace
from tests.ui.demo import (
    BEFORE_ALL,
    CAUSALITY,
    DAY,
    DURING_PLENARY,
    DURING_RESEARCH,
    INTRODUCTION,
    MIXED,
    demo_conference,
)
from tests.ui.workbench import Workbench


def shown(qtbot: QtBot, bench: Workbench) -> MainWindow:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    return window


def working(qtbot: QtBot, bench: Workbench) -> tuple[MainWindow, Workspace]:
    """Return a window that plays, with every part of it there."""
    window = shown(qtbot, bench)
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    workspace.setFocus()

    def active() -> bool:
        # Shortcuts belong to the window that is active; one that has just gone may still hold that.
        window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(active)
    return window, workspace


def words(window: QWidget, name: str) -> str:
    found = window.findChild(PlainLabel, name)
    assert isinstance(found, PlainLabel)
    return found.text()


def test_who_has_not_joined_is_asked_to(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(joined=False, program=False)
    window = shown(qtbot, bench)
    page = window.findChild(JoinPage)
    assert isinstance(page, JoinPage)
    assert page.isVisible()
    qtbot.waitUntil(page.address.hasFocus)
    bench.join()
    assert not page.isVisible()
    bench.show_program()
    qtbot.waitUntil(lambda: bench.services.playback.state.talk == CAUSALITY)
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    qtbot.waitUntil(lambda: workspace.talk is not None)


def test_the_program_and_the_questions_are_there_at_the_first_paint(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    assert workspace.program is not None
    assert workspace.questions is not None
    with qtbot.waitSignal(workspace.completed):
        assert workspace.talk is None
    assert workspace.talk is not None


def notice(window: MainWindow) -> NoticeBar:
    assert window.notice is not None
    return window.notice


@pytest.mark.parametrize(
    ("now", "talk"),
    [
        (BEFORE_ALL, INTRODUCTION),
        (DURING_PLENARY, CAUSALITY),
        (DAY + timedelta(minutes=42), CAUSALITY),
        (DURING_RESEARCH, MIXED),
        (DAY + timedelta(days=9), INTRODUCTION),
    ],
)
def test_what_is_on_is_opened_first(now: object, talk: str) -> None:
    assert talk_to_show(demo_conference(), now) == talk  # type: ignore[arg-type]


def test_an_empty_program_opens_nothing() -> None:
    empty: Conference = msgspec.structs.replace(demo_conference(), sessions=(), talks=())
    assert talk_to_show(empty, DAY) is None


def test_choosing_a_talk_plays_it_and_shows_its_questions(qtbot: QtBot, services: Workbench) -> None:
    window, workspace = working(qtbot, services)
    assert workspace.program is not None
    assert workspace.talk is not None
    told: list[str] = []
    window.talk_selected.connect(told.append)
    workspace.program.talk_chosen.emit(MIXED)
    assert told == [MIXED]
    assert services.services.playback.state.talk == MIXED
    # In a turn of its own.
    qtbot.waitUntil(lambda: words(window, "talk_title").startswith("1. Mixed Dimension"))


def test_the_keys_of_a_player(qtbot: QtBot, services: Workbench) -> None:
    window, workspace = working(qtbot, services)
    playback, engine = services.services.playback, services.engine
    assert workspace.talk is not None
    workspace.talk.stage.setFocus()

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(window.focusWidget() or window, key, modifiers)

    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: playback.state.phase is PlayPhase.PAUSED)
    press(Qt.Key.Key_K)
    qtbot.waitUntil(lambda: playback.state.phase is PlayPhase.PLAYING)
    press(Qt.Key.Key_3)
    press(Qt.Key.Key_J)
    press(Qt.Key.Key_L)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Right)
    assert engine.sought == [450_000, 440_000, 450_000, 445_000, 450_000]
    press(Qt.Key.Key_M)
    assert playback.state.muted
    press(Qt.Key.Key_Down)
    assert (playback.state.muted, playback.state.volume) == (False, 95)
    press(Qt.Key.Key_C)
    assert not services.services.captions.settings.shown
    press(Qt.Key.Key_Greater, Qt.KeyboardModifier.ShiftModifier)
    assert playback.state.rate == 1.25
    press(Qt.Key.Key_Less, Qt.KeyboardModifier.ShiftModifier)
    assert playback.state.rate == 1.0
    press(Qt.Key.Key_G)
    assert playback.state.following


def test_chapters_both_ends_and_the_other_keys_of_speed(qtbot: QtBot, services: Workbench) -> None:
    window, workspace = working(qtbot, services)
    assert workspace.talk is not None
    workspace.talk.stage.setFocus()
    playback, engine = services.services.playback, services.engine
    conference = services.services.program.conference
    assert conference is not None
    recording = next(recording for recording in conference.recordings if recording.talk == playback.state.talk)
    starts = [chapter.start_ms for chapter in recording.chapters]

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(window.focusWidget() or window, key, modifiers)

    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_P)
    first, second = [start for start in starts if start > 0][:2]
    assert engine.sought == [0, first, second, first]
    press(Qt.Key.Key_BracketRight)
    assert playback.state.rate == 1.25
    press(Qt.Key.Key_BracketLeft)
    assert playback.state.rate == 1.0
    press(Qt.Key.Key_End)
    assert playback.state.following, "nobody is ahead of everyone"
    press(Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    sheet = window.findChild(QDialog, "key_sheet")
    assert isinstance(sheet, QDialog)
    sheet.close()


def test_arrows_that_a_field_has_no_use_for_are_nobodys(qtbot: QtBot, services: Workbench) -> None:
    _, workspace = working(qtbot, services)
    assert workspace.talk is not None
    field = QLineEdit(workspace)
    field.show()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClicks(field, "[n]?")
    assert services.services.playback.state.volume == 100
    assert services.services.playback.state.rate == 1.0
    assert (field.text(), services.engine.sought) == ("[n]?", [])


def test_full_screen_and_back(qtbot: QtBot, services: Workbench) -> None:
    window, workspace = working(qtbot, services)
    assert workspace.program is not None
    assert workspace.talk is not None
    workspace.talk.stage.setFocus()
    QTest.keyClick(workspace.talk.stage, Qt.Key.Key_F)
    assert window.isFullScreen()
    assert not window.top_bar.isVisible()
    assert not workspace.program.isVisible()
    assert workspace.talk.controls.isVisible()
    QTest.keyClick(workspace.talk.stage, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert workspace.program.isVisible()
    assert window.top_bar.isVisible()


def test_letters_that_are_typed_are_not_commands(qtbot: QtBot, services: Workbench) -> None:
    window, _ = working(qtbot, services)
    box = window.findChild(QPlainTextEdit, "ask_text")
    assert isinstance(box, QPlainTextEdit)
    box.setFocus()
    QTest.keyClicks(box, "make 3 jokes")
    assert box.toPlainText() == "make 3 jokes"
    assert services.engine.sought == []
    assert not services.services.playback.state.muted


def test_a_focused_button_keeps_its_space(qtbot: QtBot, services: Workbench) -> None:
    window, workspace = working(qtbot, services)
    assert workspace.talk is not None
    button = workspace.talk.controls.captions_button
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not services.services.captions.settings.shown
    assert services.services.playback.state.phase is PlayPhase.PLAYING
    del window


@pytest.mark.parametrize(
    ("grants", "chair", "author"),
    [
        ((), False, False),
        ((Grant(Role.CHAIR, "research-qa"),), True, False),
        ((Grant(Role.AUTHOR, "deeprecsys-tutorial"),), False, True),
        ((Grant(Role.ORGANIZER),), True, False),
    ],
)
def test_who_may_sees_the_way_to_the_other_windows(
    qtbot: QtBot, make_services: Callable[..., Workbench], grants: tuple[Grant, ...], chair: bool, author: bool
) -> None:
    bench = make_services()
    window = shown(qtbot, bench)
    bench.join(*grants)
    assert is_offered(window.top_bar.chair_button) is chair
    assert is_offered(window.top_bar.author_button) is author
    bench.join()
    assert not is_offered(window.top_bar.chair_button)
    assert not is_offered(window.top_bar.author_button)


def is_offered(button: QWidget | None) -> bool:
    return button is not None and button.isVisible()


def test_the_chairs_console_is_one_window_and_goes_with_the_main_one(
    qtbot: QtBot, make_services: Callable[..., Workbench]
) -> None:
    bench = make_services(Grant(Role.CHAIR, "research-qa"), now=DURING_RESEARCH)
    window = shown(qtbot, bench)
    assert window.top_bar.chair_button is not None
    QTest.mouseClick(window.top_bar.chair_button, Qt.MouseButton.LeftButton)
    console = window.open_chair()
    qtbot.addWidget(console)
    assert console.isVisible()
    assert window.open_chair() is console
    window.close()
    assert not console.isVisible()


@pytest.mark.parametrize(
    ("kind", "waiting", "said", "retry"),
    [
        (ConnectionKind.LIVE, 0, "Live", False),
        (ConnectionKind.CONNECTING, 0, "Connecting…", False),
        (ConnectionKind.OFFLINE, 2, "Offline, 2 to send", True),
        (ConnectionKind.REFUSED, 0, "Not let in", True),
    ],
)
def test_the_connection_is_said_in_words(
    qtbot: QtBot, services: Workbench, kind: ConnectionKind, waiting: int, said: str, retry: bool
) -> None:
    window = shown(qtbot, services)
    services.connect(kind, waiting)
    assert words(window, "connection_words") == said
    button = window.findChild(QAbstractButton, "retry_now_button")
    assert isinstance(button, QAbstractButton)
    assert button.isVisible() is retry
    if retry:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert services.outside.retried == [True]


def test_the_seconds_to_the_next_try_run_down(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    services.services.connection.take(
        ConnectionState(kind=ConnectionKind.RECONNECTING, retry_at=DURING_PLENARY + timedelta(seconds=3))
    )
    assert words(window, "connection_words") == "Reconnecting in 3 s"
    services.go_to(DURING_PLENARY + timedelta(seconds=2))
    assert words(window, "connection_words") == "Reconnecting in 1 s"


def test_what_a_person_should_know_is_said_until_it_is_put_away(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    window.tell("The cache was damaged and has been rebuilt.")
    assert notice(window).isVisible()
    assert notice(window).sentence == "The cache was damaged and has been rebuilt."
    close = window.findChild(QAbstractButton, "notice_close_button")
    assert isinstance(close, QAbstractButton)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not notice(window).isVisible()


def test_a_server_that_does_not_let_us_in_says_why(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    sentence = "This server speaks a newer protocol: update PeRSonAl, your questions are kept."
    services.services.connection.take(ConnectionState(kind=ConnectionKind.REFUSED, detail=sentence))
    assert notice(window).sentence == sentence
    services.connect(ConnectionKind.LIVE)
    assert not notice(window).isVisible()


def test_a_failed_invitation_is_said_where_nothing_else_says_it(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    services.services.profile.take_failure("This invitation was used already.")
    assert notice(window).sentence == "This invitation was used already."


def test_the_about_box_says_what_plays(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    QTest.mouseClick(window.top_bar.about_button, Qt.MouseButton.LeftButton)
    box = window.findChild(QDialog, "about_box")
    assert isinstance(box, QDialog)
    assert box.isVisible()
    said = [label.text() for label in box.findChildren(PlainLabel)]
    assert "still pictures, for tests" in said
    assert any(text.startswith("Python 3") for text in said)
    box.close()


def test_keys_and_invitation_have_their_dialogs(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    window.show_keys()
    window.use_invitation()
    dialogs = window.findChildren(QDialog)
    assert {dialog.objectName() for dialog in dialogs} == {"key_sheet", "invitation_dialog"}
    for dialog in dialogs:
        dialog.close()


def test_the_menu_changes_the_look_and_the_size_of_text(qtbot: QtBot, services: Workbench) -> None:
    window, _ = working(qtbot, services)
    theme = Theme.of_app()
    nothing = MenuActions(*[lambda: None] * len(MenuActions.__struct_fields__))
    menu = window_menu(window, nothing, joined=True)
    entries = {action.text(): action for action in window.findChildren(type(menu.actions()[0])) if action.text()}
    try:
        chosen = []
        for entry in ("Dark", "Light", "As the system"):
            entries[entry].trigger()
            chosen.append(theme.forced)
        assert chosen == [Look.DARK, Look.LIGHT, None]
        entries["150 %"].trigger()
        assert theme.scale == 1.5
        QTest.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
        assert theme.scale == 1.25
        QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
        assert theme.scale == 1.0
    finally:
        theme.set_scale(1.0)
        theme.force(None)


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(Grant(Role.CHAIR, "research-qa"), Grant(Role.AUTHOR, "deeprecsys-tutorial"))
    window, _ = working(qtbot, bench)
    nameless = [
        part
        for part in window.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and not name_of(part)
    ]
    assert nameless == []


def name_of(part: QWidget) -> str:
    if isinstance(part, QAbstractButton) and part.text():
        return part.text()
    if isinstance(part, QLineEdit) and part.placeholderText():
        return part.placeholderText()
    return part.accessibleName()


def test_tab_walks_through_the_whole_window_and_comes_back(qtbot: QtBot, services: Workbench) -> None:
    window, workspace = working(qtbot, services)
    start = window.focusWidget()
    assert start is not None
    walked = [start]
    for _ in range(80):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        now = window.focusWidget()
        if now is None or now is start:
            break
        walked.append(now)
    names = [part.objectName() for part in walked]
    assert names.index("program_list") < names.index("seek_bar") < names.index("play_button")
    assert names.index("play_button") < names.index("save_button") < names.index("question_list")
    del workspace


def _refused(bench: Workbench, why: Why, detail: str) -> None:
    bench.services.connection.take(ConnectionState(kind=ConnectionKind.REFUSED, detail=detail, why=why))


def test_who_is_not_known_any_more_is_led_to_joining(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    _refused(services, Why.NOT_KNOWN, "The server does not know this profile any more: join again.")
    assert window.notice is not None
    assert words(window, "connection_words") == "Not let in"
    again = window.notice.findChild(QAbstractButton, "notice_action_button")
    assert again is not None
    assert again.accessibleName() == "Join again…"
    again.click()
    page = window.findChild(JoinPage)
    assert page is not None
    assert page.isVisible()
    assert not window.notice.isVisible()


def test_an_old_version_is_told_what_to_do_and_what_is_kept(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    services.services.questions.ask(CAUSALITY, "Why?")
    services.services.connection.take_waiting(1)
    _refused(services, Why.OUTDATED, "This version is too old: update it.")
    assert window.notice is not None
    assert words(window, "connection_words") == "Update needed, 1 to send"
    again = window.notice.findChild(QAbstractButton, "notice_action_button")
    assert again is not None
    assert not again.isVisible()
    # A try that comes to the same is no news; one that succeeds takes the sentence away.
    window.notice.hide()
    services.connect(ConnectionKind.CONNECTING)
    _refused(services, Why.OUTDATED, "This version is too old: update it.")
    assert not window.notice.isVisible()
    services.connect()
    assert window.notice.sentence == ""


def test_a_connection_that_is_back_takes_nothing_else_away(qtbot: QtBot, services: Workbench) -> None:
    window = shown(qtbot, services)
    _refused(services, Why.OUTDATED, "This version is too old: update it.")
    services.services.connection.take_notice("The next session begins ten minutes late.")
    services.connect()
    assert window.notice is not None
    assert window.notice.sentence == "The server says: The next session begins ten minutes late."
    assert window.notice.isVisible()


@pytest.mark.parametrize(
    ("seconds", "said"), [(2, "Server restarts, back in 2 s"), (0, "Server restarts, back in a moment")]
)
def test_a_restart_is_called_so(qtbot: QtBot, services: Workbench, seconds: int, said: str) -> None:
    window = shown(qtbot, services)
    retry_at = services.clock.now + timedelta(seconds=seconds)
    state = ConnectionState(kind=ConnectionKind.RECONNECTING, retry_at=retry_at, why=Why.RESTART)
    services.services.connection.take(state)
    assert words(window, "connection_words") == said


def test_a_calendar_file_is_asked_for_and_told_of(qtbot: QtBot, services: Workbench, tmp_path: Path) -> None:
    window = shown(qtbot, services)
    written: list[Path] = []
    dialog = ask_calendar_file(window, written.append)
    dialog.fileSelected.emit(str(tmp_path / "mine.ics"))
    assert written == [tmp_path / "mine.ics"]
    dialog.close()
    services.services.stars.export(tmp_path / "mine.ics", starred=True)
    assert services.outside.exported == [(tmp_path / "mine.ics", True)]
    services.services.stars.exported.emit("5 sessions are in it.")
    assert notice(window).sentence == "5 sessions are in it."


def test_a_folder_for_the_open_talk_is_asked_for_and_told_of(qtbot: QtBot, services: Workbench, tmp_path: Path) -> None:
    window = shown(qtbot, services)
    window.export_talk()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert services.outside.exported_talks == [(CAUSALITY, tmp_path)]
    services.services.bundles.tell("It is in there.")
    assert notice(window).sentence == "It is in there."
