"""The talk page: what it shows in each phase, and what its controls ask for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import RecordingId, TalkId
from personal_app.player.engine import Notice, NoticeKind
from personal_app.services.playback import PlayPhase
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk.moments import MomentList
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.widgets.buttons import Button, IconButton
from tests.ui.demo import BEFORE_ALL, CAUSALITY, DURING_PLENARY, DURING_RESEARCH, INTRODUCTION, MIXED
from tests.ui.hands import click
from tests.ui.workbench import Workbench

RECORDING = RecordingId(f"{MIXED}-video")


def shown(qtbot: QtBot, bench: Workbench, talk: TalkId | None = CAUSALITY) -> TalkPage:
    page = TalkPage(bench.services)
    page.add_details()
    qtbot.addWidget(page)
    page.resize(640, 740)
    page.show()
    if talk is not None:
        bench.services.playback.open(talk)
    return page


def playing(qtbot: QtBot, bench: Workbench, talk: TalkId = CAUSALITY) -> TalkPage:
    page = shown(qtbot, bench, talk)
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    return page


def label(page: QWidget, name: str) -> PlainLabel:
    found = page.findChild(PlainLabel, name)
    assert isinstance(found, PlainLabel)
    return found


def button(page: QWidget, name: str) -> Button:
    found = page.findChild(Button, name)
    assert isinstance(found, Button)
    return found


def test_who_opens_the_talk_that_is_on_is_with_everyone(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    assert page.controls.live_chip.isVisible()
    assert not page.controls.join_live_button.isVisible()
    assert label(page, "talk_title").text().startswith("Plenary Talk 1")
    assert page.stage.page is services.services.playback.surface()


def test_who_went_back_is_shown_the_way_to_everyone(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    page.seek_bar.sought.emit(371_000)
    assert services.engine.sought[-1] == 371_000
    join = button(page, "join_live_button")
    qtbot.waitUntil(join.isVisible)
    assert join.text() == "Join live at 9:30"
    services.go_to(DURING_PLENARY + timedelta(seconds=61))
    services.engine.move_to(372_000)
    qtbot.waitUntil(lambda: join.text() == "Join live at 10:31")
    QTest.mouseClick(join, Qt.MouseButton.LeftButton)
    assert services.services.playback.state.following
    assert services.engine.sought[-1] == 631_000


def test_play_and_pause(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    play = page.controls.play_button
    assert play.accessibleName() == "Pause"
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.PAUSED)
    assert play.accessibleName() == "Play"
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.PLAYING)


def test_skips_mute_captions_and_speed(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    playback, controls = services.services.playback, page.controls
    QTest.mouseClick(controls.back_button, Qt.MouseButton.LeftButton)
    assert services.engine.sought[-1] == 560_000
    QTest.mouseClick(controls.mute_button, Qt.MouseButton.LeftButton)
    assert (playback.state.muted, controls.mute_button.accessibleName()) == (True, "Unmute")
    controls.step_volume(-1)
    assert (playback.state.muted, playback.state.volume) == (False, 95)
    QTest.mouseClick(controls.captions_button, Qt.MouseButton.LeftButton)
    assert not services.services.captions.settings.shown
    assert not page.captions.isVisible()
    controls.step_speed(1)
    assert playback.state.rate == 1.25
    for _ in range(20):
        controls.step_speed(1)
    assert playback.state.rate == 3.0


def test_the_caption_of_the_moment_is_under_the_picture(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    caption = label(page, "caption_strip")
    services.engine.move_to(570_000)
    qtbot.waitUntil(lambda: caption.text() == "So we ask what the recommendation itself changes.")
    services.engine.move_to(10_000)
    qtbot.waitUntil(lambda: caption.text().count("\n") == 1)


def test_before_its_time_a_talk_counts_down(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(now=BEFORE_ALL)
    page = shown(qtbot, bench, INTRODUCTION)
    countdown = label(page, "countdown")
    assert countdown.isVisible()
    assert countdown.text() == "12:00"
    bench.go_to(BEFORE_ALL + timedelta(minutes=11, seconds=59, milliseconds=400))
    assert countdown.text() == "0:01"
    bench.go_to(BEFORE_ALL + timedelta(minutes=12))
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    assert not countdown.isVisible()


@pytest.mark.parametrize("poster", ["picture", "no picture", "nothing"])
def test_the_countdown_stands_on_the_poster(qtbot: QtBot, make_services: Callable[..., Workbench], poster: str) -> None:
    bench = make_services(now=BEFORE_ALL, recordings=False)
    red = QImage(160, 90, QImage.Format.Format_RGB32)
    red.fill(Qt.GlobalColor.red)
    encoded = QBuffer()
    encoded.open(QBuffer.OpenModeFlag.WriteOnly)
    red.save(encoded, "PNG")  # type: ignore[call-overload]
    given = {"picture": bytes(encoded.data().data()), "no picture": b"\x89PNG and then nothing", "nothing": None}
    state = RecordingState(kind=RecordingKind.LOADING, poster=given[poster])
    bench.services.recordings.take(RecordingId(f"{INTRODUCTION}-video"), state)
    page = shown(qtbot, bench, INTRODUCTION)
    corner = page.stage.grab().toImage().pixelColor(page.stage.width() // 8, page.stage.height() // 8)
    assert (corner.red() > corner.blue() + 40) is (poster == "picture")
    assert label(page, "countdown").text() == "12:00"


def test_a_recording_on_its_way_shows_how_far_it_is(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(recordings=False)
    page = shown(qtbot, bench, MIXED)
    assert bench.outside.saved == [RECORDING]
    state = RecordingState(kind=RecordingKind.LOADING, fraction=0.37, size_bytes=1_480_000)
    bench.services.recordings.take(RECORDING, state)
    words = [label.text() for label in page.stage.findChildren(PlainLabel) if label.isVisible()]
    assert words == ["Bringing the recording here…", "37 % of 1.5 MB"]
    assert button(page, "save_button").text() == "Saving, 37 %"
    assert "Click: Keep" in button(page, "save_button").toolTip(), "it comes because somebody wants to watch it"


def test_while_the_engine_opens_the_picture_is_visible(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(engine=False)
    page = shown(qtbot, bench, MIXED)
    bench.source.warm()
    assert page.stage.page is bench.services.playback.surface(), "the first frame is told of visible pictures alone"


def test_a_failure_is_told_in_place_and_can_be_tried_again(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    services.engine.break_down("The recording is damaged: its data ends at 6:11. Save it again, then play.")
    again = button(page, "retry_button")
    qtbot.waitUntil(again.isVisible)
    words = [label.text() for label in page.stage.findChildren(PlainLabel) if label.isVisible()]
    assert words[1].startswith("The recording is damaged")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert len(services.outside.saved) == 1


def test_what_should_be_known_of_a_recording_that_plays_is_said(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    assert not label(page, "playback_notice").isVisible()
    services.engine.signals.noticed.emit(Notice(NoticeKind.NO_PICTURE, "The picture cannot be shown; the sound plays."))
    qtbot.waitUntil(label(page, "playback_notice").isVisible)
    assert label(page, "playback_notice").text() == "The picture cannot be shown; the sound plays."
    services.services.playback.open(MIXED)
    assert not label(page, "playback_notice").isVisible()


def test_questions_stand_on_the_seek_bar_where_they_were_asked(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    assert [(marker.position_ms, marker.words[:2]) for marker in page.seek_bar.markers] == [
        (95_000, "#4"),
        (142_000, "#1"),
        (371_000, "#2"),
    ], "one's own waiting question is not there: nobody else sees it"


def test_chapters_and_transcript_seek_and_follow(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    tabs = page.findChild(QTabBar, "talk_tabs")
    assert isinstance(tabs, QTabBar)
    tabs.setCurrentIndex(1)
    chapters = next(found for found in page.findChildren(MomentList) if found.accessibleName() == "Chapters")
    assert chapters.isVisible()
    chapters.chosen.emit(120_000)
    assert services.engine.sought[-1] == 120_000
    model = chapters.model()
    qtbot.waitUntil(lambda: model.data(model.index(1, 0), int(Qt.ItemDataRole.UserRole) + 1).present)
    where = chapters.visualRect(model.index(2, 0)).center()
    QTest.mouseClick(chapters.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert services.engine.sought[-1] == 300_000


def test_the_save_button_saves_and_removes(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services()
    page = shown(qtbot, bench, MIXED)
    save = button(page, "save_button")
    assert save.text() == "Saved, 1.5 MB"
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    assert bench.outside.removed == [RECORDING]
    bench.services.recordings.take(RECORDING, RecordingState())
    qtbot.waitUntil(lambda: save.text() == "Save, 1.5 MB")
    before = len(bench.outside.saved)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    assert len(bench.outside.saved) > before


def test_a_recording_that_is_not_open_yet_cannot_be_saved(
    qtbot: QtBot, make_services: Callable[..., Workbench]
) -> None:
    bench = make_services(recordings=False)
    page = shown(qtbot, bench, TalkId("gpus-for-training"))
    assert not button(page, "save_button").isEnabled()


def test_what_is_on_elsewhere_is_offered_and_goes_away(qtbot: QtBot, services: Workbench) -> None:
    page = shown(qtbot, services, MIXED)
    chosen: list[str] = []
    page.talk_chosen.connect(chosen.append)
    assert page.on_now.isVisible()
    QTest.mouseClick(button(page, "on_now_button"), Qt.MouseButton.LeftButton)
    assert chosen == [CAUSALITY]
    services.go_to(DURING_RESEARCH)
    assert not page.on_now.isVisible(), "the paper's own session is on now"


@pytest.mark.parametrize("height", [480, 592, 740, 1400])
def test_the_words_keep_room_at_every_height(qtbot: QtBot, services: Workbench, height: int) -> None:
    page = playing(qtbot, services)
    page.resize(460, height)
    save = button(page, "save_button")
    qtbot.waitUntil(lambda: page.height() == height)
    qtbot.waitUntil(lambda: page.mapFromGlobal(save.mapToGlobal(save.rect().bottomLeft())).y() < height - 40)


def test_every_control_has_a_name(qtbot: QtBot, services: Workbench) -> None:
    page = playing(qtbot, services)
    nameless = [found for found in page.findChildren(IconButton) if not found.accessibleName()]
    assert nameless == []


def test_the_star_of_the_open_talk(qtbot: QtBot, services: Workbench) -> None:
    page = shown(qtbot, services, MIXED)
    star = page.findChild(IconButton, "star_button")
    assert star is not None
    click(star)
    assert services.services.stars.stars == {f"talk {MIXED}"}
    assert star.accessibleName() == "Remove the star"
    click(star)
    assert services.services.stars.stars == frozenset()
