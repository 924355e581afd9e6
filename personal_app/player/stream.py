"""A live stream, played by libvlc: the one door through which a player opens an address instead of a file.

Recordings never come through it: they are files whose bytes were checked (`engine.Engine.load`). What does is an
address that an organizer has put into the program, looked at once more here. A live stream has no length, no position
and no end; when it breaks off it is asked for again, after 1 s and then ever longer, until nobody wants it.

As with the engine, no call waits, libvlc is called by one worker alone, and its callbacks only emit. The module must
never import a decoding library: it is handed one that is warm.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from personal_app.conference.web_links import host_of, stream_fault
from personal_app.player.surface import NativeSurface, give_window
from personal_app.player.worker import Worker

_log = logging.getLogger(__name__)

#: How long after each failure in a row it is tried again, in s.
WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0)
#: A stream of which nothing has come for so long is as good as broken off.
SILENCE_MS = 15_000
#: Who has played for so long has not failed in a row any more.
STEADY_MS = 10_000
#: Fixed, and never made from data. Live streams are watched some seconds late so that a short gap is not seen.
_OPTIONS = (":network-caching=1500", ":no-sub-autodetect-file")
_LEAVE_WINDOW_S = 5.0


class StreamState(StrEnum):
    """What becomes of a stream."""

    EMPTY = "empty"
    CONNECTING = "connecting"
    PLAYING = "playing"
    WAITING = "waiting"


class StreamLibrary(Protocol):
    """What a warm libvlc gives: its instance, the names of its events, and whether it draws into windows."""

    instance: Any
    events: Any
    has_window: bool


class _Heard(QObject):
    """Carries what a callback heard to the UI thread: the number of the opening."""

    alive = Signal(int)
    broke = Signal(int)


class StreamPlayer(QObject):
    """Plays one stream at a time; for the UI thread. Members below `_player` are the worker's alone.

    `changed` tells that state or sentence are others. `surface` must outlive `close` until `wait_closed` says so.
    """

    changed = Signal()

    def __init__(
        self, library: StreamLibrary, *, waits_s: tuple[float, ...] = WAITS_S, silence_ms: int = SILENCE_MS
    ) -> None:
        super().__init__()
        self.surface = NativeSurface()
        self.surface.setAccessibleName("Live stream")
        self.surface.window_ending.connect(self._leave_window, Qt.ConnectionType.DirectConnection)
        self._library = library
        self._waits_s = waits_s
        self._state, self._sentence = StreamState.EMPTY, ""
        self._address = ""
        self._number = 0
        self._failures = 0
        self._volume, self._muted = 100, False
        self._closed = False
        self._heard = _Heard()
        self._heard.alive.connect(self._on_alive, Qt.ConnectionType.QueuedConnection)
        self._heard.broke.connect(self._on_broke, Qt.ConnectionType.QueuedConnection)
        self._silence = _once(silence_ms, lambda: self._on_broke(self._number))
        self._steady = _once(STEADY_MS, self._forget_failures)
        self._again = _once(0, self._try)
        self._worker = Worker("live stream")
        self._player: Any = None
        self._playing = 0
        self._worker.post(self._make_player)

    @property
    def state(self) -> StreamState:
        """What becomes of the stream."""
        return self._state

    @property
    def sentence(self) -> str:
        """What to say while there is no picture; nothing while it plays."""
        return self._sentence

    def open(self, address: str) -> None:
        """Play the stream at `address` until `stop`. Raises ValueError where the address has a fault."""
        fault = stream_fault(address)
        if fault:
            raise ValueError(fault)
        if not self._closed:
            self._address = address
            self._failures = 0
            self._try()

    def try_now(self) -> None:
        """Wait no longer for the next try."""
        if self._state is StreamState.WAITING:
            self._try()

    def stop(self) -> None:
        """Let go of the stream."""
        self._number += 1
        self._address = ""
        self._rest()
        self._worker.post(self._stop)
        self._enter(StreamState.EMPTY)

    def set_sound(self, volume: int, *, muted: bool) -> None:
        """Set the loudness, 0 to 100, and whether there is any."""
        self._volume, self._muted = volume, muted
        if not self._closed:
            self._worker.post(lambda: self._apply_sound(volume, muted))

    def close(self) -> None:
        """Begin to release everything; further calls do nothing."""
        if not self._closed:
            self.stop()
            self._closed = True
            self._worker.post(self._release)
            self._worker.close()

    def wait_closed(self, timeout_s: float) -> bool:
        """After `close`, wait at most `timeout_s` seconds for the release and tell whether it is done."""
        return self._closed and self._worker.join(timeout_s)

    def _try(self) -> None:
        self._rest()
        self._number += 1
        number, address = self._number, self._address
        window = int(self.surface.winId()) if self._library.has_window else 0
        volume, muted = self._volume, self._muted
        self._worker.post(lambda: self._start(number, address, window, volume, muted))
        self._silence.start()
        self._enter(StreamState.CONNECTING, f"Connecting to {host_of(address)}…")

    def _on_alive(self, number: int) -> None:
        if number != self._number or not self._address:
            return
        self._silence.start()
        if self._state is not StreamState.PLAYING:
            self._steady.start()
            self._enter(StreamState.PLAYING)

    def _on_broke(self, number: int) -> None:
        if number != self._number or not self._address or self._state is StreamState.WAITING:
            return
        played = self._state is StreamState.PLAYING
        self._rest()
        self._number += 1
        self._worker.post(self._stop)
        wait_s = self._waits_s[min(self._failures, len(self._waits_s) - 1)]
        self._failures += 1
        host = host_of(self._address)
        _log.info("the live stream of %s broke off or did not come; the next try is in %s s", host, wait_s)
        self._again.start(round(wait_s * 1000))
        what = "The live stream broke off." if played else f"The live stream does not come from {host}."
        again = f"It is tried again in {wait_s:.0f} s." if wait_s >= 1 else "It is tried again."
        self._enter(StreamState.WAITING, f"{what} {again}")

    def _forget_failures(self) -> None:
        self._failures = 0

    def _rest(self) -> None:
        for timer in (self._silence, self._steady, self._again):
            timer.stop()

    def _enter(self, state: StreamState, sentence: str = "") -> None:
        if (state, sentence) != (self._state, self._sentence):
            self._state, self._sentence = state, sentence
            self.changed.emit()

    def _leave_window(self) -> None:
        """Stop drawing before the window goes."""
        if not self._closed and self._address:
            self.stop()
        if not self._worker.idle(_LEAVE_WINDOW_S):
            _log.error("libvlc did not stop drawing a live stream into a window that ends")

    # On the worker's thread: every call into libvlc.

    def _make_player(self) -> None:
        self._player = self._library.instance.media_player_new()
        self._player.video_set_key_input(False)
        self._player.video_set_mouse_input(False)
        kinds = self._library.events
        alive, broke = self._callback(self._heard.alive.emit), self._callback(self._heard.broke.emit)
        self._events = (
            (kinds.MediaPlayerTimeChanged, alive),
            (kinds.MediaPlayerEndReached, broke),
            (kinds.MediaPlayerEncounteredError, broke),
        )
        for event, callback in self._events:
            self._player.event_manager().event_attach(event, callback)

    def _start(self, number: int, address: str, window: int, volume: int, muted: bool) -> None:
        self._stop()
        medium = self._library.instance.media_new_location(address)
        for option in _OPTIONS:
            medium.add_option(option)
        self._player.set_media(medium)
        medium.release()
        if window:
            give_window(self._player, window)
        self._playing = number
        self._apply_sound(volume, muted)
        if self._player.play() != 0:
            self._heard.broke.emit(number)

    def _apply_sound(self, volume: int, muted: bool) -> None:
        self._player.audio_set_volume(volume)
        self._player.audio_set_mute(muted)

    def _stop(self) -> None:
        self._playing = 0
        self._player.stop()

    def _release(self) -> None:
        events = self._player.event_manager()
        for event, _ in self._events:
            events.event_detach(event)
        self._player.stop()
        self._player.release()

    # On libvlc's threads: only emit.

    def _callback(self, emit: Callable[[int], None]) -> Callable[[Any], None]:
        def on_event(_: Any) -> None:
            try:
                if self._playing:
                    emit(self._playing)
            except Exception:  # an exception in a callback has nowhere to go but through libvlc's frames
                _log.exception("a callback of libvlc broke")

        return on_event


def _once(interval_ms: int, act: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(act)
    return timer
