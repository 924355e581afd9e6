"""The engine that plays through libvlc 3, and the library it plays with. The only module that imports vlc.

libvlc's rules, each learnt from what happens otherwise:

- Callbacks come on libvlc's threads and only emit a queued signal; a call back into libvlc there deadlocks for good.
- Every call is made on the worker's thread, because stopping waits for libvlc's threads to end.
- Files are opened by path with the demuxer named; an option of a medium is never made from data. The one address that
  is ever opened is a stream of this program's own, on 127.0.0.1.
- At the end: detach the events, stop, release the player, then the library, and only then destroy the window. Where the
  window goes first all the same, libvlc is stopped while we wait: a picture without a window crashes the process.

The module must never be imported where the app starts: importing it loads the library, and fails where there is none.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import vlc
from PySide6.QtCore import QObject, Qt, Signal

from personal_app.player.deck import START_DEADLINE_MS, monotonic_ms
from personal_app.player.direct import keep_streams_direct
from personal_app.player.engine import AudioTrack, EngineUnavailable, MediaKind, OutputDevice, PlayerState, Stream
from personal_app.player.reports import (
    Broke,
    DevicesFound,
    Opening,
    Played,
    ReachedEnd,
    Released,
    Report,
    Shown,
    SnapshotDone,
    Started,
    TracksFound,
    Waiting,
)
from personal_app.player.snapshots import written
from personal_app.player.sound_deck import OF_LIBRARY, SoundDeck
from personal_app.player.surface import NativeSurface, give_window

_log = logging.getLogger(__name__)

#: Side-car subtitles and Lua scripts would load by themselves, metadata would be fetched; captions are drawn by us,
#: keys and clicks belong to the app. What libvlc prints helps nobody: failures come as events.
OPTIONS = (
    "--quiet",
    "--no-sub-autodetect-file",
    "--no-spu",
    "--no-lua",
    "--no-metadata-network-access",
    "--no-osd",
    "--no-snapshot-preview",
    "--snapshot-format=png",
    "--no-video-title-show",
    "--no-keyboard-events",
    "--no-mouse-events",
)
_BUFFER_FULL = 100.0
#: How far ahead a stream is read (KiB) and how much at once (bytes). libvlc reads 16 MiB ahead at once if it can, and
#: while it waits for bytes it hears no seek.
_STREAM_OPTIONS = (":prefetch-buffer-size=128", ":prefetch-read-size=16384")
#: The system's own output, as libvlc's modules for Windows, macOS and ALSA call it, and as PulseAudio does, to which
#: libvlc hands the word on (PulseAudio's "Server Strings").
_MMDEVICE, _AUHAL, _ALSA, _PULSE = "", "0", "default", "@DEFAULT_SINK@"
_SYSTEM_DEVICES = frozenset({_MMDEVICE, _AUHAL, _ALSA, _PULSE})
_LEAVE_WINDOW_S = 5.0


class VlcLibrary:
    """One warm instance of libvlc, shared by all engines. It may be made and released on any thread."""

    def __init__(self, *, sound: bool = True, picture: bool = True) -> None:
        """Create the instance (64 to 200 ms). Without `sound` or `picture` that output is libvlc's dummy.

        Raises EngineUnavailable where libvlc is too old, too new or refuses to start.
        """
        version = vlc.libvlc_get_version().decode("ascii", "replace").split(" ")[0]
        if not version.startswith("3."):
            raise EngineUnavailable(f"libvlc is {version}, and this app needs 3.0")
        keep_streams_direct()
        silent = () if sound else ("--aout=dummy",)
        blind = () if picture else ("--vout=dummy",)
        self.instance: Any = vlc.Instance([*OPTIONS, *silent, *blind])
        if self.instance is None:
            raise EngineUnavailable(f"libvlc {version} did not start; its plugins may be missing")
        self.name = f"libvlc {version}"
        self.events: Any = vlc.EventType
        self.has_window = picture

    def release(self) -> None:
        """Release the instance; engines made of it must have been closed."""
        self.instance.release()


class _Heard(QObject):
    """Carries what a callback heard to the UI thread: the opening's number and libvlc's event."""

    opened = Signal(int)
    picture = Signal(int)
    time = Signal(int)


class VlcEngine(SoundDeck):
    """An engine on a shared `VlcLibrary`. Members below `_player` are the worker's alone."""

    def __init__(
        self,
        library: VlcLibrary,
        *,
        clock: Callable[[], float] = monotonic_ms,
        start_deadline_ms: int = START_DEADLINE_MS,
    ) -> None:
        surface = NativeSurface()
        super().__init__(library.name, surface, clock=clock, start_deadline_ms=start_deadline_ms)
        surface.window_ending.connect(self._leave_window, Qt.ConnectionType.DirectConnection)
        self._library = library
        self._held_seek_ms: int | None = None
        self._heard = _Heard()
        queued = Qt.ConnectionType.QueuedConnection
        self._heard.opened.connect(lambda number: self._worker.post(lambda: self._on_opened(number)), queued)
        self._heard.picture.connect(lambda number: self._worker.post(lambda: self._begin(number, True)), queued)
        self._heard.time.connect(lambda number: self._worker.post(lambda: self._confirm_picture(number)), queued)
        self._player: Any = None
        self._medium: Any = None
        self._playing: Opening | None = None
        self._begun = False
        self._shown = False
        self._track_ids: list[int] = []
        self._opened_sound, self._opened_device = self._sound_job(), ""
        self._worker.post(self._make_player)

    # On the UI thread: hand each wish to the worker.

    def _open_media(self, opening: Opening) -> None:
        self._held_seek_ms = None
        window = int(self._surface.winId()) if self._library.has_window else 0
        rate, sound, device = self._rate, self._sound_job(), self._routed
        self._worker.post(lambda: self._start(opening, window, rate, sound, device))

    def _close_media(self) -> None:
        self._worker.post(self._stop)

    def _leave_window(self) -> None:
        """Stop drawing before the window goes, and play on in the next one where there will be one."""
        if not self._library.has_window:
            return
        if self._state in (PlayerState.LOADING, PlayerState.PLAYING, PlayerState.PAUSED, PlayerState.BUFFERING):
            self._open(self.position(), self._wishes_pause)
        elif self._opened is not None:
            self._close_media()
        if not self._worker.idle(_LEAVE_WINDOW_S):
            _log.error("libvlc did not stop drawing into a window that ends")

    def _resume_media(self) -> None:
        sought_ms, self._held_seek_ms = self._held_seek_ms, None
        self._worker.post(lambda: self._resume(sought_ms))

    def _hold_media(self) -> None:
        self._worker.post(lambda: self._player.set_pause(1))

    def _seek_media(self, position_ms: int) -> None:
        if self._wishes_pause:
            self._held_seek_ms = position_ms
        self._worker.post(lambda: self._player.set_time(position_ms))

    def _apply_rate(self) -> None:
        rate = self._rate
        self._worker.post(lambda: self._player.set_rate(rate))

    def _apply_sound(self) -> None:
        sound = self._sound_job()
        self._worker.post(lambda: self._change_sound(sound))

    def _apply_track(self, number: int) -> None:
        self._worker.post(lambda: self._play_track(number))

    def _apply_device(self, device: str) -> None:
        self._worker.post(lambda: self._route_to(device))

    def _find_devices(self) -> None:
        self._worker.post(lambda: self._report(OF_LIBRARY, DevicesFound(_devices_of(self._player))))

    def _snap(self, path: Path) -> None:
        # 0 and 0 ask for the picture's own size; -1 comes back where there is none.
        def write(part: Path) -> bool:
            return bool(self._player.video_take_snapshot(0, str(part), 0, 0) == 0)

        self._worker.post(lambda: self._report(OF_LIBRARY, SnapshotDone(written(path, write))))

    def _release(self) -> None:
        self._worker.post(self._release_player)

    def _sound_job(self) -> Callable[[], None]:
        volume, muted = self._volume, self._muted

        def apply() -> None:
            self._player.audio_set_volume(volume)
            self._player.audio_set_mute(muted)

        return apply

    # On the worker's thread: every call into libvlc.

    def _make_player(self) -> None:
        self._player = self._library.instance.media_player_new()
        self._player.video_set_key_input(False)
        self._player.video_set_mouse_input(False)
        events = self._player.event_manager()
        for event, callback in self._callbacks():
            events.event_attach(event, callback)

    def _start(self, opening: Opening, window: int, rate: float, sound: Callable[[], None], device: str) -> None:
        self._drop_medium()
        if isinstance(opening.source, Stream):
            self._medium = self._library.instance.media_new_location(opening.source.url)
            for option in _STREAM_OPTIONS:
                self._medium.add_option(option)
        else:
            self._medium = self._library.instance.media_new_path(str(opening.source))
        self._medium.add_option(f":demux={opening.container.value}")
        self._medium.add_option(f":start-time={opening.start_ms / 1000:.3f}")
        if opening.kind is MediaKind.AUDIO:
            self._medium.add_option(":no-video")
        self._player.set_media(self._medium)
        if window:
            give_window(self._player, window)
        self._begun = self._shown = False
        self._track_ids = []
        self._opened_sound, self._opened_device = sound, device
        self._playing = opening
        sound()
        if opening.paused or device:
            # libvlc shows nothing when opened paused: it plays unheard until there is a picture, and then holds. And it
            # begins on the system's own output each time: unheard until it is on the chosen one.
            self._player.audio_set_mute(True)
        self._player.set_rate(rate)
        if self._player.play() != 0:
            self._report(opening.number, Broke())

    def _change_sound(self, sound: Callable[[], None]) -> None:
        self._opened_sound = sound
        opening = self._playing
        # What is opened unheard stays so until it has begun.
        if opening is None or self._begun or not (opening.paused or self._opened_device):
            sound()

    def _on_opened(self, number: int) -> None:
        opening = self._playing
        if opening is None or opening.number != number:
            return
        # A track that is not to be shown is counted all the same.
        if opening.kind is MediaKind.AUDIO or self._player.video_get_track_count() < 1:
            self._begin(number, False)

    def _begin(self, number: int, has_picture: bool) -> None:
        opening = self._playing
        if opening is None or opening.number != number or self._begun:
            return
        self._begun = True
        if self._opened_device:
            self._route_to(self._opened_device)
        if opening.paused:
            self._player.set_pause(1)
        if opening.paused or self._opened_device:
            self._opened_sound()
        self._report_tracks(number)
        self._report(number, Started(has_picture))
        if opening.paused and has_picture:
            self._shown = True
            self._report(number, Shown())

    def _report_tracks(self, number: int) -> None:
        found = [(id_, name) for id_, name in self._player.audio_get_track_description() or () if id_ >= 0]
        self._track_ids = [id_ for id_, _ in found]
        tracks = tuple(AudioTrack(place, _words(name)) for place, (_, name) in enumerate(found))
        playing = self._player.audio_get_track()
        first = 0 if found else None
        self._report(
            number, TracksFound(tracks, self._track_ids.index(playing) if playing in self._track_ids else first)
        )

    def _play_track(self, number: int) -> None:
        if number < len(self._track_ids):
            self._player.audio_set_track(self._track_ids[number])

    def _route_to(self, device: str) -> None:
        self._player.audio_output_device_set(None, device or _system_device(self._player))

    def _confirm_picture(self, number: int) -> None:
        """Report the first picture: libvlc 3 has no event for it, only a count that is renewed with the time."""
        statistics = vlc.MediaStats()
        if self._shown or self._playing is None or self._playing.number != number:
            return
        if not self._track_ids:
            # Ogg tells of its tracks with their first data only.
            self._report_tracks(number)
        if self._medium.get_stats(statistics) and statistics.displayed_pictures > 0:
            self._shown = True
            self._report(number, Shown())

    def _resume(self, sought_ms: int | None) -> None:
        self._player.set_pause(0)
        if sought_ms is not None:
            # After a seek while held, libvlc 3 goes on almost a second too late unless it is told again.
            self._player.set_time(sought_ms)

    def _stop(self) -> None:
        self._playing = None
        self._player.stop()
        self._drop_medium()

    def _drop_medium(self) -> None:
        if self._medium is not None:
            self._medium.release()
            self._medium = None

    def _release_player(self) -> None:
        events = self._player.event_manager()
        for event, _ in self._callbacks():
            events.event_detach(event)
        self._stop()
        self._player.release()
        self._report(0, Released())

    # On libvlc's threads: only emit.

    def _callbacks(self) -> tuple[tuple[Any, Callable[[Any], None]], ...]:
        def callback(tell: Callable[[int, Any], None]) -> Callable[[Any], None]:
            def on_event(event: Any) -> None:
                try:
                    opening = self._playing
                    if opening is not None:
                        tell(opening.number, event.u)
                except Exception:  # an exception in a callback has nowhere to go but through libvlc's frames
                    _log.exception("a callback of libvlc broke")

            return on_event

        def report(value: Report) -> Callable[[Any], None]:
            return callback(lambda number, _: self._report(number, value))

        kinds = vlc.EventType
        return (
            (kinds.MediaPlayerPlaying, callback(lambda number, _: self._heard.opened.emit(number))),
            (kinds.MediaPlayerVout, callback(self._on_vout)),
            (kinds.MediaPlayerTimeChanged, callback(self._on_time)),
            (kinds.MediaPlayerBuffering, callback(self._on_buffering)),
            (kinds.MediaPlayerEndReached, report(ReachedEnd())),
            (kinds.MediaPlayerEncounteredError, report(Broke())),
        )

    def _on_vout(self, number: int, values: Any) -> None:
        # python-vlc reads the C int as 64 bits: only the lower half is the count of outputs.
        if values.new_count & 0xFFFFFFFF:
            self._heard.picture.emit(number)

    def _on_time(self, number: int, values: Any) -> None:
        self._report(number, Played(float(values.new_time), self._clock()))
        if not self._shown:
            self._heard.time.emit(number)

    def _on_buffering(self, number: int, values: Any) -> None:
        self._report(number, Waiting(values.new_cache < _BUFFER_FULL, int(values.new_cache)))


def _words(name: bytes) -> str:
    """Return libvlc's "Track 1 - [English]" as people write it: "Track 1 (English)"."""
    return name.decode("utf-8", "replace").replace(" - [", " (").replace("]", ")")


def _listed_devices(player: Any) -> dict[str, str]:
    """Return what libvlc lists for the output it uses: names by id."""
    head = at = player.audio_output_device_enum()
    found: dict[str, str] = {}
    while at:
        device, name = (text.decode("utf-8", "replace") for text in (at.contents.device, at.contents.description))
        found[device] = name or device
        at = at.contents.next
    if head:
        vlc.libvlc_audio_output_device_list_release(head)
    return found


def _devices_of(player: Any) -> tuple[OutputDevice, ...]:
    listed = _listed_devices(player)
    return tuple(OutputDevice(device, name) for device, name in listed.items() if device not in _SYSTEM_DEVICES)


def _system_device(player: Any) -> str:
    """Return the word for the system's own output, which each output module of libvlc has another one for."""
    listed = _listed_devices(player)
    if sys.platform == "win32":
        return _MMDEVICE
    if sys.platform == "darwin":
        return _AUHAL
    return _ALSA if _ALSA in listed else _PULSE
