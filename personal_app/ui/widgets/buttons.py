"""Buttons by kind, and icon buttons that follow the theme. Must never know what a button is for."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from personal_app.ui.icons import Icon, icon
from personal_app.ui.plain_text import on_button, one_line, tip
from personal_app.ui.theme import Theme, set_look


class Kind(StrEnum):
    """What a button is to a person: the thing to do here, one thing among others, an aside, a risk."""

    PRIMARY = "primary"
    PLAIN = "plain"
    QUIET = "quiet"
    DANGER = "danger"
    LIVE = "live"
    LINK = "link"


_ICON_TONES = {Kind.PRIMARY: "accent_ink", Kind.DANGER: "live", Kind.LIVE: "live", Kind.LINK: "accent"}
ICON_SIDE = 16
ICON_SIDE_LARGE = 20
#: Room between an icon and the words after it, in logical pixels, beyond what the style leaves.
_ICON_GAP = 3


class Button(QPushButton):
    """A push button with words, an optional icon before them, and a look by kind."""

    def __init__(
        self,
        words: str,
        kind: Kind = Kind.PLAIN,
        *,
        icon: Icon | None = None,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`name` becomes the objectName, by which tests and assistive tools find the button."""
        super().__init__(parent)
        self._kind = kind
        self._icon = icon
        self._theme = Theme.of_app()
        set_look(self, kind=kind)
        if kind is Kind.LINK:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if name:
            self.setObjectName(name)
        self.show_words(words)
        self._theme.changed.connect(self._redraw)
        self._redraw()

    def show_words(self, words: str) -> None:
        """Show other words; assistive tools read the same."""
        if on_button(words) != self.text():
            self.setText(on_button(words))
            self.setAccessibleName(one_line(words))

    def show_kind(self, kind: Kind) -> None:
        """Change what the button is to a person."""
        if kind is not self._kind:
            self._kind = kind
            set_look(self, kind=kind)
            self._redraw()

    def show_icon(self, icon: Icon | None) -> None:
        """Show another icon, or none."""
        if icon is self._icon:
            return
        self._icon = icon
        self._redraw()

    def _redraw(self) -> None:
        if self._icon is None:
            self.setIcon(QIcon())
            return
        tone = self._theme.colour(_ICON_TONES.get(self._kind, "ink_soft"))
        side = self._theme.scaled(ICON_SIDE)
        self.setIcon(icon(self._icon, tone, side, self._theme.colour("ink_faint"), gap=_ICON_GAP))
        self.setIconSize(QSize(side + _ICON_GAP, side))


class IconButton(QToolButton):
    """A button that is an icon; `words` are its name for assistive tools and its tooltip."""

    def __init__(
        self,
        which: Icon,
        words: str,
        *,
        name: str = "",
        keys: str = "",
        large: bool = False,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`keys` is the keyboard way to the same thing, shown in the tooltip."""
        super().__init__(parent)
        self._which = which
        self._keys = keys
        self._side = ICON_SIDE_LARGE if large else ICON_SIDE
        self._theme = Theme.of_app()
        if name:
            self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(checkable)
        self.say(words)
        self._theme.changed.connect(self._redraw)
        self.toggled.connect(self._redraw)
        self._redraw()

    def show_icon(self, which: Icon, words: str) -> None:
        """Show another icon and what it stands for."""
        self.say(words)
        if which is not self._which:
            self._which = which
            self._redraw()

    def say(self, words: str) -> None:
        """Change the name and the tooltip."""
        self.setAccessibleName(words)
        self.setToolTip(tip(f"{words} ({self._keys})" if self._keys else words))

    def _redraw(self) -> None:
        theme = self._theme
        side = theme.scaled(self._side)
        tone = theme.colour("accent" if self.isChecked() else "ink_soft")
        self.setIcon(icon(self._which, tone, side, theme.colour("line_strong")))
        self.setIconSize(QSize(side, side))
