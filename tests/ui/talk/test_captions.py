"""Captions and the transcript on the screen: size, place, language and delay, following, finding, and the way back."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import Caption, CaptionTrack, FileFacts
from personal_app.services.captions import CaptionPlace
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk.caption_menu import caption_menu, delay_words, language_words
from personal_app.ui.talk.captions import CaptionBox
from personal_app.ui.talk.moments import MomentList
from personal_app.ui.talk.transcript import TranscriptPage
from personal_app.ui.theme import Look
from personal_app.ui.widgets.buttons import Button
from personal_app.ui.workspace import Workspace
from tests.ui.demo import DURING_RESEARCH, MIXED, demo_conference
from tests.ui.hands import click, press, write
from tests.ui.talk.test_notes_page import at, opened
from tests.ui.workbench import Workbench

STEP_MS = 5_000
ENGLISH = tuple(
    Caption(number * STEP_MS, (number + 1) * STEP_MS, f"Line {number} says something about embeddings, and why.")
    for number in range(120)
)
GERMAN = tuple(msgspec.structs.replace(line, text=f"Zeile über Einbettungen {line.start_ms}") for line in ENGLISH)


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    """A talk with a long transcript in two languages."""
    bench = make_services(now=DURING_RESEARCH, program=False)
    conference = demo_conference()
    tracks = tuple(
        CaptionTrack(language=each, file=FileFacts(sha256=Sha256(each), size_bytes=1, media_type="text/vtt"))
        for each in ("en", "de")
    )
    bench.show_program(
        msgspec.structs.replace(
            conference,
            recordings=tuple(
                msgspec.structs.replace(each, captions=tracks) if each.talk == MIXED else each
                for each in conference.recordings
            ),
        )
    )
    bench.show_questions()
    bench.save_recordings()
    recording = next(each.id for each in conference.recordings if each.talk == MIXED)
    bench.services.recordings.take(
        recording,
        RecordingState(
            kind=RecordingKind.SAVED,
            fraction=1.0,
            size_bytes=1_480_000,
            path=Path("here.mp4"),
            captions=ENGLISH,
            tracks={"en": ENGLISH, "de": GERMAN},
            by_hand=True,
        ),
    )
    return bench


def transcript(workspace: Workspace) -> TranscriptPage:
    assert workspace.talk is not None
    workspace.talk.show_tab("Transcript")
    page = workspace.talk.findChild(TranscriptPage)
    assert isinstance(page, TranscriptPage)
    return page


def in_sight(lines: MomentList, place: int) -> bool:
    rect = lines.visualRect(lines.model().index(place, 0))
    return rect.isValid() and lines.viewport().rect().contains(rect.center())


def scroll(lines: MomentList) -> None:
    middle = QPointF(lines.viewport().rect().center())
    wheel = QWheelEvent(
        middle,
        QPointF(lines.viewport().mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, 960),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(lines.viewport(), wheel)


def follows(lines: MomentList) -> bool:
    """Tell whether it follows now: of a property mypy believes that it stays."""
    return lines.following


def box_of(workspace: Workspace) -> CaptionBox | None:
    assert workspace.talk is not None
    return workspace.talk.caption_box


def back_button(lines: MomentList) -> Button:
    found = lines.findChild(Button, "back_to_now")
    assert isinstance(found, Button)
    return found


def entry(menu: QMenu, words: str) -> QAction:
    found = [
        action for each in (menu, *menu.findChildren(QMenu)) for action in each.actions() if action.text() == words
    ]
    assert len(found) == 1, [action.text() for action in menu.actions()]
    return found[0]


def test_the_transcript_follows_until_a_person_scrolls_and_then_leads_back(qtbot: QtBot, bench: Workbench) -> None:
    page = transcript(opened(qtbot, bench))
    at(qtbot, bench, 60 * STEP_MS + 10)
    qtbot.waitUntil(lambda: in_sight(page.list, 60))
    assert not back_button(page.list).isVisible()
    scroll(page.list)
    assert not in_sight(page.list, 60)
    assert back_button(page.list).isVisible()
    at(qtbot, bench, 61 * STEP_MS + 10)
    assert not in_sight(page.list, 61), "nothing moves away from whoever reads"
    click(back_button(page.list))
    qtbot.waitUntil(lambda: in_sight(page.list, 61))
    assert follows(page.list)
    press(page.list, Qt.Key.Key_Home)
    assert not follows(page.list)
    where = page.list.visualRect(page.list.model().index(1, 0)).center()
    click(page.list, where)
    assert bench.engine.sought[-1] == STEP_MS
    assert follows(page.list)


def test_words_are_found_in_the_transcript_from_here_on_and_round(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    at(qtbot, bench, 60 * STEP_MS + 10)
    press(workspace, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    page = transcript(workspace)
    qtbot.waitUntil(page.field.hasFocus)
    write(page.field, "LINE 1")
    count = page.findChild(PlainLabel, "transcript_count")
    assert count is not None
    assert count.text() == "12 of 31", "from this moment on: line 100"
    qtbot.waitUntil(lambda: in_sight(page.list, 100))
    press(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: in_sight(page.list, 101))
    press(page.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    press(page.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: in_sight(page.list, 19))
    assert sum(moment.found for moment in page.list._model.rows) == 31
    write(page.field, " zebra")
    assert count.text() == "none"
    press(page.field, Qt.Key.Key_Escape)
    assert (page.field.text(), page.list.following) == ("", True)


def test_another_language_is_chosen_beside_the_transcript_and_in_the_menu(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    page = transcript(workspace)
    assert [page.language.itemText(place) for place in range(page.language.count())] == ["English (en)", "German (de)"]
    page.language.setCurrentIndex(1)
    page.language.activated.emit(1)
    assert page.list.moments[0].text.startswith("Zeile über")
    write(page.field, "uber")
    assert page.list.moments[3].text.startswith("Zeile")
    menu = caption_menu(workspace, bench.services.captions)
    assert entry(menu, "German (de)").isChecked()
    entry(menu, "English (en)").trigger()
    assert page.list.moments[0].text.startswith("Line")
    assert page.language.currentIndex() == 0


def test_captions_change_size_place_and_time(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    assert workspace.talk is not None
    strip = workspace.talk.captions
    assert box_of(workspace) is None, "it is made when it is wanted"
    at(qtbot, bench, 5 * STEP_MS + 100)
    qtbot.waitUntil(lambda: strip.findChild(PlainLabel).text().startswith("Line 5"))  # type: ignore[union-attr]
    height = strip.height()
    captions = bench.services.captions
    entry(caption_menu(workspace, captions), "150 %").trigger()
    assert strip.height() > height
    entry(caption_menu(workspace, captions), "Later by 0.25 s").trigger()
    entry(caption_menu(workspace, captions), "Later by 0.25 s").trigger()
    assert strip.findChild(PlainLabel).text().startswith("Line 4")  # type: ignore[union-attr]
    entry(caption_menu(workspace, captions), "As recorded (now 0.5 s later)").trigger()
    entry(caption_menu(workspace, captions), "Over the picture").trigger()
    assert captions.settings.place is CaptionPlace.OVER
    assert not strip.isVisible()
    box = box_of(workspace)
    assert box is not None
    assert box.isVisible()
    stage = workspace.talk.stage
    where = box.rect().translated(box.mapTo(stage, QPoint(0, 0)))
    assert stage.rect().contains(where)
    assert where.bottom() > stage.height() * 2 // 3
    entry(caption_menu(workspace, captions), "Show captions").trigger()
    assert not box.isVisible()


def test_what_a_menu_says() -> None:
    assert [delay_words(delay) for delay in (0, 500, -250)] == ["in time", "0.5 s later", "0.25 s earlier"]
    assert language_words("pt-BR").endswith("(pt-BR)")
    assert language_words("zxx-odd") == "zxx-odd"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 640)])
def test_pictures_of_captions_and_transcript(
    qtbot: QtBot, bench: Workbench, look: Look, picture: Callable[..., Path], width: int, height: int
) -> None:
    workspace = opened(qtbot, bench, size=(width, height))
    page = transcript(workspace)
    at(qtbot, bench, 60 * STEP_MS + 10)
    picture(workspace.window(), f"transcript_{look}_{width}x{height}", width, height)
    bench.services.captions.set_size(1.5)
    bench.services.captions.set_place(CaptionPlace.OVER)
    write(page.field, "line 1")
    picture(workspace.window(), f"transcript_found_{look}_{width}x{height}", width, height)
    menu = caption_menu(workspace, bench.services.captions)
    picture(menu, f"caption_menu_{look}", 0, 0)
