"""The transcript of a talk: it goes with the recording, is looked through, seeks on a click, in the language chosen."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedLayout, QWidget

from personal_app.conference.folding import folded
from personal_app.services.captions import CaptionService
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.talk.caption_menu import language_words
from personal_app.ui.talk.moments import MomentList, moments_of
from personal_app.ui.theme import Size
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import IconButton
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import column, row

_NOTHING = ("No transcript here yet", "It comes with the recording.")


class TranscriptPage(QWidget):
    """`sought` (int, ms) is the line that a person wants to see."""

    sought = Signal(int)

    def __init__(self, captions: CaptionService) -> None:
        super().__init__()
        self._captions = captions
        self._languages: tuple[str, ...] = ()
        self._matches: tuple[int, ...] = ()
        self._at = -1
        self.list = MomentList("Transcript")
        self.field = QLineEdit()
        self.field.setObjectName("transcript_search")
        self.field.setAccessibleName("Find in the transcript")
        self.field.setPlaceholderText("Find in the transcript")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self._count = PlainLabel("", size=Size.SMALL, tone="faint")
        self._count.setObjectName("transcript_count")
        self._before = IconButton(Icon.UP, "The one before", name="transcript_before", keys="Shift+Enter")
        self._after = IconButton(Icon.DOWN, "The next one", name="transcript_after", keys="Enter")
        self.language = QComboBox()
        self.language.setObjectName("transcript_language")
        self.language.setAccessibleName("Language of captions and transcript")
        self._lay_out()
        self.field.textChanged.connect(self._look)
        self._before.clicked.connect(lambda: self._step(-1))
        self._after.clicked.connect(lambda: self._step(1))
        self.language.activated.connect(self._choose)
        self.list.chosen.connect(self.sought)
        captions.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the captions that are here."""
        lines = self._captions.lines()
        # A caption that comes later than it says is moved here too: a click then shows what was read.
        delay = self._captions.delay_ms
        before = self.list.moments
        self.list.show_moments(moments_of([(max(0, line.start_ms + delay), line.text) for line in lines]))
        self._head.setVisible(bool(lines))
        self._pages.setCurrentWidget(self.list if lines else self._empty)
        self._show_languages()
        if self.list.moments != before:
            self._look(self.field.text())

    def begin_to_find(self) -> None:
        """Take the keyboard to look for something."""
        if self._head.isVisible():
            self.field.setFocus()
            self.field.selectAll()

    def show_position(self, position_ms: int) -> None:
        """Mark the line of this moment."""
        self.list.show_present(position_ms)

    def _lay_out(self) -> None:
        self._empty = EmptyState(Icon.CAPTIONS, *_NOTHING)
        self._head = QWidget()
        head = row(self._head, spacing=TIGHT)
        head.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        head.addWidget(self.field, 1)
        for part in (self._count, self._before, self._after, self.language):
            head.addWidget(part)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        whole = column(self, spacing=0)
        whole.addWidget(self._head)
        whole.addLayout(self._pages, 1)

    def _show_languages(self) -> None:
        languages = self._captions.languages()
        if languages != self._languages:
            self._languages = languages
            self.language.clear()
            for language in languages:
                self.language.addItem(plain(language_words(language)))
        self.language.setVisible(len(languages) > 1)
        if self._captions.language in languages:
            self.language.setCurrentIndex(languages.index(self._captions.language))

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._languages):
            self._captions.choose(self._languages[place])

    def _look(self, text: str) -> None:
        """Mark every line that has the words, and go to the first one from here on."""
        wanted = folded(text)
        moments = self.list.moments
        self._matches = tuple(
            place for place, moment in enumerate(moments) if wanted and f" {wanted}" in f" {folded(moment.text)}"
        )
        self.list.show_found(frozenset(self._matches))
        self._at = -1
        if self._matches:
            here = self.list.present_place
            self._go(next((at for at, place in enumerate(self._matches) if place >= here), 0))
        self._show_count(wanted)

    def _step(self, steps: int) -> None:
        if self._matches:
            self._go((self._at + steps) % len(self._matches))
            self._show_count("some")

    def _go(self, at: int) -> None:
        self._at = at
        self.list.go_to(self._matches[at])

    def _show_count(self, wanted: str) -> None:
        found = len(self._matches)
        self._count.show_text("" if not wanted else f"{self._at + 1} of {found}" if found else "none")
        for button in (self._before, self._after):
            button.setVisible(bool(wanted))
            button.setEnabled(found > 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                self.list.follow()
                return True
        return super().eventFilter(watched, event)
