"""Where the parts of a row of the program lie, and how they are painted. Must never decide what a row says.

Nothing that the first paint can do without may be imported here.
"""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from personal_app.services.recording_kind import RecordingKind
from personal_app.ui.icons import Icon, draw_icon
from personal_app.ui.schedule.row import WATCHED_WHOLE, RowKind, Saved, ScheduleRow
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, RADIUS, SMALL, TIGHT
from personal_app.ui.widgets.chip import chip_size, paint_chip
from personal_app.ui.widgets.text_block import text_lines

_TITLE_LINES = 2
_RAIL_DOT = 4
_CLASH = "Overlaps"
_MARKS = {
    RecordingKind.SAVED: (Icon.SAVED_OFFLINE, "good"),
    RecordingKind.WAITING: (Icon.CLOCK, "ink_faint"),
    RecordingKind.LOADING: (Icon.SAVE_OFFLINE, "accent"),
    RecordingKind.PAUSED: (Icon.PAUSE, "ink_faint"),
    RecordingKind.FAILED: (Icon.WARNING, "warn"),
}


def paint_ground(painter: QPainter, where: QRect, theme: Theme, *, selected: bool, focused: bool) -> None:
    """Paint what lies under a row that is selected or, with neither, pointed at."""
    ground = where.adjusted(TIGHT, 1, -TIGHT, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent_wash" if selected else "hover"))
    if selected and focused:
        painter.setPen(QPen(theme.colour("accent"), 1))
    painter.drawRoundedRect(ground, RADIUS - 2, RADIUS - 2)


class RowFace:
    """Where the parts of one row lie, in the view's coordinates."""

    def __init__(self, row: ScheduleRow, rect: QRect, theme: Theme, gutter: str) -> None:
        self._row = row
        self._rect = rect
        self._theme = theme
        self._small = theme.metrics(Size.SMALL)
        self._bold = row.kind is not RowKind.TALK
        self._title_font = theme.font(Size.BODY, bold=self._bold)
        self._title = theme.metrics(bold=self._bold)
        room = max(self._small.horizontalAdvance(gutter), theme.metrics(bold=True).horizontalAdvance("00:00"))
        self.rail_x = rect.left() + SMALL + room + MEDIUM
        self._left = self.rail_x + MEDIUM + TIGHT
        if row.kind is RowKind.TALK and row.number is not None:
            self._left += self._small.horizontalAdvance("00") + SMALL
        self._right = rect.right() - MEDIUM
        room = max(40, self._right - self._left)
        self._lines = text_lines(row.title, self._title_font, room, _TITLE_LINES)
        self.height = self._measure()

    def _measure(self) -> int:
        if self._row.kind is RowKind.DAY:
            return MEDIUM + self._title.height() + SMALL
        height = SMALL + len(self._lines) * self._title.height()
        if self._row.people:
            height += 2 + self._small.height()
        if self._has_foot():
            height += TIGHT + 2 + self._foot_height()
        return height + SMALL + 2

    def _has_foot(self) -> bool:
        return self._row.kind is RowKind.SESSION

    def _foot_height(self) -> int:
        return chip_size(self._theme, "Q").height()

    def rail(self, painter: QPainter, *, first: bool, last: bool) -> None:
        """Draw the line of time: its dot at the start of a session, the part that has passed, and now."""
        row, rect, theme = self._row, self._rect, self._theme
        dot_y = rect.top() + SMALL + self._title.height() // 2
        top = dot_y if first else rect.top()
        bottom = dot_y if last and row.kind is RowKind.SESSION else rect.bottom() + 1
        painter.setPen(QPen(theme.colour("line_strong" if row.past else "line"), 2))
        painter.drawLine(self.rail_x, top, self.rail_x, bottom)
        if row.kind is not RowKind.SESSION:
            return
        running = row.elapsed is not None
        painter.setPen(Qt.PenStyle.NoPen)
        if row.elapsed is not None:
            now_y = dot_y + round(row.elapsed * (rect.bottom() - SMALL - dot_y))
            painter.setPen(QPen(theme.colour("live"), 2))
            painter.drawLine(self.rail_x, dot_y, self.rail_x, now_y)
            painter.drawLine(self.rail_x - 5, now_y, self.rail_x + 5, now_y)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("live" if running else "line_strong" if row.past else "ink_faint"))
        painter.drawEllipse(QPoint(self.rail_x, dot_y), _RAIL_DOT, _RAIL_DOT)
        if not running and not row.past:
            painter.setBrush(theme.colour("surface"))
            painter.drawEllipse(QPoint(self.rail_x, dot_y), _RAIL_DOT - 2, _RAIL_DOT - 2)

    def words(self, painter: QPainter) -> None:
        """Draw everything that is read."""
        if self._row.kind is RowKind.DAY:
            painter.setFont(self._title_font)
            painter.setPen(self._theme.colour("ink"))
            where = self._rect.adjusted(MEDIUM, MEDIUM, -MEDIUM, -SMALL)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._row.title)
            return
        self._times(painter)
        self._watched(painter)
        y = self._heading(painter)
        if self._has_foot():
            self._foot(painter, y + TIGHT + 2)

    def _times(self, painter: QPainter) -> None:
        row, rect, theme = self._row, self._rect, self._theme
        room = self.rail_x - MEDIUM - rect.left() - TIGHT
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        top = rect.top() + SMALL
        if row.number is not None:
            painter.setFont(theme.font(Size.SMALL))
            painter.setPen(theme.colour("ink_faint"))
            where = QRect(self.rail_x + MEDIUM + TIGHT, top, self._left - self.rail_x, self._title.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(row.number))
        if row.starred:
            # Under the times of a session, and where a talk would have one.
            line = top + self._title.height() + self._small.height() + 2 if row.here else top
            side = self._small.height()
            where = QRect(rect.left() + TIGHT + room - side, line, side, side)
            draw_icon(painter, where, Icon.STARRED, theme.colour("warn"))
        if not row.here:
            return
        painter.setFont(theme.font(Size.BODY, bold=True))
        painter.setPen(theme.colour("ink_faint" if row.past else "ink"))
        painter.drawText(QRect(rect.left() + TIGHT, top, room, self._title.height()), flags, row.here)
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colour("ink_faint"))
        where = QRect(rect.left() + TIGHT, top + self._title.height(), room, self._small.height())
        painter.drawText(where, flags, row.there)

    def _watched(self, painter: QPainter) -> None:
        """Draw a line along the lower edge, as long as the share that was watched."""
        if self._row.watched <= 0:
            return
        share = 1.0 if self._row.watched >= WATCHED_WHOLE else self._row.watched
        room = self._right - self._left
        painter.setPen(Qt.PenStyle.NoPen)
        for width, colour in ((room, "line"), (max(3, round(share * room)), "good")):
            painter.setBrush(self._theme.colour(colour))
            painter.drawRect(QRect(self._left, self._rect.bottom() - 3, width, 2))

    def _heading(self, painter: QPainter) -> int:
        row, theme = self._row, self._theme
        y = self._rect.top() + SMALL
        painter.setFont(self._title_font)
        painter.setPen(theme.colour("ink_soft" if row.past else "ink"))
        for line in self._lines:
            painter.drawText(self._left, y + self._title.ascent(), line)
            y += self._title.height()
        if row.people:
            right = self._right
            if row.saved is not None and not self._has_foot():
                named = self._left + self._small.horizontalAdvance(row.people) + SMALL
                right = self._saved(painter, row.saved, y + 2, self._small.height(), least_left=min(named, right - 40))
            room = right - self._left
            painter.setFont(theme.font(Size.SMALL))
            painter.setPen(theme.colour("ink_soft"))
            people = self._small.elidedText(row.people, Qt.TextElideMode.ElideRight, room)
            painter.drawText(self._left, y + 2 + self._small.ascent(), people)
            y += 2 + self._small.height()
        return y

    def _foot(self, painter: QPainter, y: int) -> None:
        row, theme, x = self._row, self._theme, self._left
        height = self._foot_height()
        if row.chip:
            x = paint_chip(painter, QPoint(x, y), row.chip, row.tone, theme).right() + SMALL
        if row.clash and x + chip_size(theme, _CLASH).width() < self._right:
            x = paint_chip(painter, QPoint(x, y), _CLASH, "warn", theme).right() + SMALL
        right = self._saved(painter, row.saved, y, height, least_left=x) if row.saved is not None else self._right
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colour("ink_faint"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if right - x > self._small.horizontalAdvance(row.length):
            painter.drawText(QRect(x, y, right - x, height), flags, row.length)

    def _saved(self, painter: QPainter, saved: Saved, y: int, height: int, *, least_left: int = 0) -> int:
        """Draw what is known of the recording at the right end and return where it begins.

        Where the words would reach beyond `least_left` the mark stands alone, where the mark would too there is none.
        """
        if saved.kind not in _MARKS:
            return self._right
        which, tone = _MARKS[saved.kind]
        words = saved.words.removeprefix("saved, ")
        side = self._small.height()
        if self._right - self._small.horizontalAdvance(words) - TIGHT - side < least_left:
            words = ""
        if self._right - TIGHT - side < least_left:
            return self._right
        width = self._small.horizontalAdvance(words)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._theme.font(Size.SMALL))
        painter.setPen(self._theme.colour("ink_faint"))
        painter.drawText(QRect(self._right - width - 1, y, width + 1, height), flags, words)
        left = self._right - width - TIGHT - side
        draw_icon(painter, QRect(left, y + (height - side) // 2, side, side), which, self._theme.colour(tone))
        return left - SMALL
