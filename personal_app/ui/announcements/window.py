"""The window that lists what everyone is told, and lets an organizer tell something and take it away.

What was begun is kept as a draft. Must never decide who may: the server does.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from personal_app.conference.errors import Refusal
from personal_app.conference.rows import AnnouncementRow
from personal_app.conference.text import ANNOUNCEMENT_CHARS, clean_text
from personal_app.services.announcements import TakenAway
from personal_app.services.connection import ConnectionKind
from personal_app.services.services import Services
from personal_app.ui.announcements.wording import LENGTHS, about
from personal_app.ui.cards.plain_words import ago
from personal_app.ui.plain_text import PlainLabel, on_button, plain
from personal_app.ui.questions.writing_box import Counter, WritingBox
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import Surface, column, row

#: The key of what an organizer has begun to write.
DRAFT = "announce"
_WIDTH, _LIST_HEIGHT = 520, 220
_TAKEN_SHOWN = 3
_NOTHING = "Nothing is announced at the moment."


class AnnouncementsDialog(Dialog):
    """Follows the announcements while it is open."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("Announcements", parent)
        self.setObjectName("announcements_dialog")
        self.setMinimumWidth(_WIDTH)
        self._services = services
        self._shown: tuple[tuple[AnnouncementRow, ...], tuple[TakenAway, ...], bool] | None = None
        self._list: QVBoxLayout = column(spacing=MEDIUM)
        self.text = WritingBox("announce_text", "Your announcement", ANNOUNCEMENT_CHARS)
        self.text.setPlaceholderText("Tell everyone at the conference…")
        self.length = QComboBox()
        self.length.setObjectName("announce_length")
        self.length.setAccessibleName("How long it stands")
        for words, _ in LENGTHS:
            self.length.addItem(on_button(words))
        self._detail = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._announce = Button("Announce", Kind.PRIMARY, name="announce_button")
        self._writing = QWidget()
        self._build()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show what stands now, and whether this person may tell something."""
        organizer = self._services.profile.audience.organizer
        self._writing.setVisible(organizer)
        self._announce.setVisible(organizer)
        self._announce.setEnabled(self.text.sendable)
        standing = self._services.announcements.standing
        taken_away = self._services.announcements.taken_away[:_TAKEN_SHOWN] if organizer else ()
        if self._shown == (standing, taken_away, organizer):
            return
        self._shown = (standing, taken_away, organizer)
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for announcement in standing:
            self._list.addWidget(self._entry(announcement, organizer=organizer))
        if not standing:
            self._list.addWidget(PlainLabel(_NOTHING, tone="soft"))
        for taken in taken_away:
            self._list.addWidget(self._taken(taken))
        self._list.addStretch(1)

    def _build(self) -> None:
        page = Surface("card")
        page.setLayout(self._list)
        self._list.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(_LIST_HEIGHT)
        self.body.addWidget(scroll, 1)
        writing = column(self._writing, spacing=SMALL)
        writing.addWidget(self.text)
        told = row()
        told.addWidget(self._detail, 1)
        told.addWidget(Counter(self.text), 0, Qt.AlignmentFlag.AlignTop)
        writing.addLayout(told)
        line = row()
        line.addWidget(PlainLabel("It stands", tone="soft"))
        line.addWidget(self.length)
        line.addStretch(1)
        writing.addLayout(line)
        self.body.addWidget(self._writing)
        close = Button("Close", name="announcements_close")
        close.clicked.connect(self.accept)
        self.add_button(close)
        self.add_button(self._announce)
        self.text.write(self._services.drafts.load(DRAFT))

    def _connect(self) -> None:
        services = self._services
        services.announcements.changed.connect(self.refresh)
        services.profile.changed.connect(self.refresh)
        self.text.edited.connect(self._on_edited)
        self.text.submitted.connect(self._on_announce)
        self._announce.clicked.connect(self._on_announce)

    def _entry(self, announcement: AnnouncementRow, *, organizer: bool) -> QWidget:
        entry = QWidget()
        layout = row(entry, spacing=MEDIUM)
        words = column(spacing=TIGHT)
        text = PlainLabel(announcement.text, wrap=True)
        text.let_select()
        words.addWidget(text)
        words.addWidget(PlainLabel(about(announcement, self._services.program.now()), size=Size.SMALL, tone="soft"))
        layout.addLayout(words, 1)
        if organizer:
            end = Button("Take away", name="announcement_end")
            end.setAccessibleName(plain(f"Take away: {announcement.text}", 120))
            end.clicked.connect(lambda: self._services.announcements.end(announcement.id))
            layout.addWidget(end, 0, Qt.AlignmentFlag.AlignTop)
        return entry

    def _taken(self, taken: TakenAway) -> QWidget:
        entry = QWidget()
        layout = row(entry, spacing=MEDIUM)
        words = column(spacing=TIGHT)
        words.addWidget(PlainLabel(taken.text, tone="faint", wrap=True))
        when = ago(taken.at, self._services.program.now())
        words.addWidget(PlainLabel(f"Taken away by {taken.by} · {when}", size=Size.SMALL, tone="faint"))
        layout.addLayout(words, 1)
        undo = Button("Undo", Kind.QUIET, name="announcement_undo")
        undo.setAccessibleName(plain(f"Tell everyone again: {taken.text}", 120))
        undo.clicked.connect(lambda: self._services.announcements.give_back(taken))
        layout.addWidget(undo, 0, Qt.AlignmentFlag.AlignTop)
        return entry

    def _on_edited(self) -> None:
        self._services.drafts.save(DRAFT, self.text.text)
        self._tell("")
        self._announce.setEnabled(self.text.sendable)

    def _on_announce(self) -> None:
        if not self.text.text.strip() or not self._services.profile.audience.organizer:
            return
        try:
            text = clean_text(self.text.text, "the announcement", ANNOUNCEMENT_CHARS)
        except Refusal as refusal:
            self._tell(refusal.detail, "live")
            return
        length = LENGTHS[self.length.currentIndex()][1]
        now = self._services.program.now()
        self._services.announcements.announce(text, now + length if length is not None else None)
        self._services.drafts.save(DRAFT, "")
        self._services.drafts.flush()
        self.text.write("")
        live = self._services.connection.state.kind is ConnectionKind.LIVE
        self._tell("Announced to everyone." if live else "It will be announced when the server is back.", "good")
        self._announce.setEnabled(False)

    def _tell(self, words: str, tone: str = "soft") -> None:
        self._detail.show_text(words)
        self._detail.set_tone(tone)
