"""The search: typed, walked and opened by keyboard, and what it says where there is nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from personal_app.conference.findable import of_program, of_question, of_speech
from personal_app.conference.finding import Entry, Hit, HitKind, Term, hit, terms_of
from personal_app.conference.notes import of_note
from personal_app.services.playback import PlayPhase
from personal_app.ui.main_window import MainWindow
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.search.panel import SearchPanel
from personal_app.ui.talk.notes_page import NotesPage
from personal_app.ui.theme import Look
from personal_app.ui.workspace import Workspace
from tests.ui.demo import CAPTIONS, CAUSALITY, MIXED, question_id
from tests.ui.hands import click, press, write
from tests.ui.workbench import Workbench


def entries(bench: Workbench) -> list[Entry]:
    conference = bench.services.program.conference
    assert conference is not None
    asked = [
        of_question(each.id, each.row.talk, each.row.text, each.row.position_ms)
        for each in bench.services.questions.board.questions
    ]
    return [*of_program(conference), *asked, *of_speech(CAUSALITY, CAPTIONS)]


def answer(bench: Workbench) -> tuple[Hit, ...]:
    """Answer the last query as the indexes would."""
    number, terms = bench.outside.sought[-1]
    holding = [entry for entry in entries(bench) if all(_holds(entry, term) for term in terms)]
    hits = tuple(each for each in (hit(entry, terms) for entry in holding) if each is not None)
    bench.services.search.take(number, hits)
    return hits


def _holds(entry: Entry, term: Term) -> bool:
    found = hit(entry, (term,))
    return found is not None and bool(found.head.marks or found.body.marks)


@pytest.fixture
def window(qtbot: QtBot, services: Workbench) -> MainWindow:
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.PLAYING)
    return window


def opened(window: MainWindow, qtbot: QtBot) -> SearchPanel:
    window.open_search()
    panel = window.findChild(SearchPanel)
    assert isinstance(panel, SearchPanel)
    qtbot.waitUntil(panel.isVisible)
    return panel


def test_ctrl_k_and_the_button_open_it_and_escape_puts_it_away(
    window: MainWindow, services: Workbench, qtbot: QtBot
) -> None:
    def active() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(active)
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    panel = window.findChild(SearchPanel)
    assert isinstance(panel, SearchPanel)
    qtbot.waitUntil(panel.isVisible)
    press(panel.field, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    click(window.top_bar.search_button)
    assert panel.isVisible()
    assert services.outside.sought == []


def test_it_looks_from_the_second_letter_on_and_shows_the_last_answer_alone(
    window: MainWindow, services: Workbench, qtbot: QtBot
) -> None:
    panel = opened(window, qtbot)
    write(panel.field, "r")
    assert services.outside.sought == []
    write(panel.field, "ec")
    assert [number for number, _ in services.outside.sought] == [2, 3]
    services.services.search.take(2, (Hit(kind=HitKind.TALK, ref="late"),))
    assert services.services.search.state.hits == ()
    found = answer(services)
    assert len(found) > 3
    assert panel.list.isVisible()
    count = panel.findChild(PlainLabel, "search_count")
    assert count is not None
    assert count.text() == f"{len(found)} found"


def test_the_arrows_walk_over_headings_and_enter_opens_the_moment(
    window: MainWindow, services: Workbench, qtbot: QtBot
) -> None:
    window.open_talk(MIXED)
    panel = opened(window, qtbot)
    write(panel.field, "more often")
    answer(services)
    assert "disagree more often" in panel.list.currentIndex().data()
    press(panel.field, Qt.Key.Key_Up)
    press(panel.field, Qt.Key.Key_Return)
    assert not panel.isVisible()
    assert services.services.playback.state.talk == CAUSALITY
    qtbot.waitUntil(lambda: services.engine.position() == 300_000)
    write(panel.field, "x")
    panel.field.setText("rec")
    answer(services)
    seen = set()
    for _ in range(60):
        seen.add(panel.list.currentIndex().data())
        press(panel.field, Qt.Key.Key_Down)
    assert not seen & {"Talks", "People", "Questions", "Said in talks"}
    assert len(seen) > 4


def test_a_question_is_shown_in_its_talk(window: MainWindow, services: Workbench, qtbot: QtBot) -> None:
    panel = opened(window, qtbot)
    write(panel.field, "quantization")
    hits = answer(services)
    assert [each.kind for each in hits] == [HitKind.QUESTION]
    click(panel.list, panel.list.visualRect(panel.list.currentIndex()).center())
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    assert services.services.playback.state.talk == MIXED
    assert workspace.questions is not None
    assert workspace.questions.list.currentIndex().isValid()
    assert hits[0].question == question_id(8)


def test_a_note_is_shown_among_ones_notes_and_the_recording_goes_to_its_moment(
    window: MainWindow, services: Workbench, qtbot: QtBot
) -> None:
    note = services.services.notes.add(MIXED, "compare with the hashing trick", 200_000)
    panel = opened(window, qtbot)
    write(panel.field, "hashing")
    number, terms = services.outside.sought[-1]
    found = hit(of_note(note), terms)
    assert found is not None
    services.services.search.take(number, (found,))
    assert "My notes" in [row.title.text for row in panel.list.model().rows]  # type: ignore[attr-defined]
    press(panel.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.engine.position() == 200_000)
    assert services.services.playback.state.talk == MIXED
    page = window.findChild(NotesPage)
    assert isinstance(page, NotesPage)
    assert page.isVisible()

    def shown() -> bool:
        current = page.list.current()
        return current is not None and current.id == note.id

    qtbot.waitUntil(shown)


def test_what_comes_while_somebody_looks_is_looked_up_without_a_letter_more(
    window: MainWindow, services: Workbench, qtbot: QtBot
) -> None:
    panel = opened(window, qtbot)
    panel._again.setInterval(0)
    write(panel.field, "hashing")
    answer(services)
    before = len(services.outside.sought)
    note = services.services.notes.add(MIXED, "compare with the hashing trick", 200_000)
    qtbot.waitUntil(lambda: len(services.outside.sought) > before)
    number, terms = services.outside.sought[-1]
    found = hit(of_note(note), terms)
    assert found is not None
    services.services.search.take(number, (found,))
    assert "hashing trick" in panel.list.currentIndex().data()
    panel.reject()
    before = len(services.outside.sought)
    services.services.notes.delete(note.id)
    assert not panel._again.isActive(), "nobody looks"
    assert len(services.outside.sought) == before


def test_what_it_says_while_there_is_nothing(window: MainWindow, services: Workbench, qtbot: QtBot) -> None:
    panel = opened(window, qtbot)

    def said() -> list[str]:
        return [label.text() for label in panel.findChildren(PlainLabel) if label.isVisible()]

    assert any("Look for anything" in words for words in said())
    write(panel.field, "zebra")
    answer(services)
    assert any("Nothing on this computer" in words for words in said())
    panel.field.clear()
    assert any("Look for anything" in words for words in said())


def test_opened_again_it_finds_what_has_come_meanwhile(window: MainWindow, services: Workbench, qtbot: QtBot) -> None:
    panel = opened(window, qtbot)
    write(panel.field, "gpu")
    before = answer(services)
    asked = len(services.outside.sought)
    press(panel.field, Qt.Key.Key_Escape)
    window.open_search()
    assert len(services.outside.sought) == asked + 1
    assert len(services.services.search.state.hits) == len(before), "what was found stays until more is"
    number, terms = services.outside.sought[-1]
    assert terms == terms_of("gpu")
    services.services.search.take(number, before[:1])
    assert services.services.search.state.hits == before[:1]


@pytest.mark.parametrize("text", ["recommendation", "mix", "zebra"])
def test_it_looks_right(
    window: MainWindow, services: Workbench, qtbot: QtBot, look: Look, picture: Callable[..., Path], text: str
) -> None:
    panel = opened(window, qtbot)
    panel.field.setText(text)
    answer(services)
    assert terms_of(text)
    panel.open_at(QPoint(400, 0), 700)
    picture(panel, f"search_{text}_{look}", 0, 0)
