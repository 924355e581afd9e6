"""The dialogs that are opened from the main window, and the menu that leads to them.

Each is imported when it is first wanted, for the window has to be on the screen about as soon as an empty one would be.
Must never know what is in the window.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from personal_app.conference.ids import TalkId
    from personal_app.services.profile import CodeKind
    from personal_app.services.services import Services
    from personal_app.ui.icons import Icon
    from personal_app.ui.top_bar import TopBar


class WindowDialogs(QMainWindow):
    """What the main window is built upon; it says how to `tell` a sentence and to `open_talk`."""

    #: A person wants to see what a reminder looks like.
    reminder_tried = Signal()

    top_bar: "TopBar"
    _services: "Services"

    def tell(
        self,
        sentence: str,
        action: str = "",
        act: "Callable[[], None] | None" = None,
        mark: "Icon | None" = None,
    ) -> None:
        """Say what happened and what to do, in a line of the window."""
        raise NotImplementedError

    def open_talk(self, talk: "TalkId") -> None:
        """Show a talk."""
        raise NotImplementedError

    def open_saved(self) -> object:
        """Show the saved recordings."""
        raise NotImplementedError

    def export_calendar(self, *, starred: bool) -> None:
        """Ask for a file, and have the starred sessions or all of them written to it as a calendar."""
        from personal_app.ui.calendar_file import ask_calendar_file

        ask_calendar_file(self, lambda path: self._services.stars.export(path, starred=starred))

    def export_talk(self) -> None:
        """Ask for a folder, and have all there is of the open talk written into a new one in it."""
        from personal_app.ui.bundle_folder import ask_bundle_folder

        talk = self._services.playback.state.talk
        if talk is None:
            self.tell("Open a talk in the program first; then it can be exported.")
        else:
            ask_bundle_folder(self, lambda folder: self._services.bundles.export(talk, folder))

    def show_about(self) -> None:
        """Show what this program is and runs on."""
        from personal_app.ui.about_box import AboutBox

        AboutBox(self._services.playback, self).open()

    def show_preferences(self) -> None:
        """Show what is chosen for good of how recordings are played."""
        from personal_app.ui.preferences import PreferencesDialog

        PreferencesDialog(self._services.playback.desk, self).open()

    def show_keys(self) -> None:
        """Show the sheet of keys."""
        from personal_app.ui.key_sheet import KeySheet

        KeySheet(self).open()

    def use_invitation(self) -> None:
        """Ask for an invitation and use it."""
        from personal_app.ui.first_run.invitation import InvitationDialog

        InvitationDialog(self._services.profile, self).open()

    def sign_out(self) -> None:
        """Ask whether this device is to be signed out, or the others."""
        from personal_app.ui.first_run.sign_out import SignOutDialog

        dialog = SignOutDialog(self._services, self)
        dialog.recovery_wanted.connect(self._show_recovery)
        dialog.open()

    def show_own_code(self, kind: "CodeKind") -> None:
        """Ask for a code of the person's own and show it to them."""
        from personal_app.ui.first_run.own_code import OwnCodeDialog

        OwnCodeDialog(self._services.profile, kind, self).open()

    def show_conferences(self) -> None:
        """Show the conferences of this person, to switch to one or to add one."""
        from personal_app.ui.conferences.dialog import ConferencesDialog

        ConferencesDialog(self._services, self).open()

    def show_sent(self) -> None:
        """Show what this person has sent and what became of it."""
        from personal_app.ui.sent.dialog import SentDialog

        SentDialog(self._services, self).open()

    def show_reminders(self) -> None:
        """Show what a person is reminded of, to be chosen."""
        from personal_app.ui.reminders.dialog import RemindersDialog

        dialog = RemindersDialog(self._services.reminders, self)
        dialog.tried.connect(self.reminder_tried)
        dialog.open()

    def show_changes(self) -> None:
        """Show what has changed in the program."""
        from personal_app.ui.changes.dialog import ChangesDialog

        dialog = ChangesDialog(self._services, self)
        dialog.talk_chosen.connect(self.open_talk)
        dialog.open()

    def show_announcements(self) -> None:
        """Show what everyone is told, and to an organizer the way to tell something."""
        from personal_app.ui.announcements.window import AnnouncementsDialog

        AnnouncementsDialog(self._services, self).open()

    def show_menu(self) -> None:
        """Open the menu below its button."""
        from personal_app.services.profile import CodeKind
        from personal_app.ui.window_menu import MenuActions, window_menu

        actions = MenuActions(
            show_conferences=self.show_conferences,
            use_invitation=self.use_invitation,
            add_device=lambda: self.show_own_code(CodeKind.DEVICE),
            show_announcements=self.show_announcements,
            show_sent=self.show_sent,
            show_changes=self.show_changes,
            show_reminders=self.show_reminders,
            show_saved=self.open_saved,
            export_talk=self.export_talk,
            export_all=lambda: self.export_calendar(starred=False),
            export_starred=lambda: self.export_calendar(starred=True),
            show_recovery=self._show_recovery,
            sign_out=self.sign_out,
            show_preferences=self.show_preferences,
            show_keys=self.show_keys,
            show_about=self.show_about,
        )
        menu = window_menu(self, actions, joined=self._services.profile.identity is not None)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self.top_bar.menu_button
        menu.popup(button.mapToGlobal(QPoint(button.width() - menu.sizeHint().width(), button.height())))

    def _show_recovery(self) -> None:
        from personal_app.services.profile import CodeKind

        self.show_own_code(CodeKind.RECOVERY)
