"""Signing out: what that means here, the way back, and signing out one's other devices instead.

It says where the sign-in lies meanwhile. Must never sign out without a press on its button.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.services.profile import KeptIn, SignOutWish
from personal_app.services.services import Services
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.tokens import MEDIUM, SMALL, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import Surface, column, row

_WIDTH = 580
_NAME_CHARS = 60
_PLACES = {
    KeptIn.KEY_STORE: "Your sign-in is kept in the key store of this computer.",
    KeptIn.FILE: (
        "Your sign-in is kept in a file of this profile that only you may read, for this computer has no key store."
    ),
    KeptIn.FILE_FOR_NOW: (
        "Your sign-in is kept in a file of this profile that only you may read: the key store of this computer did not "
        "take it."
    ),
}


class SignOutDialog(Dialog):
    """Closes when this device is signed out. `recovery_wanted` asks for the person's recovery code to be shown."""

    recovery_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("Sign out", parent)
        self.setObjectName("sign_out_dialog")
        self.set_least_width(_WIDTH)
        self._services = services
        self._profile = services.profile
        self._asked: SignOutWish | None = None
        self._detail = PlainLabel("", tone="live", wrap=True)
        self._detail.setObjectName("sign_out_detail")
        self._detail.hide()
        self._place = PlainLabel("", size=Size.SMALL, tone="soft", wrap=True)
        self.others_button = Button("Sign out my other devices", name="sign_out_others_button")
        self.keep_button = Button("Ask the key store again", Kind.LINK, name="entrust_button")
        self.here_alone_button = Button("Sign out here only", Kind.DANGER, name="sign_out_here_alone_button")
        self.sign_out_button = Button("Sign out", Kind.DANGER, name="sign_out_button")
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        identity = self._profile.identity
        name = one_line(identity.name, _NAME_CHARS) if identity is not None else "you"
        waiting = self._services.connection.state.waiting
        self.body.addWidget(
            PlainLabel(f"On this computer nobody can ask, vote or answer as {name} any more.", wrap=True)
        )
        if waiting:
            unsent = "One move is" if waiting == 1 else f"{waiting} moves are"
            words = f"{unsent} not sent yet. What waits stays here, and is sent when you come back as {name}."
            self.body.addWidget(PlainLabel(words, tone="warn", wrap=True))
        card = Surface("sunken")
        way = column(card, margins=MEDIUM, spacing=SMALL)
        way.addWidget(PlainLabel("The way back", strong=True))
        way.addWidget(
            PlainLabel(
                "A code from another device of yours, or your recovery code, lets you in as the same person again. "
                "Without either you can only join anew.",
                tone="soft",
                wrap=True,
            )
        )
        line = row()
        recovery = Button("Show my recovery code", name="sign_out_recovery_button")
        recovery.clicked.connect(self.recovery_wanted)
        line.addWidget(recovery)
        line.addStretch(1)
        way.addLayout(line)
        self.body.addWidget(card)
        kept = row()
        kept.addWidget(self._place, 1)
        kept.addWidget(self.keep_button)
        self.body.addLayout(kept)
        self.body.addWidget(self._detail)
        self.body.addStretch(1)
        cancel = Button("Cancel", name="sign_out_cancel_button")
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        for button in (self.others_button, cancel, self.here_alone_button, self.sign_out_button):
            self.add_button(button)
        self.here_alone_button.hide()

    def _connect(self) -> None:
        profile = self._profile
        self.sign_out_button.clicked.connect(lambda: self._ask(SignOutWish.HERE))
        self.others_button.clicked.connect(lambda: self._ask(SignOutWish.OTHERS))
        self.here_alone_button.clicked.connect(lambda: self._ask(SignOutWish.HERE_ALONE))
        self.keep_button.clicked.connect(profile.entrust)
        profile.changed.connect(self._show)
        profile.left.connect(self.accept)
        profile.failed.connect(self._on_failed)
        profile.others_signed_out.connect(self._on_others)

    def _show(self) -> None:
        busy = self._profile.busy
        for button in (self.sign_out_button, self.others_button, self.here_alone_button):
            button.setEnabled(not busy)
        self._place.show_text(_PLACES[self._profile.kept_in])
        self.keep_button.setVisible(self._profile.kept_in is KeptIn.FILE_FOR_NOW)

    def _ask(self, wish: SignOutWish) -> None:
        self._asked = wish
        self._tell("")
        self._profile.sign_out(wish)

    def _on_failed(self, sentence: str) -> None:
        if self._asked is SignOutWish.HERE:
            sentence = (
                f"{sentence} You can sign out here only: then the server goes on taking this device for yours until "
                "you sign it out from another one."
            )
            self.here_alone_button.show()
        self._tell(sentence)

    def _on_others(self, devices: int) -> None:
        told = {0: "No other device of yours was signed in.", 1: "One other device is signed out."}
        self._tell(told.get(devices, f"{devices} other devices are signed out."), "good")

    def _tell(self, sentence: str, tone: str = "live") -> None:
        self._detail.set_tone(tone)
        self._detail.show_text(sentence)
        self._detail.setVisible(bool(sentence))
        self.fit()
