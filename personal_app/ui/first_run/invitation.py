"""Using an invitation after having joined: it makes a participant a chair, an author or an organizer."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from personal_app.services.profile import ProfileService
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog

_CODE_CHARS = 500
_WIDTH = 440


class InvitationDialog(Dialog):
    """Asks for the code or the link, and closes when the server has taken it."""

    def __init__(self, profile: ProfileService, parent: QWidget) -> None:
        super().__init__("Use an invitation", parent)
        self.setObjectName("invitation_dialog")
        self.setMinimumWidth(_WIDTH)
        self._profile = profile
        self._asked = False
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._settle)
        self.code = QLineEdit()
        self.code.setObjectName("invitation_code")
        self.code.setAccessibleName("Invitation code or link")
        self.code.setPlaceholderText("Code or link")
        self.code.setMaxLength(_CODE_CHARS)
        self.error = PlainLabel("", tone="live", wrap=True)
        self.error.setObjectName("invitation_error")
        sentence = "Paste the code or the link that the organizers sent you. Each invitation can be used once."
        for widget in (PlainLabel(sentence, tone="soft", wrap=True), self.code, self.error):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        cancel = Button("Cancel")
        cancel.clicked.connect(self.reject)
        self.use_button = Button("Use it", Kind.PRIMARY, name="invitation_button")
        self.use_button.setDefault(True)
        self.use_button.clicked.connect(self._use)
        self.add_button(cancel)
        self.add_button(self.use_button)
        profile.changed.connect(self._on_changed)
        profile.failed.connect(self._on_failed)

    def _use(self) -> None:
        code = code_in(self.code.text())
        if not code:
            self.error.show_text("Paste the code or the link of the invitation first.")
            self.code.setFocus()
            return
        self.error.show_text("")
        self._asked = True
        self._profile.redeem(code)

    def _on_changed(self) -> None:
        busy = self._profile.busy
        self.use_button.setEnabled(not busy)
        self.code.setEnabled(not busy)
        self.use_button.show_words("Asking the server…" if busy else "Use it")
        if self._asked and not busy:
            # A refusal is told just after this, in the same turn of the loop.
            self._settling.start()

    def _settle(self) -> None:
        if self._asked:
            self._asked = False
            self.accept()

    def _on_failed(self, sentence: str) -> None:
        self._asked = False
        self.error.show_text(sentence)
        self._on_changed()


def code_in(text: str) -> str:
    """Return the invitation in a pasted code or link: what follows "#", or all of it."""
    return text.strip().rsplit("#", 1)[-1].strip()
