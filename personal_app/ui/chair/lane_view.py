"""A lane of the console: its name and count, its cards, and what it says while it is empty."""

from collections.abc import Sequence

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget

from personal_app.ui.cards.card import Card
from personal_app.ui.chair.drag_list import QUESTION_TYPE, DragList, dragged_question
from personal_app.ui.icons import Icon
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import SectionHeader, Surface, column, rule


class LaneView(Surface):
    """Holds one list. A card can be dropped on an empty lane too; `droppable` says whether on any."""

    def __init__(
        self, title: str, cards: DragList, which: Icon, headline: str, sentence: str, *, droppable: bool = False
    ) -> None:
        super().__init__("panel")
        self.list = cards
        self.header = SectionHeader(title)
        self._empty = EmptyState(which, headline, sentence)
        self._pages = QStackedWidget()
        self._pages.addWidget(cards)
        self._pages.addWidget(self._empty)
        self._pages.setCurrentIndex(1)
        self.list.setAcceptDrops(droppable)
        self.setAcceptDrops(droppable)
        layout = column(self, spacing=0)
        layout.addWidget(self.header)
        layout.addWidget(rule())
        layout.addWidget(self._pages, 1)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show these cards, or the words for none."""
        self.list.set_cards(cards)
        self.header.show_count(len(cards) or None)
        self._pages.setCurrentIndex(0 if cards else 1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(QUESTION_TYPE):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dragged = dragged_question(event)
        if dragged:
            event.acceptProposedAction()
            self.list.dropped.emit(dragged, self.list.after_at(self.list.cards.rowCount(), dragged))
