"""Captions as the person wants them: which language, how large, where, how much later; and the one of this moment.

They are ours, whichever engine plays. What holds for every talk is kept; a delay belongs to the talk that is open. Must
never draw anything, nor read a file.
"""

from collections.abc import Callable
from enum import StrEnum

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.ids import TalkId
from personal_app.conference.recordings import Caption, Recording, caption_at
from personal_app.services.billed_talk import billed_talk
from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.services.program import ProgramService
from personal_app.services.recordings import RecordingService

#: The key among the cache's settings.
CAPTIONS = "captions"
SIZES = (0.75, 1.0, 1.25, 1.5, 2.0)
DELAY_STEP_MS = 250
MOST_DELAY_MS = 10_000
_SHOWN = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})


class CaptionPlace(StrEnum):
    """Where captions stand: in a strip under the picture, or over its lower edge."""

    UNDER = "under"
    OVER = "over"


class CaptionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen for all talks. `language` is a tag (BCP 47), empty for the first track of a recording."""

    shown: bool = True
    language: str = ""
    size: float = 1.0
    place: CaptionPlace = CaptionPlace.UNDER


class CaptionService(QObject):
    """`changed` tells of other settings, of another delay, or that captions have come."""

    changed = Signal()

    def __init__(
        self,
        playback: PlaybackService,
        program: ProgramService,
        recordings: RecordingService,
        keep: Callable[[str, str], None],
        parent: QObject | None = None,
    ) -> None:
        """`keep` writes a setting down."""
        super().__init__(parent)
        self._playback = playback
        self._program = program
        self._recordings = recordings
        self._keep = keep
        self._settings = CaptionSettings()
        self._delay_ms = 0
        self._talk: TalkId | None = None
        playback.changed.connect(self._on_playback)
        recordings.changed.connect(self._on_recording)

    @property
    def settings(self) -> CaptionSettings:
        """What was chosen."""
        return self._settings

    @property
    def delay_ms(self) -> int:
        """How much later than they say captions are shown in the open talk; negative for earlier."""
        return self._delay_ms

    def languages(self) -> tuple[str, ...]:
        """Return the languages in which the open talk has captions, as the program orders them."""
        recording = self._recording()
        return tuple(track.language for track in recording.captions) if recording is not None else ()

    @property
    def language(self) -> str:
        """The language that is shown: the chosen one where the open talk has it, one like it, or the first."""
        languages = self.languages()
        wanted = self._settings.language.lower()
        same = next((each for each in languages if each.lower() == wanted), None)
        # Whoever reads Portuguese would rather have that of Brazil than none.
        alike = next((each for each in languages if wanted and _base(each) == _base(wanted)), None)
        return same or alike or (languages[0] if languages else "")

    def lines(self) -> tuple[Caption, ...]:
        """Return all captions of the open talk in the language that is shown; nothing while they are not here."""
        recording = self._recording()
        return self._recordings.captions(recording.id, self.language) if recording is not None else ()

    def text(self) -> str:
        """Return what to show at this moment, or nothing."""
        if not self._settings.shown or self._playback.state.phase not in _SHOWN:
            return ""
        found = caption_at(self.lines(), self._playback.position_ms() - self._delay_ms)
        return found.text if found is not None else ""

    def show(self, shown: bool) -> None:
        """Show captions or not."""
        self._set(shown=shown)

    def choose(self, language: str) -> None:
        """Show the captions of a language, in every talk that has it."""
        self._set(language=language)

    def set_size(self, size: float) -> None:
        """Show captions so many times as large as other text; brought into the sizes there are."""
        self._set(size=min(SIZES, key=lambda each: abs(each - size)))

    def set_place(self, place: CaptionPlace) -> None:
        """Show captions under the picture or over it."""
        self._set(place=place)

    def set_delay(self, delay_ms: int) -> None:
        """Show the captions of the open talk later than they say, or, negative, earlier."""
        wanted = min(max(-MOST_DELAY_MS, delay_ms), MOST_DELAY_MS)
        if wanted != self._delay_ms:
            self._delay_ms = wanted
            self.changed.emit()

    def take(self, kept: str) -> None:
        """Take in what was kept; what cannot be read is as if nobody had chosen."""
        try:
            found = msgspec.json.decode(kept, type=CaptionSettings) if kept else CaptionSettings()
        except msgspec.DecodeError:
            found = CaptionSettings()
        self._settings = msgspec.structs.replace(found, size=min(SIZES, key=lambda each: abs(each - found.size)))
        self.changed.emit()

    def _set(self, **wanted: object) -> None:
        settings = msgspec.structs.replace(self._settings, **wanted)
        if settings != self._settings:
            self._settings = settings
            self._keep(CAPTIONS, msgspec.json.encode(settings).decode())
            self.changed.emit()

    def _recording(self) -> Recording | None:
        return billed_talk(self._program.conference, self._playback.state.talk).recording

    def _on_playback(self) -> None:
        if self._playback.state.talk != self._talk:
            self._talk = self._playback.state.talk
            self._delay_ms = 0
            self.changed.emit()

    def _on_recording(self, recording: str) -> None:
        mine = self._recording()
        if mine is not None and mine.id == recording:
            self.changed.emit()


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
