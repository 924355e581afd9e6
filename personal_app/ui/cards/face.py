"""The face of a card: where each piece stands at a given width, measured once and painted many times.

Lengths are logical pixels from the card's top left corner. People's words are laid out as plain text and capped, by
lines until somebody wants to see all and by characters always. Must never know a list or a model,
nor import what the first paint can do without.
"""

from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QTextLayout, QTextOption

from personal_app.ui.cards.plain_words import asker, position
from personal_app.ui.cards.tone import Tone
from personal_app.ui.plain_text import LABEL_CHARS, one_line, plain
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.chip import chip_size

if TYPE_CHECKING:
    from personal_app.conference.rows import AnswerRow
    from personal_app.ui.cards.card import Card

QUESTION_LINES = 8
ANSWER_LINES = 6
PAD_X, PAD_Y = MEDIUM, 10
BAR_WIDTH = 3
_GAP = 6
_DOT = " · "
#: As wide as ages get.
_OLD = "88 min ago"
#: Less room than this for a state says too little, in logical pixels at a text scale of 1.
_LEAST_CHIP = 110
_CHIP_TONES = {
    Tone.PLAIN: "neutral",
    Tone.NEXT: "accent",
    Tone.LIVE: "live",
    Tone.GOOD: "good",
    Tone.WARN: "warn",
}


class Part(Enum):
    """What of a card does something when it is clicked."""

    VOTE = auto()
    POSITION = auto()
    ANSWERED_AT = auto()
    MORE = auto()
    EDIT = auto()
    WITHDRAW = auto()
    MENU = auto()


class Words(NamedTuple):
    """Words laid out over one or more lines, and the colour they are painted in."""

    layout: QTextLayout
    where: QPointF
    colour: str


class Line(NamedTuple):
    """Words on one line; with `since` the age of that instant follows them."""

    where: QRect
    text: str
    colour: str
    bold: bool = False
    size: Size = Size.SMALL
    since: datetime | None = None


class ChipAt(NamedTuple):
    """A chip and its top left corner."""

    where: QPoint
    text: str
    tone: str


class Face:
    """All pieces of a card and its height. `parts` are the places that react to a click; the way to the menu is seen on
    the card that is pointed at or current alone.
    """

    def __init__(self) -> None:
        self.height = 0
        self.words: list[Words] = []
        self.lines: list[Line] = []
        self.chips: list[ChipAt] = []
        self.rules: list[QRect] = []
        self.parts: dict[Part, QRect] = {}
        self.vote = QRect()

    def part_at(self, point: QPoint) -> Part | None:
        """Return what lies at `point`, with a little room around it for the finger."""
        return next((part for part, where in self.parts.items() if where.adjusted(-3, -3, 3, 3).contains(point)), None)


def face(card: "Card", width: int, theme: Theme, *, expanded: bool, votes: bool = True) -> Face:
    """Return the face of `card` at `width`; `expanded` shows every line, `votes` the count at the right."""
    made = _Making(card, max(width, 120), theme, expanded, votes)
    return made.face


class _Making:
    """Places one piece after the other, from the top down."""

    def __init__(self, card: "Card", width: int, theme: Theme, expanded: bool, votes: bool) -> None:
        self.face = Face()
        self._theme = theme
        self._left, self._right = PAD_X, width - PAD_X
        self._expanded = expanded
        self._small = QFontMetrics(theme.font(Size.SMALL))
        self._long = False
        self._x = self._left
        self._y = PAD_Y
        self._header(card, votes)
        self._question(card)
        self._meta(card)
        self._flags(card)
        self._notes(card)
        for answer in card.question.answers:
            self._answer(answer)
        self._links(card)
        self.face.height = self._y + PAD_Y

    def _header(self, card: "Card", votes: bool) -> None:
        chip_height = chip_size(self._theme, "0").height()
        right = self._right
        if votes and card.counts:
            self.face.vote = self._vote(card, chip_height)
            right = self.face.vote.left() - SMALL
            if card.can_vote:
                self.face.parts[Part.VOTE] = self.face.vote
        x = self._left
        if card.name:
            metrics = QFontMetrics(self._theme.font(Size.BODY, bold=True))
            where = QRect(x, self._y, metrics.horizontalAdvance(card.name) + 1, chip_height)
            self.face.lines.append(Line(where, card.name, "ink", bold=True, size=Size.BODY))
            x = where.right() + SMALL
        if card.state:
            wanted = chip_size(self._theme, card.state).width()
            if x > self._left and wanted > right - x and right - x < self._theme.scaled(_LEAST_CHIP):
                # Too narrow to tell anything beside the name: on a line of its own.
                x, right = self._left, self._right
                self._y += chip_height + TIGHT
            fitted = self._elided(card.state, right - x - 2 * SMALL, bold=True)
            self.face.chips.append(ChipAt(QPoint(x, self._y), fitted, _CHIP_TONES[card.tone]))
            x += chip_size(self._theme, fitted).width() + SMALL
        if card.talk and right - x > 40:
            where = QRect(x, self._y, right - x, chip_height)
            self.face.lines.append(Line(where, self._elided(card.talk, right - x), "ink_faint"))
        if self.face.vote.isValid() or card.name or card.state or card.talk:
            self._y += chip_height + _GAP

    def _vote(self, card: "Card", height: int) -> QRect:
        icon_room = self._theme.scaled(12) + TIGHT
        metrics = QFontMetrics(self._theme.font(Size.SMALL, bold=True))
        width = metrics.horizontalAdvance(str(card.question.votes)) + icon_room
        if card.can_vote or card.question.voted:
            # Framed like a button, and wide enough to be hit.
            width = max(width + 2 * SMALL, self._theme.scaled(44))
        return QRect(self._right - width, self._y - 1, width, height + 2)

    def _question(self, card: "Card") -> None:
        text = card.question.row.text
        self._text(text or "Taken back", self._left, "ink" if text else "ink_faint", QUESTION_LINES)
        self._y += _GAP

    def _meta(self, card: "Card") -> None:
        """Who asked, the moments, the age and the mark, over as many lines as they take."""
        row = card.question.row
        self._x = self._left
        self._flow(self._elided(asker(row), (self._right - self._left) * 2 // 3), "ink_soft")
        # What is painted before anything else is there was kept without these.
        if getattr(card, "silenced", False):
            self._flow("silenced", "warn")
        if handled := getattr(card, "handled", ""):
            # Within the line: cards must not jump with every step that a fellow chair makes.
            self._flow(self._elided(handled, (self._right - self._left) // 2), "accent")
        if row.position_ms is not None:
            self._flow(f"at {position(row.position_ms)}", "accent", Part.POSITION)
        if row.mark is not None and row.mark.position_ms is not None:
            self._flow(f"answered at {position(row.mark.position_ms)}", "accent", Part.ANSWERED_AT)
        self._make_room(_OLD)
        where = QRect(self._x, self._y, max(0, self._right - self._x), self._small.height())
        self.face.lines.append(Line(where, "", "ink_faint", since=row.asked_at))
        if card.mark:
            self._x += self._small.horizontalAdvance(_OLD) + SMALL
            width = self._small.horizontalAdvance(card.mark) + 1
            if self._x + width > self._right:
                self._y += self._small.height()
            where = QRect(self._right - width, self._y, width, self._small.height())
            self.face.lines.append(Line(where, card.mark, "warn"))
        else:
            side = self._small.height()
            self.face.parts[Part.MENU] = QRect(self._right - side, self._y, side, side)
        self._y += self._small.height()

    def _flow(self, words: str, colour: str, part: Part | None = None) -> None:
        """Place words after those before them, a dot between, or on the next line where there is no room."""
        self._make_room(words)
        left, self._x = self._x, self._piece(self._x, words, colour)
        if part is not None:
            self.face.parts[part] = QRect(left, self._y, self._x - left, self._small.height())

    def _make_room(self, words: str) -> None:
        if self._x == self._left:
            return
        if self._x + self._small.horizontalAdvance(f"{_DOT}{words}") > self._right:
            self._x = self._left
            self._y += self._small.height()
        else:
            self._x = self._piece(self._x, _DOT, "ink_faint")

    def _piece(self, x: int, text: str, colour: str) -> int:
        width = self._small.horizontalAdvance(text)
        self.face.lines.append(Line(QRect(x, self._y, width + 1, self._small.height()), text, colour))
        return x + width

    def _flags(self, card: "Card") -> None:
        """What is set beside the question, chip by chip, over as many lines as they take."""
        # What is painted before anything else is there was kept without them.
        flags = getattr(card, "flags", ())
        if not flags:
            return
        height = chip_size(self._theme, "0").height()
        x, self._y = self._left, self._y + _GAP
        for flag in flags:
            fitted = self._elided(flag.words, self._right - self._left - 2 * SMALL, bold=True)
            width = chip_size(self._theme, fitted).width()
            if x > self._left and x + width > self._right:
                x, self._y = self._left, self._y + height + TIGHT
            self.face.chips.append(ChipAt(QPoint(x, self._y), fitted, flag.tone))
            x += width + TIGHT
        self._y += height

    def _notes(self, card: "Card") -> None:
        chairs = getattr(card, "chairs_note", "")
        notes = (
            (card.note, "warn" if card.tone == Tone.WARN else "ink_soft"),
            (f"Chairs' note: {chairs}" if chairs else "", "ink_soft"),
            (card.offers, "accent"),
        )
        for text, colour in notes:
            if text:
                self._y += TIGHT
                self._text(text, self._left, colour, QUESTION_LINES, Size.SMALL)

    def _answer(self, answer: "AnswerRow") -> None:
        self._y += SMALL
        top, left = self._y, self._left + BAR_WIDTH + SMALL
        badge = "Author" if answer.by_author else "Chair"
        size = chip_size(self._theme, badge)
        self.face.chips.append(ChipAt(QPoint(left, self._y), badge, "solid" if answer.by_author else "neutral"))
        x = left + size.width() + _GAP
        metrics = QFontMetrics(self._theme.font(Size.SMALL, bold=True))
        room = max(40, self._right - x - self._small.horizontalAdvance(f"{_DOT}edited {_OLD}"))
        name = metrics.elidedText(one_line(answer.writer), Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(name) + 1
        self.face.lines.append(Line(QRect(x, self._y, width, size.height()), name, "ink", bold=True))
        where = QRect(x + width, self._y, max(0, self._right - x - width), size.height())
        # What the first page kept of an answer may be from before it was told.
        when = f"{_DOT}edited " if getattr(answer, "edited", False) else _DOT
        self.face.lines.append(Line(where, when, "ink_faint", since=answer.written_at))
        self._y += size.height() + TIGHT
        self._text(answer.text, left, "ink", ANSWER_LINES)
        self.face.rules.append(QRect(self._left, top, BAR_WIDTH, self._y - top))

    def _links(self, card: "Card") -> None:
        links = [(Part.MORE, "Show less" if self._expanded else "Show all")] if self._long else []
        links += [(Part.EDIT, "Change")] if card.can_edit else []
        links += [(Part.WITHDRAW, "Take back")] if card.can_withdraw else []
        if not links:
            return
        self._y += _GAP
        x, height = self._left, self._small.height()
        for part, words in links:
            right = self._piece(x, words, "accent")
            self.face.parts[part] = QRect(x, self._y, right - x, height)
            x = right + MEDIUM
        self._y += height

    def _text(self, text: str, left: int, colour: str, most_lines: int, size: Size = Size.BODY) -> None:
        layout = QTextLayout(plain(text, LABEL_CHARS).replace("\n", "\u2028"), self._theme.font(size))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        height = self._break(layout, left, most_lines)
        self.face.words.append(Words(layout, QPointF(left, self._y), colour))
        self._y += round(height)

    def _break(self, layout: QTextLayout, left: int, most_lines: int) -> float:
        """Break the words into lines and return the height of those that are shown."""
        # Qt counts UTF-16 units: an emoji is two.
        units = len(layout.text().encode("utf-16-le")) // 2
        height, lines, end = 0.0, 0, 0
        layout.beginLayout()
        while end < units or not lines:
            if lines == most_lines:
                self._long = True
                if not self._expanded:
                    break
            line = layout.createLine()
            line.setLineWidth(max(40, self._right - left))
            line.setPosition(QPointF(0, height))
            height += line.height()
            lines += 1
            end = line.textStart() + line.textLength()
        layout.endLayout()
        return height

    def _elided(self, text: str, room: int, *, bold: bool = False) -> str:
        metrics = QFontMetrics(self._theme.font(Size.SMALL, bold=bold))
        return metrics.elidedText(one_line(text), Qt.TextElideMode.ElideRight, max(room, 20))
