"""Which card of the lanes is selected: one at most, kept by id, and never changed to another behind the chair's back.

When the selected card leaves its lane by the chair's own move, the one that takes its place is selected; when somebody
else moved it, nothing is, so that the next key cannot hit another question. Must never move a question.
"""

from collections.abc import Callable, Mapping

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.ids import QuestionId
from personal_app.ui.chair.drag_list import DragList
from personal_app.ui.chair.lanes import Lane, Lanes


class _Spot(msgspec.Struct, frozen=True):
    lane: Lane
    row: int
    question: QuestionId


class LaneWalk(QObject):
    """`lost` tells of a question that left the selection without the chair's doing."""

    changed = Signal()
    lost = Signal(str)

    def __init__(self, lists: Mapping[Lane, DragList], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lists = lists
        self._lane = Lane.INBOX
        self._own: set[QuestionId] = set()
        self._quiet = False
        for lane, cards in lists.items():
            cards.current_changed.connect(lambda id_, lane=lane: self._on_current(lane, id_))

    @property
    def question(self) -> QuestionId | None:
        """The selected question."""
        card = self._lists[self._lane].current
        return card.id if card is not None else None

    @property
    def lane(self) -> Lane:
        """The lane that keys walk in."""
        return self._lane

    def expect(self, question: QuestionId) -> None:
        """Note that the chair is about to move a question, so that its leaving is no surprise."""
        self._own.add(question)

    def update(self, lanes: Lanes, fill: Callable[[], None]) -> None:
        """Let `fill` put new cards into the lists, and then select what should be selected."""
        spot = self._spot()
        self._quiet = True
        fill()
        if spot is not None and lanes.lane_of(spot.question) is not spot.lane:
            self._leave(spot)
        # What is not on its way any more has been refused, or is done: the next to move it is somebody else.
        self._own = {question.id for question in lanes.all() if question.unsent and question.id in self._own}
        self._quiet = False
        self.changed.emit()

    def step(self, rows: int) -> None:
        """Go down or up in the lane; from an empty one to the next that has cards."""
        if not self._lists[self._lane].cards.rowCount():
            self.cross(1)
        self._lists[self._lane].step(rows)
        self._lists[self._lane].setFocus()

    def cross(self, lanes: int) -> None:
        """Go to the next lane with cards, to the right or left, and to its selected or first one."""
        order = list(Lane)
        start = order.index(self._lane)
        for distance in range(1, len(order)):
            lane = order[(start + distance * (1 if lanes > 0 else -1)) % len(order)]
            if self._lists[lane].cards.rowCount():
                self._enter(lane)
                return

    def select(self, lane: Lane, question: QuestionId) -> None:
        """Select a card."""
        if self._lists[lane].select(question):
            self._lists[lane].setFocus()

    def clear(self) -> None:
        """Select nothing."""
        for cards in self._lists.values():
            cards.select(None)

    def _enter(self, lane: Lane) -> None:
        cards = self._lists[lane]
        if not cards.currentIndex().isValid():
            cards.step(1)
        cards.setFocus()

    def _spot(self) -> _Spot | None:
        cards = self._lists[self._lane]
        card = cards.current
        return _Spot(self._lane, cards.currentIndex().row(), card.id) if card is not None else None

    def _leave(self, spot: _Spot) -> None:
        cards = self._lists[spot.lane]
        cards.select(None)
        if spot.question not in self._own:
            self.lost.emit(spot.question)
            return
        self._own.discard(spot.question)
        count = cards.cards.rowCount()
        if count:
            index = cards.cards.index(min(spot.row, count - 1), 0)
            cards.setCurrentIndex(index)

    def _on_current(self, lane: Lane, question: str) -> None:
        if self._quiet:
            return
        if not question:
            self.changed.emit()
            return
        self._lane = lane
        self._quiet = True
        for other, cards in self._lists.items():
            if other is not lane:
                cards.select(None)
        self._quiet = False
        self.changed.emit()
