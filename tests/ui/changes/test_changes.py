"""Changes of the program on the screen: in words, in the top bar, in a line, and in the window where they are read."""

from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import SessionId
from personal_app.conference.program import Conference
from personal_app.conference.program_changes import ChangeKind, ProgramChange, outline, program_changes
from personal_app.conference.stars import star_of_session
from personal_app.services.connection import CaughtUp
from personal_app.ui.changes.dialog import ChangesDialog
from personal_app.ui.changes.wording import summary, title_of, words_of
from personal_app.ui.main_window import MainWindow
from personal_app.ui.theme import Look
from tests.ui.demo import CAUSALITY, DAY, RESEARCH, demo_conference
from tests.ui.workbench import Workbench

MINUTE = timedelta(minutes=1)
PLENARY = SessionId("gpus-for-training")


def changed(conference: Conference) -> Conference:
    """Return the program with one session later, one moved, one gone, and another presenter."""
    sessions = []
    for session in conference.sessions:
        by = {RESEARCH: 10 * MINUTE, PLENARY: 120 * MINUTE}.get(session.id, timedelta())
        sessions.append(msgspec.structs.replace(session, start=session.start + by, end=session.end + by))
    talks = [
        msgspec.structs.replace(talk, presenters=talk.presenters[:0]) if talk.id == CAUSALITY else talk
        for talk in conference.talks
    ]
    gone = [each for each in sessions if each.id != "gpus-and-ssds"]
    return msgspec.structs.replace(conference, sessions=tuple(gone), talks=tuple(talks))


def noted(bench: Workbench) -> None:
    bench.services.changes.take_kept("")
    for conference in (demo_conference(), changed(demo_conference())):
        bench.show_program(conference)
        for _ in range(CaughtUp.LOOKS):
            bench.services.program.ticked.emit()


def change(kind: ChangeKind, **fields: object) -> ProgramChange:
    return ProgramChange(kind=kind, at=DAY, title="Talk", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (change(ChangeKind.MOVED, start_was=DAY, start=DAY + 10 * MINUTE), "Starts 10 min later, at 16:10."),
        (change(ChangeKind.MOVED, start_was=DAY, start=DAY - 5 * MINUTE), "Starts 5 min earlier, at 15:55."),
        (
            change(ChangeKind.MOVED, start_was=DAY, start=DAY + 100 * MINUTE),
            "Moved to 17:40; it was to be at 16:00.",
        ),
        (
            change(ChangeKind.SHIFTED, start_was=DAY, start=DAY + timedelta(days=1)),
            "Moved to 16:00 on Saturday 30 May; it was to be at 16:00.",
        ),
        (change(ChangeKind.ADDED, start=DAY), "New in the program, at 16:00."),
        (change(ChangeKind.CANCELLED, start=DAY), "Cancelled; it was to be at 16:00."),
        (change(ChangeKind.LENGTH, end_was=DAY, end=DAY + 5 * MINUTE), "Ends 5 min later, at 16:05."),
        (change(ChangeKind.RENAMED, was="Old"), "Has a new title; it was “Old”."),
        (change(ChangeKind.PRESENTERS, was="A", now="B"), "Presented by B; it was A."),
        (change(ChangeKind.PRESENTERS, now="B"), "Presented by B."),
        (change(ChangeKind.PRESENTERS, was="A"), "Has no presenter now."),
        (change(ChangeKind.TALK_ADDED, now="S"), "New talk in “S”."),
        (change(ChangeKind.TALK_CANCELLED, was="S"), "Cancelled; it was in “S”."),
        (change(ChangeKind.TALK_MOVED, now="S"), "Moved to “S”."),
        (change(ChangeKind.RECORDING_ADDED), "Has a recording now."),
        (change(ChangeKind.RECORDING_REPLACED), "Has a new recording, in place of the one before."),
        (change(ChangeKind.RECORDING_WITHDRAWN), "Its recording was withdrawn."),
    ],
)
def test_each_change_is_a_sentence(told: ProgramChange, words: str) -> None:
    assert words_of(told, UTC) == words


def test_several_are_told_in_one_line() -> None:
    first = change(ChangeKind.MOVED, start_was=DAY, start=DAY + 10 * MINUTE)
    other = change(ChangeKind.RECORDING_ADDED)
    assert summary([first], UTC) == "Talk: starts 10 min later, at 16:10."
    assert summary([first, other], UTC).endswith(" One more change.")
    assert summary([first, other, other], UTC).endswith(" 2 more changes.")
    assert title_of(change(ChangeKind.SHIFTED)) == "The whole program"


def test_what_is_starred_is_told_at_once_and_the_rest_is_counted(qtbot: QtBot, services: Workbench) -> None:
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.show()
    services.services.stars.take([star_of_session(RESEARCH)])
    noted(services)
    assert window.notice is not None
    assert "10 min later" in window.notice.sentence
    button = window.top_bar.changes_button
    assert button is not None
    assert button.text() == "4 changes"
    button.click()
    dialog = window.findChild(ChangesDialog)
    assert dialog is not None
    dialog.accept()
    assert services.services.changes.unread == 0
    assert not button.isVisible()


def test_a_change_leads_to_its_talk(qtbot: QtBot, services: Workbench) -> None:
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.show()
    services.services.stars.take([star_of_session(PLENARY)])
    noted(services)
    window.show_changes()
    dialog = window.findChild(ChangesDialog)
    assert dialog is not None
    show = next(each for each in dialog.findChildren(QPushButton, "change_show") if "GPUs" in each.accessibleName())
    show.click()
    assert services.services.playback.state.talk == "gpus-for-training"


def test_nothing_has_changed_yet(qtbot: QtBot, services: Workbench) -> None:
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    dialog = ChangesDialog(services.services, window)
    qtbot.addWidget(dialog)
    assert not dialog.findChildren(QPushButton, "change_show")


def test_pictures(qtbot: QtBot, services: Workbench, look: Look, picture: Callable[..., Path]) -> None:
    services.services.stars.take([star_of_session(RESEARCH)])
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.show()
    noted(services)
    dialog = ChangesDialog(services.services, window)
    picture(dialog, f"changes-{look}", 0, 0)
    picture(window, f"changes-told-{look}", 1024, 640)


def test_the_sample_program_changes_as_it_is_meant_to() -> None:
    before = demo_conference()
    found = program_changes(outline(before), outline(changed(before)), DAY)
    assert sorted(each.kind for each in found) == ["cancelled", "moved", "moved", "presenters"]
