"""Ten thousand cards are scrolled, walked and found like ten, and what is measured is what is seen."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.cards.card import Card, Showing, card
from personal_app.ui.cards.card_list import CardList
from personal_app.ui.models.made_rows import MadeRows
from tests.ui.hands import press

NOW = datetime(2020, 5, 29, 17, 0, tzinfo=UTC)
COUNT = 10_000


class _Long(CardList):
    """Counts what it has to measure."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW, "cards", "Questions")
        self.measured: set[int] = set()

    def measure_row(self, row: int) -> int:
        self.measured.add(row)
        return super().measure_row(row)

    def top_row(self) -> tuple[int, int]:
        """Return the first row in view, and how far its top is from the viewport's."""
        index = self.indexAt(QPoint(4, 0))
        return index.row(), self.visualRect(index).top()

    def gaps(self) -> list[int]:
        """Return where in the viewport cards do not follow each other, or are not as high as they are painted."""
        row, y = self.top_row()
        found = []
        while y < self.viewport().height() and row < self.cards.rowCount():
            index = self.cards.index(row, 0)
            where, shown = self.visualRect(index), self.cards.row(index)
            assert shown is not None
            if where.top() != y or where.height() != self.delegate.face_of(shown).height:
                found.append(y)
            row, y = row + 1, where.bottom() + 1
        return found


def _question(number: int) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(f"q{number}"),
        session=SessionId("s"),
        talk=TalkId("t"),
        text=f"Question {number}: " + "why is that so? " * (number * 7 % 23),
        state=QuestionState.APPROVED,
        asked_at=NOW - timedelta(seconds=number),
        revision=Revision(1),
        moved=Revision(1),
        number=number,
    )
    return DrawnQuestion(row=row)


def _rows(first: int = 0) -> MadeRows[DrawnQuestion, Card]:
    return MadeRows([_question(number) for number in range(first, COUNT)], lambda each: card(each, Showing()))


@pytest.fixture
def shown(qtbot: QtBot) -> _Long:
    cards = _Long()
    qtbot.addWidget(cards)
    cards.resize(340, 500)
    cards.show()
    cards.set_cards(_rows())
    return cards


def test_what_is_not_seen_is_not_measured(shown: _Long) -> None:
    assert len(shown.measured) < 12
    assert shown.gaps() == []


def test_scrolling_moves_what_is_in_view_by_just_as_much(shown: _Long) -> None:
    bar = shown.verticalScrollBar()
    for step in (40, 72, 300, -40, -150, 72, 72, -200):
        row, top = shown.top_row()
        bar.setValue(bar.value() + step)
        assert shown.gaps() == []
        if bar.value() > 0:
            assert shown.visualRect(shown.cards.index(row, 0)).top() == top - step


def test_a_card_far_below_is_brought_into_view(shown: _Long) -> None:
    assert shown.select(QuestionId("q7000"))
    where = shown.visualRect(shown.currentIndex())
    assert where.top() >= 0
    assert where.bottom() < shown.viewport().height()
    assert shown.gaps() == []
    assert len(shown.measured) < 30
    for _ in range(20):
        press(shown, Qt.Key.Key_Up)
    assert shown.current is not None
    assert shown.current.id == "q6980"
    assert shown.gaps() == []
    row = shown.top_row()[0]
    assert abs(row - 6980) < 8


def test_the_end_is_reached_whatever_was_guessed(shown: _Long) -> None:
    bar = shown.verticalScrollBar()
    while shown.cards.rowCount() < COUNT or bar.value() < bar.maximum():
        bar.setValue(bar.maximum())
    last = shown.visualRect(shown.cards.index(COUNT - 1, 0))
    assert last.bottom() + 1 == shown.viewport().height()
    assert shown.gaps() == []
    assert len(shown.measured) < COUNT / 2


def test_pages_and_ends_by_key(shown: _Long) -> None:
    shown.select(QuestionId("q0"))
    press(shown, Qt.Key.Key_PageDown)
    assert shown.current is not None
    paged = shown.currentIndex().row()
    assert 2 <= paged <= 10
    press(shown, Qt.Key.Key_PageUp)
    press(shown, Qt.Key.Key_End)
    assert shown.currentIndex().row() > paged
    press(shown, Qt.Key.Key_Home)
    assert (shown.current.id, shown.verticalScrollBar().value()) == ("q0", 0)


@pytest.mark.parametrize(
    ("hint", "place"),
    [
        (QAbstractItemView.ScrollHint.PositionAtTop, "top"),
        (QAbstractItemView.ScrollHint.PositionAtBottom, "bottom"),
        (QAbstractItemView.ScrollHint.PositionAtCenter, "middle"),
    ],
)
def test_a_card_is_put_where_it_is_wanted(shown: _Long, hint: QAbstractItemView.ScrollHint, place: str) -> None:
    shown.cards.index_of(QuestionId("q340"))
    index = shown.cards.index_of(QuestionId("q300"))
    shown.scrollTo(index, hint)
    where, room = shown.visualRect(index), shown.viewport().height()
    above, below = where.top(), room - where.bottom() - 1
    assert {"top": above == 0, "bottom": below == 0, "middle": abs(above - below) <= 1}[place]
    assert shown.gaps() == []


def test_back_at_the_top_a_change_costs_a_page(shown: _Long) -> None:
    shown.select(QuestionId("q9000"))
    shown.select(None)
    shown.verticalScrollBar().setValue(0)
    shown.set_cards(_rows(1))
    assert shown.cards.rowCount() < 100
    assert shown.gaps() == []


def test_what_is_in_view_far_below_stays_when_cards_above_it_go(shown: _Long) -> None:
    shown.select(QuestionId("q5000"))
    shown.select(None)
    row, top = shown.top_row()
    shown.set_cards(_rows(100))
    assert shown.top_row() == (row - 100, top)
    assert shown.gaps() == []
