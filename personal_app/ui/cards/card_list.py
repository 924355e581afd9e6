"""A list of cards. Mouse, keys and menu reach the same things: vote, go to the moment, show all, the owner's actions.

Nothing moves under a person's cursor: what is in view stays in place when rows come or go above it, and `pointed` tells
the owner that this is no time to re-sort. Must never decide what a click does beyond the card itself.
"""

from collections.abc import Callable, Hashable, Sequence

import msgspec
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from personal_app.conference.clock import Clock
from personal_app.conference.ids import QuestionId
from personal_app.ui.cards.card import Card, spoken
from personal_app.ui.cards.delegate import CardDelegate
from personal_app.ui.cards.face import Part
from personal_app.ui.cards.stacked_view import StackedView
from personal_app.ui.models.row_model import PAGE_ROWS, RowModel
from personal_app.ui.plain_text import on_button, plain
from personal_app.ui.theme import Theme

_AGES_EVERY_MS = 20_000
#: A card is measured for this much less than the list, scroll bar or not: what comes and goes must not re-measure all.
_BAR_ROOM = 2
#: How high a card is taken for before one was seen, in logical pixels, and from how many seen ones the rest is guessed.
_FIRST_GUESS, _GUESSED_FROM = 96.0, 50
#: So many heights are remembered, of cards that are here and of others.
_HEIGHTS = 20_000


class CardAction(msgspec.Struct, frozen=True):
    """An entry of a card's menu."""

    words: str
    do: Callable[[], object]


class CardList(StackedView):
    """Shows cards. Signals carry the question's id, positions are in ms."""

    vote_clicked = Signal(str)
    position_clicked = Signal(str, int)
    edit_clicked = Signal(str)
    withdraw_clicked = Signal(str)
    current_changed = Signal(str)
    pointer_left = Signal()

    def __init__(self, now: Clock, name: str, words: str, *, votes: bool = True, parent: QWidget | None = None) -> None:
        """`name` is the objectName, `words` what assistive tools call the list."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.cards: RowModel[Card] = RowModel(spoken, self)
        self.delegate = CardDelegate(now, self, votes=votes)
        self.menu_actions: Callable[[Card], Sequence[CardAction]] = _nothing_more
        self._heights: dict[Hashable, int] = {}
        self._usual = _FIRST_GUESS
        self._settling = False
        self._pressed: tuple[QuestionId, Part | None] | None = None
        self.setModel(self.cards)
        self.setItemDelegate(self.delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        self.verticalScrollBar().valueChanged.connect(self._fetch_ahead)
        self.verticalScrollBar().rangeChanged.connect(self._fetch_ahead)
        Theme.of_app().changed.connect(self._measure_anew)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._ages = QTimer(self)
        self._ages.setInterval(_AGES_EVERY_MS)
        self._ages.timeout.connect(self._tell_ages)
        self._ages.start()

    def _tell_ages(self) -> None:
        # Asked for here, not while the list is made: PySide looks through dozens of types for its first plain widget.
        self.viewport().update()

    @property
    def pointed(self) -> bool:
        """True while the pointer is over the cards."""
        return self.delegate.hot is not None

    @property
    def current(self) -> Card | None:
        """The card that keys act on."""
        return self.cards.row(self.currentIndex())

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Show `cards`; those that stay keep their place in view where anything is scrolled out above.

        A current card that is not among them leaves no card current.
        """
        anchor = self._anchor()
        current = self.current.id if self.current is not None else None
        self._settling = True
        self.cards.set_rows(cards, self._kept(current, anchor))
        if self.current is None or self.current.id != current:
            # Qt makes a neighbour current when the current row goes: nobody chose that one.
            self.selectionModel().clear()
        self._settling = False
        if self.delegate.expands:
            self.delegate.forget(self.cards.ids)
        if len(self._heights) > _HEIGHTS:
            self._heights.clear()
        self._lay_out(anchor)

    def show_other(self, cards: Sequence[Card]) -> None:
        """Show cards of something else, from the top."""
        self.cards.start_over()
        self.cards.set_rows(cards)
        self.scrollToTop()

    def select(self, question: QuestionId | None) -> bool:
        """Make a card the current one and bring it into view; None takes the selection away. False: it is not here."""
        if question is None:
            self.selectionModel().clear()
            return True
        index = self.cards.index_of(question)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def step(self, rows: int) -> bool:
        """Move the current card up or down by `rows`, from the end where there is none. False: nothing to move to."""
        count = self.cards.rowCount()
        if not count:
            return False
        current = self.currentIndex()
        start = current.row() if current.isValid() else (-1 if rows > 0 else count)
        index = self.cards.index(min(max(start + rows, 0), count - 1), 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return index != current

    def place_of(self, question: QuestionId, part: Part) -> QPoint | None:
        """Return the middle of a part of a card in the viewport's coordinates, or None where it has none."""
        index = self.cards.index_of(question)
        card = self.cards.row(index)
        where = self.delegate.face_of(card).parts.get(part) if card is not None else None
        return None if where is None else where.center() + self.visualRect(index).topLeft()

    def toggle_expanded(self, question: QuestionId) -> None:
        """Show all of a card's words, or the first lines again."""
        anchor = self._anchor()
        self.delegate.toggle_expanded(question)
        self._lay_out(anchor)

    def _anchor(self) -> tuple[QuestionId, int] | None:
        """Return the first card in view and how far its top is from the viewport's, unless the list is at its top."""
        if self.verticalScrollBar().value() == 0:
            return None
        index = self.indexAt(QPoint(4, 0))
        card = self.cards.row(index)
        return None if card is None else (card.id, self.visualRect(index).top())

    def _kept(self, current: QuestionId | None, anchor: tuple[QuestionId, int] | None) -> dict[Hashable, int]:
        """Return what must stay shown: the current card, and what is in view with a page of what was below it."""
        kept: dict[Hashable, int] = {}
        if anchor is not None:
            index = self.cards.index_of(anchor[0])
            in_view = len(self._in_view(self.verticalScrollBar().value()))
            kept[anchor[0]] = min(self.cards.rowCount() - index.row() - 1, in_view + PAGE_ROWS)
        if current is not None:
            kept.setdefault(current, 0)
        return kept

    def _lay_out(self, anchor: tuple[QuestionId, int] | None) -> None:
        if not self.isVisible():
            # Its width is not known yet: what is measured now would be measured again.
            self.scheduleDelayedItemsLayout()
            return
        index = self.cards.index_of(anchor[0]) if anchor is not None else QModelIndex()
        if anchor is not None and index.isValid():
            self.hold(index.row(), anchor[1])
        else:
            self.doItemsLayout()

    def _fetch_ahead(self) -> None:
        """Have the next cards ready before the last one is reached."""
        bar = self.verticalScrollBar()
        if bar.maximum() - bar.value() < self.viewport().height():
            self.cards.fetchMore(QModelIndex())

    def _measure_anew(self) -> None:
        self._heights.clear()
        self.scheduleDelayedItemsLayout()

    def measure_row(self, row: int) -> int:
        """Return the height of a card, exactly."""
        card = self.cards.row(self.cards.index(row, 0))
        if card is None:
            return 0
        height = self._heights[card.id] = self.delegate.face_of(card).height
        # What one has seen of a list is the best guess at the rest of it.
        self._usual += (height - self._usual) / min(len(self._heights), _GUESSED_FROM)
        return height

    def guess_heights(self, first: int) -> Sequence[int]:
        """Return the heights that cards had when they were last seen, or what cards usually have here."""
        usual = round(self._usual)
        return [self._heights.get(id_, usual) for id_ in self.cards.shown_ids(first)]

    def _at(self, point: QPoint) -> tuple[QuestionId, Part | None] | None:
        index = self.indexAt(point)
        card = self.cards.row(index)
        if card is None:
            return None
        return card.id, self.delegate.face_of(card).part_at(point - self.visualRect(index).topLeft())

    def _point_at(self, spot: tuple[QuestionId, Part | None] | None) -> None:
        if spot == self.delegate.hot:
            return
        was_here = self.delegate.hot is not None
        self.delegate.hot = spot
        hand = spot is not None and spot[1] is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.viewport().update()
        if was_here and spot is None:
            self.pointer_left.emit()

    def _act(self, card: Card, part: Part) -> None:
        row = card.question.row
        if part is Part.VOTE:
            self.vote_clicked.emit(row.id)
        elif part is Part.MORE:
            self.toggle_expanded(row.id)
        elif part is Part.EDIT:
            self.edit_clicked.emit(row.id)
        elif part is Part.WITHDRAW:
            self.withdraw_clicked.emit(row.id)
        elif part is Part.MENU:
            self._open_menu(card, self.place_of(row.id, part))
        elif part is Part.POSITION and row.position_ms is not None:
            self.position_clicked.emit(row.id, row.position_ms)
        elif part is Part.ANSWERED_AT and row.mark is not None and row.mark.position_ms is not None:
            self.position_clicked.emit(row.id, row.mark.position_ms)

    def _open_menu(self, card: Card, where: QPoint | None) -> None:
        menu = self._menu(card)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(where or QPoint(0, 0)))

    def _menu(self, card: Card) -> QMenu:
        menu = QMenu(self)
        parts = self.delegate.face_of(card).parts
        labels = {
            Part.VOTE: "Take your vote back" if card.question.voted else "Vote for this",
            Part.POSITION: "Go to the moment it asks about",
            Part.ANSWERED_AT: "Go to the answer",
            Part.MORE: "Show all or less",
            Part.EDIT: "Change the text",
            Part.WITHDRAW: "Take it back",
        }
        for part, label in labels.items():
            if part in parts:
                menu.addAction(on_button(label)).triggered.connect(lambda _=False, part=part: self._act(card, part))
        for action in self.menu_actions(card):
            menu.addAction(on_button(action.words)).triggered.connect(lambda _=False, action=action: action.do())
        menu.addAction("Copy the text").triggered.connect(lambda: _copy(card))
        return menu

    def _on_current(self, current: QModelIndex) -> None:
        card = self.cards.row(current)
        if not self._settling:
            self.current_changed.emit("" if card is None else card.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point_at(self._at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = self._at(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        spot, pressed = self._at(event.position().toPoint()), self._pressed
        self._pressed = None
        if spot is None or spot != pressed or spot[1] is None:
            return
        card = self.cards.row(self.indexAt(event.position().toPoint()))
        if card is not None:
            self._act(card, spot[1])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        card = self.cards.row(index)
        if card is not None:
            self.setCurrentIndex(index)
            self._open_menu(card, event.pos() if by_mouse else self.visualRect(index).center())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        card = self.current
        part = KEYS.get(Qt.Key(event.key())) if event.modifiers() == Qt.KeyboardModifier.NoModifier else None
        if card is not None and part is not None and part in self.delegate.face_of(card).parts:
            self._act(card, part)
        elif card is not None and event.matches(QKeySequence.StandardKey.Copy):
            _copy(card)
        elif Qt.Key(event.key()) in _WALKING:
            super().keyPressEvent(event)
        else:
            # Space and letters are for whoever holds the list: the player, the console.
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        nothing = not self.currentIndex().isValid()
        self._settling = True
        super().focusInEvent(event)
        if nothing:
            # Qt makes the first card current without showing it as selected: keys would act on what nobody chose.
            self.selectionModel().clear()
        self._settling = False

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = self.current
        self.delegate.current = current.id if current is not None else None
        self.delegate.focused = self.hasFocus() and self.isActiveWindow()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        anchor = self._anchor()
        super().resizeEvent(event)
        width = self.width() - _BAR_ROOM
        if width != self.delegate.width:
            self.delegate.width = width
            self._heights.clear()
            self._lay_out(anchor)


KEYS = {
    Qt.Key.Key_V: Part.VOTE,
    Qt.Key.Key_T: Part.POSITION,
    Qt.Key.Key_Return: Part.MORE,
    Qt.Key.Key_Enter: Part.MORE,
}
_WALKING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


def _copy(card: Card) -> None:
    QGuiApplication.clipboard().setText(plain(card.question.row.text))


def _nothing_more(card: Card) -> Sequence[CardAction]:
    del card
    return ()
