"""How a card is painted once it is measured. Must never change one, nor import what the first paint can do without."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from personal_app.ui.cards.face import BAR_WIDTH, Face, Line, Part
from personal_app.ui.cards.plain_words import ago
from personal_app.ui.cards.tone import Tone
from personal_app.ui.icons import Icon, draw_icon
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import RADIUS_SMALL, TIGHT, Size
from personal_app.ui.widgets.chip import paint_chip
from personal_app.ui.widgets.fill import fill

if TYPE_CHECKING:
    from personal_app.ui.cards.card import Card

_BARS = {Tone.LIVE: "live", Tone.NEXT: "accent"}


def paint_card_ground(
    painter: QPainter, where: QRect, theme: Theme, tone: Tone, *, selected: bool, focused: bool, hovered: bool
) -> None:
    """Paint what lies under a card, the bar that stresses it, and the line that ends it."""
    ground = "accent_wash" if selected else "hover" if hovered else "surface"
    fill(painter, where, theme.colour(ground))
    bar = "accent" if selected and focused else _BARS.get(tone)
    if bar is not None:
        fill(painter, QRect(where.left(), where.top(), BAR_WIDTH, where.height() - 1), theme.colour(bar))
    line = QRect(where.left(), where.bottom(), where.width(), 1)
    fill(painter, line, theme.colour("line"))


def paint_face(
    painter: QPainter, made: Face, card: "Card", now: datetime, theme: Theme, *, selected: bool, hot: Part | None
) -> None:
    """Paint the pieces of a card; `now` is the instant that ages are counted to, `hot` the part under the pointer."""
    for rule in made.rules:
        fill(painter, rule, theme.colour("accent_wash"))
    for chip in made.chips:
        # A wash would be lost on the wash of the selection.
        tone = "solid" if selected and chip.tone == "accent" else chip.tone
        paint_chip(painter, chip.where, chip.text, tone, theme)
    for words in made.words:
        painter.setPen(theme.colour(words.colour))
        words.layout.draw(painter, words.where)
    for line in made.lines:
        _line(painter, line, now, theme)
    if not made.vote.isNull():
        _vote(painter, made.vote, card, theme, hot is Part.VOTE)
    if hot is not None and hot not in (Part.VOTE, Part.MENU):
        where = made.parts[hot]
        fill(painter, QRect(where.left(), where.bottom(), where.width(), 1), theme.colour("accent"))


def paint_menu(painter: QPainter, made: Face, theme: Theme, *, selected: bool, hot: Part | None) -> None:
    """Paint the way to a card's menu, over the end of its line."""
    where = made.parts.get(Part.MENU)
    if where is not None:
        fill(painter, where.adjusted(-TIGHT, 0, 0, 0), theme.colour("accent_wash" if selected else "hover"))
        draw_icon(
            painter, where.adjusted(-3, -3, 3, 3), Icon.MORE, theme.colour("accent" if hot is Part.MENU else "ink_soft")
        )


def _line(painter: QPainter, line: Line, now: datetime, theme: Theme) -> None:
    text = line.text
    if line.since is not None:
        font = QFontMetrics(theme.font(line.size, bold=line.bold))
        text = font.elidedText(f"{text}{ago(line.since, now)}", Qt.TextElideMode.ElideRight, line.where.width())
    painter.setFont(theme.font(line.size, bold=line.bold))
    painter.setPen(theme.colour(line.colour))
    painter.drawText(line.where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _vote(painter: QPainter, where: QRect, card: "Card", theme: Theme, hot: bool) -> None:
    voted = card.question.voted
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
