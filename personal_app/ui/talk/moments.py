"""Lists of moments in a recording, chapters, captions, notes or questions: a click seeks, the present one is marked.

A list follows the recording until a person scrolls or walks in it by themselves; then it stays where they are, and a
button leads back. Must never know what its moments are.
"""

from collections.abc import Hashable, Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from personal_app.ui.icons import Icon
from personal_app.ui.models.row_model import ROW_ROLE, RowModel
from personal_app.ui.schedule.times import position_words
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, RADIUS, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.text_block import text_lines

_LINES = 4
_ROOMY_LINES = 14
_ROOMY_CHARS = 4_000
_WALKING = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
)


class Moment(msgspec.Struct, frozen=True):
    """What begins at `start_ms`, or belongs to no moment. `more` stands below it in a softer tone.

    `present` marks the one that the recording is in, `found` one that was looked for.
    """

    id: Hashable
    start_ms: int | None
    text: str
    more: tuple[str, ...] = ()
    present: bool = False
    found: bool = False

    def words(self) -> str:
        """Return the moment in one line, for those who hear the list."""
        said = ". ".join((self.text, *self.more))
        return f"{position_words(self.start_ms)}: {said}" if self.start_ms is not None else said


def moments_of(pairs: Sequence[tuple[int, str]]) -> tuple[Moment, ...]:
    """Return (start in ms, text) pairs as moments that are known by their places."""
    return tuple(Moment(place, start_ms, text) for place, (start_ms, text) in enumerate(pairs))


class MomentList(QListView):
    """`chosen` (int) is the position, in ms, of the moment that a person wants."""

    chosen = Signal(int)

    def __init__(self, name: str, *, roomy: bool = False) -> None:
        """`roomy` shows long texts with their own lines, as people wrote them."""
        super().__init__()
        self._model: RowModel[Moment] = RowModel(Moment.words, self)
        self._present = -1
        self._following = True
        self._moments: tuple[Moment, ...] = ()
        self._found: frozenset[Hashable] = frozenset()
        self.setAccessibleName(name)
        self.setModel(self._model)
        self.setItemDelegate(_MomentDelegate(self, roomy=roomy))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._back = Button("Back to now", Kind.PRIMARY, icon=Icon.CLOCK, name="back_to_now", parent=self)
        self._back.hide()
        self._back.clicked.connect(self.follow)
        self.verticalScrollBar().actionTriggered.connect(lambda _: self._stay())
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        Theme.of_app().changed.connect(self.doItemsLayout)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is shown."""
        return self._moments

    @property
    def present_place(self) -> int:
        """Which of the moments the recording is in, -1 before the first."""
        return self._present

    @property
    def following(self) -> bool:
        """Whether the list goes with the recording."""
        return self._following

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show moments, in the order of their starts."""
        if tuple(moments) == self._moments:
            return
        known = {moment.id for moment in self._moments}
        if known.isdisjoint(moment.id for moment in moments):
            # Something else altogether: from its beginning, and with the recording again.
            self._model.start_over()
            self._set_following(True)
        present = self._present_id()
        self._moments = tuple(moments)
        self._present = next((place for place, each in enumerate(self._moments) if each.id == present), -1)
        self._fill()

    def show_present(self, position_ms: int) -> None:
        """Mark the moment that `position_ms` lies in, and bring it into sight where the list follows.

        While the pointer is over the list nothing moves.
        """
        present = -1
        for place, moment in enumerate(self._moments):
            if moment.start_ms is None:
                continue
            if moment.start_ms > position_ms:
                break
            present = place
        if present != self._present:
            self._present = present
            self._fill()
            if self._following and not self.underMouse():
                self._go_to_present()

    def show_found(self, found: frozenset[Hashable]) -> None:
        """Mark the moments of these ids as what was looked for."""
        if found != self._found:
            self._found = found
            self._fill()

    def go_to(self, id_: Hashable) -> None:
        """Bring a moment into sight and make it the current one; the list stays there."""
        index = self._model.index_of(id_)
        if index.isValid():
            self._stay()
            self.setCurrentIndex(index)
            self.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def follow(self) -> None:
        """Go with the recording again, from where it is now."""
        self._set_following(True)
        self._go_to_present()

    def current(self) -> Moment | None:
        """Return the moment that the keyboard or the last click is on."""
        return self._model.row(self.currentIndex())

    def at(self, index: QModelIndex) -> Moment | None:
        """Return the moment of a row."""
        return self._model.row(index)

    def _present_id(self) -> Hashable | None:
        return self._moments[self._present].id if 0 <= self._present < len(self._moments) else None

    def _fill(self) -> None:
        present = self._present_id()
        self._model.set_rows([self._marked(moment, present) for moment in self._moments])

    def _marked(self, moment: Moment, present: Hashable | None) -> Moment:
        here, found = moment.id == present, moment.id in self._found
        # Most rows stay the very objects that they were, which the model sees at a glance.
        return msgspec.structs.replace(moment, present=here, found=found) if here or found else moment

    def _go_to_present(self) -> None:
        present = self._present_id()
        if present is not None:
            self.scrollTo(self._model.index_of(present), QListView.ScrollHint.PositionAtCenter)

    def _stay(self) -> None:
        """A person has gone somewhere else in the list: it does not take them away from there."""
        self._set_following(False)

    def _set_following(self, following: bool) -> None:
        self._following = following
        self._back.setVisible(not following)
        self._place_back()

    def _place_back(self) -> None:
        self._back.adjustSize()
        size = self._back.size()
        self._back.move((self.width() - size.width()) // 2, self.height() - size.height() - SMALL)

    def _choose(self, index: QModelIndex) -> None:
        moment = self._model.row(index)
        if moment is not None and moment.start_ms is not None:
            self._set_following(True)
            self.chosen.emit(moment.start_ms)

    def wheelEvent(self, event: QWheelEvent) -> None:
        before = self.verticalScrollBar().value()
        super().wheelEvent(event)
        if self.verticalScrollBar().value() != before:
            self._stay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _WALKING and self._model.rows:
            if not self.currentIndex().isValid():
                self.setCurrentIndex(self._model.index_of(self._present_id()))
            self._stay()
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()
        self._place_back()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._following:
            self._go_to_present()


class _MomentDelegate(QStyledItemDelegate):
    """The time in a gutter, the words beside it."""

    def __init__(self, parent: QObject, *, roomy: bool) -> None:
        super().__init__(parent)
        self._theme = Theme.of_app()
        self._roomy = roomy

    def _gutter(self) -> int:
        return self._theme.metrics(Size.SMALL).horizontalAdvance("0:00:00") + MEDIUM + SMALL

    def _lines(self, text: str, font: QFont, width: int) -> tuple[str, ...]:
        room = max(40, width - self._gutter() - MEDIUM)
        if not self._roomy:
            return text_lines(text, font, room, _LINES)
        break_up = partial(text_lines, font=font, width=room, most_lines=_ROOMY_LINES, most_chars=_ROOMY_CHARS)
        lines = tuple(line for part in text.splitlines() for line in (break_up(part) or ("",)))
        return lines if len(lines) <= _ROOMY_LINES else (*lines[: _ROOMY_LINES - 1], "…")

    def _below(self, moment: Moment, width: int) -> tuple[str, ...]:
        return tuple(line for part in moment.more for line in self._lines(part, self._theme.font(), width))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        moment: Moment = index.data(ROW_ROLE)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        # Measured as if it were the present one, so that becoming it moves nothing.
        lines = len(self._lines(moment.text, self._theme.font(bold=True), width)) + len(self._below(moment, width))
        return QSize(width, lines * self._theme.metrics().height() + 2 * (TIGHT + 1))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        moment: Moment = index.data(ROW_ROLE)
        theme, rect = self._theme, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, moment)
        height = theme.metrics().height()
        top = rect.top() + TIGHT + 1
        if moment.start_ms is not None:
            painter.setFont(theme.font(Size.SMALL))
            painter.setPen(theme.colour("accent"))
            where = QRect(rect.left(), top, self._gutter() - SMALL, height)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, flags, position_words(moment.start_ms))
        # Broken as the bold one is, whose lines are the shorter ones: becoming the present one moves no word.
        lines = self._lines(moment.text, theme.font(bold=True), rect.width())
        for words, bold, ink in (
            (lines, moment.present, "ink"),
            (self._below(moment, rect.width()), False, "ink_soft"),
        ):
            painter.setFont(theme.font(bold=bold))
            painter.setPen(theme.colour(ink))
            for line in words:
                painter.drawText(rect.left() + self._gutter(), top + QFontMetrics(painter.font()).ascent(), line)
                top += height
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, moment: Moment) -> None:
        theme = self._theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        pointed = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (moment.present or moment.found or chosen or focused or pointed):
            return
        ground = "accent_wash" if moment.present else "warn_wash" if moment.found else "hover"
        painter.setPen(theme.colour("accent") if focused or (chosen and moment.found) else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(option.rect.adjusted(TIGHT, 1, -TIGHT, -1), RADIUS - 2, RADIUS - 2)
