"""Paints cards, and keeps their faces so that a card is measured once per width. Must never change a card."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from personal_app.conference.clock import Clock
from personal_app.conference.ids import QuestionId
from personal_app.ui.cards import wording
from personal_app.ui.cards.card import Card, Tone
from personal_app.ui.cards.face import BAR_WIDTH, Face, Line, Part, face
from personal_app.ui.icons import Icon, draw_icon
from personal_app.ui.models.row_model import ROW_ROLE
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import RADIUS_SMALL, TIGHT, Size
from personal_app.ui.widgets.chip import paint_chip
from personal_app.ui.widgets.fill import fill

_BARS = {Tone.LIVE: "live", Tone.NEXT: "accent"}


class CardDelegate(QStyledItemDelegate):
    """Paints the rows of a card list. `now` gives the instant that ages are counted to."""

    def __init__(self, now: Clock, parent: QObject | None = None, *, votes: bool = True) -> None:
        super().__init__(parent)
        self._now = now
        self._votes = votes
        self._theme = Theme.of_app()
        self._faces: dict[QuestionId, tuple[Card, int, bool, Face]] = {}
        self._expanded: set[QuestionId] = set()
        self.width = 320
        self.hot: tuple[QuestionId, Part | None] | None = None
        #: The card that keys act on, and whether they do now: the list keeps both. Read from the style's flags they
        #: would have PySide build all of QStyle's enumerations before the first paint.
        self.current: QuestionId | None = None
        self.focused = False
        self._theme.changed.connect(self._faces.clear)

    def face_of(self, card: Card) -> Face:
        """Return where everything on the card stands."""
        expanded = card.id in self._expanded
        kept = self._faces.get(card.id)
        if kept is not None and kept[0] is card and kept[1] == self.width and kept[2] == expanded:
            return kept[3]
        made = face(card, self.width, self._theme, expanded=expanded, votes=self._votes)
        self._faces[card.id] = (card, self.width, expanded, made)
        return made

    def toggle_expanded(self, question: QuestionId) -> None:
        """Show every line of a card, or the first few again."""
        self._expanded ^= {question}

    def forget(self, kept: frozenset[QuestionId]) -> None:
        """Drop what is remembered of cards that are not among `kept`."""
        for id_ in self._faces.keys() - kept:
            del self._faces[id_]
        self._expanded &= kept

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        card = index.data(ROW_ROLE)
        if not isinstance(card, Card):
            return
        where: QRect = option.rect
        painter.save()
        self._ground(painter, where, card)
        painter.translate(where.topLeft())
        self._pieces(painter, self.face_of(card), card, card.id == self.current)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option
        card = index.data(ROW_ROLE)
        return QSize(self.width, self.face_of(card).height if isinstance(card, Card) else 0)

    def _ground(self, painter: QPainter, where: QRect, card: Card) -> None:
        selected = card.id == self.current
        focused = selected and self.focused
        hovered = self.hot is not None and self.hot[0] == card.id
        ground = "accent_wash" if selected else "hover" if hovered else "surface"
        fill(painter, where, self._theme.colour(ground))
        bar = "accent" if focused else _BARS.get(card.tone)
        if bar is not None:
            fill(painter, QRect(where.left(), where.top(), BAR_WIDTH, where.height() - 1), self._theme.colour(bar))
        line = QRect(where.left(), where.bottom(), where.width(), 1)
        fill(painter, line, self._theme.colour("line"))

    def _pieces(self, painter: QPainter, made: Face, card: Card, selected: bool) -> None:
        hot = self.hot[1] if self.hot is not None and self.hot[0] == card.id else None
        for rule in made.rules:
            fill(painter, rule, self._theme.colour("accent_wash"))
        for chip in made.chips:
            # A wash would be lost on the wash of the selection.
            tone = "solid" if selected and chip.tone == "accent" else chip.tone
            paint_chip(painter, chip.where, chip.text, tone, self._theme)
        for words in made.words:
            painter.setPen(self._theme.colour(words.colour))
            words.layout.draw(painter, words.where)
        for line in made.lines:
            self._line(painter, line)
        if not made.vote.isNull():
            self._vote(painter, made.vote, card, hot is Part.VOTE)
        if hot is not None and hot is not Part.VOTE:
            where = made.parts[hot]
            fill(painter, QRect(where.left(), where.bottom(), where.width(), 1), self._theme.colour("accent"))

    def _line(self, painter: QPainter, line: Line) -> None:
        text = line.text
        if line.since is not None:
            font = QFontMetrics(self._theme.font(line.size, bold=line.bold))
            text = font.elidedText(
                f"{text}{wording.ago(line.since, self._now())}", Qt.TextElideMode.ElideRight, line.where.width()
            )
        painter.setFont(self._theme.font(line.size, bold=line.bold))
        painter.setPen(self._theme.colour(line.colour))
        painter.drawText(line.where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _vote(self, painter: QPainter, where: QRect, card: Card, hot: bool) -> None:
        theme, voted = self._theme, card.question.voted
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if card.can_vote or voted:
            painter.setPen(theme.colour("accent" if hot or voted else "line_strong"))
            painter.setBrush(theme.colour("accent_wash" if voted or hot else "surface"))
            painter.drawRoundedRect(where.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_SMALL + 2, RADIUS_SMALL + 2)
        ink = theme.colour("accent" if voted or (hot and card.can_vote) else "ink_soft")
        side = theme.scaled(12)
        font = theme.font(Size.SMALL, bold=True)
        votes = str(card.question.votes)
        width = side + TIGHT + QFontMetrics(font).horizontalAdvance(votes)
        left = where.left() + (where.width() - width) // 2
        place = QRect(left, where.top() + (where.height() - side) // 2, side, side)
        draw_icon(painter, place, Icon.VOTED if voted else Icon.VOTE, ink)
        painter.setFont(font)
        painter.setPen(ink)
        words = QRect(place.right() + 1 + TIGHT, where.top(), where.width(), where.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, votes)
