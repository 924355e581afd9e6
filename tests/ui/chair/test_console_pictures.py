"""What the console looks like, in both looks: pictures under build/screens/ to be looked at."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import PersonId, Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import QaState
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.connection import ConnectionKind
from personal_app.ui.chair.console import HEIGHT, WIDTH, ChairConsole
from personal_app.ui.chair.keys_sheet import KeysSheet
from personal_app.ui.chair.lanes import Lane
from personal_app.ui.chair.moves import ChairMove
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Look
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH, question_id
from tests.ui.workbench import Workbench

Picture = Callable[..., Path]
CHAIR = Grant(Role.CHAIR, RESEARCH)


def test_working(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    console = ChairConsole(make_services(CHAIR, now=DURING_RESEARCH).services)
    picture(console, f"chair-{look}", WIDTH, HEIGHT)
    console.walk.select(Lane.INBOX, question_id(11))
    picture(console, f"chair-selected-{look}", WIDTH, HEIGHT)
    assert console.board.lists[Lane.INBOX].cards.rowCount() == 4


def test_what_chairs_set_beside_questions(
    make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    console = ChairConsole(bench.services)
    questions = bench.services.questions
    questions.note(question_id(8), "Tony answers this on his last slide; skip it if time is short.")
    questions.follow_up(question_id(8))
    questions.assign(question_id(6), PersonId("tony-ginart"))
    reported = questions.board.question(question_id(16))
    assert reported is not None
    revision = Revision(questions.board.revision + 1)
    row = msgspec.structs.replace(reported.row, reports=2, revision=revision)
    changes = Changes(revision=revision, tally=Tally(0), set=(row,))
    questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    picture(console, f"chair-beside-{look}", WIDTH, HEIGHT)
    console.walk.select(Lane.SHOWN, question_id(8))
    console.keys.move_wanted.emit(ChairMove.NOTE)
    picture(console, f"chair-noting-{look}", WIDTH, HEIGHT)
    assert console.bar.asking_words


def test_merging_while_questions_are_paused(
    make_services: Callable[..., Workbench], qtbot: QtBot, look: Look, picture: Picture
) -> None:
    bench = make_services(CHAIR, now=DURING_RESEARCH)
    console = ChairConsole(bench.services)
    bench.services.questions.regulate(MIXED, QaState.PAUSED)
    console.walk.select(Lane.INBOX, question_id(11))
    again = bench.services.questions.board.question(question_id(6))
    assert again is not None
    console.merging.strip.begin(again, bench.services.questions.board.of_session(RESEARCH), lambda _: "Paper 1 #2")
    console.merging.strip._slice.stop()
    console.merging.strip._show_offers(bench.services.questions.board.of_talk(MIXED)[:2])
    console.notice.tell(
        "Paper 1 #4: Since then Chiara has changed it again (it became queued): undo that first, or all of it.",
        "Undo all 3, newest first (Shift+U)",
        lambda: None,
    )
    picture(console, f"chair-merging-{look}", WIDTH, HEIGHT)
    console.openings.open_menu()
    menu = console.openings.findChild(QMenu, "openings_menu")
    assert menu is not None
    picture(menu, f"chair-openings-{look}", 0, 0)
    menu.close()
    qtbot.waitUntil(lambda: not menu.isVisible())


def test_several_marked(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    console = ChairConsole(make_services(CHAIR, now=DURING_RESEARCH).services)
    picture(console, f"chair-marked-{look}", WIDTH, HEIGHT)
    console.bulk.mark([question_id(10), question_id(11)])
    console.walk.select(Lane.INBOX, question_id(17))
    picture(console, f"chair-marked-{look}", WIDTH, HEIGHT)
    assert console.bulk.words == "2 questions"


def test_declining_offline_with_a_notice(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    bench = make_services(CHAIR, Grant(Role.CHAIR, "introduction"), now=DURING_RESEARCH + timedelta(minutes=18))
    console = ChairConsole(bench.services)
    bench.connect(ConnectionKind.OFFLINE)
    console.notice.tell("#2: The question has changed since you looked at it: it is now being answered.")
    console.walk.select(Lane.INBOX, question_id(11))
    console.keys.move_wanted.emit(ChairMove.REJECT)
    picture(console, f"chair-declining-{look}", 1024, 640)
    assert console.bar.asking_words


def test_keys_sheet_over_empty_lanes(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    console = ChairConsole(make_services(CHAIR, now=DURING_RESEARCH, questions=False).services)
    picture(console, f"chair-empty-{look}", WIDTH, HEIGHT)
    console.keys.sheet_wanted.emit()
    picture(console, f"chair-keys-{look}", WIDTH, HEIGHT)
    picture(console, f"chair-keys-small-{look}", 860, 520)
    sheet = console.findChild(KeysSheet)
    assert sheet is not None
    assert sheet.isVisible()


@pytest.mark.parametrize("joined", [True, False])
def test_nobodys_chair(make_services: Callable[..., Workbench], look: Look, picture: Picture, joined: bool) -> None:
    console = ChairConsole(make_services(joined=joined).services)
    picture(console, f"chair-of-nothing-{look}", 900, 560)
    assert console.session is None


def test_text_twice_as_large(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    console = ChairConsole(make_services(CHAIR, now=DURING_RESEARCH).services)
    Theme.of_app().set_scale(2.0)
    try:
        console.walk.select(Lane.INBOX, question_id(11))
        picture(console, f"chair-large-text-{look}", 1280, 800)
    finally:
        Theme.of_app().set_scale(1.0)
    assert console.selected is not None
