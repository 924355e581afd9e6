"""Reactions under the player: they are sent where there is a connection, bounded, and counted without a name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import Revision, TalkId, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.reactions import AT_ONCE, PER_SECOND, Reaction, ReactionCount
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.connection import ConnectionKind
from personal_app.services.reactions import ReactionService
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk import reactions
from personal_app.ui.talk.reactions import ReactionRow
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.tokens import Look
from tests.ui.demo import CAUSALITY, MIXED
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
Picture = Callable[..., Path]


def tell(bench: Workbench, count: int, kind: Reaction = Reaction.CLAP, talk: TalkId = CAUSALITY) -> None:
    questions = bench.services.questions
    tally = Tally(questions.reach[1] + 1)
    changes = Changes(
        revision=Revision(questions.board.revision), tally=tally, reactions=(ReactionCount(talk, kind, count),)
    )
    questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def button(row: ReactionRow, kind: Reaction = Reaction.CLAP) -> QPushButton:
    found: QPushButton | None = row.findChild(QPushButton, f"react_{kind}")
    assert found is not None
    return found


@pytest.fixture
def shown(make_services: Make, qtbot: QtBot) -> tuple[ReactionRow, Workbench]:
    bench = make_services()
    made = ReactionRow(bench.services)
    qtbot.addWidget(made)
    made.show_talk(CAUSALITY)
    made.show()
    return made, bench


def test_a_press_sends_one_and_no_more_than_the_bound(shown: tuple[ReactionRow, Workbench]) -> None:
    made, bench = shown
    for _ in range(3 * AT_ONCE):
        button(made).click()
    assert set(bench.outside.reacted) == {(CAUSALITY, Reaction.CLAP)}
    assert AT_ONCE <= len(bench.outside.reacted) < 3 * AT_ONCE


def test_room_comes_back_with_time(shown: tuple[ReactionRow, Workbench]) -> None:
    _, bench = shown
    now = [0.0]
    sent: list[object] = []
    service = ReactionService(lambda *said: sent.append(said), bench.services.questions, lambda: now[0])
    assert [service.react(CAUSALITY, Reaction.WOW) for _ in range(AT_ONCE + 1)] == [True] * AT_ONCE + [False]
    now[0] = 1 / PER_SECOND
    assert service.react(CAUSALITY, Reaction.WOW)
    assert len(sent) == AT_ONCE + 1


def test_counts_are_shown_and_named_for_this_talk_alone(shown: tuple[ReactionRow, Workbench]) -> None:
    made, bench = shown
    tell(bench, 57)
    tell(bench, 9, talk=MIXED)
    assert button(made).text() == "57"
    assert button(made).accessibleName() == "Applause, 57 so far"
    made.show_talk(MIXED)
    assert button(made).text() == "9"


def test_one_cannot_react_without_a_connection_or_a_name(
    shown: tuple[ReactionRow, Workbench], make_services: Make
) -> None:
    made, bench = shown
    assert button(made).isEnabled()
    bench.connect(ConnectionKind.OFFLINE)
    assert not button(made).isEnabled()
    assert not button(ReactionRow(make_services(joined=False).services)).isEnabled()


@pytest.mark.parametrize("moves", [True, False])
def test_what_is_new_rises_unless_the_desktop_wants_no_motion(
    make_services: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    monkeypatch.setattr(reactions, "_moves", lambda _: moves)
    bench = make_services()
    page = TalkPage(bench.services)
    qtbot.addWidget(page)
    page.add_details()
    bench.services.playback.open(CAUSALITY)
    page.resize(700, 700)
    page.show()
    row = page.findChild(ReactionRow)
    assert row is not None
    labels = len(page.findChildren(PlainLabel))
    tell(bench, 3)
    rising = len(page.findChildren(PlainLabel)) - labels
    assert rising == (1 if moves and row.isVisible() else 0)
    assert button(row).text() == "3"


def test_picture(make_services: Make, look: Look, picture: Picture) -> None:
    bench = make_services()
    page = TalkPage(bench.services)
    page.add_details()
    bench.services.playback.open(CAUSALITY)
    tell(bench, 57)
    tell(bench, 12, Reaction.HEART)
    picture(page, f"talk-reactions-{look}", 640, 800)
    tell(bench, 60)
    assert page.findChild(ReactionRow) is not None
