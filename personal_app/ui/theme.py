"""The look: one small set of tokens (type, spacing, colour), light and dark, made into a palette and one style sheet.

Widgets name what they mean (`tone`, `kind`, `words` as dynamic properties, see `set_look`), delegates ask `Theme` for
colours and fonts. The theme belongs to the application object, as Qt's palette does: `Theme.of_app()` finds it. No
other module but `tokens` and `sheet` may name a colour or a font size. Must never import a service.
"""

import os

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from personal_app.ui.sheet import sheet
from personal_app.ui.tokens import DARK, FONT_PX, LIGHT, TEXT_SCALES, Colours, Look, Size

__all__ = ["Look", "Size", "Theme", "set_look", "ui_family"]

#: Qt reads this when the application is made. Naming the style later would make PySide build its wrapper of QStyle with
#: all its enumerations, some milliseconds before the first paint.
os.environ["QT_STYLE_OVERRIDE"] = "Fusion"
_PROPERTY = "personal_theme"
_IN_TIME = QApplication.instance() is None

#: Tried in order where the system's own choice is a generic name or the wide DejaVu Sans.
_PREFERRED_FAMILIES = (
    "Inter",
    "Noto Sans",
    "Open Sans",
    "Cantarell",
    "Ubuntu",
    "Roboto",
    "DejaVu Sans Condensed",
    "DejaVu Sans",
)
_GENERIC_FAMILIES = frozenset({"Sans Serif", "Sans", "sans-serif", "DejaVu Sans", "Bitstream Vera Sans", ""})


class Theme(QObject):
    """The look in force. `changed` is emitted after palette and style sheet are in place."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.setProperty(_PROPERTY, self)
        self._app = app
        self._forced: Look | None = None
        self._scale = 1.0
        self._family = ui_family()
        self._fonts: dict[tuple[Size, bool], QFont] = {}
        self._metrics: dict[tuple[Size, bool], QFontMetrics] = {}
        self._colours: dict[str, QColor] = {}
        self._held = False
        if not _IN_TIME:
            app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._on_system)
        # The sheet follows with the first window that is built, or in the next turn of the loop.
        self._held = True
        self._apply()
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self.put_on)
        self._turn.start(0)

    @classmethod
    def of_app(cls) -> "Theme":
        """Return the application's theme; it is made and applied at the first call."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # Looking through its children would have PySide wrap each of them, Qt's style among them.
        found = app.property(_PROPERTY)
        return found if isinstance(found, cls) else cls(app)

    @property
    def look(self) -> Look:
        """The look that is shown."""
        if self._forced is not None:
            return self._forced
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return Look.DARK if dark else Look.LIGHT

    @property
    def forced(self) -> Look | None:
        """The look a person chose, None while the system decides."""
        return self._forced

    @property
    def scale(self) -> float:
        """The text scale, 0.8 to 2."""
        return self._scale

    @property
    def colours(self) -> Colours:
        """The colours of the look that is shown."""
        return DARK if self.look is Look.DARK else LIGHT

    def force(self, look: Look | None) -> None:
        """Show `look` whatever the system says, or follow the system again with None."""
        if look is not self._forced:
            self._forced = look
            self._apply()

    def set_scale(self, scale: float) -> None:
        """Set the text scale; outside 0.8 to 2 raises ValueError."""
        if not TEXT_SCALES[0] <= scale <= TEXT_SCALES[-1]:
            raise ValueError(f"a text scale lies between {TEXT_SCALES[0]} and {TEXT_SCALES[-1]}, not at {scale}")
        if scale != self._scale:
            self._scale = scale
            self._apply()

    def colour(self, name: str) -> QColor:
        """Return the colour of that meaning, a field of `Colours`."""
        if name not in self._colours:
            self._colours[name] = QColor(getattr(self.colours, name))
        return self._colours[name]

    def font(self, size: Size = Size.BODY, bold: bool = False) -> QFont:
        """Return a font of the type scale. The caller must not change it."""
        key = (size, bold)
        if key not in self._fonts:
            font = QFont(self._family)
            font.setPixelSize(self.px(size))
            font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
            self._fonts[key] = font
        return self._fonts[key]

    def metrics(self, size: Size = Size.BODY, bold: bool = False) -> QFontMetrics:
        """Return the measures of a font of the type scale; painters ask for them at every row."""
        key = (size, bold)
        if key not in self._metrics:
            self._metrics[key] = QFontMetrics(self.font(size, bold))
        return self._metrics[key]

    def px(self, size: Size) -> int:
        """Return a size of the type scale in logical pixels."""
        return round(FONT_PX[size] * self._scale)

    def scaled(self, pixels: int) -> int:
        """Return a length that grows with the text: heights of rows, sides of icons."""
        return round(pixels * self._scale)

    def wait(self) -> None:
        """Hold the sheet back until somebody puts it on: what is painted first does without it."""
        self._turn.stop()

    def put_on(self) -> None:
        """Put the style sheet on everything that was built, where it is not in force yet.

        It is held back at the start: with a sheet in force Qt walks the widgets below whatever is placed in a layout,
        each time. It is never taken away again: Qt would delete a style that PySide may still hold.
        """
        if self._held:
            self._held = False
            self._app.setStyleSheet(self._sheet())

    def _on_system(self) -> None:
        if self._forced is None:
            self._apply()

    def _apply(self) -> None:
        self._fonts.clear()
        self._metrics.clear()
        self._colours.clear()
        self._app.setPalette(self._palette())
        self._app.setFont(self.font())
        if not self._held:
            self._app.setStyleSheet(self._sheet())
        self.changed.emit()

    def _sheet(self) -> str:
        return sheet(self.colours, {size: self.px(size) for size in Size}, self._scale)

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _PALETTE_ROLES.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("ink_faint"))
        return palette


_R = QPalette.ColorRole
_PALETTE_ROLES = {
    _R.Window: "ground",
    _R.WindowText: "ink",
    _R.Base: "surface",
    _R.AlternateBase: "ground",
    _R.Text: "ink",
    _R.PlaceholderText: "ink_faint",
    _R.Button: "surface",
    _R.ButtonText: "ink",
    _R.BrightText: "live",
    _R.ToolTipBase: "surface",
    _R.ToolTipText: "ink",
    _R.Highlight: "accent",
    _R.HighlightedText: "accent_ink",
    _R.Accent: "accent",
    _R.Link: "accent",
    _R.LinkVisited: "accent",
    _R.Light: "surface",
    _R.Midlight: "line",
    _R.Mid: "line_strong",
    _R.Dark: "line_strong",
    _R.Shadow: "line_strong",
}


def ui_family() -> str:
    """Return the font family of the interface: the system's, or a better one where the system names only a fallback."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if system not in _GENERIC_FAMILIES:
        return system
    known = frozenset(QFontDatabase.families())
    return next((family for family in _PREFERRED_FAMILIES if family in known), system)


def set_look(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties that the sheet knows (tone, kind, words, role) and have the widget polished again."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
