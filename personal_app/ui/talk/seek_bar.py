"""The seek bar: where the recording is, its chapters, where everyone is, and where questions were asked.

It is a slider to assistive tools and to the keyboard. It never moves the recording itself: `sought` says what a person
wants.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise

import msgspec
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QSlider

from personal_app.conference.recordings import Chapter, PreviewGrid, chapter_at
from personal_app.conference.watching import Span
from personal_app.ui.plain_text import one_line
from personal_app.ui.schedule.times import position_words
from personal_app.ui.talk.hover_card import HoverCard, Told
from personal_app.ui.talk.preview_pictures import PreviewPictures
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import TIGHT

STEP_MS = 5_000
PAGE_MS = 60_000
_HEIGHT = 30
_GROOVE = 6
_HANDLE = 7
_MARKER = 4
#: How thick the line under the bar is that says what was watched.
_WATCHED = 2
#: How near to a marker, in logical pixels, the pointer means the marker.
_NEAR = 6
_TIP_CHARS = 140


def _tell_nothing(_: "Marker") -> Told | None:
    return None


class MarkerKind(StrEnum):
    """What a marker stands for: something that everybody sees, above the bar, or a note of the person's own, below."""

    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"


#: A stretch of a recording, from and to a share of it (0 to 1).
Share = tuple[float, float]


class Marker(msgspec.Struct, frozen=True):
    """A question at a position, its answer, or a note: its words in short, and in `ref` the id of what it marks."""

    position_ms: int
    words: str
    kind: MarkerKind = MarkerKind.QUESTION
    ref: str = ""


_TONES = ("warn", "good", "accent")
_MARKER_COLOURS = {MarkerKind.QUESTION: "warn", MarkerKind.ANSWER: "good", MarkerKind.NOTE: "accent"}


class SeekBar(QSlider):
    """Positions are ms of the recording. `sought` (int) follows a click, a drag that ended, or a key.

    `menu_wanted` carries a position (ms), the marker there or None, and the place on the screen.
    """

    sought = Signal(int)
    menu_wanted = Signal(int, object, QPoint)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = Theme.of_app()
        self._chapters: tuple[Chapter, ...] = ()
        self._markers: tuple[Marker, ...] = ()
        self._watched: tuple[Span, ...] = ()
        self._live_ms: int | None = None
        self._held: tuple[Share, ...] | None = None
        self._dragged_ms: int | None = None
        self._hover_x: int | None = None
        self._card: HoverCard | None = None
        self._previews = PreviewPictures()
        self._marks: QPixmap | None = None
        self._marks_of: tuple[object, ...] = ()
        #: Tells more of a marker than its words, when somebody points at it.
        self.explain: Callable[[Marker], Told | None] = _tell_nothing
        self.setObjectName("seek_bar")
        self.setAccessibleName("Position in the recording")
        self.setRange(0, 0)
        self.setSingleStep(STEP_MS)
        self.setPageStep(PAGE_MS)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme.changed.connect(self.updateGeometry)

    @property
    def markers(self) -> tuple[Marker, ...]:
        """The markers, in the order of their positions."""
        return self._markers

    def show_recording(self, duration_ms: int, chapters: Sequence[Chapter]) -> None:
        """Show a recording of that length; 0 is none."""
        if (duration_ms, tuple(chapters)) != (self.maximum(), self._chapters):
            self._chapters = tuple(chapters)
            self.setRange(0, duration_ms)
            self.update()

    def show_previews(self, grid: PreviewGrid | None, sheet: bytes | None) -> None:
        """Have the small pictures of a recording shown where somebody points; None of either where there are none."""
        self._previews.show_sheet(grid, sheet)

    def show_markers(self, markers: Sequence[Marker]) -> None:
        """Show where questions were asked and answered, and notes were written."""
        ordered = tuple(sorted(markers, key=lambda marker: marker.position_ms))
        if ordered != self._markers:
            self._markers = ordered
            self.update()

    def show_watched(self, spans: Sequence[Span]) -> None:
        """Show which parts the person has watched."""
        if tuple(spans) != self._watched:
            self._watched = tuple(spans)
            self.update()

    def show_held(self, shares: Sequence[Share] | None) -> None:
        """Show which stretches are here of a recording that is on its way; None for any other."""
        held = tuple(shares) if shares is not None else None
        if held != self._held:
            self._held = held
            self._say_position()
            self.update()

    def show_position(self, position_ms: int, live_ms: int | None) -> None:
        """Show where the recording is and where everyone is; a drag under way is not disturbed."""
        if live_ms != self._live_ms:
            self._live_ms = live_ms
            self.update()
        if self._dragged_ms is None and position_ms != self.value():
            self.setValue(position_ms)
            self._say_position()

    def _say_position(self) -> None:
        words = f"{position_words(self.value())} of {position_words(self.maximum())}"
        if self._held is not None:
            words += f", {sum(end - first for first, end in self._held):.0%} of it is here"
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def x_of(self, position_ms: int) -> float:
        """Return where a position lies, in logical pixels from the left."""
        if self.maximum() <= 0:
            return float(_HANDLE)
        return _HANDLE + position_ms / self.maximum() * self._room()

    def position_at(self, x: float) -> int:
        """Return the position that lies at `x`; near a marker it is the marker's own."""
        marker = self._marker_at(x)
        if marker is not None:
            return marker.position_ms
        share = (x - _HANDLE) / max(1, self._room())
        return round(min(1.0, max(0.0, share)) * self.maximum())

    def _room(self) -> int:
        return self.width() - 2 * _HANDLE

    def _marker_at(self, x: float) -> Marker | None:
        near = [marker for marker in self._markers if abs(self.x_of(marker.position_ms) - x) <= _NEAR]
        return min(near, key=lambda marker: abs(self.x_of(marker.position_ms) - x), default=None)

    def _tell(self, x: int) -> None:
        """Say above the bar what lies under the pointer."""
        if self._card is None:
            self._card = HoverCard(self)
        room = QRect(self.mapToGlobal(QPoint(0, 0)), self.size())
        # A question has words enough of its own.
        picture = None if self._marker_at(x) is not None else self._previews.at(self.position_at(x))
        self._card.tell(self.told_at(x), self.mapToGlobal(QPoint(x, -TIGHT)), room, picture)

    def told_at(self, x: float) -> Told:
        """Return what lies at `x`: a marker with all that is known of it, else the time and its chapter."""
        marker, position_ms = self._marker_at(x), self.position_at(x)
        if marker is not None:
            return self.explain(marker) or Told(position_words(position_ms), one_line(marker.words, _TIP_CHARS))
        chapter = chapter_at(self._chapters, position_ms)
        words = one_line(chapter.title, _TIP_CHARS) if chapter is not None else ""
        return Told(" · ".join(filter(None, (position_words(position_ms), words))))

    def _seek(self, position_ms: int) -> None:
        self.sought.emit(min(max(0, position_ms), self.maximum()))

    # Qt's own, last.

    def sizeHint(self) -> QSize:
        return QSize(320, self._theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._theme.scaled(_HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.maximum() > 0:
            self._dragged_ms = self.position_at(event.position().x())
            self.setValue(self._dragged_ms)
            self.update()
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_x = round(event.position().x())
        if self._dragged_ms is not None:
            self._dragged_ms = self.position_at(event.position().x())
            self.setValue(self._dragged_ms)
        if self.maximum() > 0:
            self._tell(self._hover_x)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._dragged_ms is not None:
            wanted, self._dragged_ms = self._dragged_ms, None
            self._seek(wanted)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_x = None
        if self._card is not None:
            self._card.put_away()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._card is not None:
            self._card.put_away()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.maximum() <= 0 or not self.isEnabled():
            return
        by_keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        x = self.x_of(self.value()) if by_keyboard else float(event.pos().x())
        position_ms = self.value() if by_keyboard else self.position_at(x)
        where = self.mapToGlobal(QPoint(round(x), self.height() // 2))
        if self._card is not None:
            self._card.put_away()
        self.menu_wanted.emit(position_ms, self._marker_at(x), where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._seek(self.value() - STEP_MS)
            case Qt.Key.Key_Right:
                self._seek(self.value() + STEP_MS)
            case Qt.Key.Key_PageDown:
                self._seek(self.value() - PAGE_MS)
            case Qt.Key.Key_PageUp:
                self._seek(self.value() + PAGE_MS)
            case Qt.Key.Key_Home:
                self._seek(0)
            case Qt.Key.Key_End:
                self._seek(self.maximum())
            case _:
                # Up and down are the loudness, everywhere in the window.
                event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_groove(painter)
        if self.maximum() > 0:
            self._paint_marks(painter)
            self._paint_handle(painter)
        painter.end()

    def _middle(self) -> float:
        return self.height() / 2 + 3

    def _bar(self, start_x: float, end_x: float) -> QRectF:
        return QRectF(start_x, self._middle() - _GROOVE / 2, max(0.0, end_x - start_x), _GROOVE)

    def _paint_groove(self, painter: QPainter) -> None:
        """Chapter by chapter, so that the gaps between them show.

        What lies after "live" has not happened yet, and is as pale as what is not here yet.
        """
        theme, end = self._theme, self.maximum()
        starts = [chapter.start_ms for chapter in self._chapters if 0 < chapter.start_ms < end]
        edges = [0, *starts, end]
        reached = self._live_ms if self._live_ms is not None else end
        for first, last in pairwise(edges):
            left = self.x_of(first) + (1 if first else 0)
            right = self.x_of(last) - (1 if last < end else 0)
            held = [
                (self.x_of(round(a * end)), self.x_of(round(b * end)))
                for a, b in (((0.0, 1.0),) if self._held is None else self._held)
            ]
            parts = (
                (left, right, "line"),
                *((max(left, a), min(b, self.x_of(reached)), "line_strong") for a, b in held),
                (left, self.x_of(self.value()), "accent"),
            )
            for start_x, end_x, colour in parts:
                painter.setBrush(theme.colour(colour))
                painter.drawRoundedRect(self._bar(start_x, min(end_x, right)), 2, 2)

    def _paint_marks(self, painter: QPainter) -> None:
        theme, middle = self._theme, self._middle()
        painter.setBrush(theme.colour("good"))
        for start_ms, end_ms in self._watched:
            left, right = self.x_of(start_ms), self.x_of(end_ms)
            painter.drawRect(QRectF(left, middle + _GROOVE / 2 + 2, max(1.0, right - left), _WATCHED))
        painter.drawPixmap(0, 0, self._standing_marks())
        hovered = self._marker_at(self._hover_x) if self._hover_x is not None else None
        if hovered is not None:
            self._paint_marker(painter, hovered, _MARKER + 1.5)
        if self._live_ms is not None:
            painter.setPen(QPen(theme.colour("live"), 2))
            x = self.x_of(self._live_ms)
            painter.drawLine(QPoint(round(x), round(middle - 9)), QPoint(round(x), round(middle + 9)))
            painter.setPen(Qt.PenStyle.NoPen)

    def _standing_marks(self) -> QPixmap:
        """Return the markers, painted once: hundreds of them take longer than a frame has, and time moves none."""
        ratio, colours = self.devicePixelRatioF(), {tone: self._theme.colour(tone).rgba() for tone in _TONES}
        of = (self.size(), ratio, self.maximum(), self._markers, colours)
        if self._marks is not None and self._marks_of == of:
            return self._marks
        self._marks_of = of
        self._marks = QPixmap(self.size() * ratio)
        self._marks.setDevicePixelRatio(ratio)
        self._marks.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._marks)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for marker in self._markers:
            self._paint_marker(painter, marker, _MARKER)
        painter.end()
        return self._marks

    def _paint_marker(self, painter: QPainter, marker: Marker, side: float) -> None:
        x, middle = self.x_of(marker.position_ms), self._middle()
        painter.setBrush(self._theme.colour(_MARKER_COLOURS[marker.kind]))
        if marker.kind is MarkerKind.NOTE:
            top = middle + _GROOVE / 2 + _WATCHED + 2
            painter.drawPolygon(
                [QPointF(x, top), QPointF(x - side, top + 1.5 * side), QPointF(x + side, top + 1.5 * side)]
            )
        else:
            painter.drawEllipse(QRectF(x - side, middle - 16 + _MARKER - side, 2 * side, 2 * side))

    def _paint_handle(self, painter: QPainter) -> None:
        theme = self._theme
        if self.hasFocus():
            painter.setBrush(theme.colour("accent_wash"))
            painter.setPen(QPen(theme.colour("accent"), 1))
            side = _HANDLE + 2.0
            painter.drawEllipse(QRectF(self.x_of(self.value()) - side, self._middle() - side, 2 * side, 2 * side))
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        side = float(_HANDLE if self._hover_x is not None or self._dragged_ms is not None or self.hasFocus() else 5)
        painter.drawEllipse(QRectF(self.x_of(self.value()) - side, self._middle() - side, 2 * side, 2 * side))
