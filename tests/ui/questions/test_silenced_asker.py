"""Somebody whose questions a chair has stopped is told why they cannot ask, in the way that is stopped alone."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import Revision, SessionId, TalkId, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.rows import OwnSilence
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.questions.ask_box import AskBox
from tests.ui.demo import CAUSALITY
from tests.ui.hands import write
from tests.ui.workbench import Workbench


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services()


@pytest.fixture
def box(bench: Workbench, qtbot: QtBot) -> AskBox:
    made = AskBox(bench.services)
    qtbot.addWidget(made)
    made.show()
    made.show_talk(CAUSALITY)
    write(made.text, "Why?")
    return made


def silence_comes(bench: Workbench, talk: TalkId | None, *, ended: bool = False) -> None:
    revision = Revision(bench.services.questions.board.revision + 1)
    own = OwnSilence(session=SessionId(CAUSALITY), talk=talk, revision=revision, ended=ended)
    mine = Mine(revision=revision, tally=Tally(0), silences=(own,))
    changes = Changes(revision=revision, tally=Tally(0))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=mine)])


def button(box: AskBox, name: str) -> QPushButton:
    found = box.findChild(QPushButton, name)
    assert found is not None
    return found


def says(box: AskBox, words: str) -> bool:
    return any(words in label.text() for label in box.findChildren(PlainLabel) if label.isVisible())


def test_one_silenced_anonymously_may_ask_under_their_name(box: AskBox, bench: Workbench) -> None:
    silence_comes(bench, CAUSALITY)
    assert button(box, "ask_button").isEnabled()
    assert not says(box, "A chair has stopped")
    button(box, "ask_anonymous").setChecked(True)
    assert not button(box, "ask_button").isEnabled()
    assert says(box, "A chair has stopped your anonymous questions about this talk. You can ask under your name.")
    silence_comes(bench, CAUSALITY, ended=True)
    assert button(box, "ask_button").isEnabled()


def test_one_silenced_by_name_may_ask_anonymously(box: AskBox, bench: Workbench) -> None:
    silence_comes(bench, None)
    assert not button(box, "ask_button").isEnabled()
    assert says(box, "A chair has stopped questions under your name in this session.")
    button(box, "ask_anonymous").setChecked(True)
    assert button(box, "ask_button").isEnabled()
