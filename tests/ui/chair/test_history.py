"""A question's history in words, what can be undone of it, and the windows that a chair opens about a question."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.ids import AnswerId, ParticipantId, QuestionId, Revision, TalkId, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import Move, QaState, QuestionState
from personal_app.conference.rows import AnswerRow, MoveRow, OpeningMoveRow, QaRow, Row
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.ui.chair.answers_dialog import AnswersDialog
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.chair.history import entries, opening_entries
from personal_app.ui.chair.history_dialog import HistoryDialog
from personal_app.ui.chair.lanes import Lane
from personal_app.ui.tokens import Look
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH, question_id
from tests.ui.hands import click, press, write
from tests.ui.workbench import Workbench

S = QuestionState
SHOWN = question_id(8)
CHAIR = Grant(Role.CHAIR, RESEARCH)


def move(revision: int, made: Move, by: str = "Chiara", **fields: object) -> MoveRow:
    usual = {"source": S.PENDING, "target": S.APPROVED, "at": DURING_RESEARCH - timedelta(minutes=30 - revision)}
    return MoveRow(revision=Revision(revision), move=made, by=by, **{**usual, **fields})  # type: ignore[arg-type]


def opening(revision: int, qa: QaState | None, **fields: object) -> OpeningMoveRow:
    usual = {"move": Move.REGULATE, "moderated": True, "by": "Olga", "at": DURING_RESEARCH - timedelta(minutes=20)}
    return OpeningMoveRow(revision=Revision(revision), qa=qa, **{**usual, **fields})  # type: ignore[arg-type]


HISTORY = (
    move(1, Move.ASK, ""),
    move(2, Move.RETURN, reason="Which of the two tables do you mean?"),
    move(3, Move.EDIT, ""),
    move(4, Move.APPROVE),
    move(5, Move.NOTE, "Carlos", reason="Ask Tony first."),
    move(6, Move.QUEUE, undone=True),
    move(7, Move.UNDO),
    move(8, Move.ASSIGN, reason="Tony Ginart"),
    move(9, Move.DEFER, "Carlos"),
    move(10, Move.NOTE, off=True),
)
OPENINGS = (opening(3, QaState.PAUSED), opening(11, None, moderated=False))


def undo(history: Sequence[MoveRow]) -> dict[int, tuple[int, ...]]:
    told = entries(history)
    return {len(history) - at: entry.undo for at, entry in enumerate(told) if entry.undo}


def test_who_did_what_newest_first() -> None:
    assert [(entry.words, entry.said) for entry in entries(HISTORY)] == [
        ("Chiara took the note away", ""),
        ("Carlos promised an answer in writing", ""),
        ("Chiara asked Tony Ginart to answer it", ""),
        ("Chiara undid a move of it", ""),
        ("Chiara gave it a place in the speaking order", ""),
        ("Carlos left a note", "Ask Tony first."),
        ("Chiara approved it", ""),
        ("Its asker reworded it", ""),
        ("Chiara returned it for another wording", "Which of the two tables do you mean?"),
        ("Its asker asked it", ""),
    ]


def test_what_stands_on_a_move_is_undone_with_it_and_what_the_asker_did_is_not() -> None:
    assert undo(HISTORY) == {10: (10,), 9: (9,), 8: (8,), 5: (10, 5), 4: (9, 4)}


def test_a_talks_questions_in_words() -> None:
    told = opening_entries(OPENINGS)
    assert [(entry.words, entry.undo) for entry in told] == [
        ("Olga set the talk's questions: open by the program's times, shown at once", (11,)),
        ("Olga set the talk's questions: paused, each looked at by a chair first", (11, 3)),
    ]


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services(CHAIR, now=DURING_RESEARCH)


def _set(bench: Workbench, *rows: Row) -> None:
    revision = Revision(bench.services.questions.board.revision + 1)
    stamped = tuple(msgspec.structs.replace(row, revision=revision) for row in rows)
    changes = Changes(revision=revision, tally=Tally(0), set=stamped)
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    QApplication.processEvents()


def _with_history(bench: Workbench) -> None:
    drawn = bench.services.questions.board.question(SHOWN)
    assert drawn is not None
    row = msgspec.structs.replace(drawn.row, history=HISTORY)
    _set(bench, row, QaRow(talk=TalkId(MIXED), revision=Revision(1), moderated=False, history=OPENINGS))


def _opened(bench: Workbench, qtbot: QtBot, key: Qt.Key) -> ChairConsole:
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    console.show()
    console.walk.select(Lane.SHOWN, SHOWN)
    press(console.board.lists[Lane.SHOWN], key)
    QApplication.processEvents()
    return console


def _undo_buttons(dialog: HistoryDialog) -> list[QPushButton]:
    return [button for button in dialog.findChildren(QPushButton, "history_undo") if button.isVisible()]


def test_the_history_is_opened_by_its_key_and_undoes(bench: Workbench, qtbot: QtBot) -> None:
    _with_history(bench)
    console = _opened(bench, qtbot, Qt.Key.Key_I)
    dialog = console.findChild(HistoryDialog)
    assert dialog is not None
    assert [button.text() for button in _undo_buttons(dialog)] == [
        "Undo", "Undo", "Undo", "Undo with 1 later", "Undo with 1 later", "Undo", "Undo with 1 later",
    ]  # fmt: skip
    click(_undo_buttons(dialog)[4])
    click(_undo_buttons(dialog)[-1])
    assert [wish.command.do for wish in bench.outside.sent] == [
        do.Undo(question=SHOWN, moves=(9, 4)),
        do.UndoOpening(row=f"qa {MIXED}", moves=(11, 3)),
    ]


def test_the_history_follows_and_closes_with_its_question(bench: Workbench, qtbot: QtBot) -> None:
    console = _opened(bench, qtbot, Qt.Key.Key_I)
    dialog = console.findChild(HistoryDialog)
    assert dialog is not None
    assert _undo_buttons(dialog) == []
    _with_history(bench)
    assert len(_undo_buttons(dialog)) == 7
    gone = Changes(revision=Revision(10_000), tally=Tally(0), gone=(SHOWN,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=gone, mine=None)])
    assert not dialog.isVisible()


def test_a_chair_answers_in_writing(bench: Workbench, qtbot: QtBot) -> None:
    bench.connect()
    console = _opened(bench, qtbot, Qt.Key.Key_W)
    dialog = console.findChild(AnswersDialog)
    assert dialog is not None
    write(dialog.detail.editor.box, "See the second paper.")
    button = dialog.findChild(QPushButton, "answer_button")
    assert button is not None
    click(button)
    sent = bench.outside.sent[-1].command.do
    assert isinstance(sent, do.WriteAnswer)
    assert sent.text == "See the second paper."


def test_a_chair_takes_anybodys_answer_back(bench: Workbench, qtbot: QtBot) -> None:
    _set(bench, _answer_of("Tony Ginart"))
    console = _opened(bench, qtbot, Qt.Key.Key_W)
    dialog = console.findChild(AnswersDialog)
    assert dialog is not None
    retract = dialog.findChild(QPushButton, "answer_retract")
    assert retract is not None
    assert dialog.findChild(QPushButton, "answer_change") is None
    click(retract)
    assert bench.outside.sent[-1].command.do == do.RetractAnswer(question=SHOWN, answer="answer-of-somebody-0000")
    assert dialog.detail.editor.box.text == ""


def test_what_waits_for_a_chair_is_not_answered_yet(bench: Workbench, qtbot: QtBot) -> None:
    console = ChairConsole(bench.services)
    qtbot.addWidget(console)
    console.show()
    console.walk.select(Lane.INBOX, question_id(11))
    press(console.board.lists[Lane.INBOX], Qt.Key.Key_W)
    assert console.findChild(AnswersDialog) is None
    assert console.notice.sentence == "It cannot be answered in writing now: it is waiting for a chair."


def _answer_of(writer: str) -> AnswerRow:
    return AnswerRow(
        id=AnswerId("answer-of-somebody-0000"),
        question=QuestionId(SHOWN),
        writer=writer,
        text="In part.",
        written_at=DURING_RESEARCH,
        revision=Revision(1),
        by_author=True,
        participant=ParticipantId("tony"),
    )


def test_pictures(bench: Workbench, qtbot: QtBot, look: Look, picture: Callable[..., object]) -> None:
    _with_history(bench)
    console = _opened(bench, qtbot, Qt.Key.Key_I)
    dialog = console.findChild(HistoryDialog)
    assert dialog is not None
    picture(dialog, f"chair-history-{look}", 620, 560)
    _set(bench, _answer_of("Tony Ginart"))
    console.windows.answers()
    answers = console.findChild(AnswersDialog)
    assert answers is not None
    answers.detail.editor.box.setPlainText("See the second paper,")
    picture(answers, f"chair-answers-{look}", 640, 620)
    assert answers.detail.editor.box.text
