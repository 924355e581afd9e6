"""Cards react to mouse, keys and menu alike, stay in place, and are laid out so that nothing is lost or overlaps."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import AnswerId, QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import AnswerRow, MarkRow, QuestionRow
from personal_app.ui.cards.card import Card, Showing, card, spoken
from personal_app.ui.cards.card_list import CardAction, CardList
from personal_app.ui.cards.face import Part, face
from personal_app.ui.theme import Theme
from tests.ui.hands import click, click_twice, drag, point, press

NOW = datetime(2020, 5, 29, 17, 0, tzinfo=UTC)
S = QuestionState
VOTING = Showing(may_vote=True)


def _drawn(number: int, text: str = "Why?", votes: int = 0, **fields: object) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(f"q{number}"),
        session=SessionId("s"),
        talk=TalkId("t"),
        text=text,
        state=S.APPROVED,
        asked_at=NOW - timedelta(minutes=number),
        revision=Revision(number),
        moved=Revision(number),
        number=number,
        position_ms=751_000,
        asker="Mei Chen",
    )
    return DrawnQuestion(row=msgspec.structs.replace(row, **fields), votes=votes)


def _cards(count: int) -> list[Card]:
    return [card(_drawn(number, f"Question {number}: why is that so?", number), VOTING) for number in range(count)]


@pytest.fixture
def shown(qtbot: QtBot) -> CardList:
    cards = CardList(lambda: NOW, "cards", "Questions")
    qtbot.addWidget(cards)
    cards.resize(340, 400)
    cards.show()
    cards.set_cards(_cards(60))
    return cards


def _click(cards: CardList, question: str, part: Part) -> None:
    place = cards.place_of(QuestionId(question), part)
    assert place is not None
    click(cards, place)


def test_a_click_on_the_count_votes(qtbot: QtBot, shown: CardList) -> None:
    with qtbot.waitSignal(shown.vote_clicked) as voted:
        _click(shown, "q2", Part.VOTE)
    assert voted.args == ["q2"]


def test_two_quick_clicks_are_two(shown: CardList) -> None:
    clicks: list[str] = []
    shown.vote_clicked.connect(clicks.append)
    place = shown.place_of(QuestionId("q1"), Part.VOTE)
    assert place is not None
    click_twice(shown, place)
    assert clicks == ["q1", "q1"]


def test_a_click_on_the_moment_asks_to_go_there(qtbot: QtBot, shown: CardList) -> None:
    with qtbot.waitSignal(shown.position_clicked) as moved:
        _click(shown, "q2", Part.POSITION)
    assert moved.args == ["q2", 751_000]


def test_a_press_that_ends_elsewhere_does_nothing(qtbot: QtBot, shown: CardList) -> None:
    place = shown.place_of(QuestionId("q1"), Part.VOTE)
    assert place is not None
    with qtbot.assertNotEmitted(shown.vote_clicked):
        drag(shown, place, place + QPoint(0, 120))


def test_keys_reach_what_the_mouse_does(qtbot: QtBot, shown: CardList) -> None:
    shown.select(QuestionId("q3"))
    with qtbot.waitSignal(shown.vote_clicked) as voted:
        press(shown, Qt.Key.Key_V)
    assert voted.args == ["q3"]
    with qtbot.waitSignal(shown.position_clicked):
        press(shown, Qt.Key.Key_T)
    press(shown, Qt.Key.Key_Down)
    assert shown.current is not None
    assert shown.current.id == "q4"


def test_copying_takes_the_question_alone(shown: CardList) -> None:
    shown.select(QuestionId("q3"))
    press(shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Question 3: why is that so?"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_K])
def test_other_keys_are_left_to_whoever_holds_the_list(shown: CardList, key: Qt.Key) -> None:
    shown.select(QuestionId("q3"))
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(shown, event)
    assert not event.isAccepted()


def test_the_menu_holds_what_the_card_can_do(qtbot: QtBot, shown: CardList) -> None:
    done: list[str] = []
    shown.menu_actions = lambda on: [CardAction("Q&A move", lambda: done.append(on.id))]
    shown.select(QuestionId("q1"))
    assert shown.current is not None
    menu = shown._menu(shown.current)
    qtbot.addWidget(menu)
    words = [action.text() for action in menu.actions()]
    assert words == ["Vote for this", "Go to the moment it asks about", "Q&&A move", "Copy the text"]
    menu.actions()[2].trigger()
    assert done == ["q1"]
    menu.actions()[3].trigger()
    assert QApplication.clipboard().text() == "Question 1: why is that so?"


def test_the_menu_opens_on_the_card_it_is_asked_for(qtbot: QtBot, shown: CardList) -> None:
    shown.select(QuestionId("q0"))
    place = shown.visualRect(shown.cards.index(2, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, shown.viewport().mapToGlobal(place))
    QApplication.sendEvent(shown.viewport(), event)
    assert shown.current is not None
    assert shown.current.id == "q2"
    menu = shown.findChild(QMenu)
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    menu.close()


def test_what_is_in_view_stays_when_cards_come_above_it(shown: CardList) -> None:
    shown.verticalScrollBar().setValue(300)
    before = shown.indexAt(QPoint(4, 0)).row()
    top = shown.visualRect(shown.indexAt(QPoint(4, 0))).top()
    held = shown.cards.row(shown.cards.index(before, 0))
    assert held is not None
    shown.set_cards([*(card(_drawn(100 + n, "New " * 30), VOTING) for n in range(3)), *_cards(60)])
    index = shown.indexAt(QPoint(4, 0))
    now = shown.cards.row(index)
    assert now is not None
    assert (now.id, shown.visualRect(index).top()) == (held.id, top)


def test_what_is_in_view_stays_even_where_a_page_ends(shown: CardList) -> None:
    bar = shown.verticalScrollBar()
    bar.setValue(bar.maximum())
    index = shown.indexAt(QPoint(4, 0))
    top, held, below = shown.visualRect(index).top(), shown.cards.row(index), shown.cards.rowCount() - index.row()
    assert held is not None
    shown.set_cards([*(card(_drawn(100 + n, "New " * 9), VOTING) for n in range(50)), *_cards(60)])
    index = shown.indexAt(QPoint(4, 0))
    now = shown.cards.row(index)
    assert now is not None
    assert (now.id, shown.visualRect(index).top()) == (held.id, top)
    assert shown.cards.rowCount() - index.row() >= below


_BOARDS = st.lists(st.integers(0, 80), unique=True, min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(first=_BOARDS, script=st.lists(st.tuples(_BOARDS, st.integers(0, 3000), st.integers(0, 59)), max_size=4))
def test_whatever_comes_the_chosen_card_and_what_is_in_view_stay(
    qapp: object, first: list[int], script: list[tuple[list[int], int, int]]
) -> None:
    assert qapp is not None
    cards = {number: card(_drawn(number, "word " * (number % 30 + 1)), VOTING) for number in range(81)}
    shown = CardList(lambda: NOW, "cards", "Questions")
    shown.resize(340, 400)
    shown.show()
    shown.set_cards([cards[number] for number in first])
    for board, scroll, choice in script:
        rows, bar = shown.cards.rows, shown.verticalScrollBar()
        chosen = rows[choice % len(rows)]
        shown.setCurrentIndex(shown.cards.index_of(chosen.id))
        bar.setValue(scroll)
        index = shown.indexAt(QPoint(4, 0))
        top, in_view, scrolled = shown.visualRect(index).top(), shown.cards.row(index), bar.value() > 0
        shown.set_cards([cards[number] for number in board])
        assert shown.current is (chosen if chosen in shown.cards.rows else None)
        stays = in_view is not None and in_view in shown.cards.rows
        # At either end of the list there is nothing to scroll by.
        if scrolled and in_view is not None and stays and 0 < bar.value() < bar.maximum():
            assert shown.visualRect(shown.cards.index_of(in_view.id)).top() == top
    shown.close()
    shown.deleteLater()


def test_at_the_top_new_cards_show(shown: CardList) -> None:
    shown.set_cards([card(_drawn(100, "New"), VOTING), *_cards(60)])
    first = shown.cards.row(shown.indexAt(QPoint(4, 4)))
    assert first is not None
    assert first.id == "q100"


def test_the_selection_stays_with_its_card(shown: CardList) -> None:
    shown.select(QuestionId("q5"))
    shown.set_cards(_cards(60)[::-1])
    assert shown.current is not None
    assert shown.current.id == "q5"


def test_no_other_card_becomes_current_when_the_current_one_goes(qtbot: QtBot, shown: CardList) -> None:
    shown.select(QuestionId("q5"))
    with qtbot.assertNotEmitted(shown.current_changed):
        shown.set_cards([*_cards(5), *_cards(60)[6:]])
    assert shown.current is None
    assert not shown.selectionModel().hasSelection()


def test_focus_alone_chooses_no_card(qtbot: QtBot) -> None:
    cards = CardList(lambda: NOW, "cards", "Questions")
    qtbot.addWidget(cards)
    cards.set_cards(_cards(3))
    cards.setFocus()
    with qtbot.assertNotEmitted(cards.current_changed):
        cards.show()
        qtbot.waitUntil(cards.hasFocus)
    assert cards.current is None


def test_the_selected_card_is_shown_however_far_down_it_moves(shown: CardList) -> None:
    shown.select(QuestionId("q1"))
    shown.set_cards([*_cards(60)[2:], *_cards(2)])
    assert shown.current is not None
    assert (shown.current.id, shown.currentIndex().row()) == ("q1", 59)


def test_more_cards_come_before_the_end_is_reached(qtbot: QtBot, shown: CardList) -> None:
    first = shown.cards.rowCount()
    assert first < 60
    shown.verticalScrollBar().setValue(shown.verticalScrollBar().maximum() - 60)
    qtbot.waitUntil(lambda: shown.cards.rowCount() > first)
    assert shown.select(QuestionId("q59"))


def test_a_long_text_shows_a_few_lines_until_all_are_wanted(shown: CardList) -> None:
    long = card(_drawn(1, "word " * 400), VOTING)
    shown.set_cards([long, *_cards(0)])
    short = shown.delegate.face_of(long).height
    _click(shown, "q1", Part.MORE)
    assert shown.delegate.face_of(long).height > 2 * short
    press(shown, Qt.Key.Key_Return)
    assert shown.delegate.face_of(long).height == short


def test_a_card_that_grows_gets_its_room(shown: CardList) -> None:
    cards = _cards(3)
    shown.set_cards(cards)
    before = shown.visualRect(shown.cards.index(1, 0)).top()
    answer = AnswerRow(
        id=AnswerId("a"), question=cards[0].id, writer="W", text="because " * 20, written_at=NOW, revision=Revision(2)
    )
    grown = msgspec.structs.replace(cards[0].question, answers=(answer,))
    shown.set_cards([card(grown, VOTING), *cards[1:]])
    assert shown.visualRect(shown.cards.index(1, 0)).top() > before + 40


def test_pointing_is_told_until_the_pointer_leaves(qtbot: QtBot, shown: CardList) -> None:
    point(shown, QPoint(30, 30))
    assert shown.pointed
    with qtbot.waitSignal(shown.pointer_left):
        QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))
    assert not shown.pointed


def test_a_card_says_everything_to_a_screen_reader() -> None:
    answer = AnswerRow(
        id=AnswerId("a"), question=QuestionId("q7"), writer="Yves", text="Yes.", written_at=NOW, revision=Revision(2)
    )
    drawn = msgspec.structs.replace(_drawn(7, votes=1, state=S.ANSWERED), answers=(answer,), voted=True)
    said = spoken(card(drawn, VOTING))
    for words in ("#7", "Why?", "asked by Mei Chen", "Answered in writing", "1 vote", "you voted", "Yves: Yes."):
        assert words in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    text=st.text(min_size=1, max_size=400),
    name=st.text(min_size=1, max_size=80),
    reason=st.text(max_size=60),
    state=st.sampled_from(S),
    width=st.integers(140, 900),
    number=st.none() | st.integers(1, 99_999),
)
def test_no_text_breaks_a_face_or_leaves_it(
    qapp: object, text: str, name: str, reason: str, state: S, width: int, number: int | None
) -> None:
    assert qapp is not None
    drawn = _drawn(1, text, 12_345, asker=name, reason=reason, state=state, mark=MarkRow(NOW, 9_000))
    drawn = msgspec.structs.replace(drawn, row=msgspec.structs.replace(drawn.row, number=number))
    made = face(card(drawn, VOTING), width, Theme.of_app(), expanded=False)
    for words in made.words:
        bottom = words.where.y() + words.layout.boundingRect().bottom()
        assert bottom <= made.height
    for line in made.lines:
        assert line.where.bottom() <= made.height
    for part, where in made.parts.items():
        assert where.left() >= 0, part
        assert where.bottom() <= made.height, part


def test_a_larger_text_scale_makes_larger_cards(shown: CardList) -> None:
    theme = Theme.of_app()
    small = shown.delegate.face_of(_cards(1)[0]).height
    theme.set_scale(2.0)
    try:
        assert shown.delegate.face_of(_cards(1)[0]).height > 1.5 * small
    finally:
        theme.set_scale(1.0)
