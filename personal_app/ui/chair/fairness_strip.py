"""The line below the lanes that says how turns are shared, with the way to what many wait for. Must never call one."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import TalkId
from personal_app.ui.cards import wording
from personal_app.ui.chair.fairness import Fairness, askers, shares
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel
from personal_app.ui.tokens import LARGE, MEDIUM, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, row


class FairnessStrip(Surface):
    """`wanted_clicked` carries the question that has most votes and no turn."""

    wanted_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__("foot")
        self._wanted: DrawnQuestion | None = None
        self._talks = ElidedLabel(size=Size.SMALL, tone="soft")
        self._askers = ElidedLabel(size=Size.SMALL, tone="soft")
        self._button = Button("", Kind.LINK, icon=Icon.VOTE, name="wanted_button")
        self._button.clicked.connect(self._on_wanted)
        line = row(self, spacing=LARGE)
        line.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        line.addWidget(self._talks, 3)
        line.addWidget(self._askers, 2)
        line.addWidget(self._button)

    def show_fairness(
        self, found: Fairness, labels: Mapping[TalkId, str], name: Callable[[DrawnQuestion], str]
    ) -> None:
        """Show it; `labels` name the talks where there are several, `name` says how people call a question."""
        self._talks.show_text(shares(found, labels))
        self._askers.show_text(askers(found))
        self._wanted = found.wanted
        self._button.setVisible(found.wanted is not None)
        if found.wanted is not None:
            votes = wording.count(found.wanted.votes, "vote", "votes")
            self._button.show_words(f"{name(found.wanted)} waits with {votes}")

    def _on_wanted(self) -> None:
        if self._wanted is not None:
            self.wanted_clicked.emit(self._wanted.id)
