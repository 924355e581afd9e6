"""From what is due to the person: a line in the window, a notice on a real bus, a press that opens the talk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.reminding import Reminding
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.conference.stars import star_of_session
from personal_app.net.bridge import Bridge
from personal_app.net.desktop_notices import NoticePressed
from personal_app.services.connection import CaughtUp
from personal_app.ui.main_window import MainWindow
from tests.factories import question_row
from tests.net.notice_server import DAEMON, Bus, NoticeServer
from tests.ui.demo import BEFORE_ALL, MIXED, RESEARCH
from tests.ui.workbench import Workbench, make_workbench

# Qt's offscreen platform has no window system to hint at or to raise windows in.
pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support (propagateSizeHints|raise)\(\)", extend=True)

SOON_MS = 20_000


class Seat:
    """A window with all that reminds; what the notices' thread posts goes through the bridge."""

    def __init__(self, qtbot: QtBot, bridge: Bridge) -> None:
        self.bench: Workbench = make_workbench(BEFORE_ALL)
        self.bench.show_program()
        self.bench.join()
        self.window = MainWindow(self.bench.services)
        qtbot.addWidget(self.window)
        self.parent = QObject()
        self.reminding = Reminding(self.bench.services, self.window, bridge.post, self.parent)
        bridge.arrived.connect(self.reminding.take)
        self.bench.services.reminders.take_kept("")
        self.bench.services.stars.take([star_of_session(RESEARCH)])

    def remind(self) -> None:
        research = self.bench.services.program.conference
        assert research is not None
        session = research.session(RESEARCH)
        assert session is not None
        self.bench.go_to(session.start - timedelta(minutes=5))

    def ask(self, state: QuestionState) -> QuestionRow:
        row = question_row("mine", state, talk=MIXED, session=RESEARCH)
        counters = (Revision(9), Tally(0))
        mine = Mine(revision=counters[0], tally=counters[1], full=True, set=(row,))
        self.bench.services.questions.take_cached(
            Changes(revision=counters[0], tally=counters[1], set=(row,)), mine, ()
        )
        for _ in range(CaughtUp.LOOKS):
            self.bench.services.program.ticked.emit()
        return row


@pytest.fixture
def seat(qtbot: QtBot, bridge: Bridge) -> Iterator[Seat]:
    seat = Seat(qtbot, bridge)
    yield seat
    seat.reminding.close()
    qtbot.waitUntil(lambda: not seat.reminding.running, timeout=SOON_MS)
    seat.bench.services.playback.close()


@pytest.mark.skipif(DAEMON is None, reason="there is no dbus-daemon on this machine")
def test_a_minimised_window_reminds_on_the_desktop_and_a_press_opens_the_talk(
    seat: Seat, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    desktop = NoticeServer(bus.address)
    seat.window.showMinimized()
    seat.remind()
    qtbot.waitUntil(desktop.came.is_set, timeout=SOON_MS)
    assert desktop.shown[0][3] == "Starts in 5 min"
    assert desktop.shown[0][4].startswith("Research Talk Q&amp;A Session, at ")
    assert seat.window.notice is not None
    assert seat.window.notice.sentence.startswith("Starts in 5 min: Research Talk Q&A Session")
    seat.bench.go_to(seat.bench.clock.now + timedelta(seconds=1))
    desktop.press(1)
    qtbot.waitUntil(lambda: seat.bench.services.playback.state.talk == MIXED, timeout=SOON_MS)
    assert not seat.window.isMinimized()
    assert len(desktop.shown) == 1, "once is enough"
    desktop.end()
    bus.end()


def test_without_a_desktop_the_window_alone_reminds(seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    seat.window.show()
    seat.window.setEnabled(True)
    monkeypatch.setattr(MainWindow, "isActiveWindow", lambda _: False)
    seat.remind()
    qtbot.waitUntil(lambda: seat.window.notice is not None, timeout=SOON_MS)


def test_a_window_in_front_needs_no_notice(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MainWindow, "isActiveWindow", lambda _: True)
    seat.remind()
    assert seat.window.notice is not None
    assert not seat.reminding.running


def test_a_reminder_of_a_question_leads_to_it(seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(MainWindow, "show_question", lambda _, question: shown.append(question))
    seat.window.show()
    seat.bench.connect()
    row = seat.ask(QuestionState.ANSWERING)
    notice = seat.window.notice
    assert notice is not None
    assert notice.sentence == f"Your question is being answered: “{row.text}”"
    button = notice.findChild(QPushButton, "notice_action_button")
    assert button is not None
    button.click()
    assert seat.bench.services.playback.state.talk == MIXED
    assert shown == [row.id]
    del qtbot


def test_a_press_on_what_is_in_the_program_no_more_brings_the_window_alone(seat: Seat) -> None:
    seat.window.show()
    seat.window.reminder_tried.emit()
    seat.reminding.take([NoticePressed("gone"), NoticePressed("")])
    assert seat.bench.services.playback.state.talk != "gone"
    assert seat.window.isVisible()


def test_the_line_goes_when_the_turn_is_over_and_another_line_stays(seat: Seat) -> None:
    seat.window.show()
    seat.bench.connect()
    seat.ask(QuestionState.ANSWERING)
    notice = seat.window.notice
    assert notice is not None
    assert notice.isVisible()
    seat.ask(QuestionState.ANSWERED)
    assert not notice.isVisible()
    seat.remind()
    assert notice.isVisible()
    seat.window.tell("Something else")
    seat.bench.go_to(seat.bench.clock.now + timedelta(minutes=8))
    assert notice.isVisible()
