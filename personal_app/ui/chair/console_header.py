"""The head of the console: which session, its clock, how much waits. Must never know a question's words."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from personal_app.conference.ids import SessionId
from personal_app.conference.program import Session
from personal_app.ui.chair.session_clock import Pressure, Reading
from personal_app.ui.chair.silenced import SilencedButton
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, on_button, tip
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import Surface, column, row

_CHIP_TONES = {Pressure.NONE: "neutral", Pressure.WARN: "warn", Pressure.OVER: "live"}


class ConsoleHeader(Surface):
    """`chosen` carries the session's id."""

    chosen = Signal(str)
    reported_clicked = Signal()
    keys_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("bar")
        self._ids: tuple[SessionId, ...] = ()
        self._title = ElidedLabel(size=Size.TITLE, strong=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._menu = QMenu(self)
        self._choice = IconButton(Icon.DOWN, "Choose another session", name="session_choice")
        self._choice.setMenu(self._menu)
        self._choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._phase = Chip()
        self._time = PlainLabel(size=Size.TITLE, strong=True)
        self._time.setObjectName("session_time")
        self._counts = PlainLabel(size=Size.SMALL, tone="soft")
        self._queue = ElidedLabel(size=Size.SMALL, tone="soft")
        self._queue.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._reported = Button("", Kind.LINK, icon=Icon.WARNING, name="reported_button")
        self._reported.setToolTip(tip("People asked the chairs to look at it again: go to the next one (!)"))
        self._reported.clicked.connect(self.reported_clicked)
        self._reported.hide()
        self._connection = PlainLabel(size=Size.SMALL, tone="soft")
        self.silenced = SilencedButton()
        self._here = ElidedLabel(size=Size.SMALL, tone="accent")
        self._here.setObjectName("others_here")
        self._here.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        keys = IconButton(Icon.HELP, "Keys", name="keys_button", keys="?")
        keys.clicked.connect(self.keys_clicked)
        layout = row(self, spacing=MEDIUM)
        layout.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        words = column(spacing=0)
        title = row(spacing=TIGHT)
        title.addWidget(self._title)
        title.addWidget(self._choice)
        title.addStretch(1)
        words.addLayout(title)
        below = row(spacing=MEDIUM)
        below.addWidget(self._queue)
        below.addWidget(self._reported)
        below.addWidget(self._here)
        below.addStretch(1)
        words.addLayout(below)
        layout.addLayout(words, 1)
        self._controls = row(spacing=SMALL)
        layout.addLayout(self._controls)
        layout.addWidget(self._connection)
        layout.addWidget(self.silenced)
        layout.addSpacing(LARGE - MEDIUM)
        layout.addWidget(self._phase)
        layout.addWidget(self._time)
        layout.addWidget(self._counts)
        layout.addWidget(keys)

    def show_sessions(self, sessions: Sequence[Session], current: SessionId | None) -> None:
        """Show the sessions to choose from, or the one there is as a title."""
        ids = tuple(session.id for session in sessions)
        if ids != self._ids:
            self._ids = ids
            self._fill_menu(sessions)
        for session, action in zip(sessions, self._menu.actions(), strict=True):
            action.setChecked(session.id == current)
            if session.id == current:
                self._title.show_text(session.title)
        self._choice.setVisible(len(ids) > 1)

    def add_control(self, control: QWidget) -> None:
        """Place something for the whole session beside the clock."""
        self._controls.addWidget(control)

    def _fill_menu(self, sessions: Sequence[Session]) -> None:
        self._menu.clear()
        for session in sessions:
            action = self._menu.addAction(on_button(session.title))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, id_=session.id: self.chosen.emit(id_))

    def show_here(self, words: str) -> None:
        """Show which other chairs are here and what they have in hand."""
        self._here.show_text(words)
        self._here.setVisible(bool(words))

    def show_reading(self, reading: Reading) -> None:
        """Show what the clock says."""
        self._phase.show_chip(reading.phase, _CHIP_TONES[reading.pressure])
        self._time.show_text(reading.time)
        self._time.set_tone("" if reading.pressure is Pressure.NONE else reading.pressure)
        self._counts.show_text(reading.counts)

    def show_queue(self, words: str, reported: int = 0) -> None:
        """Show how much waits, and how many questions were reported."""
        self._queue.show_text(words)
        self._reported.show_words(f"{reported} reported")
        self._reported.setVisible(bool(reported))

    def show_connection(self, words: str, *, live: bool) -> None:
        """Show how we stand with the server, where that is not as it should be."""
        self._connection.show_text("" if live else words)
        self._connection.set_tone("warn")
