"""The main window: program, talk and questions, or the page to join; the other windows are opened from here.

What is not seen at first is imported and built when it is first wanted, because the window has to be on the screen
about as soon as an empty one would be. Must never decide anything about a question or a recording.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from personal_app.ui.first_page.places import places_of
from personal_app.ui.keymap import Act, bind
from personal_app.ui.plain_text import plain
from personal_app.ui.product import PRODUCT
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import LARGE, TEXT_SCALES, TIGHT
from personal_app.ui.widgets.frames import column
from personal_app.ui.window_dialogs import WindowDialogs

if TYPE_CHECKING:
    from personal_app.conference.finding import Hit
    from personal_app.conference.ids import QuestionId, TalkId
    from personal_app.conference.program_changes import ProgramChange
    from personal_app.services.receipts import Receipt
    from personal_app.services.services import Services
    from personal_app.ui.announcements.banner import AnnouncementBanner
    from personal_app.ui.first_page.form import Place
    from personal_app.ui.first_page.page import FirstPage
    from personal_app.ui.first_run.join_page import JoinPage
    from personal_app.ui.icons import Icon
    from personal_app.ui.search.panel import SearchPanel
    from personal_app.ui.top_bar import TopBar
    from personal_app.ui.widgets.notice_bar import NoticeBar
    from personal_app.ui.workspace import Workspace

DESIGN_SIZE = QSize(1280, 800)
LEAST_SIZE = QSize(1000, 600)


class MainWindow(WindowDialogs):
    """`talk_selected` (a TalkId) tells which talk the window shows from now on."""

    talk_selected = Signal(str)

    top_bar: "TopBar"
    _services: "Services"
    _pages: QStackedWidget
    _column: QVBoxLayout

    def __init__(self, services: "Services | None" = None) -> None:
        """Without `services` the window is bare until `furnish`: all it can do is to show a first page."""
        super().__init__()
        self._first_page: FirstPage | None = None
        self._workspace: Workspace | None = None
        self._join_page: JoinPage | None = None
        self._search: SearchPanel | None = None
        self._wants_to_join = False
        self._ready = False
        self._page: QWidget | None = None
        self._roles: dict[str, QWidget] = {}
        self._told_detail = ""
        self._known_as = ("", "")
        self.setObjectName("main_window")
        self.setWindowTitle(PRODUCT)
        self.setMinimumSize(LEAST_SIZE)
        self.resize(DESIGN_SIZE)
        self._opening = QTimer(self)
        self._opening.setSingleShot(True)
        self._opening.setInterval(0)
        self._opening.timeout.connect(self._open_what_is_on)
        self.notice: NoticeBar | None = None
        self.banner: AnnouncementBanner | None = None
        #: Which talk was open last, to be opened again where nothing is on.
        self.last_talk: str | None = None
        if services is not None:
            self.furnish(services)

    def show_first_page(self, page: "FirstPage") -> None:
        """Show what was kept for the start, until `unveil` has the parts themselves ready."""
        Theme.of_app().wait()
        self._first_page = page
        page.setParent(self)
        page.setGeometry(self.rect())

    def furnish(self, services: "Services") -> None:
        """Put in what does not depend on who has joined what, and follow the services from now on."""
        from personal_app.ui.top_bar import TopBar

        # Before anything is laid out: put on later, it would leave some parts as high as they were without it.
        Theme.of_app().put_on()
        self._services = services
        self.top_bar = TopBar(services)
        self._pages = QStackedWidget()
        middle = QWidget()
        self._column = column(middle, spacing=0)
        self._column.addWidget(self.top_bar)
        self._column.addWidget(self._pages, 1)
        self.setCentralWidget(middle)
        if self._first_page is not None:
            self._first_page.raise_()
            # From now on something lies below that need not be painted.
            self._first_page.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._connect()

    def unveil(self) -> Iterator[None]:
        """Build the parts below the first page, one at each step, and take it away when they show what it showed."""
        self._ready = True
        self._show_page()
        yield
        while self._workspace is not None and self._workspace.questions is None:
            self._workspace.take_turn()
            yield
        if self._first_page is not None:
            self._first_page.hide()
            self._first_page.deleteLater()
            self._first_page = None

    def places(self) -> "tuple[Place, ...] | None":
        """Return where the words and lists stand that a first page shows; None while they are not where they begin."""
        workspace = self._workspace
        lines = (self.notice, self.banner)
        moved = self.isFullScreen() or any(line is not None and not line.isHidden() for line in lines)
        if workspace is None or moved:
            return None
        if workspace.program is None or workspace.questions is None:
            return None
        return places_of(self.top_bar, workspace.program, workspace.questions)

    def tell(
        self,
        sentence: str,
        action: str = "",
        act: "Callable[[], None] | None" = None,
        mark: "Icon | None" = None,
    ) -> None:
        """Say what happened and what to do, in a line under the top bar, until a person puts it away.

        `act` is what the button with the words `action` does about it; `mark` stands before what is no warning.
        """
        if self.notice is None and sentence:
            from personal_app.ui.widgets.notice_bar import NoticeBar

            self.notice = NoticeBar()
            self._column.insertWidget(1, self.notice)
        if self.notice is not None:
            self.notice.tell(sentence, action, act, *(() if mark is None else (mark,)))

    def take_back(self, sentence: str) -> None:
        """Put `sentence` away where it still stands under the top bar: it is true no longer."""
        if self.notice is not None and self.notice.sentence == sentence:
            self.notice.hide()

    def open_talk(self, talk: "TalkId") -> None:
        """Show a talk, play it where it may be played, and tell everyone who follows."""
        self._services.playback.open(talk)
        if self._workspace is not None:
            self._workspace.show_talk(talk)
        self.talk_selected.emit(talk)

    def show_question(self, question: "QuestionId") -> None:
        """Turn to a question of the open talk."""
        if self._workspace is not None and self._workspace.questions is not None:
            self._workspace.questions.show_question(question)

    def open_chair(self) -> QWidget:
        """Show the chair's console in a window of its own, and return it."""
        from personal_app.ui.chair.console import ChairConsole

        return self._open_role("chair", ChairConsole)

    def open_author(self) -> QWidget:
        """Show the author's desk in a window of its own, and return it."""
        from personal_app.ui.author.desk import AuthorDesk

        return self._open_role("author", AuthorDesk)

    def open_search(self) -> None:
        """Open the search under the top bar."""
        if self._services.program.conference is None:
            return
        if self._search is None:
            from personal_app.ui.search.panel import SearchPanel

            self._search = SearchPanel(self._services, self)
            self._search.chosen.connect(self._go_to)
        room = min(self.width() - 2 * LARGE, self.height() - self.top_bar.height() - 2 * LARGE)
        self._search.open_at(self.mapToGlobal(QPoint(self.width() // 2, self.top_bar.height() + TIGHT)), room)

    def open_saved(self) -> QWidget:
        """Show the saved recordings in a window of their own, and return it."""
        from personal_app.ui.saved.window import SavedWindow

        window = self._open_role("saved", SavedWindow)
        if isinstance(window, SavedWindow):
            window.talk_chosen.connect(self.open_talk, Qt.ConnectionType.UniqueConnection)
        return window

    def come_forward(self) -> None:
        """Be seen, whatever the window was: minimised, hidden or behind another one."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def toggle_full_screen(self) -> None:
        """Give the picture the whole screen, or leave it."""
        self._show_full(not self.isFullScreen())

    def _go_to(self, hit: "Hit") -> None:
        """Show what was found: its talk, the moment of its recording, its question."""
        if hit.talk is None:
            return
        self.open_talk(hit.talk)
        if hit.position_ms is not None and hit.question is None:
            self._services.playback.seek(hit.position_ms)
        if self._workspace is not None:
            self._workspace.show_found(hit)

    def _open_role(self, role: str, make: "Callable[[Services], QWidget]") -> QWidget:
        window = self._roles.get(role)
        if window is None:
            window = self._roles[role] = make(self._services)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _connect(self) -> None:
        services = self._services
        services.profile.changed.connect(self._on_profile)
        services.profile.failed.connect(self._on_failed)
        services.program.changed.connect(self._on_program)
        services.connection.changed.connect(self._on_connection)
        services.stars.exported.connect(self.tell)
        services.playback.desk.said.connect(self.tell)
        services.bundles.exported.connect(self._on_exported)
        services.notes.exported.connect(self.tell)
        services.connection.noticed.connect(lambda text: self.tell(f"The server says: {text}"))
        services.announcements.changed.connect(self._on_announcements)
        services.changes.found.connect(self._on_changes)
        services.questions.refused.connect(self._on_refused)
        services.questions.receipts.found.connect(self._on_refused)
        self.top_bar.announcements_wanted.connect(self.show_announcements)
        self.top_bar.changes_wanted.connect(self.show_changes)
        self.top_bar.chair_wanted.connect(self.open_chair)
        self.top_bar.author_wanted.connect(self.open_author)
        self.top_bar.about_wanted.connect(self.show_about)
        self.top_bar.join_wanted.connect(self._join)
        self.top_bar.search_wanted.connect(self.open_search)
        self.top_bar.saved_wanted.connect(self.open_saved)
        self.top_bar.menu_button.clicked.connect(self.show_menu)
        bind(
            self,
            {
                Act.KEYS: self.show_keys,
                Act.PREFERENCES: self.show_preferences,
                Act.SEARCH: self.open_search,
                Act.LARGER_TEXT: lambda: self._step_scale(1),
                Act.SMALLER_TEXT: lambda: self._step_scale(-1),
                Act.NORMAL_TEXT: lambda: Theme.of_app().set_scale(1.0),
            },
        )

    def _show_page(self) -> None:
        """Show the page to join until somebody has joined or there is a program to look at."""
        if not self._ready:
            return
        lost = self._services.profile.identity is None and self._services.program.conference is None
        page = self._joining() if lost or self._wants_to_join else self._working()
        if page is not self._page:
            self._page = page
            self._pages.setCurrentWidget(page)
            page.setFocus()
        self._on_announcements()

    def _joining(self) -> QWidget:
        if self._join_page is None:
            from personal_app.ui.first_run.join_page import JoinPage

            self._join_page = JoinPage(self._services.profile)
            self._join_page.left.connect(self._stay)
            self._pages.addWidget(self._join_page)
        self._join_page.show_way_back(self._services.program.conference is not None)
        return self._join_page

    def _working(self) -> QWidget:
        if self._workspace is None:
            from personal_app.ui.workspace import Workspace

            self._workspace = Workspace(self._services, at_once=not self.isVisible())
            self._workspace.talk_chosen.connect(self.open_talk)
            self._workspace.full_screen_wanted.connect(self.toggle_full_screen)
            self._workspace.preferences_wanted.connect(self.show_preferences)
            self._workspace.join_wanted.connect(self._join)
            self._pages.addWidget(self._workspace)
            self._open_what_is_on()
        return self._workspace

    def _open_what_is_on(self) -> None:
        """Open what everyone watches now, or what comes next, unless a talk is open already."""
        from personal_app.conference.ids import TalkId
        from personal_app.ui.opening_talk import talk_to_show

        conference = self._services.program.conference
        if conference is None or self._workspace is None:
            return
        talk = self._services.playback.state.talk
        if talk is None or conference.talk(talk) is None:
            last = TalkId(self.last_talk) if self.last_talk is not None else None
            talk = talk_to_show(conference, self._services.program.now(), last)
        if talk is not None:
            self.open_talk(talk)

    def _on_program(self) -> None:
        conference = self._services.program.conference
        self.setWindowTitle(plain(f"{conference.title} – {PRODUCT}") if conference is not None else PRODUCT)
        self._show_page()
        if self.isVisible():
            # In a turn of its own: program and talk at once would hold up the screen.
            self._opening.start()
        else:
            self._open_what_is_on()

    def _on_profile(self) -> None:
        identity = self._services.profile.identity
        if identity is not None and (identity.address, identity.participant) != self._known_as:
            self._known_as = (identity.address, identity.participant)
            self._wants_to_join = False
        elif identity is None:
            self._known_as = ("", "")
        self._show_page()

    def _on_failed(self, sentence: str) -> None:
        """Where a page or a dialog that asked is open, the sentence is shown there."""
        asking = self._page is self._join_page or self.findChild(QDialog) is not None
        if not asking:
            self.tell(sentence)

    def _on_connection(self) -> None:
        from personal_app.services.connection import ConnectionKind, Why

        state = self._services.connection.state
        # What is tried again after a refusal is no news before it has come to something.
        if state.kind is ConnectionKind.CONNECTING:
            return
        detail = state.detail if state.kind is ConnectionKind.REFUSED else ""
        if detail == self._told_detail:
            return
        told, self._told_detail = self._told_detail, detail
        if detail and state.why is Why.NOT_KNOWN:
            self.tell(detail, "Join again…", self._join)
        elif detail and state.why is Why.LOCKED:
            self.tell(detail, "Try again", self._services.connection.retry_now)
        elif detail or (self.notice is not None and self.notice.sentence == told):
            self.tell(detail)

    def _on_announcements(self) -> None:
        if self.banner is None and self._ready and self._services.announcements.unseen:
            from personal_app.ui.announcements.banner import AnnouncementBanner

            self.banner = AnnouncementBanner(self._services.announcements, self._services.program)
            self.banner.all_clicked.connect(self.show_announcements)
            self._column.insertWidget(self._column.indexOf(self._pages), self.banner)
            self.banner.refresh()

    def _on_changes(self, found: "tuple[ProgramChange, ...]") -> None:
        """Tell at once of what is starred; of the rest the top bar counts how much there is to read."""
        from personal_app.ui.changes.wording import summary
        from personal_app.ui.icons import Icon

        starred = [change for change in found if self._services.changes.concerns(change)]
        if starred:
            self.tell(summary(starred), "All changes…", self.show_changes, Icon.CALENDAR)

    def _on_exported(self, sentence: str) -> None:
        from personal_app.ui.icons import Icon

        self.tell(sentence, mark=Icon.SAVED_OFFLINE)

    def _on_refused(self, receipt: "Receipt") -> None:
        """Tell of an announcement that was not made or ended; its words wait where announcements are written."""
        from personal_app.conference.commands import Announce, EndAnnouncement

        wanted = receipt.command.do
        if not isinstance(wanted, Announce | EndAnnouncement):
            return
        self.tell(receipt.detail)
        if receipt.final and isinstance(wanted, Announce):
            from personal_app.ui.announcements.window import DRAFT

            begun = self._services.drafts.load(DRAFT)
            self._services.drafts.save(DRAFT, f"{wanted.text}\n\n{begun}" if begun else wanted.text)
            self._services.drafts.flush()
            self._services.questions.receipts.put_away(receipt)

    def _join(self) -> None:
        self._wants_to_join = True
        self._show_page()

    def _stay(self) -> None:
        self._wants_to_join = False
        self._show_page()

    def _step_scale(self, steps: int) -> None:
        theme = Theme.of_app()
        place = min(range(len(TEXT_SCALES)), key=lambda at: abs(TEXT_SCALES[at] - theme.scale))
        theme.set_scale(TEXT_SCALES[min(max(0, place + steps), len(TEXT_SCALES) - 1)])

    def _show_full(self, full: bool) -> None:
        if self._workspace is None or full == self.isFullScreen():
            return
        self.top_bar.setVisible(not full)
        self._workspace.show_full(full)
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # Qt's own, last.

    def setVisible(self, visible: bool) -> None:
        # Before the window is on the screen its parts are laid out once; afterwards each of them would lay it out anew.
        if visible and not self._ready and self._first_page is None:
            self._ready = True
            self._show_page()
        super().setVisible(visible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._first_page is not None:
            self._first_page.setGeometry(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self._show_full(False)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        for window in self._roles.values():
            window.close()
        if self._workspace is not None:
            self._workspace.take_picture_back()
        super().closeEvent(event)
