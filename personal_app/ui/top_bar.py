"""The bar across the top: which conference, how we stand with the server, the other windows, and the menu.

Windows and dialogs are opened by whoever holds the bar; it only says what is wanted.
"""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from personal_app.services.connection import ConnectionKind
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, one_line, tip
from personal_app.ui.product import PRODUCT
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.frames import Surface, row

HEIGHT = 48
_SAVING_MS = 250
_TONES = {
    ConnectionKind.LIVE: "good",
    ConnectionKind.CONNECTING: "accent",
    ConnectionKind.RECONNECTING: "warn",
    ConnectionKind.OFFLINE: "ink_faint",
    ConnectionKind.REFUSED: "live",
}
_MAY_RETRY = frozenset({ConnectionKind.RECONNECTING, ConnectionKind.OFFLINE, ConnectionKind.REFUSED})


class TopBar(Surface):
    """Follows program, connection and profile."""

    chair_wanted = Signal()
    author_wanted = Signal()
    about_wanted = Signal()
    announcements_wanted = Signal()
    changes_wanted = Signal()
    saved_wanted = Signal()
    join_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__("bar")
        self._services = services
        self._title = PlainLabel(PRODUCT, strong=True)
        self._title.setObjectName("conference_title")
        self._subtitle = ElidedLabel(tone="faint")
        self._subtitle.setObjectName("conference_subtitle")
        self._dot = _Dot()
        self._words = PlainLabel("", tone="soft")
        self._words.setObjectName("connection_words")
        self._retry = Button("Try now", Kind.LINK, name="retry_now_button")
        self._retry.clicked.connect(services.connection.retry_now)
        self.search_button = Button("Search", icon=Icon.SEARCH, name="search_button")
        self.search_button.setToolTip(tip("Search the program, people, transcripts and questions (Ctrl+K)"))
        self.search_button.clicked.connect(self.search_wanted)
        self._who = ElidedLabel(tone="soft")
        self._who.setObjectName("who_words")
        self.chair_button: Button | None = None
        self.author_button: Button | None = None
        self.join_button: Button | None = None
        self.announcements_button: IconButton | None = None
        self.changes_button: Button | None = None
        self.saving_button: Button | None = None
        self._saving_soon = QTimer(self)
        self._saving_soon.setSingleShot(True)
        self._saving_soon.setInterval(_SAVING_MS)
        self._saving_soon.timeout.connect(self._offer_saving)
        self.about_button = IconButton(Icon.INFO, "About PeRSonAl", name="about_button")
        self.menu_button = IconButton(Icon.SETTINGS, "Menu", name="menu_button")
        self.about_button.clicked.connect(self.about_wanted)
        self._lay_out()
        services.program.changed.connect(self.refresh)
        services.program.ticked.connect(self._refresh_connection)
        services.connection.changed.connect(self._refresh_connection)
        services.profile.changed.connect(self.refresh)
        services.announcements.changed.connect(self._offer_announcements)
        services.changes.changed.connect(self._offer_changes)
        services.recordings.changed.connect(self._look_at_saving)
        self.refresh()

    def refresh(self) -> None:
        """Show the present snapshot."""
        conference, profile = self._services.program.conference, self._services.profile
        self._title.show_text(conference.title if conference is not None else PRODUCT)
        self._subtitle.show_text(conference.subtitle if conference is not None else "")
        audience = profile.audience
        self._offer_chair(audience.organizer or bool(audience.chair_of))
        self._offer_author(bool(audience.author_of))
        self._offer_announcements()
        self._offer_changes()
        self._offer_to_join(profile.identity is None and conference is not None)
        self._who.show_text(profile.identity.name if profile.identity is not None else "")
        self._who.setVisible(profile.identity is not None)
        self.search_button.setVisible(conference is not None)
        self._refresh_connection()

    def _refresh_connection(self) -> None:
        connection = self._services.connection
        known = self._services.profile.identity is not None
        for widget in (self._dot, self._words):
            widget.setVisible(known)
        self._dot.show_tone(_TONES[connection.state.kind])
        self._words.show_text(connection.words(self._services.program.now()))
        self._words.setToolTip(tip(connection.state.detail))
        self._retry.setVisible(known and connection.state.kind in _MAY_RETRY)

    # Few people need these; each is made when somebody does.

    def _offer_chair(self, offered: bool) -> None:
        if self.chair_button is None and offered:
            self.chair_button = Button("Chair's console", icon=Icon.CHAIR, name="role_chair_button")
            self.chair_button.clicked.connect(self.chair_wanted)
            self._ways.insertWidget(0, self.chair_button)
        if self.chair_button is not None:
            self.chair_button.setVisible(offered)

    def _offer_author(self, offered: bool) -> None:
        if self.author_button is None and offered:
            self.author_button = Button("Author's desk", icon=Icon.AUTHOR, name="role_author_button")
            self.author_button.clicked.connect(self.author_wanted)
            self._ways.addWidget(self.author_button)
        if self.author_button is not None:
            self.author_button.setVisible(offered)

    def _offer_announcements(self) -> None:
        """A way to what everyone is told, where there is anything, and to telling something for who may."""
        standing = len(self._services.announcements.standing)
        organizer = self._services.profile.audience.organizer
        if self.announcements_button is None and (standing or organizer):
            self.announcements_button = IconButton(Icon.ANNOUNCEMENT, "", name="announcements_button")
            self.announcements_button.clicked.connect(self.announcements_wanted)
            self._line.insertWidget(self._line.indexOf(self.about_button), self.announcements_button)
        if self.announcements_button is not None:
            self.announcements_button.say(f"Announcements: {standing}" if standing else "Announcements")
            self.announcements_button.setVisible(bool(standing or organizer))

    def _offer_changes(self) -> None:
        """How much of the program has changed since one has read of it."""
        unread = self._services.changes.unread
        if self.changes_button is None and unread:
            self.changes_button = Button("", Kind.QUIET, icon=Icon.CALENDAR, name="changes_button")
            self.changes_button.clicked.connect(self.changes_wanted)
            self._ways.insertWidget(0, self.changes_button)
        if self.changes_button is not None:
            words = f"{unread} {'change' if unread == 1 else 'changes'}"
            self.changes_button.show_words(words)
            self.changes_button.setAccessibleName(one_line(f"{words} of the program"))
            self.changes_button.setToolTip(tip("What has changed in the program since you last looked"))
            self.changes_button.setVisible(bool(unread))

    def _look_at_saving(self) -> None:
        # Progress comes many times a second, and is for the eye.
        if not self._saving_soon.isActive():
            self._saving_soon.start()

    def _offer_saving(self) -> None:
        """How far the recordings are that are on their way, and the way to them."""
        from personal_app.ui.saved.rows import summary

        found = summary(self._services.program.conference, self._services.recordings.state)
        if self.saving_button is None and found.coming:
            self.saving_button = Button("", Kind.QUIET, icon=Icon.SAVE_OFFLINE, name="saving_button")
            self.saving_button.clicked.connect(self.saved_wanted)
            self._ways.insertWidget(0, self.saving_button)
        if self.saving_button is not None:
            self.saving_button.setVisible(found.coming > 0)
            self.saving_button.show_words(found.share_words())
            self.saving_button.setAccessibleName(one_line(found.words()))
            self.saving_button.setToolTip(tip(found.words()))

    def _offer_to_join(self, offered: bool) -> None:
        if self.join_button is None and offered:
            self.join_button = Button("Join", Kind.PRIMARY, name="top_join_button")
            self.join_button.clicked.connect(self.join_wanted)
            self._ways.addWidget(self.join_button)
        if self.join_button is not None:
            self.join_button.setVisible(offered)

    def _lay_out(self) -> None:
        self.setMinimumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        line = self._line = row(self, spacing=SMALL)
        line.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        line.addWidget(self._title)
        line.addWidget(self._subtitle, 1)
        line.addSpacing(LARGE)
        for widget in (self._dot, self._words, self._retry):
            line.addWidget(widget)
        line.addSpacing(MEDIUM)
        line.addWidget(self.search_button)
        self._ways = row(spacing=SMALL)
        line.addLayout(self._ways)
        line.addSpacing(TIGHT)
        self._who.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        line.addWidget(self._who)
        line.addWidget(self.about_button)
        line.addWidget(self.menu_button)


class _Dot(QWidget):
    """A dot whose colour says what the words beside it say."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.of_app()
        self._tone = "ink_faint"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_tone(self, tone: str) -> None:
        """Show another colour."""
        if tone != self._tone:
            self._tone = tone
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._tone))
        painter.drawEllipse(QRectF(1, 1, 8, 8))
        painter.end()
