"""What people see when chairs have given sessions other times: in front of a talk, and in the program."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from personal_app.conference.ids import Revision, SessionId
from personal_app.conference.rows import TimesRow
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.tokens import Look
from tests.ui.demo import BEFORE_ALL, INTRODUCTION
from tests.ui.workbench import Workbench

LATE = TimesRow(session=SessionId(INTRODUCTION), revision=Revision(5), late_ms=300_000, rest_ms=300_000)


def test_who_waits_sees_the_new_time_and_that_it_was_put_off(
    make_services: Callable[..., Workbench], qtbot: QtBot, look: Look, picture: Callable[..., Path]
) -> None:
    bench = make_services(now=BEFORE_ALL)
    page = TalkPage(bench.services)
    page.add_details()
    qtbot.addWidget(page)
    page.resize(640, 740)
    page.show()
    bench.services.playback.open(INTRODUCTION)
    left = page.findChild(PlainLabel, "countdown")
    assert left is not None
    assert left.text() == "12:00"
    bench.services.program.take_times([LATE])
    assert left.text() == "17:00"
    assert any("put off by 5 min" in label.text() for label in page.stage.findChildren(PlainLabel))
    picture(page, f"talk-put-off-{look}", 640, 740)
