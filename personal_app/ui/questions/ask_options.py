"""How a question is asked: under one's name or anonymously, and about which moment of the recording. Must never ask."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from personal_app.conference.ids import TalkId
from personal_app.services.playback import PlayPhase
from personal_app.services.services import Services
from personal_app.ui.cards import wording
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import one_line, tip
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import TIGHT
from personal_app.ui.widgets.buttons import Button
from personal_app.ui.widgets.frames import row

_WATCHING = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})
#: Icon, padding and border of the name's button, and the least that is shown of a name, in logical pixels.
_NAME_CHROME, _NAME_LEAST = 52, 44
_ANONYMOUS_TIP = (
    "Everyone sees “Anonymous” instead of your name, the chairs and the presenters too. "
    "Only you find the question under Mine. The chairs can tell which anonymous questions about this talk come from "
    "one person, not from whom."
)


class AskOptions(QWidget):
    """Two toggles; `named` tells that the one of the name was turned.

    The moment stands still from the first letter on, for that is what somebody writes about.
    """

    named = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._talk: TalkId | None = None
        self._begun = False
        self._moment_ms: int | None = None
        self._anonymous = Button("", icon=Icon.PERSON, name="ask_anonymous")
        self._at_position = Button("", icon=Icon.CLOCK, name="ask_at_position")
        self._anonymous.setToolTip(tip(_ANONYMOUS_TIP))
        self._at_position.setToolTip(tip("Say which moment of the recording the question is about."))
        line = row(self, spacing=TIGHT)
        for toggle in (self._anonymous, self._at_position):
            toggle.setCheckable(True)
            line.addWidget(toggle)
        line.addStretch(1)
        self._anonymous.toggled.connect(self._show_name)
        self._anonymous.toggled.connect(self.named)
        self._at_position.toggled.connect(self._on_toggled)
        Theme.of_app().changed.connect(self._show_name)
        services.profile.changed.connect(self._show_name)
        services.playback.changed.connect(self._show_position)
        services.playback.moved.connect(self._show_position)
        self._show_position()
        self._show_name()

    @property
    def anonymous(self) -> bool:
        """True where the question is to be asked without a name."""
        return self._anonymous.isChecked()

    @property
    def position_ms(self) -> int | None:
        """The moment that the question is about, or None."""
        return self._moment_ms if self._at_position.isChecked() else None

    def start_over(self, talk: TalkId | None) -> None:
        """Ask about `talk`, about no moment of it so far."""
        self._talk = talk
        self._begun = False
        self._moment_ms = None
        self._at_position.setChecked(False)
        self._show_position()

    def about(self, position_ms: int) -> None:
        """Ask about a named moment, whatever is played meanwhile."""
        self._moment_ms = max(0, position_ms)
        self._at_position.setChecked(True)
        self._show_position()

    def note_text(self, *, written: bool) -> None:
        """Hold the moment while something is written, and let it run with the recording again when nothing is."""
        if written and self._moment_ms is None:
            self._moment_ms = self._playing_ms()
        self._begun = written
        self._let_run()

    def _let_run(self) -> None:
        if not self._begun and not self._at_position.isChecked():
            self._moment_ms = None
        self._show_position()

    def _playing_ms(self) -> int | None:
        playback = self._services.playback
        if self._talk is None or playback.state.talk != self._talk or playback.state.phase not in _WATCHING:
            return None
        return playback.position_ms()

    def _on_toggled(self, on: bool) -> None:
        if on and self._moment_ms is None:
            self._moment_ms = self._playing_ms()
        self._let_run()

    def _show_position(self) -> None:
        moment = self._moment_ms if self._moment_ms is not None else self._playing_ms()
        if moment is None:
            self._at_position.setChecked(False)
        else:
            self._at_position.show_words(f"at {wording.position(moment)}")
        if (moment is not None) != self._at_position.isVisibleTo(self):
            self._at_position.setVisible(moment is not None)
            self._show_name()

    def _show_name(self) -> None:
        identity = self._services.profile.identity
        words = "Anonymous" if self.anonymous or identity is None else f"As {identity.name}"
        self._anonymous.show_words(self._fitting(words))
        self._anonymous.setAccessibleName(words)
        self._anonymous.show_icon(Icon.ANONYMOUS if self.anonymous else Icon.PERSON)

    def _fitting(self, words: str) -> str:
        """Return `words` as long as the line has room for them beside the moment."""
        shown = self._at_position.isVisibleTo(self)
        beside = self._at_position.sizeHint().width() + TIGHT if shown else 0
        room = self.width() - beside - Theme.of_app().scaled(_NAME_CHROME)
        metrics = self._anonymous.fontMetrics()
        return metrics.elidedText(one_line(words), Qt.TextElideMode.ElideRight, max(_NAME_LEAST, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_name()
