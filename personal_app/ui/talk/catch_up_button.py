"""The button that brings whoever is behind level with everyone: at which speed, and when that will be.

It reads `PlaybackState` and tells `PlaybackService` what is wanted; it must never know an engine.
"""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from personal_app.services.catching_up import CATCH_UP_RATES, WORTH_MS
from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.services.program import ProgramService
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import on_button, tip
from personal_app.ui.schedule.times import Clockface
from personal_app.ui.widgets.buttons import Button, Kind

_ALONE = "At my own speed"


class CatchUpButton(Button):
    """Hidden where there is nobody to catch up with. `narrow` leaves out all but the words that matter."""

    def __init__(self, playback: PlaybackService, program: ProgramService) -> None:
        super().__init__("Catch up", Kind.PLAIN, icon=Icon.SPEED, name="catch_up_button")
        self._playback = playback
        self._program = program
        self._narrow = False
        self.setToolTip(tip("Play faster until you are level with everyone, and stay with them (Shift+G)"))
        self.clicked.connect(self.open_menu)

    def refresh(self) -> None:
        """Show the present snapshot: what can be done, or when it will be level."""
        state = self._playback.state
        live = state.live_ms
        here = state.phase in (PlayPhase.PLAYING, PlayPhase.PAUSED)
        behind = live is not None and live - state.position_ms > WORTH_MS
        shown = here and not state.following and live is not None and (behind or state.catching_up > 0)
        self.setVisible(shown)
        if shown:
            self.show_words(self._words(state.catching_up))
            self.show_kind(Kind.LIVE if state.catching_up else Kind.PLAIN)

    def show_narrow(self, narrow: bool) -> None:
        """Make room, or take it."""
        self._narrow = narrow
        self.show_icon(None if narrow else Icon.SPEED)
        self.refresh()

    def open_menu(self) -> None:
        """Let the person choose a speed, at the button."""
        menu = QMenu(self)
        menu.setObjectName("catch_up_menu")
        menu.setAccessibleName("Speed to catch up with everyone")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self._playback.state.catching_up
        for rate in CATCH_UP_RATES:
            action = menu.addAction(on_button(f"{rate:g}× · {self._level_words(rate)}"))
            action.setCheckable(True)
            action.setChecked(rate == chosen)
            action.setEnabled(self._playback.level_at(rate) is not None)
            action.triggered.connect(lambda _=False, at=rate: self._playback.catch_up(at))
        if chosen:
            menu.addSeparator()
            menu.addAction(_ALONE).triggered.connect(lambda _=False: self._playback.catch_up(1.0))
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def catch_up(self) -> None:
        """Catch up at the slowest speed that gets there in time, or give up what was begun."""
        if self._playback.state.catching_up:
            self._playback.catch_up(1.0)
            return
        rates = [rate for rate in CATCH_UP_RATES if rate >= 1.25 and self._playback.level_at(rate) is not None]
        if rates:
            self._playback.catch_up(rates[0])

    def _words(self, rate: float) -> str:
        if not rate:
            return "Catch up"
        level = self._level_words(rate)
        return level.replace("level at", "Level") if self._narrow else f"{rate:g}× · {level}"

    def _level_words(self, rate: float) -> str:
        """Return when it will be level: "level at 12:40", by the viewer's clock."""
        conference, at = self._program.conference, self._playback.level_at(rate)
        if conference is None or at is None:
            return "not before it ends"
        return f"level at {Clockface(conference).here(at)}"
