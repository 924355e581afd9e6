"""Paints cards, and keeps their faces so that a card is measured once per width. Must never change a card."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from personal_app.conference.clock import Clock
from personal_app.conference.ids import QuestionId
from personal_app.ui.cards.card import Card
from personal_app.ui.cards.face import Face, Part, face
from personal_app.ui.cards.painting import paint_card_ground, paint_face, paint_menu
from personal_app.ui.models.row_model import ROW_ROLE
from personal_app.ui.theme import Theme

#: So many faces are kept.
_FACES = 400


class CardDelegate(QStyledItemDelegate):
    """Paints the rows of a card list. `now` gives the instant that ages are counted to."""

    def __init__(self, now: Clock, parent: QObject | None = None, *, votes: bool = True) -> None:
        super().__init__(parent)
        self._now = now
        self._votes = votes
        self._theme = Theme.of_app()
        self._faces: dict[Hashable, tuple[Card, int, bool, Face]] = {}
        self._expanded: set[Hashable] = set()
        self.width = 320
        self.hot: tuple[QuestionId, Part | None] | None = None
        #: The card that keys act on, and whether they do now: the list keeps both. Read from the style's flags they
        #: would have PySide build all of QStyle's enumerations before the first paint.
        self.current: QuestionId | None = None
        self.focused = False
        self._theme.changed.connect(self._measure_anew)

    def face_of(self, card: Card) -> Face:
        """Return where everything on the card stands."""
        expanded = card.id in self._expanded
        kept = self._faces.get(card.id)
        if kept is not None and kept[0] is card and kept[1] == self.width and kept[2] == expanded:
            return kept[3]
        made = face(card, self.width, self._theme, expanded=expanded, votes=self._votes)
        # The one that was looked at last comes last, and so many of the latest are enough for any screen.
        self._faces.pop(card.id, None)
        self._faces[card.id] = (card, self.width, expanded, made)
        if len(self._faces) > _FACES:
            del self._faces[next(iter(self._faces))]
        return made

    def toggle_expanded(self, question: QuestionId) -> None:
        """Show every line of a card, or the first few again."""
        self._expanded ^= {question}

    @property
    def expands(self) -> bool:
        """Whether any card shows every line."""
        return bool(self._expanded)

    def forget(self, kept: Sequence[Hashable]) -> None:
        """Let cards that are not among `kept` show their first lines again, should they come back."""
        self._expanded.intersection_update(kept)

    def _measure_anew(self) -> None:
        self._faces.clear()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        card = index.data(ROW_ROLE)
        if not isinstance(card, Card):
            return
        where: QRect = option.rect
        painter.save()
        selected = card.id == self.current
        hot = self.hot if self.hot is not None and self.hot[0] == card.id else None
        paint_card_ground(
            painter, where, self._theme, card.tone, selected=selected, focused=self.focused, hovered=hot is not None
        )
        painter.translate(where.topLeft())
        part = hot[1] if hot is not None else None
        made = self.face_of(card)
        paint_face(painter, made, card, self._now(), self._theme, selected=selected, hot=part)
        if selected or hot is not None:
            paint_menu(painter, made, self._theme, selected=selected, hot=part)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option
        card = index.data(ROW_ROLE)
        return QSize(self.width, self.face_of(card).height if isinstance(card, Card) else 0)
