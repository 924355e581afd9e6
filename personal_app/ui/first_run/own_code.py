"""Showing a person a code of their own: one that lets a second device in, or the one that brings them back.

The code is asked for when the dialog opens and is kept nowhere but in it.
"""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from personal_app.services.profile import CodeKind, OwnCode, ProfileService
from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.schedule.times import length_words
from personal_app.ui.theme import Size
from personal_app.ui.tokens import MEDIUM
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import Surface, column

_WIDTH = 440
_TITLES = {CodeKind.DEVICE: "Add another device", CodeKind.RECOVERY: "Recovery code"}
_SENTENCES = {
    CodeKind.DEVICE: (
        "On the other device choose “I have joined before” and type the address and this code: there you will be the "
        "same person, with the same questions and the same votes. It works once."
    ),
    CodeKind.RECOVERY: (
        "Should this profile ever be lost, choose “I have joined before” and type the address and this code: it brings "
        "you back as who you are. Keep it where others do not see it; when it is used, a new one takes its place."
    ),
}


class OwnCodeDialog(Dialog):
    """Asks for the code at once and shows it when it comes."""

    def __init__(self, profile: ProfileService, kind: CodeKind, parent: QWidget) -> None:
        super().__init__(_TITLES[kind], parent)
        self.setObjectName("own_code_dialog")
        self.setMinimumWidth(_WIDTH)
        self._kind = kind
        self._given = ""
        self.code = PlainLabel("", size=Size.TITLE, strong=True)
        self.code.setObjectName("own_code")
        self.code.setAccessibleName("Your code")
        self.code.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.code.let_select()
        self.detail = PlainLabel("Asking the server…", tone="soft", wrap=True)
        self.detail.setObjectName("own_code_detail")
        self.body.addWidget(PlainLabel(_SENTENCES[kind], tone="soft", wrap=True))
        ground = Surface("sunken")
        shown = column(ground, margins=MEDIUM)
        shown.addWidget(self.code)
        # Whoever types the code somewhere else has to say where to as well.
        identity = profile.identity
        self.address = PlainLabel(f"at {identity.address}" if identity is not None else "", tone="soft", wrap=True)
        self.address.setObjectName("own_code_address")
        self.address.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.address.let_select()
        shown.addWidget(self.address)
        self.body.addWidget(ground)
        self.body.addWidget(self.detail)
        self.body.addStretch(1)
        self.copy_button = Button("Copy", name="own_code_copy")
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self._copy)
        close = Button("Close", Kind.PRIMARY)
        close.clicked.connect(self.accept)
        self.add_button(self.copy_button)
        self.add_button(close)
        profile.code_given.connect(self._on_given)
        profile.failed.connect(self._on_failed)
        profile.ask_code(kind)

    def _on_given(self, given: OwnCode) -> None:
        if given.kind is not self._kind:
            return
        self._given = given.code
        self.code.show_text(given.code)
        self.copy_button.setEnabled(True)
        for_how_long = length_words(timedelta(seconds=given.valid_s)) if given.valid_s is not None else ""
        self.detail.set_tone("soft")
        self.detail.show_text(f"Good for {for_how_long}." if for_how_long else "")

    def _on_failed(self, sentence: str) -> None:
        if not self._given:
            self.detail.set_tone("live")
            self.detail.show_text(sentence)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(plain(self._given))
        self.copy_button.show_words("Copied")
