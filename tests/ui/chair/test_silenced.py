"""A chair silences an asker from a question's menu, sees who is silenced, and lets them ask again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.ids import QuestionId, Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import Grant, Role
from personal_app.conference.rows import SilenceRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.ui.cards.card import spoken
from personal_app.ui.chair.console import HEIGHT, WIDTH, ChairConsole
from personal_app.ui.chair.lanes import Lane
from personal_app.ui.tokens import Look
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH, question_id
from tests.ui.workbench import Workbench

CHAIR = Grant(Role.CHAIR, RESEARCH)
#: Of the inbox: one asked anonymously, one under a name.
ANONYMOUS, NAMED = question_id(11), question_id(10)


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services(CHAIR, now=DURING_RESEARCH)


@pytest.fixture
def console(bench: Workbench, qtbot: QtBot) -> ChairConsole:
    made = ChairConsole(bench.services)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(console: ChairConsole, question: QuestionId, words: str) -> None:
    """Choose the entry of a question's menu that begins with `words`."""
    cards = console.board.lists[Lane.INBOX]
    card = next(card for card in cards.cards.rows if card.id == question)
    (action,) = (each for each in cards.menu_actions(card) if each.words.startswith(words))
    action.do()


def silence_comes(bench: Workbench, question: QuestionId, *, named: bool = False, ended: bool = False) -> None:
    drawn = bench.services.questions.board.question(question)
    assert drawn is not None
    assert drawn.row.alias is not None
    revision = Revision(bench.services.questions.board.revision + 1)
    row = SilenceRow(
        id=drawn.row.alias,
        session=RESEARCH,
        question=question,
        by="Carlos",
        at=bench.clock.now,
        revision=revision,
        talk=None if named else MIXED,
        name=drawn.row.asker or "",
        ended=ended,
    )
    changes = Changes(revision=revision, tally=Tally(0), set=(row,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def sent(bench: Workbench) -> list[do.Do]:
    return [wish.command.do for wish in bench.outside.sent]


def button(console: ChairConsole) -> QPushButton:
    found = console.findChild(QPushButton, "silenced_button")
    assert found is not None
    return found


def test_who_asked_anonymously_is_silenced_by_the_alias(console: ChairConsole, bench: Workbench) -> None:
    choose(console, ANONYMOUS, "Silence this person for anonymous questions in this talk")
    assert sent(bench) == [do.Silence(question=ANONYMOUS)]


def test_who_asked_under_a_name_is_silenced_by_it(console: ChairConsole, bench: Workbench) -> None:
    choose(console, NAMED, "Silence ")
    assert sent(bench) == [do.SilenceName(question=NAMED)]


def test_the_silenced_are_listed_marked_and_let_ask_again(console: ChairConsole, bench: Workbench) -> None:
    assert not button(console).isVisible()
    silence_comes(bench, ANONYMOUS)
    silence_comes(bench, NAMED, named=True)
    assert (button(console).isVisible(), button(console).text()) == (True, "2 silenced")
    menu = button(console).menu()
    entries = [action.text() for action in menu.actions()]
    assert any(words.startswith("Let Anonymous ") and "silenced by Carlos" in words for words in entries)
    card = next(card for card in console.board.lists[Lane.INBOX].cards.rows if card.id == ANONYMOUS)
    assert "who is silenced" in spoken(card)
    next(action for action in menu.actions() if action.text().startswith("Let Anonymous ")).trigger()
    assert sent(bench) == [do.LetAsk(question=ANONYMOUS)]
    silence_comes(bench, ANONYMOUS, ended=True)
    assert button(console).text() == "1 silenced"
    choose(console, NAMED, "Let ")
    assert sent(bench)[-1] == do.LetAsk(question=NAMED)


def test_how_it_looks(bench: Workbench, look: Look, picture: Callable[..., Path]) -> None:
    console = ChairConsole(bench.services)
    silence_comes(bench, ANONYMOUS)
    console.notice.tell(
        "Anonymous K7XQ may ask nothing more anonymously about this talk; what was asked already stays."
    )
    picture(console, f"chair-silenced-{look}", WIDTH, HEIGHT)
    assert console.header.silenced.text() == "1 silenced"
