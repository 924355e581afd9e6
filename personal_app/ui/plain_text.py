"""The one door through which words reach a widget: plain, capped, and with no letter taken for a command.

Qt guesses: a label that is given `<img src=...>` loads a file, a tooltip becomes a page, the "&" of "Q&A" becomes a
shortcut, and two million characters stop the window. What people wrote is therefore shown by `PlainLabel`, and handed
to any other widget through `plain`, `one_line`, `tip` or `on_button`. Everywhere else in `ui` a setter of text takes a
literal or the result of one of these functions, and nobody makes a QLabel; `tests/ui/test_plain_text.py` walks the code
and checks.
"""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from personal_app.ui.theme import set_look
from personal_app.ui.tokens import Size

LABEL_CHARS = 6000
LINE_CHARS = 300
TIP_CHARS = 600


def plain(text: str, limit: int = LABEL_CHARS) -> str:
    """Return `text` for a widget that shows plain text only; beyond `limit` characters it ends in an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def one_line(text: str, limit: int = LINE_CHARS) -> str:
    """Return `text` on one line, its white space joined, at most `limit` characters."""
    return plain(" ".join(text[: limit * 4].split()), limit)


def on_button(text: str) -> str:
    """Return `text` for a button, tab or menu entry, where an ampersand would mark a shortcut."""
    return one_line(text).replace("&", "&&")


def tip(text: str) -> str:
    """Return `text` as a tooltip that wraps its lines and holds no markup but ours."""
    escaped = plain(text, TIP_CHARS).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{escaped}</qt>" if text else ""


def show_tip(text: str, where: QPoint, owner: QWidget) -> None:
    """Show `text` as a tooltip at a place on the screen (global coordinates), or take it away with no text."""
    QToolTip.showText(where, tip(text), owner)


class PlainLabel(QLabel):
    """A label that shows what it is given, letter by letter. Its look is named by meaning, never by colour."""

    def __init__(
        self,
        text: str = "",
        *,
        size: Size = Size.BODY,
        tone: str = "",
        strong: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if size is not Size.BODY:
            set_look(self, words=size)
        if tone:
            set_look(self, tone=tone)
        if strong:
            set_look(self, strong="true")
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show `text`, capped; the same text again costs nothing."""
        capped = plain(text)
        if capped != self.text():
            self.setText(capped)

    def set_tone(self, tone: str) -> None:
        """Say what the text means: soft, faint, accent, live, good, warn, stage."""
        set_look(self, tone=tone)

    def let_select(self) -> None:
        """Let a person select and copy the text with mouse and keyboard."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )


class ElidedLabel(PlainLabel):
    """One line that ends in an ellipsis where the room does; the whole text is in its tooltip then."""

    def __init__(self, text: str = "", *, size: Size = Size.BODY, tone: str = "", strong: bool = False) -> None:
        self._whole = ""
        super().__init__(size=size, tone=tone, strong=strong)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        self._whole = one_line(text)
        self.setAccessibleName(self._whole)
        self._fit()

    @property
    def whole_text(self) -> str:
        """The text before it was shortened."""
        return self._whole

    def _fit(self) -> None:
        fitted = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        if fitted != self.text():
            self.setText(fitted)
            self.setToolTip(tip(self._whole) if fitted != self._whole else "")

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
