"""The keyboard of the player, wherever the focus is in the main window; which keys there are is the keymap's to say.

Nothing is done while a person types: a field that takes text keeps its letters, and what it has no use for, such as the
arrows up and down in a single line, is nobody's then.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from personal_app.services.playback import PlaybackService
from personal_app.ui.keymap import Act, Place, bind, bind_tenths, keys_of
from personal_app.ui.talk.controls import SKIP_MS, Controls

STEP_MS = 5_000


class PlayerKeys:
    """Connects keys to the player, and to the `acts` of the talk's page."""

    def __init__(
        self,
        window: QWidget,
        playback: PlaybackService,
        controls: Controls,
        acts: Mapping[Act, Callable[[], None]],
    ) -> None:
        self._playback = playback
        every: dict[Act, Callable[[], None]] = {
            Act.PLAY: playback.toggle,
            Act.SKIP_BACK: lambda: playback.skip(-SKIP_MS),
            Act.SKIP_FORWARD: lambda: playback.skip(SKIP_MS),
            Act.STEP_BACK: lambda: playback.skip(-STEP_MS),
            Act.STEP_FORWARD: lambda: playback.skip(STEP_MS),
            Act.TO_START: lambda: playback.seek(0),
            Act.TO_END: lambda: playback.seek(playback.state.duration_ms),
            Act.SLOWER: lambda: controls.step_speed(-1),
            Act.FASTER: lambda: controls.step_speed(1),
            Act.LOUDER: lambda: controls.step_volume(1),
            Act.QUIETER: lambda: controls.step_volume(-1),
            Act.MUTE: controls.toggle_mute,
            Act.CAPTIONS: controls.toggle_captions,
            Act.JOIN_OR_CONTINUE: controls.join_or_continue,
            Act.CATCH_UP: controls.catch_up_button.catch_up,
            Act.PICTURE: playback.take_picture,
            **acts,
        }
        bind(window, every)
        bind_tenths(window, self._go_to_tenth)
        self._left_over = {Qt.Key[f"Key_{key.sequence}"]: every[key.act] for key in keys_of(Place.LEFT_OVER)}

    def handle(self, event: QKeyEvent) -> bool:
        """Act on a key that nobody else wanted; tell whether it was one of ours."""
        modified = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        act = self._left_over.get(Qt.Key(event.key())) if not modified else None
        if act is None or _types(QApplication.focusWidget()):
            return False
        act()
        return True

    def _go_to_tenth(self, tenths: int) -> None:
        self._playback.seek(self._playback.state.duration_ms * tenths // 10)


def _types(focus: QWidget | None) -> bool:
    """Tell whether what a person presses is meant for a field that takes text."""
    return focus is not None and focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
