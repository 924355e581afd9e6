"""My notes: written at a moment, edited, deleted and brought back, by keyboard and mouse; a draft survives a crash."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import TalkId
from personal_app.conference.watching import Watched
from personal_app.services.playback import PlayPhase
from personal_app.ui.main_window import MainWindow
from personal_app.ui.schedule.row import watched_words
from personal_app.ui.talk.notes_page import NotesPage
from personal_app.ui.talk.seek_bar import MarkerKind
from personal_app.ui.theme import Look
from personal_app.ui.widgets.buttons import Button
from personal_app.ui.workspace import Workspace
from tests.ui.demo import CAUSALITY, DURING_RESEARCH, MIXED
from tests.ui.hands import click, press, write
from tests.ui.workbench import Workbench

MINUTE = 60_000


def opened(qtbot: QtBot, bench: Workbench, talk: TalkId = MIXED, size: tuple[int, int] = (1280, 800)) -> Workspace:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    window.open_talk(talk)

    def active() -> bool:
        # Shortcuts are those of the active window.
        window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(active)
    qtbot.waitUntil(lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    return workspace


def at(qtbot: QtBot, bench: Workbench, position_ms: int) -> None:
    bench.engine.move_to(position_ms)
    qtbot.waitUntil(lambda: bench.services.playback.state.position_ms == position_ms)


def notes_page(workspace: Workspace) -> NotesPage:
    assert workspace.talk is not None
    page = workspace.talk.findChild(NotesPage)
    assert isinstance(page, NotesPage)
    return page


def shown(page: NotesPage) -> list[tuple[int | None, str]]:
    return [(moment.start_ms, moment.text) for moment in page.list.moments]


def test_a_note_belongs_to_the_moment_of_its_first_letter(qtbot: QtBot, services: Workbench) -> None:
    workspace = opened(qtbot, services)
    page = notes_page(workspace)
    at(qtbot, services, 2 * MINUTE)
    press(workspace, Qt.Key.Key_W)
    qtbot.waitUntil(page.isVisible)
    at(qtbot, services, 3 * MINUTE)
    write(page.writer.text, "ask about this")
    at(qtbot, services, 4 * MINUTE)
    assert page.writer.findChild(Button, "note_button").text() == "Add at 2:00"  # type: ignore[union-attr]
    press(page.writer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shown(page) == [(2 * MINUTE, "ask about this")]
    (note,) = services.outside.notes.values()
    assert note.said.startswith("The usual answer"), "what was said then is kept beside it"
    assert page.writer.text.text == ""
    assert workspace.talk is not None
    markers = [(marker.position_ms, marker.kind) for marker in workspace.talk.seek_bar.markers]
    assert (2 * MINUTE, MarkerKind.NOTE) in markers
    assert services.outside.sent == [], "nothing of it is told to a server"


def test_b_sets_a_bookmark_wherever_the_keyboard_is(qtbot: QtBot, services: Workbench) -> None:
    workspace = opened(qtbot, services)
    page = notes_page(workspace)
    at(qtbot, services, 10 * MINUTE)
    press(workspace, Qt.Key.Key_B)
    assert shown(page) == [(10 * MINUTE, "Bookmark")]
    assert page.list.moments[0].more == ("“Confounding is everywhere once you look for it.”",)
    where = page.list.visualRect(page.list.model().index(0, 0)).center()
    assert workspace.talk is not None
    workspace.talk.show_tab("My notes")
    at(qtbot, services, MINUTE)
    click(page.list, where)
    assert services.engine.sought[-1] == 10 * MINUTE


def test_edit_delete_and_undo_by_keyboard(qtbot: QtBot, services: Workbench) -> None:
    workspace = opened(qtbot, services)
    page = notes_page(workspace)
    assert workspace.talk is not None
    workspace.talk.show_tab("My notes")
    first = services.services.notes.add(MIXED, "first", MINUTE)
    services.services.notes.add(MIXED, "second", 2 * MINUTE)
    services.services.notes.add(CAUSALITY, "of another talk", 2 * MINUTE)
    page.show_note(first.id)
    page.list.setFocus()
    press(page.list, Qt.Key.Key_F2)
    assert page.writer.text.text == "first"
    write(page.writer.text, " and more")
    press(page.writer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shown(page) == [(MINUTE, "first and more"), (2 * MINUTE, "second")]
    page.undo()
    assert shown(page)[0] == (MINUTE, "first")
    page.edit(first.id)
    write(page.writer.text, " and more")
    press(page.writer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    press(page.list, Qt.Key.Key_Delete)
    assert shown(page) == [(2 * MINUTE, "second")]
    assert first.id not in services.outside.notes, "it is off the disk at once"
    press(page.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown(page) == [(MINUTE, "first and more"), (2 * MINUTE, "second")]
    press(page.list, Qt.Key.Key_Delete)
    click(page.findChild(Button, "note_undo_button"))  # type: ignore[arg-type]
    assert len(shown(page)) == 2


def test_what_was_begun_survives_a_crash_with_its_moment(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    before = make_services()
    page = notes_page(opened(qtbot, before))
    at(qtbot, before, 5 * MINUTE)
    page.writer.begin()
    write(page.writer.text, "half a wo")
    before.services.drafts.flush()
    again = make_services()
    workspace = opened(qtbot, again)
    again.services.drafts.take(before.outside.kept)
    page = notes_page(workspace)
    assert page.writer.text.text == "half a wo"
    press(page.writer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shown(page) == [(5 * MINUTE, "half a wo")]
    again.services.drafts.flush()
    assert again.outside.kept[f"note:{MIXED}"] == ""


def test_escape_goes_back_to_the_player_and_loses_no_word(qtbot: QtBot, services: Workbench) -> None:
    workspace = opened(qtbot, services)
    page = notes_page(workspace)
    note = services.services.notes.add(MIXED, "as it was", MINUTE)
    press(workspace, Qt.Key.Key_W)
    write(page.writer.text, "begun")
    page.edit(note.id)
    write(page.writer.text, ", and other words")
    press(page.writer.text, Qt.Key.Key_Escape)
    assert workspace.talk is not None
    assert workspace.talk.stage.hasFocus()
    assert page.writer.text.text == "begun"
    assert services.outside.kept[f"note-edit:{note.id}"] == "as it was, and other words"
    page.edit(note.id)
    assert page.writer.text.text == "as it was, and other words"
    click(page.writer.findChild(Button, "note_cancel"))  # type: ignore[arg-type]
    page.edit(note.id)
    assert page.writer.text.text == "as it was"


def test_a_note_that_is_too_long_is_not_lost(qtbot: QtBot, services: Workbench) -> None:
    page = notes_page(opened(qtbot, services))
    page.writer.begin()
    page.writer.text.insertPlainText("x" * 4001)
    page.writer.text.submitted.emit()
    assert len(page.writer.text.text) == 4001
    assert shown(page) == []


def test_notes_are_written_to_a_file_that_a_person_chooses(qtbot: QtBot, services: Workbench, tmp_path: Path) -> None:
    page = notes_page(opened(qtbot, services))
    note = services.services.notes.add(MIXED, "first", MINUTE)
    services.services.notes.add(CAUSALITY, "second", MINUTE)
    for talk, name, count in ((MIXED, f"notes-{MIXED}.md", 1), (None, "notes.md", 2)):
        page.export(talk)
        dialog = page.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        assert [Path(each).name for each in dialog.selectedFiles()] == [name]
        dialog.fileSelected.emit(str(tmp_path / "x.md"))
        dialog.close()
        qtbot.waitUntil(lambda: page.findChild(QFileDialog) is None)
        notes, path = services.outside.exported_notes[-1]
        assert (len(notes), path) == (count, tmp_path / "x.md")
        assert note in notes


def test_a_talk_that_was_left_is_continued(qtbot: QtBot, services: Workbench) -> None:
    services.services.watching.take({MIXED: Watched(((0, 6 * MINUTE),), 6 * MINUTE, 12 * MINUTE)})
    workspace = opened(qtbot, services)
    assert workspace.talk is not None
    button = workspace.talk.controls.continue_button
    qtbot.waitUntil(button.isVisible)
    assert button.text() == "Continue at 6:00"
    press(workspace, Qt.Key.Key_G)
    assert services.engine.sought[-1] == 6 * MINUTE
    assert not button.isVisible()
    assert workspace.program is not None
    assert any("50 % watched" in row.words() for row in workspace.program._model.rows)


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, ""), (0.004, "1 % watched"), (0.5, "50 % watched"), (0.97, "Watched")]
)
def test_how_much_was_watched_in_words(share: float, words: str) -> None:
    assert watched_words(share) == words


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 640)])
def test_pictures_of_the_notes(
    qtbot: QtBot,
    make_services: Callable[..., Workbench],
    look: Look,
    picture: Callable[..., Path],
    width: int,
    height: int,
) -> None:
    bench = make_services(now=DURING_RESEARCH)
    notes = bench.services.notes
    bench.services.watching.take(
        {
            MIXED: Watched(((0, 3 * MINUTE), (5 * MINUTE, 6 * MINUTE)), 6 * MINUTE, 12 * MINUTE),
            CAUSALITY: Watched(((0, 25 * MINUTE),), 25 * MINUTE, 25 * MINUTE),
        }
    )
    workspace = opened(qtbot, bench, size=(width, height))
    assert workspace.talk is not None
    window = workspace.window()
    workspace.talk.show_tab("My notes")
    picture(window, f"notes_empty_{look}_{width}x{height}", width, height)
    notes.add(MIXED, "Compare with the hashing trick: same memory, what loss?\n- their table 2\n- ours of 2019", MINUTE)
    at(qtbot, bench, 5 * MINUTE)
    workspace.talk.bookmark()
    deleted = notes.add(MIXED, "a thought that was not worth keeping", 7 * MINUTE)
    notes_page(workspace).delete(deleted.id)
    notes_page(workspace).writer.begin()
    write(notes_page(workspace).writer.text, "Ask Tony about cold items")
    picture(window, f"notes_{look}_{width}x{height}", width, height)
