"""The player's controls: what a person can do with the recording, and where they are in it.

It reads `PlaybackState` and tells `PlaybackService` what is wanted; it must never know an engine.
"""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSlider, QToolButton, QWidget

from personal_app.services.playback import PlaybackState, PlayPhase
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, on_button, tip
from personal_app.ui.schedule.times import position_words
from personal_app.ui.talk.catch_up_button import CatchUpButton
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import row

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
SKIP_MS = 10_000
_VOLUME_WIDTH = 84
#: Below this width the loudness has no slider of its own: the keys and the mute button stay.
_NARROW = 520
#: Below this width, whoever may catch up has no slider either.
_WIDE = 710
_LEAST_WIDTH = 400
_PLAYABLE = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})


def speed_words(rate: float) -> str:
    """Return a speed as people write it: "1×", "1.25×"."""
    return f"{rate:g}×"


class Controls(QWidget):
    """One line under the seek bar. `full_screen_wanted` and `preferences_wanted` are for the window."""

    full_screen_wanted = Signal()
    preferences_wanted = Signal()
    #: The picture is to have a window of its own, or to come back from it.
    picture_window_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        playback, program = services.playback, services.program
        self._playback = playback
        self._captions = services.captions
        self._watching = services.watching
        self.play_button = IconButton(Icon.PLAY, "Play", name="play_button", keys="Space", large=True)
        self.back_button = IconButton(Icon.BACK, "Back 10 seconds", name="back_button", keys="J")
        self.forward_button = IconButton(Icon.FORWARD, "Forward 10 seconds", name="forward_button", keys="L")
        self.mute_button = IconButton(Icon.SOUND, "Mute", name="mute_button", keys="M")
        self.captions_button = IconButton(Icon.CAPTIONS, "Captions", name="captions_button", keys="C", checkable=True)
        self.more_button = IconButton(Icon.MORE, "Captions, sound, picture and player", name="player_menu_button")
        self.full_screen_button = IconButton(Icon.FULL_SCREEN, "Full screen", name="full_screen_button", keys="F")
        self.join_live_button = Button("Join live", Kind.LIVE, icon=Icon.LIVE, name="join_live_button")
        self.catch_up_button = CatchUpButton(playback, program)
        self.continue_button = Button("Continue", icon=Icon.HISTORY, name="continue_button")
        self.continue_button.setToolTip(tip("Go on where you left this talk (G)"))
        self.live_chip = Chip("Live", "live")
        self._waiting = PlainLabel("", size=Size.SMALL, tone="soft")
        self._waiting.setObjectName("buffering_words")
        self._volume = _volume_slider()
        self._speed = _SpeedButton()
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the present snapshot, all but the position."""
        state = self._playback.state
        ready = state.phase in _PLAYABLE
        for control in (self.back_button, self.forward_button):
            control.setEnabled(ready)
        self.play_button.setEnabled(ready or state.phase is PlayPhase.FAILED)
        self._show_play(state.phase)
        silent = state.muted or state.volume == 0
        loud = Icon.SOUND if state.volume > 50 else Icon.SOUND_LOW
        self.mute_button.show_icon(Icon.MUTED if silent else loud, "Unmute" if silent else "Mute")
        if not self._volume.isSliderDown():
            self._volume.blockSignals(True)
            self._volume.setValue(0 if state.muted else state.volume)
            self._volume.blockSignals(False)
        self.captions_button.setChecked(self._captions.settings.shown)
        self._waiting.show_text(f"Waiting for data: {state.buffered} %" if state.buffered is not None else "")
        self._speed.show_rate(state.catching_up or state.rate)
        self.refresh_position()

    def refresh_position(self) -> None:
        """Show whether the recording is where everyone is, and else how to get there."""
        self._show_live(self._playback.state)

    def join_or_continue(self) -> None:
        """Go where everyone is; where nobody is, to where this talk was left."""
        if self._playback.state.live_ms is not None:
            self._playback.join_live()
        else:
            self._watching.resume()

    def show_full_screen(self, full: bool) -> None:
        """Say whether the picture fills the screen."""
        which = Icon.LEAVE_FULL_SCREEN if full else Icon.FULL_SCREEN
        self.full_screen_button.show_icon(which, "Leave full screen" if full else "Full screen")

    def step_speed(self, steps: int) -> None:
        """Go to the next faster (1) or slower (-1) speed of the menu."""
        rate = self._playback.state.rate
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - rate))
        self._playback.set_rate(SPEEDS[min(max(0, nearest + steps), len(SPEEDS) - 1)])

    def step_volume(self, steps: int) -> None:
        """Make it louder or quieter by steps of five per cent."""
        state = self._playback.state
        self._playback.set_muted(False)
        self._playback.set_volume(min(max(0, state.volume + 5 * steps), 100))

    def toggle_mute(self) -> None:
        """Switch sound off or on."""
        self._playback.set_muted(not self._playback.state.muted)

    def toggle_captions(self) -> None:
        """Show captions or not."""
        self._captions.show(not self._captions.settings.shown)

    def _lay_out(self) -> None:
        # Less than the line asks for: it drops the loudness slider when there is no room.
        self.setMinimumWidth(_LEAST_WIDTH)
        line = row(self, spacing=TIGHT)
        line.setContentsMargins(SMALL, 0, SMALL, SMALL)
        for control in (self.play_button, self.back_button, self.forward_button):
            line.addWidget(control)
        line.addSpacing(TIGHT)
        line.addWidget(self.mute_button)
        line.addWidget(self._volume)
        line.addStretch(1)
        line.addWidget(self._waiting)
        line.addWidget(self.live_chip)
        line.addWidget(self.catch_up_button)
        line.addWidget(self.join_live_button)
        line.addWidget(self.continue_button)
        line.addSpacing(TIGHT)
        for tool in (self._speed, self.captions_button, self.more_button, self.full_screen_button):
            line.addWidget(tool)

    def _connect(self) -> None:
        playback = self._playback
        self.play_button.clicked.connect(playback.toggle)
        self.back_button.clicked.connect(lambda: playback.skip(-SKIP_MS))
        self.forward_button.clicked.connect(lambda: playback.skip(SKIP_MS))
        self.mute_button.clicked.connect(self.toggle_mute)
        self.captions_button.clicked.connect(self.toggle_captions)
        self.captions_button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.captions_button.customContextMenuRequested.connect(lambda _: self._show_caption_menu())
        self._captions.changed.connect(self.refresh)
        self.full_screen_button.clicked.connect(self.full_screen_wanted)
        self.more_button.clicked.connect(self._show_more)
        self.join_live_button.clicked.connect(playback.join_live)
        self.continue_button.clicked.connect(self._watching.resume)
        self._watching.offer_changed.connect(self.refresh_position)
        self._volume.valueChanged.connect(self._on_volume)
        self._speed.chosen.connect(playback.set_rate)
        playback.changed.connect(self.refresh)
        playback.moved.connect(lambda _: self.refresh_position())

    def _show_more(self) -> None:
        from personal_app.ui.talk.player_menu import player_menu

        # What is found comes for the next time; a menu does not change while it is open.
        self._playback.desk.look_for_outputs()
        menu = player_menu(
            self, self._playback, self._captions, self.preferences_wanted.emit, self.picture_window_wanted.emit
        )
        _open_above(menu, self.more_button)

    def _show_caption_menu(self) -> None:
        from personal_app.ui.talk.caption_menu import caption_menu

        _open_above(caption_menu(self, self._captions), self.captions_button)

    def _on_volume(self, volume: int) -> None:
        self._playback.set_muted(False)
        self._playback.set_volume(volume)

    def _show_play(self, phase: PlayPhase) -> None:
        match phase:
            case PlayPhase.PLAYING:
                self.play_button.show_icon(Icon.PAUSE, "Pause")
            case PlayPhase.ENDED:
                self.play_button.show_icon(Icon.PLAY, "Play again")
            case PlayPhase.FAILED:
                self.play_button.show_icon(Icon.PLAY, "Try again")
            case _:
                self.play_button.show_icon(Icon.PLAY, "Play")

    def _show_live(self, state: PlaybackState) -> None:
        live = state.live_ms is not None
        self.live_chip.setVisible(live and state.following)
        self.join_live_button.setVisible(live and not state.following)
        self.catch_up_button.refresh()
        self._fit()
        self.continue_button.setVisible(self._watching.offer_ms is not None and state.phase in _PLAYABLE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the words that matter now their room; the keys reach what is left out."""
        both = self.catch_up_button.isVisibleTo(self)
        # Larger words need more of the same width.
        width = self.width() / Theme.of_app().scale
        wide = not both or width >= _WIDE
        roomy = width >= _NARROW and wide
        live_ms, short = self._playback.state.live_ms, both and width < _NARROW
        if live_ms is not None:
            self.join_live_button.show_words("Join live" if short else f"Join live at {position_words(live_ms)}")
        offer, crowded = self._watching.offer_ms, width < _LEAST_WIDTH
        for control in (self._speed, self.forward_button):
            control.setVisible(not short and not (crowded and offer is not None))
        self.catch_up_button.show_narrow(not wide)
        self._volume.setVisible(roomy)
        self.join_live_button.show_icon(Icon.LIVE if roomy else None)
        if offer is not None:
            whole = f"Continue at {position_words(offer)}"
            self.continue_button.show_words(position_words(offer) if crowded else whole)
            self.continue_button.setAccessibleName(whole)
        self.continue_button.show_icon(Icon.HISTORY if roomy or crowded else None)


def _open_above(menu: QMenu, button: QWidget) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    size = menu.sizeHint()
    menu.popup(button.mapToGlobal(QPoint(button.width() - size.width(), -size.height())))


def _volume_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName("volume_slider")
    slider.setAccessibleName("Loudness")
    slider.setRange(0, 100)
    slider.setSingleStep(5)
    slider.setFixedWidth(_VOLUME_WIDTH)
    return slider


class _SpeedButton(QToolButton):
    """The speed in words; a menu opens at a click."""

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("speed_button")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tip("Speed (< slower, > faster)"))
        self._rate = 0.0
        self.show_rate(1.0)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("1.75×") + MEDIUM)
        # The menu is made when it is first wanted, not before the first paint.
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)

    def show_rate(self, rate: float) -> None:
        """Show the speed that is set."""
        if rate != self._rate:
            self._rate = rate
            self.setText(on_button(speed_words(rate)))
            self.setAccessibleName(f"Speed {speed_words(rate)}")

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        group = QActionGroup(menu)
        for rate in SPEEDS:
            action = menu.addAction(on_button(speed_words(rate)))
            action.setCheckable(True)
            action.setChecked(rate == self._rate)
            action.triggered.connect(lambda _=False, chosen=rate: self.chosen.emit(chosen))
            group.addAction(action)
