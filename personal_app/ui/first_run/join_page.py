"""The first page: join a conference by address or invitation link, or look around the demo.

What is typed is not checked here beyond being there: the server's answer, or the reason why there is none, is shown in
place.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QRadioButton, QVBoxLayout, QWidget

from personal_app.conference.text import NAME_CHARS
from personal_app.services.profile import CodeKind, ProfileService
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.theme import Size
from personal_app.ui.tokens import HUGE, LARGE, MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row, rule

_WIDTH = 440
_ADDRESS_CHARS = 500
_BEFORE, _NEW = "I have joined before", "I am new here"


class JoinPage(QWidget):
    """Asks where to and under which name. `left` says that a person would rather go back to the program."""

    left = Signal()

    def __init__(self, profile: ProfileService) -> None:
        super().__init__()
        self._profile = profile
        self._looking = False
        self.address = _field("join_address", "Address or invitation link", "conference.example:8020", _ADDRESS_CHARS)
        self.name = _field("join_name", "Your name", "As others will read it", NAME_CHARS)
        self.code = _field("join_code", "Your code", "As in 7K2M-XW0P-94RB", _ADDRESS_CHARS)
        self.device = QRadioButton("From another device of mine")
        self.device.setObjectName("join_by_device")
        self.device.setChecked(True)
        self.recovery = QRadioButton("My recovery code")
        self.recovery.setObjectName("join_by_recovery")
        self.before_button = Button(_BEFORE, Kind.LINK, name="joined_before_button")
        self._returning = False
        self.error = PlainLabel("", tone="live", wrap=True)
        self.error.setObjectName("join_error")
        self.error.setAccessibleName("What went wrong")
        self.error.let_select()
        self.join_button = Button("Join", Kind.PRIMARY, icon=Icon.JOIN, name="join_button")
        self.join_button.setDefault(True)
        self.demo_button = Button("Look around the demo", icon=Icon.LOOK_AROUND, name="look_around_button")
        self.setFocusProxy(self.address)
        self._busy = QProgressBar()
        self._busy.setAccessibleName("Joining")
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._back = Button("Back to the program", Kind.LINK, name="join_back_button")
        self._lay_out()
        self._connect()
        self._show_busy()

    def show_way_back(self, shown: bool) -> None:
        """Offer to go back to the program, where there is one."""
        self._back.setVisible(shown)

    def _lay_out(self) -> None:
        card = Surface("card")
        card.setMaximumWidth(_WIDTH)
        inner = column(card, margins=LARGE + TIGHT, spacing=SMALL)
        inner.addWidget(PlainLabel("Join a conference", size=Size.TITLE, strong=True))
        inner.addWidget(PlainLabel("Paste the address or the invitation that you were sent.", tone="soft", wrap=True))
        inner.addSpacing(SMALL)
        inner.addLayout(_labelled(self.address, "Address or invitation"))
        inner.addSpacing(TIGHT)
        self._new, self._known = QWidget(), QWidget()
        self._new.setLayout(_labelled(self.name, "Your name"))
        known = _labelled(self.code, "Your code")
        kinds = row(spacing=MEDIUM)
        kinds.addWidget(self.device)
        kinds.addWidget(self.recovery)
        kinds.addStretch(1)
        known.addLayout(kinds)
        self._known.setLayout(known)
        inner.addWidget(self._new)
        inner.addWidget(self._known)
        inner.addSpacing(TIGHT)
        inner.addWidget(self.error)
        inner.addSpacing(TIGHT)
        inner.addWidget(self.join_button)
        inner.addWidget(self._busy)
        inner.addWidget(self.before_button, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addSpacing(SMALL)
        inner.addWidget(rule())
        inner.addSpacing(MEDIUM)
        self._add_demo(inner)
        whole = column(self, margins=HUGE, spacing=MEDIUM)
        whole.addStretch(2)
        line = row()
        line.addStretch(1)
        line.addWidget(card, 100)
        line.addStretch(1)
        whole.addLayout(line)
        whole.addWidget(self._back, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)

    def _add_demo(self, inner: QVBoxLayout) -> None:
        words = column(spacing=2)
        words.addWidget(PlainLabel("No invitation at hand?", strong=True))
        sentence = "PeRSonAl 2020 comes with the program: watch its talks and ask, on this machine alone."
        words.addWidget(PlainLabel(sentence, tone="soft", wrap=True))
        inner.addLayout(words)
        inner.addWidget(self.demo_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        self.join_button.clicked.connect(self._join)
        self.demo_button.clicked.connect(self._look_around)
        self.address.returnPressed.connect(self._join)
        self.name.returnPressed.connect(self._join)
        self.code.returnPressed.connect(self._join)
        self.before_button.clicked.connect(self._turn)
        self._back.clicked.connect(self.left)
        self._profile.changed.connect(self._show_busy)
        self._profile.failed.connect(self._show_failure)
        self._profile.joined.connect(self._on_joined)

    def _join(self) -> None:
        if self._profile.busy:
            return
        address, name, code = (field.text().strip() for field in (self.address, self.name, self.code))
        if not address:
            self._refuse("Paste the address or the invitation that you were sent, then join.", self.address)
        elif self._returning and not code:
            self._refuse("Type the code that your other device shows, or your recovery code.", self.code)
        elif self._returning:
            self.error.show_text("")
            kind = CodeKind.DEVICE if self.device.isChecked() else CodeKind.RECOVERY
            self._profile.come_back(address, kind, code)
        elif not name:
            self._refuse("Write the name that others will see beside your questions, then join.", self.name)
        else:
            self.error.show_text("")
            self._profile.join(address, name)

    def _turn(self) -> None:
        """Ask for a code instead of a name, or for a name again."""
        self._returning = not self._returning
        self.error.show_text("")
        self._show_busy()
        (self.code if self._returning else self.name).setFocus()

    def _look_around(self) -> None:
        self.error.show_text("")
        self._looking = True
        self._show_busy()
        self._profile.look_around()

    def _refuse(self, sentence: str, field: QLineEdit) -> None:
        self._show_failure(sentence)
        field.setFocus()

    def _show_failure(self, sentence: str) -> None:
        self._looking = False
        self.error.show_text(sentence)
        self._show_busy()

    def _on_joined(self) -> None:
        self._looking = False
        self.error.show_text("")
        self._show_busy()

    def _show_busy(self) -> None:
        """While an answer is awaited nothing can be sent twice; what was typed stays in sight."""
        busy = self._profile.busy or self._looking
        fields = (self.address, self.name, self.code, self.device, self.recovery)
        for control in (*fields, self.join_button, self.demo_button, self.before_button):
            control.setEnabled(not busy)
        self._new.setVisible(not self._returning)
        self._known.setVisible(self._returning)
        self.before_button.show_words(_NEW if self._returning else _BEFORE)
        self.join_button.show_words("Joining…" if self._profile.busy else "Come in" if self._returning else "Join")
        self.demo_button.show_words("Starting the demo…" if self._looking else "Look around the demo")
        # The bar keeps its place, so that nothing below it moves when it comes and goes.
        self._busy.setRange(0, 0 if busy else 1)
        self._busy.setValue(-1)
        policy = self._busy.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(policy)
        self._busy.setVisible(busy)


def _labelled(field: QLineEdit, words: str) -> QVBoxLayout:
    label = PlainLabel(words, size=Size.SMALL, tone="soft", strong=True)
    label.setBuddy(field)
    block = column(spacing=SMALL)
    block.addWidget(label)
    block.addWidget(field)
    return block


def _field(name: str, words: str, hint: str, most_chars: int) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(words)
    field.setPlaceholderText(plain(hint))
    field.setMaxLength(most_chars)
    return field
