"""What this program is, which versions it runs on, and how recordings are played on this machine."""

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QGridLayout, QWidget

from personal_app.services.playback import PlaybackService
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import LARGE, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import rule

_WIDTH = 520
#: Libraries named with their licences, as these ask for.
_PARTS = (
    ("PySide6", "Qt for Python, LGPL 3"),
    ("python-vlc", "LGPL 2.1 or later"),
    ("qtawesome", "icons: Phosphor, MIT"),
    ("websockets", "BSD"),
    ("SQLAlchemy", "MIT"),
    ("msgspec", "BSD"),
    ("icalendar", "BSD"),
)


class AboutBox(Dialog):
    """Facts in two columns; everything can be selected and copied into a report."""

    def __init__(self, playback: PlaybackService, parent: QWidget) -> None:
        super().__init__("About PeRSonAl", parent)
        self.setObjectName("about_box")
        self.setMinimumWidth(_WIDTH)
        sentence = "Recordings, a live program and moderated questions for a virtual conference."
        self.body.addWidget(PlainLabel(sentence, tone="soft", wrap=True))
        self.body.addWidget(rule())
        facts = QGridLayout()
        facts.setHorizontalSpacing(LARGE)
        facts.setVerticalSpacing(TIGHT)
        facts.setColumnStretch(1, 1)
        for number, (name, words) in enumerate(about_facts(playback)):
            facts.addWidget(PlainLabel(name, tone="soft"), number, 0)
            label = PlainLabel(words, wrap=True)
            label.let_select()
            facts.addWidget(label, number, 1)
        self.body.addLayout(facts)
        self.body.addStretch(1)
        close = Button("Close", Kind.PRIMARY, name="about_close_button")
        close.clicked.connect(self.accept)
        self.add_button(close)


def about_facts(playback: PlaybackService) -> list[tuple[str, str]]:
    """Return (name, words) pairs: versions, the engine in words, licences."""
    facts = [
        ("Version", f"{_version('personal-app') or 'from source'}, MIT licence"),
        ("Recordings are played by", playback.engine_words()),
        ("Runs on", f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()}"),
    ]
    return facts + [(name, f"{found}, {licence}") for name, licence in _PARTS if (found := _version(name))]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
