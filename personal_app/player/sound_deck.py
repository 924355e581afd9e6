"""A deck with all there is to its sound: loudness, muting, sound tracks, and what the sound comes out of.

Which device is used is decided here, for both engines alike: the chosen one while it is there, else the system's own.
The module must never import a decoding library.
"""

from abc import abstractmethod
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from personal_app.player import failures
from personal_app.player.deck import START_DEADLINE_MS, Deck, monotonic_ms
from personal_app.player.engine import LOUDEST, SILENT, AudioTrack, OutputDevice, PlayerState, Volume
from personal_app.player.reports import DevicesFound, Report, TracksFound
from personal_app.player.telling import ticking

#: libvlc does not tell of devices that come and go; while one was chosen, it is looked for this often.
DEVICE_WATCH_MS = 3_000
#: The number of reports that are of the library and not of an opening.
OF_LIBRARY = -1


class SoundDeck(Deck):
    """An engine but for the library, with its sound."""

    def __init__(
        self,
        name: str,
        surface: QWidget,
        *,
        clock: Callable[[], float] = monotonic_ms,
        start_deadline_ms: int = START_DEADLINE_MS,
    ) -> None:
        super().__init__(name, surface, clock=clock, start_deadline_ms=start_deadline_ms)
        self._volume, self._muted = LOUDEST, False
        self._tracks: tuple[AudioTrack, ...] = ()
        self._track: int | None = None
        self._wished_track: int | None = None
        self._chosen_for: object = None
        self._devices: tuple[OutputDevice, ...] = ()
        self._device = ""
        #: What the sound comes out of now: the chosen device, or "" while that is not there.
        self._routed = ""
        self._told_gone = False
        self._watch = ticking(DEVICE_WATCH_MS, self._watch_device, repeats=True)

    @property
    def volume(self) -> Volume:
        return self._volume

    @property
    def muted(self) -> bool:
        return self._muted

    @property
    def audio_tracks(self) -> tuple[AudioTrack, ...]:
        return self._tracks

    @property
    def audio_track(self) -> int | None:
        return self._track

    @property
    def output_devices(self) -> tuple[OutputDevice, ...]:
        return self._devices

    @property
    def output_device(self) -> str:
        return self._device

    def set_volume(self, volume: int) -> None:
        if not SILENT <= volume <= LOUDEST:
            raise ValueError(f"the loudness must be between {SILENT} and {LOUDEST}, not {volume}")
        self._volume = Volume(volume)
        if not self._closed:
            self._apply_sound()

    def set_muted(self, muted: bool) -> None:
        self._muted = muted
        if not self._closed:
            self._apply_sound()

    def choose_audio_track(self, number: int) -> None:
        if self._state is PlayerState.LOADING and not self._tracks:
            self._wished_track = number
        elif 0 <= number < len(self._tracks) and number != self._track:
            self._wished_track = number
            self._apply_track(number)
            self._show_tracks(self._tracks, number)

    def choose_output_device(self, device: str) -> None:
        if self._closed or device == self._device:
            return
        self._device = device
        self._route()
        self._tell(self.signals.devices_changed)
        if device:
            self._watch.start()
            self.look_for_devices()
        else:
            self._watch.stop()

    def look_for_devices(self) -> None:
        if not self._closed:
            self._find_devices()

    def close(self) -> None:
        self._watch.stop()
        super().close()

    def _open(self, start_ms: int, paused: bool) -> None:
        if self._media is not self._chosen_for:
            self._chosen_for = self._media
            self._wished_track = None
        super()._open(start_ms, paused)

    def _let_go(self) -> None:
        super()._let_go()
        self._show_tracks((), None)

    def _take(self, number: int, report: Report) -> None:
        if isinstance(report, DevicesFound):
            self._on_devices(report.devices)
        else:
            super()._take(number, report)

    def _take_more(self, report: Report) -> None:
        if isinstance(report, TracksFound):
            self._on_tracks(report)

    def _on_tracks(self, found: TracksFound) -> None:
        wished = self._wished_track
        if wished is not None and 0 <= wished < len(found.tracks) and wished != found.playing:
            self._apply_track(wished)
            self._show_tracks(found.tracks, wished)
        else:
            self._show_tracks(found.tracks, found.playing)

    def _show_tracks(self, tracks: tuple[AudioTrack, ...], playing: int | None) -> None:
        if (tracks, playing) != (self._tracks, self._track):
            self._tracks, self._track = tracks, playing
            self._tell(self.signals.tracks_changed)

    def _on_devices(self, devices: tuple[OutputDevice, ...]) -> None:
        if self._closed or devices == self._devices:
            return
        before, now = (_of_id(there, self._device) for there in (self._devices, devices))
        self._devices = devices
        self._route()
        self._tell(self.signals.devices_changed)
        if self._opened is None:
            self._told_gone = False
        elif before is not None and now is None:
            self._told_gone = True
            self._tell(self.signals.noticed, failures.output_gone(before.name))
        elif self._told_gone and now is not None:
            self._told_gone = False
            self._tell(self.signals.noticed, failures.output_back(now.name))

    def _route(self) -> None:
        target = self._device if _of_id(self._devices, self._device) is not None else ""
        if target != self._routed:
            self._routed = target
            self._apply_device(target)

    def _watch_device(self) -> None:
        if self._state is PlayerState.PLAYING:
            self.look_for_devices()

    # What each library does in its own way, besides the deck's.

    @abstractmethod
    def _apply_sound(self) -> None:
        """Take over `volume` and `muted`."""

    @abstractmethod
    def _apply_track(self, number: int) -> None:
        """Play the sound track of that number, which is one of those that were found."""

    @abstractmethod
    def _apply_device(self, device: str) -> None:
        """Let sound come out of a device that was found, or with "" of the system's own."""

    @abstractmethod
    def _find_devices(self) -> None:
        """Report DevicesFound, soon."""


def _of_id(devices: tuple[OutputDevice, ...], device: str) -> OutputDevice | None:
    return next((each for each in devices if each.id == device), None)
