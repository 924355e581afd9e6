"""A card above the seek bar that tells what lies under the pointer: the time, a chapter with its picture, a question.

It is a small window of its own, because nothing of ours can stand over a picture that libvlc draws. Must never take the
keyboard, nor know what it tells of.
"""

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from personal_app.ui.plain_text import PlainLabel, one_line, plain
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import SMALL, TIGHT
from personal_app.ui.widgets.frames import Surface, column

_WIDTH = 320
_TEXT_CHARS, _MORE_CHARS, _MORE_PARTS = 280, 220, 3


class Told(NamedTuple):
    """What a card tells: the time with a word or two, a text, and what belongs to it."""

    head: str
    text: str = ""
    more: tuple[str, ...] = ()


class HoverCard(QWidget):
    """Shown above a place on the screen until it is put away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("hover_card")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._told: Told | None = None
        self._shown: QPixmap | None = None
        card = Surface("card")
        self._inside = column(card, spacing=TIGHT)
        self._inside.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        self._picture = PlainLabel("")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._picture.hide()
        self._head = PlainLabel("", size=Size.SMALL, tone="accent", strong=True)
        self._text = PlainLabel("", wrap=True)
        self._more = [PlainLabel("", size=Size.SMALL, tone="soft", wrap=True) for _ in range(_MORE_PARTS)]
        for label in (self._picture, self._head, self._text, *self._more):
            self._inside.addWidget(label)
        column(self, spacing=0).addWidget(card)

    @property
    def told(self) -> Told | None:
        """What it tells, None while it is put away."""
        return self._told

    @property
    def picture(self) -> QPixmap | None:
        """The picture above the words, None where there is none."""
        return self._shown

    def tell(self, told: Told, above: QPoint, room: QRect, picture: QPixmap | None = None) -> None:
        """Show it with the middle of its lower edge at `above`, between the left and right edges of `room` (global)."""
        if told != self._told or picture is not self._shown:
            self._told, self._shown = told, picture
            self._picture.setPixmap(picture or QPixmap())
            self._picture.setVisible(picture is not None)
            self._show_words(told)
        place = above - QPoint(self.width() // 2, self.height())
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        self.move(place)
        self.show()

    def put_away(self) -> None:
        """Tell nothing."""
        self._told = None
        self.hide()

    def _show_words(self, told: Told) -> None:
        self._head.show_text(one_line(told.head))
        self._text.show_text(plain(told.text, _TEXT_CHARS))
        self._text.setVisible(bool(told.text))
        parts = [*told.more[:_MORE_PARTS], *[""] * (_MORE_PARTS - len(told.more))]
        for label, words in zip(self._more, parts, strict=True):
            label.show_text(plain(words, _MORE_CHARS))
            label.setVisible(bool(words))
        self._fit(wide=bool(told.text))

    def _fit(self, *, wide: bool) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        if not wide:
            self.resize(self.sizeHint())
            return
        width = Theme.of_app().scaled(_WIDTH)
        self.resize(
            width, layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()
        )
