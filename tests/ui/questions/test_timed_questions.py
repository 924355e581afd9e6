"""The program opens, pauses and closes questions by itself, and people are told what that means to them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.people import Grant, Role
from personal_app.conference.program import Conference, QuestionTimes
from personal_app.conference.questions import QaState
from personal_app.ui.cards.face import Part
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.tokens import Look
from tests.ui.demo import CAUSALITY, DURING_PLENARY, DURING_RESEARCH, RESEARCH, demo_conference, question_id
from tests.ui.hands import press, write
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
SOON = DURING_PLENARY + timedelta(minutes=30)


def timed(session: str, **times: object) -> Conference:
    """Return the demo's conference with these times for the questions of one session."""
    whole = demo_conference()
    sessions = tuple(
        msgspec.structs.replace(each, questions=QuestionTimes(**times)) if each.id == session else each  # type: ignore[arg-type]
        for each in whole.sessions
    )
    return msgspec.structs.replace(whole, sessions=sessions)


def panel_of(bench: Workbench, qtbot: QtBot) -> QuestionPanel:
    panel = QuestionPanel(bench.services)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    panel.show_talk(CAUSALITY)
    return panel


def told(panel: QuestionPanel) -> str:
    return panel.ask_box._line.text()


def test_who_is_early_is_told_when_and_may_ask_from_that_moment_on(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services()
    bench.show_program(timed(CAUSALITY, opens=SOON, pauses=SOON + timedelta(hours=1)))
    panel = panel_of(bench, qtbot)
    assert told(panel).startswith("Questions to this talk open on Friday 29 May 2020 at 12:54 EDT")
    assert panel.ask_box.text.placeholderText() == "Questions are not open yet"
    assert panel.list.place_of(question_id(2), Part.VOTE) is None
    bench.go_to(SOON)
    assert told(panel) == ""
    assert panel.list.place_of(question_id(2), Part.VOTE) is not None
    write(panel.ask_box.text, "Why?")
    press(panel.ask_box.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [type(wish.command.do) for wish in bench.outside.sent] == [do.Ask]
    bench.go_to(SOON + timedelta(hours=1))
    assert told(panel) == "New questions to this talk are taken no more: you can read and vote."


def entry(console: ChairConsole, words: str) -> QAction:
    menus = [menu for menu in console.openings.findChildren(QMenu) if menu.objectName() == "openings_menu"]
    return next(action for action in menus[-1].actions() if action.text().startswith(words))


@pytest.fixture
def console(make_services: Make, qtbot: QtBot) -> ChairConsole:
    bench = make_services(Grant(Role.CHAIR, RESEARCH), now=DURING_RESEARCH)
    bench.show_program(timed(RESEARCH, pauses=DURING_RESEARCH + timedelta(minutes=5)))
    made = ChairConsole(bench.services)
    made.bench = bench  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_chair_sees_the_program_at_work_says_otherwise_and_leaves_it_to_it_again(console: ChairConsole) -> None:
    bench: Workbench = console.bench  # type: ignore[attr-defined]
    console.openings.open_menu()
    assert entry(console, "By the program: open until Friday 29 May 2020").isChecked()
    assert not entry(console, "Open").isChecked()
    bench.go_to(DURING_RESEARCH + timedelta(minutes=5))
    assert console.openings.text() == "Questions paused"
    entry(console, "Open").trigger()
    talks = [wish.command.do.talk for wish in bench.outside.sent if isinstance(wish.command.do, do.Regulate)]
    assert [wish.command.do for wish in bench.outside.sent] == [
        do.Regulate(talk=talk, qa=QaState.OPEN) for talk in talks
    ]
    assert console.openings.text() == "Questions open"
    console.openings.open_menu()
    assert entry(console, "By the program: paused").isCheckable()
    entry(console, "By the program").trigger()
    assert [wish.command.do for wish in bench.outside.sent[len(talks) :]] == [
        do.Regulate(talk=talk, scheduled=True) for talk in talks
    ]
    assert console.openings.text() == "Questions paused"


def test_how_it_looks(make_services: Make, look: Look, picture: Callable[..., Path]) -> None:
    bench = make_services()
    bench.show_program(timed(CAUSALITY, opens=SOON))
    panel = QuestionPanel(bench.services)
    panel.show_talk(CAUSALITY)
    picture(panel, f"questions-not-open-yet-{look}", 400, 760)
    assert told(panel).startswith("Questions to this talk open on")
