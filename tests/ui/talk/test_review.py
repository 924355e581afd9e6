"""Questions at their moments: the review list, the card above the seek bar, and what the marker's menu does."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference.commands import Ask
from personal_app.conference.rows import MarkRow
from personal_app.services.playback import PlayPhase
from personal_app.ui.questions.ask_options import AskOptions
from personal_app.ui.talk.hover_card import HoverCard
from personal_app.ui.talk.question_moments import question_moments
from personal_app.ui.talk.review import ReviewPage
from personal_app.ui.talk.seek_bar import MarkerKind, SeekBar
from personal_app.ui.theme import Look
from personal_app.ui.workspace import Workspace
from tests.ui.demo import CAUSALITY, DAY, DURING_RESEARCH, MIXED
from tests.ui.hands import click, point, press, write
from tests.ui.talk.test_notes_page import at, opened
from tests.ui.workbench import Workbench

MINUTE = 60_000


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services(now=DURING_RESEARCH)


def review(workspace: Workspace) -> ReviewPage:
    page = workspace.findChild(ReviewPage)
    assert isinstance(page, ReviewPage)
    return page


def seek_bar(workspace: Workspace) -> SeekBar:
    assert workspace.talk is not None
    return workspace.talk.seek_bar


def menu_at(bar: SeekBar, position_ms: int) -> dict[str, QAction]:
    """Open the menu of a place on the bar, and return its entries; it is closed again."""
    where = QPoint(round(bar.x_of(position_ms)), bar.height() // 2)
    QApplication.sendEvent(
        bar,
        QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, where, bar.mapToGlobal(where), Qt.KeyboardModifier.NoModifier
        ),
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.hide()
    return {action.text(): action for action in menu.actions() if action.text()}


def test_each_question_stands_at_its_moment_with_its_answers(bench: Workbench) -> None:
    questions = bench.services.questions.board.of_talk(MIXED)
    moments = question_moments(questions)
    assert moments == tuple(sorted(moments, key=lambda moment: moment.position_ms))
    answered = [moment for moment in moments if moment.answered]
    assert [moment.position_ms for moment in answered] == [118_000], "where a chair marked that it was answered"
    assert answered[0].more()[0].endswith("Answered here")
    first = moments[0]
    assert first.title().startswith("#6 What was the largest table")
    assert "Tomás Rivera" in first.more()[0]
    assert first.more()[1].startswith("Tony Ginart: "), "with what was answered in writing"
    row = msgspec.structs.replace(first.question.row, position_ms=None, mark=MarkRow(DAY))
    assert question_moments([msgspec.structs.replace(first.question, row=row)]) == ()


def test_review_goes_with_the_recording_and_a_click_goes_there(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    press(workspace, Qt.Key.Key_R)
    page = review(workspace)
    qtbot.waitUntil(page.isVisible)
    starts = [moment.start_ms for moment in page.list.moments]
    assert starts[:3] == [60_000, 75_000, 118_000]
    at(qtbot, bench, 110_000)
    assert page.list.present_place == 1
    where = page.list.visualRect(page.list.model().index(0, 0)).center()
    click(page.list, where)
    assert bench.engine.sought[-1] == starts[0]


def test_the_card_above_the_bar_tells_the_question_and_its_answer(qtbot: QtBot, bench: Workbench) -> None:
    bar = seek_bar(opened(qtbot, bench))
    marker = next(marker for marker in bar.markers if marker.words.startswith("#1 "))
    assert marker.kind is MarkerKind.QUESTION
    point(bar, QPoint(round(bar.x_of(marker.position_ms)), bar.height() // 2))
    card = bar.findChild(HoverCard)
    assert isinstance(card, HoverCard)
    assert card.isVisible()
    told = card.told
    assert told is not None
    assert told.head == "1:15 · Question"
    assert told.text.startswith("#1 What does the mixed dimension cost")
    assert "18 votes" in told.more[0]
    assert card.geometry().bottom() <= bar.mapToGlobal(QPoint(0, 0)).y(), "above the bar"
    point(bar, QPoint(round(bar.x_of(10 * MINUTE)), bar.height() // 2))
    told = card.told
    assert told is not None
    assert told.head.endswith("· Asking why")
    QApplication.sendEvent(bar, leave())
    assert not card.isVisible()


def leave() -> QEvent:
    return QEvent(QEvent.Type.Leave)


def test_the_menu_asks_notes_and_bookmarks_at_that_moment(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    bar = seek_bar(workspace)
    at(qtbot, bench, MINUTE)
    # The pointer is on a whole pixel.
    shown = bar.position_at(round(bar.x_of(8 * MINUTE)))
    entries = menu_at(bar, 8 * MINUTE)
    name = next(words for words in entries if words.startswith("Ask at"))
    entries[name].trigger()
    options = workspace.findChild(AskOptions)
    assert isinstance(options, AskOptions)
    assert options.position_ms == shown
    at(qtbot, bench, 2 * MINUTE)
    assert options.position_ms == shown, "it stays that moment while the recording goes on"
    next(action for words, action in menu_at(bar, 8 * MINUTE).items() if words.startswith("Set a bookmark")).trigger()
    assert [note.position_ms for note in bench.services.notes.of_talk(MIXED)] == [shown]
    next(action for words, action in menu_at(bar, 3 * MINUTE).items() if words.startswith("Write a note")).trigger()
    assert workspace.talk is not None
    next(action for words, action in menu_at(bar, 9 * MINUTE).items() if words.startswith("Go to")).trigger()
    assert abs(bench.engine.sought[-1] - 9 * MINUTE) < 2_000


def test_a_asks_about_the_moment_of_the_key(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    at(qtbot, bench, 4 * MINUTE)
    press(workspace, Qt.Key.Key_A)
    assert workspace.questions is not None
    box = workspace.questions.ask_box
    assert box.text.hasFocus()
    at(qtbot, bench, 5 * MINUTE)
    write(box.text, "why this one?")
    press(box.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    asked = bench.outside.sent[-1].command.do
    assert isinstance(asked, Ask)
    assert (asked.text, asked.position_ms) == ("why this one?", 4 * MINUTE)


def test_a_marker_leads_to_its_question(qtbot: QtBot, bench: Workbench) -> None:
    workspace = opened(qtbot, bench)
    bar = seek_bar(workspace)
    marker = next(marker for marker in bar.markers if marker.words.startswith("#4"))
    entries = menu_at(bar, marker.position_ms)
    entries["Show #4 in the questions"].trigger()
    assert workspace.questions is not None
    current = workspace.questions.list.cards.row(workspace.questions.list.currentIndex())
    assert current is not None
    assert current.name == "#4"


def test_who_has_not_joined_may_note_but_not_ask(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(now=DURING_RESEARCH, joined=False)
    bar = seek_bar(opened(qtbot, bench))
    entries = menu_at(bar, 5 * MINUTE)
    enabled = {words.partition(" at ")[0]: action.isEnabled() for words, action in entries.items()}
    assert (enabled["Ask"], enabled["Write a note"], enabled["Set a bookmark"]) == (False, True, True)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 640)])
def test_pictures_of_the_review(
    qtbot: QtBot,
    make_services: Callable[..., Workbench],
    look: Look,
    picture: Callable[..., Path],
    width: int,
    height: int,
) -> None:
    bench = make_services(now=DURING_RESEARCH)
    workspace = opened(qtbot, bench, CAUSALITY, size=(width, height))
    assert workspace.talk is not None
    workspace.talk.review()
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    at(qtbot, bench, 150_000)
    picture(workspace.window(), f"review_{look}_{width}x{height}", width, height)
    bar = workspace.talk.seek_bar
    point(bar, QPoint(round(bar.x_of(bar.markers[1].position_ms)), bar.height() // 2))
    card = bar.findChild(HoverCard)
    assert isinstance(card, HoverCard)
    picture(card, f"hover_card_{look}", 0, 0)
