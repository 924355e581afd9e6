"""What somebody who listens to the screen is told of the player: what changed, whoever or whatever changed it.

A key and the desktop's media keys leave no trace where the focus is. Must never change anything itself.
"""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from personal_app.services.captions import CaptionService
from personal_app.services.playback import PlaybackService, PlaybackState, PlayPhase
from personal_app.ui.speech import speak

_PHASES = {
    PlayPhase.HOLD: "Has not begun yet",
    PlayPhase.PLAYING: "Playing",
    PlayPhase.PAUSED: "Paused",
    PlayPhase.ENDED: "The recording has ended",
}


class PlayerSpeech(QObject):
    """Follows the services and speaks on `widget`, which it belongs to."""

    def __init__(self, widget: QWidget, playback: PlaybackService, captions: CaptionService) -> None:
        super().__init__(widget)
        self._widget = widget
        self._playback = playback
        self._captions = captions
        self._before = playback.state
        self._captioned = captions.settings.shown
        playback.changed.connect(self._on_playback)
        captions.changed.connect(self._on_captions)

    def _on_playback(self) -> None:
        before, self._before = self._before, self._playback.state
        speak(self._widget, ", ".join(changes_in_words(before, self._before)))

    def _on_captions(self) -> None:
        captioned = self._captions.settings.shown
        if captioned is not self._captioned:
            self._captioned = captioned
            speak(self._widget, "Captions shown" if captioned else "Captions hidden")


def changes_in_words(before: PlaybackState, after: PlaybackState) -> list[str]:
    """Return what is another in `after`, in the order of its weight; where the recording is is no change."""
    said = []
    if (before.talk, before.phase, before.buffering) != (after.talk, after.phase, after.buffering):
        said.append("Waiting for data" if after.buffering else _PHASES.get(after.phase, after.sentence))
    if after.live_ms is not None and before.talk == after.talk and before.following is not after.following:
        said.append("Live, with everyone" if after.following else "Not with everyone any more")
    rate = after.catching_up or after.rate
    if rate != (before.catching_up or before.rate):
        said.append(f"Speed {rate:g}")
    if before.muted is not after.muted:
        said.append("Muted" if after.muted else "Sound on")
    elif before.volume != after.volume:
        said.append(f"Loudness {after.volume} per cent")
    return [words for words in said if words]
