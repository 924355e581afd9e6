"""The desk as an author uses it: choose a question, offer to take it live, answer in writing, and lose no word."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import AnswerId, CommandId, ParticipantId, PersonId, QuestionId, Revision, Tally
from personal_app.conference.messages import Changes, Done, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import AnswerRow, DraftRow, Row, SpeakerRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.connection import ConnectionKind
from personal_app.ui.author.desk import AuthorDesk
from personal_app.ui.author.inbox import Filter
from personal_app.ui.plain_text import PlainLabel
from tests.ui.demo import DURING_RESEARCH, ME, MIXED, question_id
from tests.ui.hands import click, point, press, write
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
S = QuestionState
CTRL = Qt.KeyboardModifier.ControlModifier
QUEUED, SHOWN, ANSWERED = question_id(6), question_id(8), question_id(13)


@pytest.fixture
def bench(make_services: Make) -> Workbench:
    return make_services(Grant(Role.AUTHOR, MIXED), now=DURING_RESEARCH)


@pytest.fixture
def desk(bench: Workbench, qtbot: QtBot) -> AuthorDesk:
    desk = AuthorDesk(bench.services)
    qtbot.addWidget(desk)
    desk.show()
    return desk


def _button(desk: AuthorDesk, name: str) -> QPushButton:
    button = desk.findChild(QPushButton, name)
    assert button is not None
    return button


def _change(bench: Workbench, question: QuestionId, **fields: object) -> None:
    drawn = bench.services.questions.board.question(question)
    assert drawn is not None
    revision = Revision(bench.services.questions.board.revision + 1)
    row = msgspec.structs.replace(drawn.row, revision=revision, moved=revision, **fields)
    changes = Changes(revision=revision, tally=Tally(0), set=(row,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def _sent(bench: Workbench) -> list[do.Do]:
    return [wish.command.do for wish in bench.outside.sent]


def _texts(desk: AuthorDesk) -> list[str]:
    return [label.text() for label in desk.detail.findChildren(PlainLabel) if label.isVisible()]


def test_the_first_open_question_is_shown_large(desk: AuthorDesk) -> None:
    assert desk.question == question_id(5)
    assert "What does the mixed dimension cost at training time?" in _texts(desk)
    assert _button(desk, "filter_open").text() == "Open 5"


def test_choosing_by_keyboard(desk: AuthorDesk) -> None:
    press(desk.list, Qt.Key.Key_Down)
    assert desk.question == QUEUED
    assert "Can the dimension per feature be learnt instead of set by popularity?" in _texts(desk)


def test_an_offer_is_made_shown_and_taken_back(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    take = _button(desk, "take_live_button")
    click(take)
    assert take.text() == "Take the offer back"
    assert "Offered, on its way to the chairs." in _texts(desk)
    click(take)
    assert take.text() == "Take it live"
    assert _sent(bench) == [do.Offer(question=SHOWN, active=True), do.Offer(question=SHOWN, active=False)]


def test_what_is_answered_cannot_be_taken_live(desk: AuthorDesk, qtbot: QtBot) -> None:
    desk.choose(ANSWERED)
    assert not _button(desk, "take_live_button").isVisible()
    qtbot.waitUntil(lambda: "About 200 million rows; it went from 51 GB to a little under 4 GB." in _texts(desk))


def test_a_written_answer_is_sent_and_drawn(desk: AuthorDesk, bench: Workbench, qtbot: QtBot) -> None:
    desk.choose(SHOWN)
    write(desk.detail.editor.box, "It does.")
    press(desk.detail.editor.box, Qt.Key.Key_Return, CTRL)
    (sent,) = _sent(bench)
    assert isinstance(sent, do.WriteAnswer)
    assert (sent.question, sent.text) == (SHOWN, "It does.")
    assert desk.detail.editor.box.text == ""
    qtbot.waitUntil(lambda: "It does." in _texts(desk))
    assert desk.question == SHOWN
    assert "Sent." in _texts(desk)
    assert SHOWN not in [card.id for card in desk.list.cards.rows]
    click(_button(desk, "filter_answered"))
    assert desk.filter is Filter.ANSWERED
    assert SHOWN in [card.id for card in desk.list.cards.rows]


def test_offline_an_answer_says_that_it_will_be_sent(desk: AuthorDesk, bench: Workbench) -> None:
    bench.connect(ConnectionKind.OFFLINE)
    desk.choose(SHOWN)
    write(desk.detail.editor.box, "It does.")
    click(_button(desk, "answer_button"))
    assert "It will be sent when the server is back." in _texts(desk)


def test_drafts_are_kept_per_question(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    write(desk.detail.editor.box, "half an answer")
    desk.choose(QUEUED)
    assert desk.detail.editor.box.text == ""
    desk.choose(SHOWN)
    assert desk.detail.editor.box.text == "half an answer"
    bench.services.drafts.flush()
    assert bench.outside.kept == {f"answer:{SHOWN}": "half an answer"}


def test_a_draft_that_the_cache_brings_late_still_comes_back(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    bench.services.drafts.take({f"answer:{SHOWN}": "half an answer"})
    assert desk.detail.editor.box.text == "half an answer"
    assert _button(desk, "answer_button").isEnabled()


def test_a_draft_is_not_touched_by_what_happens_meanwhile(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    write(desk.detail.editor.box, "half an answer")
    _change(bench, SHOWN, state=S.QUEUED, order=1 << 22)
    _change(bench, QUEUED, state=S.ANSWERING)
    _change(bench, SHOWN, state=S.ANSWERED)
    assert desk.question == SHOWN
    assert desk.detail.editor.box.text == "half an answer"


def test_an_answer_too_long_stays(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    desk.detail.editor.box.setPlainText("x" * 4001)
    assert not _button(desk, "answer_button").isEnabled()
    press(desk.detail.editor.box, Qt.Key.Key_Return, CTRL)
    assert _sent(bench) == []
    assert "The answer has 4001 characters, and 4000 is the most: shorten it by 1." in _texts(desk)


def test_a_refused_answer_gives_its_text_back(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    write(desk.detail.editor.box, "It does.")
    click(_button(desk, "answer_button"))
    desk.choose(QUEUED)
    id_ = CommandId(bench.outside.sent[0].command.id)
    detail = "The question has changed since you looked at it."
    bench.services.questions.take_refused(Refused(id=id_, code=RefusalCode.CONFLICT, final=True, detail=detail))
    assert desk.refused.sentence == detail
    click(_button(desk, "refused_again"))
    assert desk.question == SHOWN
    assert desk.detail.editor.box.text == "It does."


def test_being_up_next_is_told_and_forces_nothing(desk: AuthorDesk, bench: Workbench) -> None:
    _change(bench, QUEUED, order=-1)
    assert desk.cue_strip.words == "Up next is a question about your talk"
    click(_button(desk, "cue_take"))
    assert _sent(bench) == [do.Offer(question=QUEUED, active=True)]
    assert desk.cue_strip.words == "You are up next"
    click(_button(desk, "cue_show"))
    assert desk.question == QUEUED


def test_who_is_answering_can_finish_or_put_back(desk: AuthorDesk, bench: Workbench) -> None:
    _change(bench, question_id(5), answerer=SpeakerRow(ME, ParticipantId("ada")))
    assert desk.cue_strip.words == "You are answering"
    click(_button(desk, "cue_finish"))
    assert _sent(bench) == [do.Finish(question=question_id(5))]


def test_votes_move_nothing_under_the_pointer(desk: AuthorDesk, bench: Workbench) -> None:
    before = [card.id for card in desk.list.cards.rows]
    point(desk.list, QPoint(30, 30))
    changes = Changes(revision=Revision(0), tally=Tally(200), tallies=((before[-1], 99),))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    assert [card.id for card in desk.list.cards.rows] == before
    QApplication.sendEvent(desk.list, QEvent(QEvent.Type.Leave))
    assert [card.id for card in desk.list.cards.rows] == [*before[:3], before[-1], *before[3:-1]]


def test_a_moment_goes_to_the_talks_recording(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    click(_button(desk, "detail_position"))
    assert bench.services.playback.state.talk == MIXED
    assert bench.services.playback.position_ms() == 240_000


def _flags(desk: AuthorDesk, question: QuestionId) -> list[str]:
    return next([flag.words for flag in card.flags] for card in desk.list.cards.rows if card.id == question)


def test_what_a_chair_asks_of_the_author_is_seen_at_once(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(Grant(Role.AUTHOR, MIXED), now=DURING_RESEARCH)
    bench.join(Grant(Role.AUTHOR, MIXED), name="Tony Ginart")
    desk = AuthorDesk(bench.services)
    qtbot.addWidget(desk)
    desk.show()
    _change(bench, question_id(5), state=S.ANSWERED)
    for question in (QUEUED, question_id(7), question_id(15)):
        _change(bench, question, state=S.APPROVED)
    _change(bench, SHOWN, assigned=PersonId("tony-ginart"), follow_up=True)
    _change(bench, question_id(9), assigned=PersonId("udit-gupta"))
    assert _flags(desk, SHOWN) == ["Follow-up", "Assigned to you"]
    assert _flags(desk, question_id(9)) == ["Assigned to Udit Gupta"]
    assert desk.cue_strip.words == "A chair asks you to answer this one"
    click(_button(desk, "cue_show"))
    assert desk.question == SHOWN
    assert [chip.text for chip in desk.detail._flags if chip.isVisible()] == ["Follow-up", "Assigned to you"]
    click(_button(desk, "cue_take"))
    assert [wish.command.do for wish in bench.outside.sent] == [do.Offer(question=SHOWN)]
    assert desk.cue_strip.words == ""


def test_an_author_marks_for_follow_up(desk: AuthorDesk, bench: Workbench) -> None:
    desk.choose(SHOWN)
    button = _button(desk, "follow_up_button")
    click(button)
    assert button.text() == "Take the follow-up mark away"
    assert _flags(desk, SHOWN) == ["Follow-up"]
    click(button)
    assert [wish.command.do for wish in bench.outside.sent] == [
        do.FollowUp(question=SHOWN),
        do.FollowUp(question=SHOWN, active=False),
    ]
    assert [chip.text for chip in desk.detail._flags if chip.isVisible()] == []


# -- what was written, and what is being written -------------------------------------------------------------------

ADA, BEA = ParticipantId("ada"), ParticipantId("bea")


def _set(bench: Workbench, *rows: Row) -> None:
    changes = Changes(revision=rows[-1].revision, tally=Tally(0), set=rows)
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    # What is new in a layout is shown in the next turn of the loop.
    QApplication.processEvents()


def _draft(bench: Workbench, text: str, by: str = "Bea", participant: ParticipantId = BEA) -> DraftRow:
    revision = Revision(bench.services.questions.board.revision + 1)
    row = DraftRow(question=SHOWN, text=text, by=by, participant=participant, at=bench.clock.now, revision=revision)
    _set(bench, row)
    return row


def _written(bench: Workbench, participant: ParticipantId, **fields: object) -> AnswerRow:
    revision = Revision(bench.services.questions.board.revision + 1)
    row = AnswerRow(
        id=AnswerId("answer-of-somebody-0000"),
        question=SHOWN,
        writer="Somebody",
        text="Because it is so.",
        written_at=bench.clock.now,
        revision=revision,
        by_author=True,
        participant=participant,
        **fields,  # type: ignore[arg-type]
    )
    _set(bench, row)
    return row


def _saved(bench: Workbench) -> do.SaveDraft:
    bench.services.shared_drafts.save_now()
    wanted = bench.outside.sent[-1].command.do
    assert isinstance(wanted, do.SaveDraft)
    return wanted


def _acknowledge(bench: Workbench, text: str) -> None:
    id_ = CommandId(bench.outside.sent[-1].command.id)
    row = _draft(bench, text, ME, ADA)
    bench.services.questions.take_done(Done(id=id_, revision=row.revision, tally=Tally(0)))


@pytest.fixture
def live(desk: AuthorDesk, bench: Workbench) -> AuthorDesk:
    bench.connect()
    desk.choose(SHOWN)
    return desk


def test_what_is_written_is_shared_and_ends_with_the_answer(live: AuthorDesk, bench: Workbench) -> None:
    write(live.detail.editor.box, "Becau")
    assert _saved(bench) == do.SaveDraft(question=SHOWN, text="Becau")
    _acknowledge(bench, "Becau")
    assert "A draft that the talk's authors and chairs see" in _texts(live)
    write(live.detail.editor.box, "se.")
    saved = _saved(bench)
    assert (saved.text, saved.draft) == ("Because.", bench.services.questions.board.revision)
    click(_button(live, "answer_button"))
    sent = _sent(bench)[-1]
    assert isinstance(sent, do.WriteAnswer)
    assert (sent.text, sent.draft) == ("Because.", saved.draft)


def test_what_a_co_author_writes_is_seen_as_it_grows(live: AuthorDesk, bench: Workbench) -> None:
    _draft(bench, "It is")
    assert live.detail.editor.box.text == "It is"
    assert live.detail.editor.others.words == "Bea is writing this answer…"
    _draft(bench, "It is so")
    assert live.detail.editor.box.text == "It is so"
    bench.go_to(bench.clock.now + timedelta(minutes=4))
    assert live.detail.editor.others.words == "Begun by Bea, 4 min ago. You can go on with it."
    _draft(bench, "")
    assert (live.detail.editor.box.text, live.detail.editor.others.words) == ("", "")
    assert _sent(bench) == []


@pytest.mark.parametrize("keep", [True, False])
def test_nothing_is_overwritten_before_the_author_says_whose_words_stay(
    live: AuthorDesk, bench: Workbench, *, keep: bool
) -> None:
    editor = live.detail.editor
    write(editor.box, "Mine")
    theirs = _draft(bench, "Theirs")
    assert editor.box.text == "Mine"
    bench.services.shared_drafts.save_now()
    assert _sent(bench) == []
    assert "Bea has written on this answer too" in editor.others.words
    assert "Theirs" in _texts(live)
    click(_button(live, "keep_mine_button" if keep else "take_theirs_button"))
    assert editor.box.text == ("Mine" if keep else "Theirs")
    assert _sent(bench) == ([do.SaveDraft(question=SHOWN, text="Mine", draft=theirs.revision)] if keep else [])


def test_a_save_that_came_too_late_asks_whose_words_stay(live: AuthorDesk, bench: Workbench) -> None:
    write(live.detail.editor.box, "Mine")
    _saved(bench)
    id_ = CommandId(bench.outside.sent[-1].command.id)
    _draft(bench, "Theirs")
    assert live.detail.editor.box.text == "Mine"
    bench.services.questions.take_refused(Refused(id=id_, code=RefusalCode.CONFLICT, final=True, detail="Bea has."))
    assert "Bea has written on this answer too" in live.detail.editor.others.words
    assert not live.refused.isVisible()
    assert live.detail.editor.box.text == "Mine"


def test_without_the_server_a_draft_waits_here(live: AuthorDesk, bench: Workbench) -> None:
    bench.connect(ConnectionKind.OFFLINE)
    write(live.detail.editor.box, "Becau")
    bench.services.shared_drafts.save_now()
    assert _sent(bench) == []
    assert "A draft, kept on this computer" in _texts(live)
    bench.connect()
    assert _saved(bench).text == "Becau"


def test_words_of_before_a_restart_do_not_overwrite_a_co_authors(bench: Workbench, qtbot: QtBot) -> None:
    bench.services.drafts.save(f"answer:{SHOWN}", "Mine of yesterday")
    _draft(bench, "Theirs of today")
    bench.connect()
    desk = AuthorDesk(bench.services)
    qtbot.addWidget(desk)
    desk.show()
    desk.choose(SHOWN)
    assert desk.detail.editor.box.text == "Mine of yesterday"
    assert "Bea has written on this answer too" in desk.detail.editor.others.words
    bench.services.shared_drafts.save_now()
    assert _sent(bench) == []


def test_ones_own_answer_is_reworded(live: AuthorDesk, bench: Workbench) -> None:
    write(live.detail.editor.box, "A second answer")
    known = _written(bench, ADA)
    click(_button(live, "answer_change"))
    editor = live.detail.editor
    assert editor.box.text == known.text
    assert not _button(live, "answer_button").isEnabled()
    write(editor.box, " Indeed.")
    click(_button(live, "answer_button"))
    assert _sent(bench)[-1] == do.WriteAnswer(question=SHOWN, answer=known.id, text="Because it is so. Indeed.")
    assert editor.box.text == "A second answer"


def test_rewording_can_be_left(live: AuthorDesk, bench: Workbench) -> None:
    _written(bench, ADA, edited=True)
    assert "edited just now" in _texts(live)
    click(_button(live, "answer_change"))
    write(live.detail.editor.box, " No.")
    click(_button(live, "answer_cancel"))
    assert live.detail.editor.box.text == ""
    assert _sent(bench) == []


def test_an_answer_taken_back_is_a_draft_again(live: AuthorDesk, bench: Workbench) -> None:
    known = _written(bench, ADA)
    click(_button(live, "answer_retract"))
    assert _sent(bench) == [do.RetractAnswer(question=SHOWN, answer=known.id)]
    assert live.detail.editor.box.text == known.text


def test_a_co_authors_answer_is_theirs(live: AuthorDesk, bench: Workbench) -> None:
    _written(bench, BEA)
    assert live.findChild(QPushButton, "answer_change") is None
    assert live.findChild(QPushButton, "answer_retract") is None


def test_words_do_not_go_with_a_question_that_is_hidden(live: AuthorDesk, bench: Workbench) -> None:
    write(live.detail.editor.box, "Because")
    _saved(bench)
    _acknowledge(bench, "Because")
    revision = Revision(bench.services.questions.board.revision + 1)
    gone = Changes(revision=revision, tally=Tally(0), gone=(SHOWN,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=gone, mine=None)])
    assert bench.services.drafts.load(f"answer:{SHOWN}") == "Because"


def test_what_one_person_wrote_is_not_saved_as_another(live: AuthorDesk, bench: Workbench) -> None:
    write(live.detail.editor.box, "Because")
    who = bench.services.profile.identity
    assert who is not None
    bench.services.profile.take(msgspec.structs.replace(who, participant="somebody else"))
    bench.services.shared_drafts.save_now()
    assert _sent(bench) == []
