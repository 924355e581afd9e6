"""Surfaces by role, rules between them, and section headers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import set_look
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size


class Surface(QFrame):
    """A frame whose look says what it is: panel, bar, foot, card, sunken, accent, live, warn, stage."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, role=role)

    def show_role(self, role: str) -> None:
        """Change what the surface is."""
        set_look(self, role=role)


def rule() -> QFrame:
    """Return a thin line across."""
    return Surface("rule")


def column(parent: QWidget | None = None, *, margins: int = 0, spacing: int = SMALL) -> QVBoxLayout:
    """Return a column layout with the same margin all round."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    layout.setContentsMargins(margins, margins, margins, margins)
    layout.setSpacing(spacing)
    return layout


def row(parent: QWidget | None = None, *, margins: int = 0, spacing: int = SMALL) -> QHBoxLayout:
    """Return a row layout with the same margin all round."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    layout.setContentsMargins(margins, margins, margins, margins)
    layout.setSpacing(spacing)
    return layout


class SectionHeader(QWidget):
    """The head of a section: what it holds, how many, and room for something at its end."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = PlainLabel(title, strong=True)
        self._count = PlainLabel("", size=Size.SMALL, tone="faint")
        self._row = row(self, spacing=SMALL)
        self._row.setContentsMargins(MEDIUM, SMALL, MEDIUM, TIGHT)
        self._row.addWidget(self._title)
        self._row.addWidget(self._count)
        self._row.addStretch(1)

    def show_title(self, title: str) -> None:
        """Show another title."""
        self._title.show_text(title)

    def show_count(self, count: int | None) -> None:
        """Show how many there are, or nothing."""
        self._count.show_text("" if count is None else str(count))

    def add_at_end(self, widget: QWidget) -> None:
        """Place a widget at the end of the header's line."""
        self._row.addWidget(widget)
