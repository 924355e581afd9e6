"""Asks before a meeting is opened in the browser, and says where it leads."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from personal_app.conference.web_links import host_of, meeting_fault
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog

_WIDTH = 460


class MeetingDialog(Dialog):
    """Opens nothing but an `https` or `http` address, and only when the button is pressed."""

    def __init__(self, address: str, parent: QWidget) -> None:
        super().__init__("Open the meeting in your browser?", parent)
        self.setObjectName("meeting_dialog")
        self._address = address
        self.resize(_WIDTH, self.sizeHint().height())
        host = PlainLabel(f"It leads to {host_of(address)}, outside this app.", wrap=True, strong=True)
        host.setObjectName("meeting_host")
        self.body.addWidget(host)
        self.body.addWidget(PlainLabel(address, size=Size.SMALL, tone="soft", wrap=True))
        self.trouble = PlainLabel("", tone="warn", wrap=True)
        self.trouble.hide()
        self.body.addWidget(self.trouble)
        stay = Button("Stay here", name="meeting_stay")
        stay.clicked.connect(self.reject)
        go = Button("Open in the browser", Kind.PRIMARY, name="meeting_open")
        go.clicked.connect(self._open)
        self.add_button(stay)
        self.add_button(go)
        go.setDefault(True)

    def _open(self) -> None:
        address = QUrl(self._address, QUrl.ParsingMode.StrictMode)
        if not meeting_fault(self._address) and address.isValid() and QDesktopServices.openUrl(address):
            self.accept()
            return
        self.trouble.show_text("No browser could be opened. Copy the address above and open it yourself.")
        self.trouble.show()
        self.fit()
