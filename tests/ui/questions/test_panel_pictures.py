"""What the panel looks like, in both looks: pictures under build/screens/ to be looked at, and that none is blank."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId
from personal_app.conference.messages import Refused
from personal_app.conference.questions import QaState
from personal_app.services.connection import ConnectionKind
from personal_app.ui.cards.face import Part
from personal_app.ui.questions.arrangement import Tab
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.questions.report_dialog import ReportDialog
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Look
from tests.ui.demo import CAUSALITY, DURING_RESEARCH, MIXED, question_id
from tests.ui.hands import point
from tests.ui.workbench import Workbench

Picture = Callable[..., Path]
WIDTH, HEIGHT = 360, 740


@pytest.mark.parametrize("tab", list(Tab))
def test_each_tab(make_services: Callable[..., Workbench], look: Look, picture: Picture, tab: Tab) -> None:
    panel = QuestionPanel(make_services(now=DURING_RESEARCH).services)
    panel.show_talk(MIXED)
    panel.tabs.choose(tab)
    picture(panel, f"questions-{tab}-{look}", WIDTH, HEIGHT)
    assert panel.list.cards.rowCount() > 0


def test_typing_offline_with_similar_ones(services: Workbench, look: Look, picture: Picture, qtbot: QtBot) -> None:
    panel = QuestionPanel(services.services)
    panel.show_talk(CAUSALITY)
    services.connect(ConnectionKind.OFFLINE, waiting=1)
    services.services.questions.ask(CAUSALITY, "Do you keep the exploration traffic of each country apart?")
    panel.ask_box.text.setPlainText("Which time window do you choose for offline evaluation, and does the bias change?")
    qtbot.waitUntil(lambda: len(panel.ask_box.similar_questions) == 1)
    panel.tabs.choose(Tab.MINE)
    picture(panel, f"questions-typing-offline-{look}", WIDTH, HEIGHT)
    assert panel.ask_box.similar_questions


def test_looking_around(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    panel = QuestionPanel(make_services(joined=False).services)
    panel.show_talk(CAUSALITY)
    picture(panel, f"questions-looking-around-{look}", WIDTH, HEIGHT)
    assert not panel.ask_box.isVisible()


def test_empty(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    panel = QuestionPanel(make_services(questions=False).services)
    panel.show_talk(CAUSALITY)
    picture(panel, f"questions-empty-{look}", 300, 560)
    assert panel.list.cards.rowCount() == 0


def test_narrow_with_a_long_name_and_large_text(
    make_services: Callable[..., Workbench], look: Look, picture: Picture, qtbot: QtBot
) -> None:
    bench = make_services()
    bench.join(name="Maximiliane von Habsburg-Lothringen")
    bench.services.playback.open(CAUSALITY)
    panel = QuestionPanel(bench.services)
    panel.show_talk(CAUSALITY)
    panel.ask_box.text.setPlainText("Is it so?")
    qtbot.waitUntil(lambda: bench.services.playback.state.phase == "playing")
    picture(panel, f"questions-narrow-{look}", 310, 560)
    Theme.of_app().set_scale(1.5)
    try:
        picture(panel, f"questions-large-text-{look}", 440, 740)
    finally:
        Theme.of_app().set_scale(1.0)
    assert panel.ask_box.text.text == "Is it so?"


def test_pointing_while_one_comes_and_one_is_refused(
    make_services: Callable[..., Workbench], look: Look, picture: Picture
) -> None:
    bench = make_services(now=DURING_RESEARCH)
    panel = QuestionPanel(bench.services)
    panel.show_talk(MIXED)
    bench.services.questions.ask(MIXED, "Is this about & <b>markup</b>, too?")
    refusal = Refused(
        id=CommandId(bench.outside.sent[0].command.id),
        code=RefusalCode.INVALID,
        final=True,
        detail="There is no talk of that name at this conference any more: choose another and ask again.",
    )
    bench.services.questions.take_refused(refusal)
    picture(panel, f"questions-refused-{look}", WIDTH, HEIGHT)
    where = panel.list.place_of(question_id(8), Part.VOTE)
    assert where is not None
    point(panel.list, where)
    panel._show_waiting(2)
    picture(panel, f"questions-pointing-{look}", WIDTH, HEIGHT)
    assert panel.refused.sentence


@pytest.mark.parametrize("qa", [QaState.PAUSED, QaState.CLOSED])
def test_no_questions_taken(make_services: Callable[..., Workbench], look: Look, picture: Picture, qa: QaState) -> None:
    bench = make_services()
    panel = QuestionPanel(bench.services)
    panel.show_talk(CAUSALITY)
    if qa is QaState.PAUSED:
        panel.ask_box.text.setPlainText("Which time window do you choose")
    bench.services.questions.regulate(CAUSALITY, qa)
    picture(panel, f"questions-{qa}-{look}", WIDTH, HEIGHT)
    assert panel.ask_box.text.isReadOnly()


def test_reporting(make_services: Callable[..., Workbench], look: Look, picture: Picture) -> None:
    panel = QuestionPanel(make_services().services)
    panel.show_talk(CAUSALITY)
    picture(panel, f"questions-reporting-{look}", WIDTH, HEIGHT)
    where = panel.list.place_of(question_id(2), Part.MENU)
    assert where is not None
    point(panel.list, where)
    panel.list.select(question_id(0))
    picture(panel, f"questions-menu-mark-{look}", WIDTH, HEIGHT)
    question = panel.list.cards.rows[0].question
    dialog = ReportDialog(question, panel)
    dialog.open()
    picture(dialog, f"report-{look}", 0, 0)
    dialog.close()
