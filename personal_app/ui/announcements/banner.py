"""A line under the top bar with what the organizers tell everyone: one at a time, until the person puts it away.

What comes anew is spoken by screen readers, without taking the keyboard away. Must never make or end one.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.ids import AnnouncementId
from personal_app.conference.rows import AnnouncementRow
from personal_app.services.announcements import AnnouncementService
from personal_app.services.program import ProgramService
from personal_app.ui.announcements.wording import about
from personal_app.ui.cards.plain_words import ago
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.speech import speak
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.empty_state import IconMark
from personal_app.ui.widgets.frames import Surface, column, row

_MARK_SIDE = 18


class AnnouncementBanner(Surface):
    """Hidden until its first `refresh`, and while everything is put away. `all_clicked` asks for the list of them."""

    all_clicked = Signal()

    def __init__(self, announcements: AnnouncementService, program: ProgramService) -> None:
        super().__init__("strip")
        self.setObjectName("announcement_banner")
        self._announcements = announcements
        self._program = program
        self._shown: AnnouncementRow | None = None
        self._spoken: set[AnnouncementId] = set()
        self._words = PlainLabel(wrap=True)
        self._words.setObjectName("announcement_words")
        self._words.setAccessibleName("Announcement")
        self._words.let_select()
        self._about = PlainLabel(size=Size.SMALL, tone="soft")
        self._more = Button("", Kind.LINK, name="announcement_more")
        self._more.clicked.connect(self.all_clicked)
        close = IconButton(Icon.CLOSE, "Put this announcement away", name="announcement_close")
        close.clicked.connect(self._put_away)
        self._build(close)
        announcements.changed.connect(self.refresh)
        program.ticked.connect(self._show_age)
        self.hide()

    @property
    def shown(self) -> AnnouncementRow | None:
        """What is shown, or None."""
        return self._shown

    def refresh(self) -> None:
        """Show the newest that was not put away; one that a person is reading stays until it ends or is put away."""
        unseen = self._announcements.unseen
        reading = self._shown.id if self._shown is not None else None
        self._shown = next((row for row in unseen if row.id == reading), next(iter(unseen), None))
        self.setVisible(self._shown is not None)
        if self._shown is None:
            return
        self._words.show_text(self._shown.text)
        others = len(unseen) - 1
        self._more.show_words(f"and {others} more" if others else "")
        self._more.setVisible(bool(others))
        self._show_age()
        for row_ in reversed(unseen):
            self._speak(row_)

    def _build(self, close: QWidget) -> None:
        line = row(self, spacing=SMALL)
        line.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        line.addWidget(IconMark(Icon.ANNOUNCEMENT, "accent", _MARK_SIDE))
        words = column(spacing=0)
        words.addWidget(self._words)
        below = row(spacing=MEDIUM)
        below.addWidget(self._about)
        below.addWidget(self._more)
        below.addStretch(1)
        words.addLayout(below)
        line.addLayout(words, 1)
        line.addWidget(close)

    def _show_age(self) -> None:
        if self._shown is not None:
            self._about.show_text(about(self._shown, self._program.now()))

    def _speak(self, row_: AnnouncementRow) -> None:
        if row_.id not in self._spoken:
            self._spoken.add(row_.id)
            age = ago(row_.at, self._program.now())
            speak(self, f"Announcement, {age}: {row_.text}")

    def _put_away(self) -> None:
        if self._shown is not None:
            self._announcements.put_away(self._shown.id)
