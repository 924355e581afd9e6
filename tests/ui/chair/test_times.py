"""The chair's clock in the chair's hands: one more minute, beginning later, ending the video, delaying what follows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.ids import Revision, SessionId, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import Move
from personal_app.conference.rows import OpeningMoveRow, TimesRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.ui.chair.console import HEIGHT, WIDTH, ChairConsole
from personal_app.ui.tokens import Look
from tests.ui.demo import CAUSALITY, DURING_PLENARY, DURING_RESEARCH, RESEARCH
from tests.ui.hands import press
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
PLENARY = SessionId(CAUSALITY)
MINUTE = timedelta(minutes=1)
MINUTE_MS = 60_000


def console_at(make: Make, session: SessionId, now: datetime, qtbot: QtBot) -> tuple[Workbench, ChairConsole]:
    bench = make(Grant(Role.CHAIR, session), now=now)
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    console.show()
    return bench, console


def entries(console: ChairConsole) -> QMenu:
    console.times.open_menu()
    return console.times.findChildren(QMenu, "times_menu")[-1]


def choose(console: ChairConsole, words: str) -> None:
    menu = entries(console)
    (action,) = [each for each in menu.actions() if words in each.text()]
    action.trigger()
    menu.close()


def sent(bench: Workbench) -> list[do.Do]:
    return [wish.command.do for wish in bench.outside.sent]


def test_one_key_gives_the_questions_one_more_minute(make_services: Make, qtbot: QtBot) -> None:
    bench, console = console_at(make_services, RESEARCH, DURING_RESEARCH, qtbot)
    was = bench.services.program.conference
    assert was is not None
    press(console.board.lists[console.walk.lane], Qt.Key.Key_Plus)
    assert sent(bench) == [do.Retime(session=RESEARCH, extra_ms=MINUTE_MS)]
    session, before = bench.services.program.conference, was.session(RESEARCH)
    assert session is not None
    assert before is not None
    found = session.session(RESEARCH)
    assert found is not None
    assert found.qa_end == before.qa_end + MINUTE
    assert console.times.text() == "+1 min"


def test_over_time_a_minute_is_counted_from_now(make_services: Make, qtbot: QtBot) -> None:
    bench, console = console_at(make_services, RESEARCH, DURING_RESEARCH, qtbot)
    conference = bench.services.program.conference
    assert conference is not None
    session = conference.session(RESEARCH)
    assert session is not None
    bench.go_to(session.qa_end + timedelta(seconds=90))
    console.times.add_minute()
    assert sent(bench) == [do.Retime(session=RESEARCH, extra_ms=MINUTE_MS + 90_000)]


def test_running_into_the_next_session_offers_to_delay_what_follows(make_services: Make, qtbot: QtBot) -> None:
    bench, console = console_at(make_services, PLENARY, DURING_PLENARY, qtbot)
    choose(console, "5 min more for questions")
    assert "now runs into" in console.notice.sentence
    assert "Delay what follows by 5 min" in console.notice.offer
    press(console.board.lists[console.walk.lane], Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
    assert sent(bench)[-1] == do.Retime(session=PLENARY, rest_ms=5 * MINUTE_MS)
    assert console.times.text() == "+5 min, rest 5 min late"


def test_the_video_is_ended_where_it_is_and_that_can_be_taken_back(make_services: Make, qtbot: QtBot) -> None:
    bench, console = console_at(make_services, PLENARY, DURING_PLENARY, qtbot)
    conference = bench.services.program.conference
    assert conference is not None
    session = conference.session(PLENARY)
    assert session is not None
    assert session.video_start is not None
    choose(console, "End the video now")
    at_ms = (DURING_PLENARY - session.video_start) // timedelta(milliseconds=1)
    assert sent(bench) == [do.Retime(session=PLENARY, video_ms=at_ms)]
    assert console.notice.offer == "Undo (Shift+U)"
    move = OpeningMoveRow(revision=Revision(900), move=Move.RETIME, at=DURING_PLENARY, by="Chiara", video_ms=at_ms)
    row = TimesRow(session=PLENARY, revision=Revision(900), video_ms=at_ms, history=(move,))
    changes = Changes(revision=Revision(900), tally=Tally(0), set=(row,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    assert any("Chiara: video ended" in action.text() for action in entries(console).actions())
    console.notice.accept()
    assert sent(bench)[-1] == do.UndoOpening(row=f"times {PLENARY}", moves=(900,))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Begin 5 min later", do.Retime(session=PLENARY, late_ms=5 * MINUTE_MS)),
        ("Begin 1 min later, and all", do.Retime(session=PLENARY, late_ms=MINUTE_MS, rest_ms=MINUTE_MS)),
        ("Delay what follows by 1 min", do.Retime(session=PLENARY, rest_ms=MINUTE_MS)),
    ],
)
def test_before_it_begins_it_can_begin_later(make_services: Make, qtbot: QtBot, words: str, wanted: do.Do) -> None:
    bench, console = console_at(make_services, PLENARY, DURING_PLENARY - timedelta(minutes=20), qtbot)
    menu = entries(console)
    assert not any("End the video" in action.text() for action in menu.actions())
    found = [action for action in menu.actions() if action.text().startswith(words)]
    found[0].trigger()
    menu.close()
    assert sent(bench) == [wanted]


def test_what_has_begun_can_not_begin_later(make_services: Make, qtbot: QtBot) -> None:
    _, console = console_at(make_services, PLENARY, DURING_PLENARY, qtbot)
    assert not any("Begin" in action.text() for action in entries(console).actions())


def test_pictures(make_services: Make, qtbot: QtBot, look: Look, picture: Callable[..., Path]) -> None:
    _, console = console_at(make_services, PLENARY, DURING_PLENARY, qtbot)
    choose(console, "5 min more for questions")
    picture(console, f"chair-times-{look}", WIDTH, HEIGHT)
    menu = entries(console)
    picture(menu, f"chair-times-menu-{look}", 0, 0)
    menu.close()
    qtbot.waitUntil(lambda: not menu.isVisible())
