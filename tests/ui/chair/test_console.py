"""The console as a chair uses it, by keys, buttons and drag; never does a key hit another question than was meant."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAction, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId, ParticipantId, QuestionId, Revision, SessionId, Tally
from personal_app.conference.messages import Changes, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import Move, QaState, QuestionState
from personal_app.conference.rows import MoveRow, QuestionRow, SpeakerRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.connection import ConnectionKind, ConnectionState, Why
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.chair.drag_list import QUESTION_TYPE, DragList
from personal_app.ui.chair.keys_sheet import KeysSheet
from personal_app.ui.chair.lanes import Lane
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH, question_id
from tests.ui.hands import click, point, press, write
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
S = QuestionState
CHAIR = Grant(Role.CHAIR, RESEARCH)
SHIFT = Qt.KeyboardModifier.ShiftModifier
#: By lane, in the order they are shown in the demo.
INBOX = [question_id(number) for number in (10, 11, 17, 12)]
SHOWN = [question_id(number) for number in (8, 16, 9)]
ORDER = [question_id(number) for number in (15, 6, 7)]
ANSWERING = question_id(5)


@pytest.fixture
def bench(make_services: Make) -> Workbench:
    return make_services(CHAIR, now=DURING_RESEARCH)


@pytest.fixture
def console(bench: Workbench, qtbot: QtBot) -> ChairConsole:
    return _console(bench, qtbot)


def _console(bench: Workbench, qtbot: QtBot) -> ChairConsole:
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    console.show()
    return console


def _ids(console: ChairConsole, lane: Lane) -> list[str]:
    return [card.id for card in console.board.lists[lane].cards.rows]


def _button(console: ChairConsole, name: str) -> QPushButton:
    button = console.findChild(QPushButton, name)
    assert button is not None
    return button


def _key(console: ChairConsole, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    press(console.board.lists[console.walk.lane], key, modifiers)


def _sent(bench: Workbench) -> list[do.Do]:
    return [wish.command.do for wish in bench.outside.sent if wish.after is None]


def _row(bench: Workbench, question: QuestionId) -> QuestionRow:
    drawn = bench.services.questions.board.question(question)
    assert drawn is not None
    return drawn.row


def _change(bench: Workbench, question: QuestionId, **fields: object) -> None:
    """Let somebody else move a question."""
    revision = Revision(bench.services.questions.board.revision + 1)
    row = msgspec.structs.replace(_row(bench, question), revision=revision, moved=revision, **fields)
    changes = Changes(revision=revision, tally=Tally(0), set=(row,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def _selected(console: ChairConsole) -> QuestionId | None:
    return console.selected.id if console.selected is not None else None


def test_nothing_is_selected_at_first_and_the_foot_says_so(console: ChairConsole, qtbot: QtBot) -> None:
    qtbot.waitUntil(console.board.lists[Lane.INBOX].hasFocus)
    assert _selected(console) is None
    assert not _button(console, "approve_button").isEnabled()
    _key(console, Qt.Key.Key_J)
    assert _button(console, "approve_button").isEnabled()
    console.walk.clear()
    assert not _button(console, "approve_button").isEnabled()


def test_lanes_hold_the_session(console: ChairConsole) -> None:
    assert console.session == RESEARCH
    assert _ids(console, Lane.INBOX) == INBOX
    assert _ids(console, Lane.SHOWN) == SHOWN
    assert _ids(console, Lane.ORDER) == ORDER
    assert len(_ids(console, Lane.DONE)) == 2


def test_working_through_the_inbox_by_keyboard(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_J)
    _key(console, Qt.Key.Key_A)
    assert _selected(console) == INBOX[1]
    _key(console, Qt.Key.Key_Q)
    assert _selected(console) == INBOX[2]
    _key(console, Qt.Key.Key_R)
    reason = console.findChild(QLineEdit, "reason_text")
    assert reason is not None
    assert reason.hasFocus()
    write(reason, "asked already, a quick one")
    press(reason, Qt.Key.Key_Return)
    # The queueing waits until the view shows the approval.
    assert _sent(bench) == [
        do.Approve(question=INBOX[0]),
        do.Approve(question=INBOX[1]),
        do.Reject(question=INBOX[2], reason="asked already, a quick one"),
    ]
    assert _ids(console, Lane.INBOX) == [INBOX[3]]
    assert _ids(console, Lane.ORDER) == [*ORDER, INBOX[1]]
    assert _selected(console) == INBOX[3]


def test_a_reason_can_be_called_off(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_J)
    click(_button(console, "reject_button"))
    reason = console.findChild(QLineEdit, "reason_text")
    assert reason is not None
    press(reason, Qt.Key.Key_Escape)
    assert not console.bar.asking_words
    assert _sent(bench) == []


def test_declining_hits_the_question_it_was_begun_for(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_J)
    _key(console, Qt.Key.Key_R)
    console.walk.select(Lane.INBOX, INBOX[2])
    click(_button(console, "decline_button"))
    assert _sent(bench) == [do.Reject(question=INBOX[0], reason="")]


def test_buttons_do_what_keys_do(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[1])
    click(_button(console, "approve_button"))
    console.walk.select(Lane.SHOWN, SHOWN[0])
    click(_button(console, "queue_button"))
    console.walk.select(Lane.ORDER, ORDER[2])
    click(_button(console, "unqueue_button"))
    console.walk.select(Lane.DONE, question_id(13))
    click(_button(console, "reopen_button"))
    assert _sent(bench) == [
        do.Approve(question=INBOX[1]),
        do.Queue(question=SHOWN[0], after=ORDER[2]),
        do.Unqueue(question=ORDER[2]),
        do.Reopen(question=question_id(13)),
    ]


def _reason(console: ChairConsole) -> QLineEdit:
    field = console.findChild(QLineEdit, "reason_text")
    assert field is not None
    return field


@pytest.mark.parametrize(
    ("key", "lane", "question", "made"),
    [
        (Qt.Key.Key_E, Lane.INBOX, INBOX[0], do.Return(question=INBOX[0], reason="Which one?")),
        (Qt.Key.Key_H, Lane.SHOWN, SHOWN[0], do.Hide(question=SHOWN[0], reason="Which one?")),
    ],
)
def test_moves_with_words_for_the_asker(
    console: ChairConsole, bench: Workbench, key: Qt.Key, lane: Lane, question: QuestionId, made: do.Do
) -> None:
    console.walk.select(lane, question)
    _key(console, key)
    write(_reason(console), "Which one?")
    press(_reason(console), Qt.Key.Key_Return)
    assert _sent(bench) == [made]
    assert question in _ids(console, Lane.DONE)


def test_a_hidden_question_is_shown_again_by_the_same_key(console: ChairConsole, bench: Workbench) -> None:
    _change(bench, SHOWN[0], state=S.HIDDEN)
    console.walk.select(Lane.DONE, SHOWN[0])
    _key(console, Qt.Key.Key_H)
    assert _sent(bench) == [do.Unhide(question=SHOWN[0])]


def test_what_is_to_be_answered_later_leaves_the_order(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.ORDER, ORDER[1])
    _key(console, Qt.Key.Key_D)
    assert _sent(bench) == [do.Defer(question=ORDER[1])]
    assert ORDER[1] in _ids(console, Lane.DONE)


def test_merging_takes_two_questions_and_splitting_one(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    _key(console, Qt.Key.Key_M)
    assert _sent(bench) == []
    assert "choose the one that asks the same" in console.merging.strip.sentence
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_M)
    assert _sent(bench) == [do.Merge(question=INBOX[0], into=SHOWN[0])]
    assert _row(bench, INBOX[0]).into == SHOWN[0]
    assert not console.merging.strip.isVisible()
    _change(bench, SHOWN[1], state=S.MERGED, into=SHOWN[2])
    console.walk.select(Lane.DONE, SHOWN[1])
    _key(console, Qt.Key.Key_M)
    assert _sent(bench)[1:] == [do.Split(question=SHOWN[1])]


def test_what_is_merged_into_one_is_split_from_its_menu(console: ChairConsole, bench: Workbench) -> None:
    _change(bench, SHOWN[1], state=S.MERGED, into=SHOWN[0])
    console.walk.select(Lane.SHOWN, SHOWN[0])
    shown = console.board.lists[Lane.SHOWN].current
    assert shown is not None
    (split,) = (action for action in console._menu.actions(shown) if action.words.startswith("Split off"))
    assert split.words == "Split off “Does the tutorial run without a GPU?”"
    split.do()
    assert _sent(bench) == [do.Split(question=SHOWN[1])]


def test_merging_can_be_called_off_and_needs_a_target_that_everyone_sees(
    console: ChairConsole, bench: Workbench
) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    for ending in (Qt.Key.Key_Escape, Qt.Key.Key_M):
        _key(console, Qt.Key.Key_M)
        _key(console, ending)
    _key(console, Qt.Key.Key_M)
    console.walk.select(Lane.INBOX, INBOX[1])
    _key(console, Qt.Key.Key_M)
    assert "everyone sees" in console.notice.sentence
    assert _sent(bench) == []


def test_what_asks_the_same_is_offered_by_number(console: ChairConsole, bench: Workbench, qtbot: QtBot) -> None:
    _change(bench, INBOX[0], text="Is the code open, and if so under which licence is it?")
    console.walk.select(Lane.INBOX, INBOX[0])
    _key(console, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: bool(console.merging.strip.offered))
    assert [question.id for question in console.merging.strip.offered] == [SHOWN[2]]
    assert _button(console, "merge_into_1").text() == (
        "Into Paper 1 #5: Is the code open, && if so, under which licence? (1)"
    )
    _key(console, Qt.Key.Key_2)
    assert _sent(bench) == []
    _key(console, Qt.Key.Key_1)
    assert _sent(bench) == [do.Merge(question=INBOX[0], into=SHOWN[2])]
    assert not console.merging.begun


def test_merging_what_was_taken_away_is_told(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    _key(console, Qt.Key.Key_M)
    revision = Revision(bench.services.questions.board.revision + 1)
    changes = Changes(revision=revision, tally=Tally(0), gone=(INBOX[0],))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_M)
    assert console.notice.sentence == "Nothing was merged: one of the two questions was taken away."
    assert _sent(bench) == []


def _refuse_undo(bench: Workbench, *moves: int) -> None:
    id_ = CommandId(bench.outside.sent[-1].command.id)
    detail = "Since then Chiara has changed it again: undo that first, or all of it together."
    bench.services.questions.take_refused(
        Refused(id=id_, code=RefusalCode.SUPERSEDED, final=True, detail=detail, moves=moves)
    )


@pytest.mark.parametrize("by_key", [True, False])
def test_later_moves_are_undone_together_where_the_chair_says_so(
    console: ChairConsole, bench: Workbench, by_key: bool
) -> None:
    made = MoveRow(revision=Revision(3), move=Move.APPROVE, at=bench.clock.now, source=S.PENDING, target=S.APPROVED)
    _change(bench, SHOWN[0], history=(made,))
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_U, SHIFT)
    assert _sent(bench) == []
    _key(console, Qt.Key.Key_U)
    _refuse_undo(bench, 9, 7)
    assert console.notice.offer == "Undo all 3, newest first (Shift+U)"
    if by_key:
        _key(console, Qt.Key.Key_U, SHIFT)
    else:
        click(_button(console, "notice_offer"))
    assert _sent(bench)[1:] == [do.Undo(question=SHOWN[0], moves=(9, 7, 3))]
    assert not console.notice.isVisible()
    _key(console, Qt.Key.Key_U, SHIFT)
    assert len(_sent(bench)) == 2


def test_more_moves_than_one_command_takes_back_are_not_offered(console: ChairConsole, bench: Workbench) -> None:
    bench.services.questions.undo(SHOWN[0], (Revision(1),))
    _refuse_undo(bench, *range(60, 60 - do.MOST_UNDONE, -1))
    assert console.notice.offer == ""


def _openings(console: ChairConsole) -> list[QMenu]:
    _key(console, Qt.Key.Key_C)
    found = console.openings.findChildren(QMenu, "openings_menu")
    (menu,) = found
    return [menu, *menu.findChildren(QMenu)]


def _entry(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if action.text().startswith(words))


def _close(menu: QMenu) -> None:
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_sessions_questions_are_paused_and_opened_by_hand(console: ChairConsole, bench: Workbench) -> None:
    assert console.openings.text() == "Questions open"
    whole, first, *_ = _openings(console)
    assert _entry(whole, "Open").isChecked()
    assert _entry(whole, "A chair looks").isChecked()
    _entry(first, "Closed").trigger()
    assert _sent(bench) == [do.Regulate(talk=MIXED, qa=QaState.CLOSED)]
    assert console.openings.text() == "Questions: 2 open, 1 closed"
    _close(whole)
    whole, *_ = _openings(console)
    assert not _entry(whole, "Open").isChecked()
    _entry(whole, "Open").trigger()
    assert _sent(bench)[1:] == [do.Regulate(talk=MIXED, qa=QaState.OPEN)]
    _close(whole)
    whole, *_ = _openings(console)
    _entry(whole, "Paused").trigger()
    assert console.openings.text() == "Questions paused"
    assert len(_sent(bench)) == 5
    _close(whole)


def test_moderation_is_switched_off_and_on(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(Grant(Role.CHAIR, "time-context-causality"), now=DURING_RESEARCH)
    console = _console(bench, qtbot)
    (menu,) = _openings(console)
    _entry(menu, "A chair looks").trigger()
    assert _sent(bench) == [do.Regulate(talk="time-context-causality", moderated=False)]
    assert console.openings.text() == "Questions open, shown at once"
    _close(menu)


def test_undo_takes_back_the_last_move_that_stands(console: ChairConsole, bench: Workbench) -> None:
    def made(revision: int, move: Move, **fields: object) -> MoveRow:
        usual = {"at": bench.clock.now, "source": S.PENDING, "target": S.APPROVED, "by": "Chiara"}
        return MoveRow(**{"revision": Revision(revision), "move": move, **usual, **fields})  # type: ignore[arg-type]

    history = (made(1, Move.APPROVE), made(2, Move.QUEUE, undone=True), made(3, Move.UNDO))
    _change(bench, SHOWN[0], history=history)
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_U)
    assert _sent(bench) == [do.Undo(question=SHOWN[0], moves=(1,))]
    _change(bench, SHOWN[1], history=(*history, made(4, Move.EDIT, by="")))
    console.walk.select(Lane.SHOWN, SHOWN[1])
    _key(console, Qt.Key.Key_U)
    assert len(_sent(bench)) == 1
    assert "cannot be done" in console.notice.sentence


def test_a_note_is_for_the_other_chairs_and_begins_with_the_last_one(console: ChairConsole, bench: Workbench) -> None:
    _change(bench, SHOWN[0], note="Ask Tony.")
    console.walk.select(Lane.SHOWN, SHOWN[0])
    shown = console.board.lists[Lane.SHOWN].current
    assert shown is not None
    assert shown.chairs_note == "Ask Tony."
    _key(console, Qt.Key.Key_N)
    field = _reason(console)
    assert (field.text(), field.accessibleName()) == ("Ask Tony.", "Note for the other chairs")
    write(field, "Tony has it.")
    press(field, Qt.Key.Key_Return)
    assert _sent(bench) == [do.Note(question=SHOWN[0], text="Tony has it.")]
    assert _row(bench, SHOWN[0]).note == "Tony has it."
    assert _selected(console) == SHOWN[0]


def test_a_note_of_what_is_hidden_can_be_written_too(console: ChairConsole, bench: Workbench) -> None:
    _change(bench, SHOWN[0], state=S.HIDDEN)
    console.walk.select(Lane.DONE, SHOWN[0])
    _key(console, Qt.Key.Key_N)
    write(_reason(console), "Rude.")
    press(_reason(console), Qt.Key.Key_Return)
    assert _sent(bench) == [do.Note(question=SHOWN[0], text="Rude.")]


def test_the_follow_up_mark_comes_and_goes_by_one_key(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_L)
    shown = console.board.lists[Lane.SHOWN].current
    assert shown is not None
    assert [flag.words for flag in shown.flags] == ["Follow-up"]
    _key(console, Qt.Key.Key_L)
    assert _sent(bench) == [do.FollowUp(question=SHOWN[0]), do.FollowUp(question=SHOWN[0], active=False)]


def test_a_presenter_of_the_talk_is_asked_to_answer(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_G)
    menu = console.findChild(QMenu, "assign_menu")
    assert menu is not None
    tony, nobody = (action for action in menu.actions() if not action.isSeparator())
    assert [tony.text(), nobody.text()] == ["Tony Ginart", "Nobody in particular"]
    assert [tony.isChecked(), nobody.isChecked()] == [False, True]
    tony.trigger()
    menu.close()
    assert _sent(bench) == [do.Assign(question=SHOWN[0], person="tony-ginart")]
    shown = console.board.lists[Lane.SHOWN].current
    assert shown is not None
    assert [flag.words for flag in shown.flags] == ["Assigned to Tony Ginart"]


def test_what_was_reported_is_counted_and_walked_to(console: ChairConsole, bench: Workbench) -> None:
    press(console.board.lists[Lane.INBOX], Qt.Key.Key_Exclam, SHIFT)
    assert console.notice.sentence == "No question that everyone sees was reported."
    assert not _button(console, "reported_button").isVisible()
    _change(bench, SHOWN[0], reports=2)
    _change(bench, ORDER[1], reports=1)
    assert _button(console, "reported_button").text() == "2 reported"
    click(_button(console, "reported_button"))
    assert _selected(console) == SHOWN[0]
    for expected in (ORDER[1], SHOWN[0]):
        _key(console, Qt.Key.Key_Exclam, SHIFT)
        assert _selected(console) == expected


def _flags(console: ChairConsole, lane: Lane, question: QuestionId) -> list[str]:
    cards = console.board.lists[lane].cards.rows
    return next([flag.words for flag in card.flags] for card in cards if card.id == question)


def _foot(console: ChairConsole) -> str:
    return console.bar._what.whole_text


def test_several_are_approved_at_once(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_J)
    _key(console, Qt.Key.Key_B)
    _key(console, Qt.Key.Key_B)
    assert _selected(console) == INBOX[2]
    assert _flags(console, Lane.INBOX, INBOX[0]) == ["Marked"]
    assert _foot(console).startswith("2 questions marked")
    assert not _button(console, "start_button").isEnabled()
    click(_button(console, "approve_button"))
    assert _sent(bench) == [do.Approve(question=INBOX[0]), do.Approve(question=INBOX[1])]
    assert console.notice.sentence == "Approve: 2 questions."
    assert console.bulk.marked == frozenset()
    assert _selected(console) == INBOX[2]


def test_several_are_declined_with_one_reason_and_what_does_not_fit_is_left(
    console: ChairConsole, bench: Workbench
) -> None:
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_B, SHIFT)
    console.walk.select(Lane.DONE, question_id(13))
    _key(console, Qt.Key.Key_B)
    assert len(console.bulk.marked) == len(SHOWN) + 1
    _key(console, Qt.Key.Key_R)
    write(_reason(console), "No time.")
    press(_reason(console), Qt.Key.Key_Return)
    assert _sent(bench) == [do.Reject(question=question, reason="No time.") for question in SHOWN]
    assert console.notice.sentence == "Decline: 3 questions. 1 left as it is, for it cannot be done now."


def test_several_are_queued_in_their_order(console: ChairConsole) -> None:
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_B, SHIFT)
    _key(console, Qt.Key.Key_Q)
    assert _ids(console, Lane.ORDER) == [*ORDER, *SHOWN]


def test_several_are_merged_into_the_selected_one(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    _key(console, Qt.Key.Key_B)
    _key(console, Qt.Key.Key_B)
    console.walk.select(Lane.INBOX, INBOX[0])
    _key(console, Qt.Key.Key_M)
    assert console.notice.sentence == "Select the question that the marked ones ask the same as, then press M."
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_M)
    assert _sent(bench) == [do.Merge(question=question, into=SHOWN[0]) for question in INBOX[:2]]
    assert console.notice.sentence == "Merged: 2 questions."


def test_marks_are_taken_away_and_hiding_shows_nothing_again(console: ChairConsole, bench: Workbench) -> None:
    _change(bench, SHOWN[0], state=S.HIDDEN)
    for lane, question in ((Lane.DONE, SHOWN[0]), (Lane.SHOWN, SHOWN[1])):
        console.walk.select(lane, question)
        _key(console, Qt.Key.Key_B)
    _key(console, Qt.Key.Key_H)
    press(_reason(console), Qt.Key.Key_Return)
    assert _sent(bench) == [do.Hide(question=SHOWN[1])]
    console.walk.select(Lane.INBOX, INBOX[0])
    for ending in (Qt.Key.Key_B, Qt.Key.Key_Escape):
        console.walk.select(Lane.INBOX, INBOX[0])
        _key(console, Qt.Key.Key_B)
        console.walk.select(Lane.INBOX, INBOX[0])
        _key(console, ending)
        assert console.bulk.marked == frozenset()


def test_what_was_taken_away_is_marked_no_more(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    _key(console, Qt.Key.Key_B)
    revision = Revision(bench.services.questions.board.revision + 1)
    changes = Changes(revision=revision, tally=Tally(0), gone=(INBOX[0],))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    assert not console.bulk.marked
    assert not _foot(console).startswith("1 question")


def test_how_turns_are_shared_and_what_many_wait_for(console: ChairConsole) -> None:
    assert console.fairness._talks.whole_text == "Answered 1 of 6 (Paper 1) · 0 of 2 (Paper 2) · 0 of 0 (Paper 3)"
    assert "Lena Fischer 1 of 2" in console.fairness._askers.whole_text
    wanted = _button(console, "wanted_button")
    assert wanted.text() == "Paper 1 #4 waits with 12 votes"
    click(wanted)
    assert _selected(console) == SHOWN[0]
    _key(console, Qt.Key.Key_Q)
    assert wanted.text() == "Paper 2 #2 waits with 6 votes"


def test_reports_that_were_looked_at_are_counted_no_more(console: ChairConsole, bench: Workbench) -> None:
    _change(bench, SHOWN[0], reports=2)
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_V)
    assert _sent(bench) == [do.HandleReports(question=SHOWN[0])]
    assert not _button(console, "reported_button").isVisible()
    _key(console, Qt.Key.Key_V)
    assert console.notice.sentence == "Nothing was reported of it since a chair last looked."
    assert len(_sent(bench)) == 1


def test_buttons_that_make_no_sense_are_grey(console: ChairConsole) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    names = ("approve", "reject", "queue", "unqueue", "start", "reopen")
    enabled = {name for name in names if _button(console, f"{name}_button").isEnabled()}
    assert enabled == {"approve", "reject", "queue"}


def test_space_finishes_and_starts_the_next(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_Space)
    assert _sent(bench) == [do.Finish(question=ANSWERING), do.Start(question=ORDER[0])]
    assert _row(bench, ORDER[0]).state is S.ANSWERING
    assert "Finish, start Paper 1 #2" in _button(console, "next_button").text()


def test_finishing_notes_where_the_recording_is(console: ChairConsole, bench: Workbench, qtbot: QtBot) -> None:
    bench.services.playback.open(MIXED)
    bench.services.playback.seek(125_000)
    qtbot.waitUntil(lambda: bench.services.playback.state.phase == "playing")
    click(_button(console, "finish_button"))
    assert _sent(bench) == [do.Finish(question=ANSWERING, position_ms=125_000)]


def test_an_offer_is_accepted_by_starting(console: ChairConsole, bench: Workbench) -> None:
    tony = ParticipantId("tony" * 5 + "xx")
    _change(bench, ORDER[1], offers=(SpeakerRow("Tony Ginart", tony),))
    _key(console, Qt.Key.Key_F)
    console.walk.select(Lane.ORDER, ORDER[1])
    shown = console.board.lists[Lane.ORDER].current
    assert shown is not None
    assert shown.offers == "Tony Ginart offers to take it live"
    _key(console, Qt.Key.Key_S)
    assert _sent(bench)[-1] == do.Start(question=ORDER[1], by=tony)


def test_starting_a_second_one_is_told_and_not_sent(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.ORDER, ORDER[1])
    _key(console, Qt.Key.Key_S)
    assert _sent(bench) == []
    assert console.notice.sentence == "Paper 1 #1 is being answered: finish it (F) or put it back (P), then start."


def test_putting_back_returns_it_to_the_head(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_P)
    assert _sent(bench) == [do.PutBack(question=ANSWERING)]
    assert _ids(console, Lane.ORDER)[0] == ANSWERING


def test_the_order_is_changed_by_keys(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.ORDER, ORDER[0])
    _key(console, Qt.Key.Key_J, SHIFT)
    assert _ids(console, Lane.ORDER) == [ORDER[1], ORDER[0], ORDER[2]]
    assert _selected(console) == ORDER[0]
    console.walk.select(Lane.ORDER, ORDER[2])
    later = console.findChild(QToolButton, "later_button")
    earlier = console.findChild(QToolButton, "earlier_button")
    assert later is not None
    assert earlier is not None
    assert (earlier.isEnabled(), later.isEnabled()) == (True, False)
    click(earlier)
    assert _sent(bench) == [
        do.Queue(question=ORDER[0], after=ORDER[1]),
        do.Queue(question=ORDER[2], after=ORDER[1]),
    ]


def _drop(cards: DragList, question: QuestionId, place: QPoint) -> None:
    data = QMimeData()
    data.setData(QUESTION_TYPE, question.encode())
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(place), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, none)
    # Qt hands a drop on only while a drag is going on, which without a screen cannot be.
    cards.dropEvent(event)


def test_dragging_into_and_within_the_order(console: ChairConsole, bench: Workbench) -> None:
    cards = console.board.lists[Lane.ORDER]
    second = cards.visualRect(cards.cards.index(1, 0))
    _drop(cards, SHOWN[0], second.topLeft() + QPoint(20, 4))
    _drop(cards, ORDER[2], QPoint(20, 2))
    assert _sent(bench) == [
        do.Queue(question=SHOWN[0], after=ORDER[0]),
        do.Queue(question=ORDER[2], after=None),
    ]
    assert _ids(console, Lane.ORDER) == [ORDER[2], ORDER[0], SHOWN[0], ORDER[1]]


def test_dropping_where_it_was_changes_nothing(console: ChairConsole, bench: Workbench) -> None:
    cards = console.board.lists[Lane.ORDER]
    place = cards.visualRect(cards.cards.index(1, 0)).center() + QPoint(0, 5)
    _drop(cards, ORDER[1], place)
    assert _sent(bench) == []


def test_dragging_into_shown_approves_or_takes_out_of_the_order(console: ChairConsole, bench: Workbench) -> None:
    cards = console.board.lists[Lane.SHOWN]
    _drop(cards, INBOX[0], QPoint(20, 20))
    _drop(cards, ORDER[0], QPoint(20, 20))
    _drop(cards, question_id(14), QPoint(20, 20))
    assert _sent(bench) == [do.Approve(question=INBOX[0]), do.Unqueue(question=ORDER[0])]


def test_a_key_never_hits_another_question_than_the_one_meant(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[1])
    _change(bench, INBOX[1], state=S.APPROVED, number=9)
    assert _selected(console) is None
    assert console.notice.sentence.startswith("Paper 1 #9 was moved by somebody else. Shown to everyone.")
    _key(console, Qt.Key.Key_A)
    assert _sent(bench) == []
    _key(console, Qt.Key.Key_J)
    assert _selected(console) == INBOX[0]


def test_votes_move_nothing_under_the_pointer(console: ChairConsole, bench: Workbench) -> None:
    cards = console.board.lists[Lane.SHOWN]
    point(cards, QPoint(30, 30))
    tallies = ((SHOWN[2], 99),)
    changes = Changes(revision=Revision(0), tally=Tally(200), tallies=tallies)
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    assert _ids(console, Lane.SHOWN) == SHOWN
    QApplication.sendEvent(cards, QEvent(QEvent.Type.Leave))
    assert _ids(console, Lane.SHOWN) == [SHOWN[2], SHOWN[0], SHOWN[1]]


def test_a_move_that_was_refused_leaves_nothing_expected(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[1])
    _key(console, Qt.Key.Key_A)
    id_ = CommandId(bench.outside.sent[0].command.id)
    bench.services.questions.take_refused(
        Refused(id=id_, code=RefusalCode.UNAVAILABLE, final=True, detail="Try again later.")
    )
    console.walk.select(Lane.INBOX, INBOX[1])
    _change(bench, INBOX[1], state=S.REJECTED)
    assert _selected(console) is None
    assert "was moved by somebody else" in console.notice.sentence


def test_what_is_told_is_spoken(console: ChairConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: spoken.append(event.message()))
    console.notice.tell("Since then it has changed again.", "Undo all 2, newest first (Shift+U)", lambda: None)
    assert spoken == ["Since then it has changed again. Undo all 2, newest first (Shift+U)"]


def test_a_conflict_is_told_in_place_and_the_drawing_taken_back(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_Q)
    id_ = CommandId(bench.outside.sent[0].command.id)
    detail = "The question has changed since you looked at it."
    bench.services.questions.take_refused(Refused(id=id_, code=RefusalCode.CONFLICT, final=True, detail=detail))
    assert console.notice.sentence == f"Paper 1 #4: {detail}"
    assert SHOWN[0] in _ids(console, Lane.SHOWN)


def test_a_held_key_does_not_run_through_the_inbox(console: ChairConsole, bench: Workbench) -> None:
    _key(console, Qt.Key.Key_J)
    cards = console.board.lists[Lane.INBOX]
    none = Qt.KeyboardModifier.NoModifier
    for _ in range(5):
        QApplication.sendEvent(cards, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none, "a", True))
    assert _sent(bench) == []


def test_a_button_that_has_the_focus_keeps_its_space_bar(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    approve = _button(console, "approve_button")
    approve.setFocus()
    press(approve, Qt.Key.Key_Space)
    assert _sent(bench) == [do.Approve(question=INBOX[0])]


def test_keys_work_wherever_the_focus_is(console: ChairConsole, bench: Workbench) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    approve = _button(console, "approve_button")
    approve.setFocus()
    press(approve, Qt.Key.Key_F)
    assert _sent(bench) == [do.Finish(question=ANSWERING)]


def test_arrows_cross_the_lanes(console: ChairConsole) -> None:
    _key(console, Qt.Key.Key_J)
    _key(console, Qt.Key.Key_Right)
    assert (console.walk.lane, _selected(console)) == (Lane.SHOWN, SHOWN[0])
    _key(console, Qt.Key.Key_Left)
    _key(console, Qt.Key.Key_Left)
    assert console.walk.lane is Lane.DONE


def test_one_card_is_selected_at_a_time(console: ChairConsole) -> None:
    console.walk.select(Lane.INBOX, INBOX[0])
    console.walk.select(Lane.ORDER, ORDER[0])
    selected = [lane for lane, cards in console.board.lists.items() if cards.selectionModel().hasSelection()]
    assert selected == [Lane.ORDER]


def test_the_sheet_of_keys_comes_and_goes(console: ChairConsole) -> None:
    press(console.board.lists[Lane.INBOX], Qt.Key.Key_Question, SHIFT)
    sheet = console.findChild(KeysSheet)
    assert sheet is not None
    assert sheet.isVisible()
    press(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_clock_runs_and_warns(console: ChairConsole, bench: Workbench) -> None:
    bench.go_to(DURING_RESEARCH + timedelta(minutes=19))
    time = console.header.findChild(type(console.header._time), "session_time")
    assert time is not None
    assert (time.text(), time.property("tone")) == ("1:00", "warn")
    bench.go_to(DURING_RESEARCH + timedelta(minutes=21))
    assert (time.text(), time.property("tone")) == ("1:00", "live")


def test_an_organizer_chooses_among_all_sessions(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(Grant(Role.ORGANIZER), now=DURING_RESEARCH)
    console = _console(bench, qtbot)
    assert console.session == RESEARCH
    menu = console.header.findChild(QToolButton, "session_choice")
    assert menu is not None
    titles = [action.text() for action in menu.menu().actions()]
    assert len(titles) == 5
    assert "Research Talk Q&&A Session" in titles
    menu.menu().actions()[1].trigger()
    assert console.session == SessionId("time-context-causality")
    assert _ids(console, Lane.INBOX) == [question_id(4)]


def test_a_grant_that_is_taken_back_empties_the_console(console: ChairConsole, bench: Workbench) -> None:
    bench.join()
    assert console.session is None


def test_how_we_stand_with_the_server_shows_where_it_is_not_well(console: ChairConsole, bench: Workbench) -> None:
    assert console.header._connection.text() == ""
    bench.connect(ConnectionKind.OFFLINE, waiting=2)
    assert console.header._connection.text() == "Offline, 2 to send"


def test_a_hidden_console_costs_nothing_and_is_right_when_shown(console: ChairConsole, bench: Workbench) -> None:
    console.hide()
    _change(bench, INBOX[0], state=S.REJECTED)
    assert INBOX[0] in _ids(console, Lane.INBOX)
    console.show()
    assert INBOX[0] not in _ids(console, Lane.INBOX)


def test_a_console_that_is_let_go_says_why(console: ChairConsole, bench: Workbench) -> None:
    detail = "This version of the program is too old for the server: update it."
    state = ConnectionState(kind=ConnectionKind.REFUSED, detail=detail, why=Why.OUTDATED)
    bench.services.connection.take(state)
    assert console.notice.sentence == detail
    assert console.header._connection.text() == "Update needed"
    bench.services.connection.take_notice("The room changes.")
    assert console.notice.sentence == "The server says: The room changes."
