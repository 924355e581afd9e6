"""The panel as people use it: they read, vote, ask, follow what became of it, and nothing moves under their pointer."""

from collections.abc import Callable
from time import thread_time

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId, QuestionId, Revision, TalkId, Tally
from personal_app.conference.messages import Changes, Mine, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import QaState, QuestionState
from personal_app.conference.rows import QaRow, QuestionRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.connection import ConnectionKind
from personal_app.ui.cards.face import Part
from personal_app.ui.questions.arrangement import Tab
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.questions.report_dialog import ReportDialog
from personal_app.ui.questions.writing_box import Counter
from tests.ui.demo import CAUSALITY, DURING_PLENARY, DURING_RESEARCH, MIXED, demo_board, question_id
from tests.ui.hands import click, point, press, write
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(services: Workbench, qtbot: QtBot) -> QuestionPanel:
    return _panel(services, qtbot)


def _panel(bench: Workbench, qtbot: QtBot, talk: TalkId = CAUSALITY) -> QuestionPanel:
    panel = QuestionPanel(bench.services)
    qtbot.addWidget(panel)
    panel.resize(360, 740)
    panel.show_talk(talk)
    panel.show()
    return panel


def _ids(panel: QuestionPanel) -> list[str]:
    return [card.id for card in panel.list.cards.rows]


def _words(panel: QuestionPanel, name: str) -> str:
    button = panel.findChild(QPushButton, name)
    assert button is not None
    return button.text()


def _button(panel: QuestionPanel, name: str) -> QPushButton:
    button = panel.findChild(QPushButton, name)
    assert button is not None
    return button


def _change(bench: Workbench, *rows: QuestionRow, gone: tuple[QuestionId, ...] = ()) -> None:
    revision = Revision(bench.services.questions.board.revision + 1)
    stamped = tuple(msgspec.structs.replace(row, revision=revision, moved=revision) for row in rows)
    changes = Changes(revision=revision, tally=Tally(100), set=stamped, gone=gone)
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def _approved(number: int, talk: TalkId = CAUSALITY, text: str = "One more?") -> QuestionRow:
    shared, _ = demo_board(DURING_PLENARY)
    model = next(row for row in shared.set if isinstance(row, QuestionRow) and row.talk == talk)
    return msgspec.structs.replace(
        model, id=question_id(number), text=text, number=number, state=QuestionState.APPROVED
    )


def test_tabs_tell_how_much_is_behind_them(panel: QuestionPanel) -> None:
    assert [_words(panel, f"tab_{tab}") for tab in Tab] == ["Top 3", "New", "Answered 1", "Mine 1"]
    click(_button(panel, "tab_answered"))
    assert [card.state for card in panel.list.cards.rows] == ["Answered in writing"]
    press(_button(panel, "tab_answered"), Qt.Key.Key_Right)
    assert panel.tabs.current is Tab.MINE


def test_new_counts_what_came_since_it_was_last_looked_at(panel: QuestionPanel, services: Workbench) -> None:
    _change(services, _approved(90), _approved(91))
    assert _words(panel, "tab_new") == "New 2"
    panel.tabs.choose(Tab.NEW)
    assert _words(panel, "tab_new") == "New"
    panel.tabs.choose(Tab.TOP)
    assert _words(panel, "tab_new") == "New"


def test_what_the_cache_brings_is_not_new_and_the_first_question_of_a_talk_is(
    make_services: Make, qtbot: QtBot
) -> None:
    bench = make_services(questions=False)
    panel = _panel(bench, qtbot)
    shared, mine = demo_board(DURING_PLENARY)
    bench.services.questions.take_cached(shared, mine, ())
    assert _words(panel, "tab_new") == "New"
    panel.show_talk(TalkId("gpus-for-training"))
    _change(bench, msgspec.structs.replace(_approved(90), talk=TalkId("gpus-for-training")))
    assert _words(panel, "tab_new") == "New 1"


def test_a_vote_is_drawn_at_once_and_taken_back_by_a_second_click(panel: QuestionPanel, services: Workbench) -> None:
    place = panel.list.place_of(question_id(2), Part.VOTE)
    assert place is not None
    click(panel.list, place)
    question = services.services.questions.board.question(question_id(2))
    assert question is not None
    assert (question.votes, question.voted) == (6, True)
    click(panel.list, place)
    assert [type(wish.command.do) for wish in services.outside.sent] == [do.Vote, do.Unvote]


def test_a_moment_goes_to_the_recording(panel: QuestionPanel, services: Workbench) -> None:
    services.services.playback.open(CAUSALITY)
    place = panel.list.place_of(question_id(0), Part.POSITION)
    assert place is not None
    click(panel.list, place)
    assert services.services.playback.position_ms() == 142_000


def test_top_holds_still_while_somebody_points_at_it(panel: QuestionPanel, services: Workbench) -> None:
    before = _ids(panel)
    point(panel.list, QPoint(30, 30))
    tallies = ((question_id(2), 99),)
    changes = Changes(revision=Revision(0), tally=Tally(200), tallies=tallies)
    services.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    _change(services, _approved(90))
    assert _ids(panel) == before
    assert _words(panel, "show_waiting") == "Show 1 new question"
    assert _button(panel, "show_waiting").isVisible()
    QApplication.sendEvent(panel.list, QEvent(QEvent.Type.Leave))
    assert _ids(panel)[0] == question_id(2)
    assert question_id(90) in _ids(panel)
    assert not _button(panel, "show_waiting").isVisible()


def test_what_waits_shows_at_a_click(panel: QuestionPanel, services: Workbench) -> None:
    point(panel.list, QPoint(30, 30))
    _change(services, _approved(90))
    click(_button(panel, "show_waiting"))
    assert question_id(90) in _ids(panel)


def test_a_question_that_is_taken_away_goes_even_then(panel: QuestionPanel, services: Workbench) -> None:
    point(panel.list, QPoint(30, 30))
    _change(services, gone=(question_id(2),))
    assert question_id(2) not in _ids(panel)


def test_asking_by_keyboard(panel: QuestionPanel, services: Workbench) -> None:
    write(panel.ask_box.text, "Is it so?")
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    (sent,) = services.outside.sent
    assert isinstance(sent.command.do, do.Ask)
    assert (sent.command.do.text, sent.command.do.talk) == ("Is it so?", CAUSALITY)
    assert not sent.command.do.anonymous
    assert panel.ask_box.text.text == ""
    counter = panel.ask_box.findChild(Counter)
    assert counter is not None
    assert counter.text() == ""
    assert services.outside.kept[f"ask:{CAUSALITY}"] == ""
    panel.tabs.choose(Tab.MINE)
    assert panel.list.cards.rows[0].note == "On its way to the chairs."


def test_asking_anonymously_about_a_moment(panel: QuestionPanel, services: Workbench, qtbot: QtBot) -> None:
    services.services.playback.open(CAUSALITY)
    services.services.playback.seek(125_000)
    qtbot.waitUntil(lambda: _button(panel, "ask_at_position").isVisible())
    click(_button(panel, "ask_at_position"))
    write(panel.ask_box.text, "Why here?")
    services.services.playback.seek(400_000)
    click(_button(panel, "ask_anonymous"))
    click(_button(panel, "ask_button"))
    wanted = services.outside.sent[0].command.do
    assert isinstance(wanted, do.Ask)
    assert (wanted.anonymous, wanted.position_ms) == (True, 125_000)


def test_nothing_is_asked_that_cannot_be_kept(panel: QuestionPanel, services: Workbench) -> None:
    panel.ask_box.text.setPlainText("x" * 1001)
    assert not _button(panel, "ask_button").isEnabled()
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    panel.ask_box.text.setPlainText("bell \x07")
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    panel.ask_box.text.setPlainText("   ")
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    assert services.outside.sent == []
    assert panel.ask_box.text.text == "   "


def test_a_draft_is_kept_per_talk_and_comes_back(panel: QuestionPanel, services: Workbench) -> None:
    write(panel.ask_box.text, "half a thought")
    panel.show_talk(MIXED)
    assert panel.ask_box.text.text == ""
    panel.show_talk(CAUSALITY)
    assert panel.ask_box.text.text == "half a thought"
    services.services.drafts.flush()
    assert services.outside.kept[f"ask:{CAUSALITY}"] == "half a thought"


def test_a_draft_that_the_cache_brings_late_still_comes_back(panel: QuestionPanel, services: Workbench) -> None:
    services.services.drafts.take({f"ask:{CAUSALITY}": "half a thought", f"ask:{MIXED}": "another"})
    assert panel.ask_box.text.text == "half a thought"
    services.services.drafts.take({f"ask:{CAUSALITY}": "older"})
    assert panel.ask_box.text.text == "half a thought"


def test_similar_questions_are_offered_and_can_be_voted_for(
    panel: QuestionPanel, services: Workbench, qtbot: QtBot
) -> None:
    panel.ask_box.text.setPlainText("Is randomised exploration traffic needed for the causal view?")
    qtbot.waitUntil(lambda: len(panel.ask_box.similar_questions) == 1)
    (offer,) = [button for button in panel.ask_box.findChildren(QPushButton) if button.text() == "Vote · 5"]
    click(offer)
    assert [type(wish.command.do) for wish in services.outside.sent] == [do.Vote]
    assert panel.ask_box.text.text == ""
    assert panel.ask_box.similar_questions == ()


def test_offline_it_says_that_it_will_be_sent(panel: QuestionPanel, services: Workbench) -> None:
    services.connect(ConnectionKind.OFFLINE)
    write(panel.ask_box.text, "Is it so?")
    click(_button(panel, "ask_button"))
    panel.tabs.choose(Tab.MINE)
    assert panel.list.cards.rows[0].mark == "Not sent yet"
    services.connect()
    assert panel.list.cards.rows[0].mark == "Sending…"


def test_changing_and_taking_back_ones_own(panel: QuestionPanel, services: Workbench) -> None:
    panel.tabs.choose(Tab.MINE)
    place = panel.list.place_of(question_id(4), Part.EDIT)
    assert place is not None
    click(panel.list, place)
    assert panel.ask_box.text.text.startswith("Could you say more")
    panel.ask_box.text.setPlainText("Which confounders did you measure?")
    click(_button(panel, "ask_button"))
    place = panel.list.place_of(question_id(4), Part.WITHDRAW)
    assert place is not None
    click(panel.list, place)
    # The second waits in the outbox until the view shows the first.
    (edit,) = (wish for wish in services.outside.sent if wish.after is None)
    assert edit.command.do == do.Edit(question=question_id(4), text="Which confounders did you measure?")
    assert services.services.questions.waiting == 2


def test_leaving_a_change_brings_back_the_draft(panel: QuestionPanel) -> None:
    write(panel.ask_box.text, "half a thought")
    panel.tabs.choose(Tab.MINE)
    place = panel.list.place_of(question_id(4), Part.EDIT)
    assert place is not None
    click(panel.list, place)
    click(_button(panel, "ask_cancel"))
    assert panel.ask_box.text.text == "half a thought"


def test_a_refused_question_keeps_its_text_to_ask_again(panel: QuestionPanel, services: Workbench) -> None:
    write(panel.ask_box.text, "Is it so?")
    click(_button(panel, "ask_button"))
    id_ = CommandId(services.outside.sent[0].command.id)
    refusal = Refused(id=id_, code=RefusalCode.INVALID, final=True, detail="Questions are closed: read on.")
    services.services.questions.take_refused(refusal)
    assert panel.refused.sentence == "Questions are closed: read on."
    write(panel.ask_box.text, "meanwhile")
    click(_button(panel, "refused_again"))
    assert panel.ask_box.text.text == "Is it so?\n\nmeanwhile"
    assert panel.refused.sentence == ""


def test_a_chairs_refusal_is_not_told_here(panel: QuestionPanel, services: Workbench) -> None:
    services.services.questions.approve(question_id(0))
    id_ = CommandId(services.outside.sent[0].command.id)
    services.services.questions.take_refused(
        Refused(id=id_, code=RefusalCode.CONFLICT, final=True, detail="It has changed.")
    )
    assert panel.refused.sentence == ""


def test_who_has_not_joined_can_read_and_is_invited(make_services: Make, qtbot: QtBot) -> None:
    panel = _panel(make_services(joined=False), qtbot)
    assert panel.list.place_of(question_id(0), Part.VOTE) is None
    assert not panel.ask_box.isVisible()
    with qtbot.waitSignal(panel.join_wanted):
        click(_button(panel, "join_to_ask"))


def test_what_a_chair_sees_waiting_is_not_in_everyones_tabs(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(now=DURING_RESEARCH, questions=False)
    bench.show_questions(chair=True)
    panel = _panel(bench, qtbot, MIXED)
    for tab in (Tab.TOP, Tab.NEW, Tab.ANSWERED):
        panel.tabs.choose(tab)
        states = {card.question.row.state for card in panel.list.cards.rows}
        assert not states & {QuestionState.PENDING, QuestionState.REJECTED}


def test_a_question_is_brought_into_view_from_elsewhere(panel: QuestionPanel) -> None:
    assert panel.show_question(question_id(3))
    assert panel.tabs.current is Tab.NEW
    assert panel.list.current is not None
    assert panel.list.current.id == question_id(3)
    assert not panel.show_question(QuestionId("nowhere"))


def test_a_thousand_questions_do_not_hold_up_the_window(make_services: Make, qtbot: QtBot) -> None:
    rows = tuple(
        _approved(number + 100, text=f"Question {number}: " + "why is that so? " * 5) for number in range(1000)
    )
    tallies = tuple((row.id, place * 7919 % 97) for place, row in enumerate(rows))
    changes = Changes(revision=Revision(1), tally=Tally(1), set=rows, tallies=tallies)
    # The best of a few rounds, in the thread's own time: a loaded machine makes each round tell of others.
    longest_s = min(_longest_step_s(make_services, qtbot, changes) for _ in range(4))
    assert longest_s < 0.05


def _longest_step_s(make_services: Make, qtbot: QtBot, changes: Changes) -> float:
    bench = make_services(questions=False)
    panel = _panel(bench, qtbot)
    nothing_of_mine = Mine(revision=Revision(1), tally=Tally(1))
    turns = [QApplication.processEvents] * 4
    steps: tuple[Callable[[], object], ...] = (
        lambda: bench.services.questions.take_cached(changes, nothing_of_mine, ()),
        *turns,
        lambda: panel.tabs.choose(Tab.NEW),
        *turns,
        lambda: bench.services.questions.vote(QuestionId(changes.tallies[7][0])),
        *turns,
    )
    taken_s = []
    for step in steps:
        began = thread_time()
        step()
        taken_s.append(thread_time() - began)
    assert len(panel.list.cards.rows) == 1000
    return max(taken_s)


def test_another_talk_with_many_questions_shows_nothing_of_the_one_before(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services()
    panel = _panel(bench, qtbot)
    _change(bench, *(_approved(number + 100, MIXED) for number in range(500)))
    qtbot.waitUntil(lambda: len(bench.services.questions.board.questions) > 500)
    panel.show_talk(MIXED)
    assert (_ids(panel), [_words(panel, f"tab_{tab}") for tab in Tab]) == ([], ["Top", "New", "Answered", "Mine"])
    assert panel.list.isVisibleTo(panel)
    qtbot.waitUntil(lambda: len(_ids(panel)) > 500)
    assert _words(panel, "tab_top").startswith("Top 50")


def _said(bench: Workbench, talk: TalkId, qa: QaState, *, moderated: bool = True) -> None:
    """Let a chair open, pause or close the questions of a talk."""
    revision = Revision(bench.services.questions.board.revision + 1)
    row = QaRow(talk=talk, qa=qa, moderated=moderated, revision=revision)
    changes = Changes(revision=revision, tally=Tally(0), set=(row,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def _told(panel: QuestionPanel) -> str:
    return panel.ask_box._line.text()


def test_paused_questions_are_read_and_voted_for_and_what_was_begun_is_kept(
    panel: QuestionPanel, services: Workbench
) -> None:
    write(panel.ask_box.text, "And what if")
    _said(services, CAUSALITY, QaState.PAUSED)
    assert _told(panel) == (
        "A chair has paused new questions to this talk: you can read and vote meanwhile. "
        "What you have written is kept here."
    )
    assert not _button(panel, "ask_button").isEnabled()
    write(panel.ask_box.text, " not")
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    assert panel.ask_box.text.text == "And what if"
    assert services.outside.sent == []
    assert panel.list.place_of(question_id(2), Part.VOTE) is not None
    panel.tabs.choose(Tab.MINE)
    assert panel.list.place_of(question_id(4), Part.EDIT) is None
    assert panel.list.place_of(question_id(4), Part.WITHDRAW) is not None
    _said(services, CAUSALITY, QaState.OPEN)
    assert _told(panel) == ""
    assert _button(panel, "ask_button").isEnabled()
    assert panel.list.place_of(question_id(4), Part.EDIT) is not None


def test_closed_questions_are_read(panel: QuestionPanel, services: Workbench) -> None:
    _said(services, CAUSALITY, QaState.CLOSED)
    assert _told(panel) == "Questions to this talk are closed: you can read them and their answers."
    assert panel.ask_box.text.placeholderText() == "Questions are closed"
    assert panel.list.place_of(question_id(2), Part.VOTE) is None
    panel.show_talk(MIXED)
    assert _told(panel) == ""


@pytest.mark.parametrize("grant", [Grant(Role.AUTHOR, CAUSALITY), Grant(Role.CHAIR, "time-context-causality")])
def test_closing_binds_attendees_alone(make_services: Make, qtbot: QtBot, grant: Grant) -> None:
    bench = make_services(grant)
    panel = _panel(bench, qtbot)
    _said(bench, CAUSALITY, QaState.CLOSED)
    write(panel.ask_box.text, "And what if?")
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    assert [type(wish.command.do) for wish in bench.outside.sent] == [do.Ask]


def test_where_no_chair_looks_first_the_asker_is_told_so(panel: QuestionPanel, services: Workbench) -> None:
    _said(services, CAUSALITY, QaState.OPEN, moderated=False)
    write(panel.ask_box.text, "And what if?")
    press(panel.ask_box.text, Qt.Key.Key_Return, CTRL)
    assert _told(panel) == "Asked. Everyone sees it and can vote for it."


def _menu(panel: QuestionPanel, number: int) -> QMenu:
    """Open a card's menu by the mark at the end of its line."""
    place = panel.list.place_of(question_id(number), Part.MENU)
    assert place is not None
    point(panel.list, place)
    click(panel.list, place)
    return next(menu for menu in panel.list.findChildren(QMenu) if menu.isVisible())


def _entries(menu: QMenu) -> list[str]:
    entries = [action.text() for action in menu.actions()]
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return entries


def test_a_question_is_reported_once_the_person_has_said_so(panel: QuestionPanel, services: Workbench) -> None:
    for answer, sent in (("report_cancel", []), ("report_confirm", [do.Report(question=question_id(2))])):
        menu = _menu(panel, 2)
        next(action for action in menu.actions() if action.text().startswith("Report")).trigger()
        menu.close()
        dialog = panel.findChild(ReportDialog)
        assert dialog is not None
        click(_button(panel, answer))
        assert [wish.command.do for wish in services.outside.sent] == sent
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert _told(panel) == "Reported. The chairs are asked to look at it again."
    assert "Report to the chairs…" not in _entries(_menu(panel, 2))
    id_ = CommandId(services.outside.sent[0].command.id)
    detail = "That cannot be done now: the question is hidden."
    services.services.questions.take_refused(Refused(id=id_, code=RefusalCode.WRONG_STATE, final=True, detail=detail))
    assert panel.refused.sentence == detail
    assert "Report to the chairs…" in _entries(_menu(panel, 2))


def test_nobody_reports_their_own_question_nor_without_having_joined(
    panel: QuestionPanel, make_services: Make, qtbot: QtBot
) -> None:
    panel.tabs.choose(Tab.MINE)
    assert _entries(_menu(panel, 4)) == [
        "Go to the moment it asks about",
        "Change the text",
        "Take it back",
        "Copy the text",
    ]
    looking_on = _panel(make_services(joined=False), qtbot)
    assert _entries(_menu(looking_on, 2)) == ["Copy the text"]


def test_from_ones_own_to_what_it_was_merged_into(panel: QuestionPanel, services: Workbench) -> None:
    own = services.services.questions.board.question(question_id(4))
    assert own is not None
    revision = Revision(services.services.questions.board.revision + 1)
    into = {"into": question_id(8), "into_number": 4}
    row = msgspec.structs.replace(own.row, state=QuestionState.MERGED, revision=revision, **into)
    mine = Mine(revision=revision, tally=Tally(0), set=(row,))
    changes = Changes(revision=revision, tally=Tally(0))
    services.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=mine)])
    panel.tabs.choose(Tab.MINE)
    menu = _menu(panel, 4)
    next(action for action in menu.actions() if action.text() == "Go to #4").trigger()
    menu.close()
    assert panel.talk == MIXED
    assert panel.list.current is not None
    assert panel.list.current.id == question_id(8)
