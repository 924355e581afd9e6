"""Captions as they are seen: in a strip under the picture, or in a box over its lower edge. They are always ours.

The box has a ground that is not to be seen through: nothing else of ours can stand above a picture that libvlc draws.
It has a window of its own for that, as the picture has.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QWidget

from personal_app.services.captions import CaptionPlace, CaptionService
from personal_app.services.playback import PlaybackService
from personal_app.ui.plain_text import PlainLabel, one_line, plain
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.frames import Surface, column

#: Where nothing is on a screen no window can stand in another, and none has to.
_WITHOUT_WINDOWS = frozenset({"offscreen", "minimal"})
_LINES = 2
_CHARS = 240
#: Over the picture people sit further away: captions of the usual size are somewhat larger than other text.
_OVER = 1.25


def caption_words(text: str) -> str:
    """Return a caption as it is shown: at most two lines of bounded length."""
    lines = plain(text, _CHARS).splitlines()
    return "\n".join(one_line(line) for line in lines[:_LINES])


def caption_font(size: float) -> QFont:
    """Return the font of captions so many times as large as other text."""
    font = QFont(Theme.of_app().font())
    font.setPixelSize(max(6, round(Theme.of_app().px(Size.BODY) * size)))
    return font


class CaptionStrip(Surface):
    """Always two lines high while captions stand there, so that nothing below it moves."""

    def __init__(self, captions: CaptionService, playback: PlaybackService) -> None:
        super().__init__("stage")
        self._captions = captions
        self._words = PlainLabel("", tone="stage", wrap=True)
        self._words.setObjectName("caption_strip")
        self._words.setAccessibleName("Caption")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        whole = column(self)
        whole.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        whole.addWidget(self._words)
        captions.changed.connect(self._fit)
        playback.changed.connect(self.refresh)
        playback.moved.connect(lambda _: self.refresh())
        Theme.of_app().changed.connect(self._fit)
        self._fit()

    def refresh(self) -> None:
        """Show the caption of this moment."""
        settings = self._captions.settings
        self.setVisible(settings.shown and settings.place is CaptionPlace.UNDER)
        self._words.show_text(caption_words(self._captions.text()))

    def _fit(self) -> None:
        font = caption_font(self._captions.settings.size)
        # The sheet sets the size of all labels: only a sheet of its own goes before it.
        self._words.setStyleSheet(f"font-size: {font.pixelSize()}px;")
        self.setFixedHeight(_LINES * QFontMetrics(font).lineSpacing() + 2 * TIGHT + 2)
        self.refresh()


class CaptionBox(Surface):
    """As large as its words, in the middle of the lower edge of `stage`; not there while there are none."""

    def __init__(self, captions: CaptionService, playback: PlaybackService, stage: QWidget) -> None:
        # In a place of its own, for Qt gives every sibling of a widget with a window one as well.
        self._holder = QWidget(stage)
        super().__init__("caption", self._holder)
        self.setObjectName("caption_box")
        if QGuiApplication.platformName() not in _WITHOUT_WINDOWS:
            self.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
            self.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        self._captions = captions
        self._stage = stage
        self._words = PlainLabel("", tone="stage", parent=self)
        self._words.setAccessibleName("Caption")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        whole = column(self)
        whole.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        whole.addWidget(self._words)
        stage.installEventFilter(self)
        captions.changed.connect(self._fit)
        playback.changed.connect(self.refresh)
        playback.moved.connect(lambda _: self.refresh())
        Theme.of_app().changed.connect(self._fit)
        self._holder.hide()
        self._fit()

    def refresh(self) -> None:
        """Show the caption of this moment."""
        settings = self._captions.settings
        words = caption_words(self._captions.text()) if settings.place is CaptionPlace.OVER else ""
        if words != self._words.text() or bool(words) == self._holder.isHidden():
            self._words.show_text(words)
            self._holder.setVisible(bool(words))
            self._place()
        self._place_window()

    def _fit(self) -> None:
        font = caption_font(_OVER * self._captions.settings.size)
        self._words.setStyleSheet(f"font-size: {font.pixelSize()}px;")
        self.refresh()
        self._place()

    def _place(self) -> None:
        if self._holder.isHidden():
            return
        # A line that is wider than the picture is broken in it.
        room = max(80, self._stage.width() - 2 * LARGE)
        self._words.setWordWrap(False)
        wide = self._words.sizeHint().width() + 2 * SMALL > room
        self._words.setWordWrap(wide)
        width = room if wide else self.sizeHint().width()
        height = self.heightForWidth(width) if wide else self.sizeHint().height()
        top = self._stage.height() - height - MEDIUM
        self._holder.setGeometry((self._stage.width() - width) // 2, max(0, top), width, height)
        self.setGeometry(0, 0, width, height)
        self._holder.raise_()
        self.raise_()
        self._place_window()

    def _place_window(self) -> None:
        """Bring the window to where the widget is: Qt leaves it where it was when only what it stands in has moved."""
        window, parent = self.windowHandle(), self.nativeParentWidget()
        if window is None or parent is None or self._holder.isHidden():
            return
        where = QRect(self.mapTo(parent, QPoint(0, 0)), self.size())
        if window.geometry() != where:
            window.setGeometry(where)
            window.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stage and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return super().eventFilter(watched, event)
