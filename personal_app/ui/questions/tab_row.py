"""The four tabs of the panel with their counts. Must never know a question."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from personal_app.ui.questions.arrangement import Tab
from personal_app.ui.tokens import SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import row

_WORDS = {Tab.TOP: "Top", Tab.NEW: "New", Tab.ANSWERED: "Answered", Tab.MINE: "Mine"}


class TabRow(QWidget):
    """One tab is chosen at a time; left and right move between them."""

    chosen = Signal(Tab)

    def __init__(self) -> None:
        super().__init__()
        self._buttons = {tab: Button(_WORDS[tab], Kind.QUIET, name=f"tab_{tab}") for tab in Tab}
        self._group = QButtonGroup(self)
        layout = row(self, spacing=TIGHT)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        for tab, button in self._buttons.items():
            button.setCheckable(True)
            self._group.addButton(button)
            button.toggled.connect(lambda on, tab=tab: self.chosen.emit(tab) if on else None)
            layout.addWidget(button)
        layout.addStretch(1)
        self._buttons[Tab.TOP].setChecked(True)

    @property
    def current(self) -> Tab:
        """The chosen tab."""
        return next(tab for tab, button in self._buttons.items() if button.isChecked())

    def choose(self, tab: Tab) -> None:
        """Choose a tab."""
        self._buttons[tab].setChecked(True)

    def show_counts(self, counts: Mapping[Tab, int]) -> None:
        """Show how many there are behind each tab; nothing for none."""
        for tab, button in self._buttons.items():
            count = counts.get(tab, 0)
            button.show_words(f"{_WORDS[tab]} {count}" if count else _WORDS[tab])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        tabs = list(Tab)
        self.choose(tabs[(tabs.index(self.current) + step) % len(tabs)])
        self._buttons[self.current].setFocus()
