"""A session's live stream in the talk's place, and its meeting: offered, watched, broken off, left, asked about."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference
from personal_app.player.stream import StreamState
from personal_app.services.playback import PlayPhase
from personal_app.ui.plain_text import ElidedLabel, PlainLabel
from personal_app.ui.talk.live_bar import LiveBar
from personal_app.ui.talk.meeting_dialog import MeetingDialog
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.tokens import Look
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH, demo_conference
from tests.ui.hands import click
from tests.ui.still_engine import StillStream
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
STREAM = "https://live.example.org/panel/index.m3u8"
MEETING = "https://meet.example.org/panel?room=7"


def program(**fields: str) -> Conference:
    conference = demo_conference()
    sessions = tuple(
        msgspec.structs.replace(session, **({"stream": STREAM, "meeting": MEETING} | fields))
        if session.id == RESEARCH
        else session
        for session in conference.sessions
    )
    return msgspec.structs.replace(conference, sessions=sessions)


def live_page(make: Make, qtbot: QtBot, talk: TalkId = MIXED, **fields: str) -> tuple[Workbench, TalkPage]:
    bench = make(now=DURING_RESEARCH, program=False)
    bench.show_program(program(**fields))
    bench.save_recordings()
    page = TalkPage(bench.services)
    page.add_details()
    qtbot.addWidget(page)
    page.resize(640, 740)
    page.show()
    bench.services.playback.open(talk)
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    return bench, page


def bar(page: TalkPage) -> LiveBar:
    assert page.live_bar is not None
    return page.live_bar


def words(page: TalkPage) -> str:
    label = bar(page).findChild(ElidedLabel, "live_words")
    assert label is not None
    return label.whole_text


def still(bench: Workbench) -> StillStream:
    assert bench.source.stream is not None
    return bench.source.stream


def test_a_session_that_is_live_says_so_and_is_watched_in_the_talks_place(make_services: Make, qtbot: QtBot) -> None:
    bench, page = live_page(make_services, qtbot)
    assert bar(page).isVisible()
    assert words(page).endswith("is live now")
    click(bar(page).watch_button)
    assert still(bench).opened == [STREAM]
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PAUSED)
    assert page.stage.page is bench.services.streams.surface()
    assert words(page) == "Connecting to live.example.org…"
    still(bench).be(StreamState.PLAYING)
    assert words(page) == "You are watching live, from live.example.org"
    bench.services.playback.set_volume(40)
    assert still(bench).sound == (40, False)


def test_what_breaks_off_says_when_it_is_tried_again(make_services: Make, qtbot: QtBot) -> None:
    bench, page = live_page(make_services, qtbot)
    bench.services.streams.watch()
    still(bench).be(StreamState.WAITING, "The live stream broke off. It is tried again in 4 s.")
    assert words(page).startswith("The live stream broke off.")
    click(bar(page).again_button)
    assert still(bench).tries == 1


@pytest.mark.parametrize("how", ["button", "play", "end", "other talk"])
def test_it_is_left_for_the_recording(make_services: Make, qtbot: QtBot, how: str) -> None:
    bench, page = live_page(make_services, qtbot)
    bench.services.streams.watch()
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PAUSED)
    if how == "button":
        click(bar(page).leave_button)
    elif how == "play":
        bench.services.playback.play()
    elif how == "end":
        bench.go_to(DURING_RESEARCH + timedelta(hours=5))
    else:
        bench.services.playback.open(TalkId("introduction"))
    qtbot.waitUntil(lambda: not bench.services.streams.state.watching)
    assert still(bench).state is StreamState.EMPTY
    assert page.stage.page is not bench.services.streams.surface()


def test_without_libvlc_it_says_what_to_do(make_services: Make, qtbot: QtBot) -> None:
    bench, page = live_page(make_services, qtbot)
    bench.source.stream = None
    click(bar(page).watch_button)
    assert "Install VLC" in words(page)
    assert not bench.services.streams.state.watching


def test_outside_its_slot_there_is_nothing(make_services: Make, qtbot: QtBot) -> None:
    bench, page = live_page(make_services, qtbot)
    bench.go_to(DURING_RESEARCH + timedelta(hours=5))
    assert not bar(page).isVisible()
    assert bench.services.streams.meeting == ""


def test_a_meeting_is_opened_after_asking_and_its_host_is_said(
    make_services: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    _, page = live_page(make_services, qtbot, stream="")
    assert words(page).endswith("has a meeting")
    click(bar(page).meeting_button)
    dialog = page.findChild(MeetingDialog)
    assert dialog is not None
    host = dialog.findChild(PlainLabel, "meeting_host")
    assert host is not None
    assert "meet.example.org" in host.text()
    assert opened == []
    go = dialog.findChild(QPushButton, "meeting_open")
    assert go is not None
    click(go)
    assert opened == [MEETING]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "rtmp://live.example.org/a"])
def test_nothing_else_is_opened(
    make_services: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: pytest.fail("it was opened"))
    _, page = live_page(make_services, qtbot)
    dialog = MeetingDialog(address, page)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._open()
    assert dialog.trouble.isVisible()


def test_pictures(make_services: Make, qtbot: QtBot, look: Look, picture: Callable[..., Path]) -> None:
    bench, page = live_page(make_services, qtbot)
    picture(page, f"talk-live-offered-{look}", 640, 740)
    bench.services.streams.watch()
    still(bench).be(StreamState.WAITING, "The live stream broke off. It is tried again in 4 s.")
    picture(page, f"talk-live-broken-{look}", 640, 740)
    dialog = MeetingDialog(MEETING, page)
    qtbot.addWidget(dialog)
    picture(dialog, f"talk-meeting-{look}", 0, 0)
