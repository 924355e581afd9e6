"""Fellow chairs are shown in the console's head and on the cards they handle, and are told what we handle."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import ParticipantId, QuestionId
from personal_app.conference.messages import Presence
from personal_app.conference.people import Grant, Role
from personal_app.conference.presence import PersonHere
from personal_app.ui.cards.card import spoken
from personal_app.ui.chair.console import HEIGHT, WIDTH, ChairConsole
from personal_app.ui.chair.lanes import Lane
from personal_app.ui.chair.others_here import handled, here
from personal_app.ui.plain_text import ElidedLabel
from personal_app.ui.tokens import Look
from tests.ui.demo import DURING_RESEARCH, RESEARCH, question_id
from tests.ui.hands import press
from tests.ui.workbench import Workbench

CHAIR = Grant(Role.CHAIR, RESEARCH)


def person(name: str, doing: QuestionId | None = None) -> PersonHere:
    return PersonHere(participant=ParticipantId(name.lower()), name=name, doing=doing)


OTHERS = (person("Carlos", question_id(6)), person("Olga"), person("Cora", question_id(10)))


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services(CHAIR, now=DURING_RESEARCH)


@pytest.fixture
def console(bench: Workbench, qtbot: QtBot) -> ChairConsole:
    made = ChairConsole(bench.services)
    qtbot.addWidget(made)
    made.show()
    return made


def head(console: ChairConsole) -> ElidedLabel:
    found = console.findChild(ElidedLabel, "others_here")
    assert found is not None
    return found


def test_who_is_here_and_what_they_handle_is_shown(console: ChairConsole, bench: Workbench) -> None:
    assert not head(console).isVisible()
    me = person("Ada", question_id(7))
    bench.services.presence.take(Presence(session=RESEARCH, people=(*OTHERS, me)))
    assert head(console).isVisible()
    assert head(console).whole_text == "Carlos: Paper 1 #2 · Olga is here · Cora: a question that waits"
    cards = console.board.lists[Lane.ORDER].cards.rows
    told = {card.id: card.handled for card in cards}
    assert (told[question_id(6)], told[question_id(7)]) == ("Carlos handles it", "")
    assert "Carlos handles it" in spoken(next(card for card in cards if card.id == question_id(6)))
    bench.services.presence.forget()
    assert not head(console).isVisible()
    assert not any(card.handled for card in console.board.lists[Lane.ORDER].cards.rows)


def test_others_are_told_what_is_selected_and_that_the_window_is_closed(
    console: ChairConsole, bench: Workbench, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bench.outside.told_here == [(RESEARCH, None)])
    press(console.board.lists[Lane.INBOX], Qt.Key.Key_J)
    qtbot.waitUntil(lambda: bench.outside.told_here[1:] == [(RESEARCH, question_id(10))])
    console.close()
    assert bench.outside.told_here[2:] == [(None, None)]


def test_words_for_one_and_many() -> None:
    many = tuple(person(name, question_id(1)) for name in ("A", "B", "C", "D", "E"))
    assert here(many, lambda _: "#1") == "A: #1 · B: #1 · C: #1 · 2 more"
    assert here((), lambda _: "") == ""
    assert handled(many[:2]) == {question_id(1): "A and B handle it"}
    assert handled(OTHERS) == {question_id(6): "Carlos handles it", question_id(10): "Cora handles it"}


def test_how_it_looks(bench: Workbench, look: Look, picture: Callable[..., Path]) -> None:
    console = ChairConsole(bench.services)
    bench.services.presence.take(Presence(session=RESEARCH, people=OTHERS))
    picture(console, f"chair-others-{look}", WIDTH, HEIGHT)
    assert head(console).whole_text.startswith("Carlos")
