"""Brings reminders to the person: into the window always, and where it is not in front onto the desktop as well.

The desktop's own notices come first, an icon in the system's tray where there are none, and the window alone where
there is neither. A press on any of them brings the window forward and opens the talk. Must never decide what is due.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from personal_app.conference.ids import QuestionId, TalkId
from personal_app.conference.program_changes import ProgramChange
from personal_app.conference.reminders import Reminder
from personal_app.services.services import Services
from personal_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSystemTrayIcon

    from personal_app.net.desktop_notices import DesktopNotices, Notice

#: A press on a notice that opens no talk: it brings the window forward.
_NO_TALK = ""
_TRIED = ("This is a reminder", "It says what begins, or that a question of yours has its turn.")


class Reminding(QObject):
    """Follows the services; `take` is given what the desktop tells."""

    def __init__(self, services: Services, window: MainWindow, post: Callable[[object], None], parent: QObject) -> None:
        """`post` brings what the notices' thread tells to `take`."""
        super().__init__(parent)
        self._services = services
        self._window = window
        self._post = post
        self._notices: DesktopNotices | None = None
        self._tray: QSystemTrayIcon | None = None
        self._pressed_opens = _NO_TALK
        self._closing = False
        #: The line of the window that was told last, and the key of its reminder.
        self._stands = ("", "")
        services.reminders.reminded.connect(self._on_reminder)
        services.reminders.passed.connect(self._on_passed)
        services.changes.found.connect(self._on_changes)
        window.reminder_tried.connect(self._on_tried)

    @property
    def running(self) -> bool:
        """Whether something has not ended yet."""
        return self._notices is not None and not self._notices.close(0)

    def close(self) -> None:
        """Show nothing more."""
        self._closing = True
        if self._tray is not None:
            self._tray.hide()
        if self._notices is not None:
            self._notices.close(0)

    def take(self, values: Iterable[object]) -> None:
        """Take in what became of notices, and which was pressed."""
        if self._notices is None or self._closing:
            return
        from personal_app.net.desktop_notices import NoticeMissed, NoticePressed

        for value in values:
            if isinstance(value, NoticePressed):
                self._open(value.key)
            elif isinstance(value, NoticeMissed):
                self._show_in_tray(value.notice)

    def _on_reminder(self, reminder: Reminder) -> None:
        from personal_app.ui.icons import Icon
        from personal_app.ui.reminders.wording import words_of

        told = words_of(reminder, self._services.program.now())
        key = f"{reminder.talk or _NO_TALK} {reminder.question or ''}"
        open_it = partial(self._open, key) if reminder.talk is not None else None
        self._stands = (reminder.key, told.in_one())
        self._window.tell(told.in_one(), "Open" if open_it is not None else "", open_it, Icon.CLOCK)
        if not self._window.isActiveWindow():
            self._notify(told.title, told.text, key)

    def _on_passed(self, reminder: Reminder) -> None:
        key, sentence = self._stands
        if key == reminder.key:
            self._window.take_back(sentence)

    def _on_changes(self, found: tuple[ProgramChange, ...]) -> None:
        """The window tells of them itself; on the desktop is told what concerns something starred."""
        from personal_app.ui.changes.wording import summary

        starred = [change for change in found if self._services.changes.concerns(change)]
        if starred and not self._window.isActiveWindow():
            self._notify("The program has changed", summary(starred), starred[0].talk)

    def _on_tried(self) -> None:
        self._notify(*_TRIED, None)

    def _notify(self, title: str, text: str, key: str | None) -> None:
        if self._closing:
            return
        from personal_app.net.desktop_notices import DesktopNotices, Notice

        if self._notices is None:
            self._notices = DesktopNotices(self._post)
        self._notices.show(Notice(key=key or _NO_TALK, title=title, text=text))

    def _show_in_tray(self, notice: "Notice") -> None:
        from PySide6.QtWidgets import QSystemTrayIcon

        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            from personal_app.ui.icons import Icon, icon
            from personal_app.ui.theme import Theme

            self._tray = QSystemTrayIcon(icon(Icon.CALENDAR, Theme.of_app().colour("accent"), 22), self)
            self._tray.setToolTip("PeRSonAl")
            self._tray.messageClicked.connect(lambda: self._open(self._pressed_opens))
            self._tray.activated.connect(lambda _: self._window.come_forward())
        self._pressed_opens = notice.key
        self._tray.show()
        self._tray.showMessage(notice.title, notice.text)

    def _open(self, key: str) -> None:
        """Open what a key names: a talk, and after a blank perhaps a question of it."""
        self._window.come_forward()
        talk, _, question = key.partition(" ")
        conference = self._services.program.conference
        if talk and conference is not None and conference.talk(TalkId(talk)) is not None:
            self._window.open_talk(TalkId(talk))
            if question:
                self._window.show_question(QuestionId(question))
