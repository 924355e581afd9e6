"""An engine that decodes nothing: it keeps the contract's states and shows a picture of its own. Time moves by hand."""

from pathlib import Path

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from personal_app.player.choice import Choice, EngineKind, EngineSource
from personal_app.player.engine import (
    AudioTrack,
    Engine,
    EngineSignals,
    Failure,
    FailureKind,
    MediaKind,
    Milliseconds,
    OutputDevice,
    PlayerState,
    Rate,
    Snapshot,
    Stream,
    Volume,
)
from personal_app.player.stream import StreamPlayer, StreamState


class Slide(QWidget):
    """A titled slide, letterboxed as a recording would be."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        height = min(self.height(), self.width() * 9 // 16)
        width = height * 16 // 9
        slide = QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)
        shade = QLinearGradient(slide.topLeft(), slide.bottomRight())
        shade.setColorAt(0, QColor("#1d2b4f"))
        shade.setColorAt(1, QColor("#10182c"))
        painter.fillRect(slide, shade)
        painter.setPen(QColor("#eef2fb"))
        font = QFont(painter.font())
        font.setPixelSize(max(8, height // 12))
        painter.setFont(font)
        painter.drawText(slide.adjusted(height // 10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "Where it breaks")
        painter.end()


class StillEngine(Engine):
    """Keeps the rules of the contract that the services rely on: nothing is told within the call."""

    def __init__(self) -> None:
        self.signals = EngineSignals()
        self._surface = Slide()
        self._state = PlayerState.EMPTY
        self._failure: Failure | None = None
        self._duration = self._position = 0
        self._rate, self._volume, self._muted = 1.0, 100, False
        self.sought: list[int] = []
        self.tracks: tuple[AudioTrack, ...] = (AudioTrack(0, "Track 1 (English)"),)
        self.devices: tuple[OutputDevice, ...] = ()
        self._track, self._device = 0, ""

    @property
    def name(self) -> str:
        return "still pictures"

    @property
    def surface(self) -> QWidget:
        return self._surface

    @property
    def state(self) -> PlayerState:
        return self._state

    @property
    def failure(self) -> Failure | None:
        return self._failure

    @property
    def duration_ms(self) -> Milliseconds:
        return Milliseconds(self._duration)

    @property
    def rate(self) -> Rate:
        return Rate(self._rate)

    @property
    def volume(self) -> Volume:
        return Volume(self._volume)

    @property
    def muted(self) -> bool:
        return self._muted

    @property
    def audio_tracks(self) -> tuple[AudioTrack, ...]:
        return self.tracks

    @property
    def audio_track(self) -> int | None:
        return self._track

    @property
    def output_devices(self) -> tuple[OutputDevice, ...]:
        return self.devices

    @property
    def output_device(self) -> str:
        return self._device

    def position(self) -> Milliseconds:
        return Milliseconds(self._position)

    def trust_port(self, port: int) -> None:
        del port

    def load(
        self, source: Path | Stream, kind: MediaKind, duration_ms: int, *, start_ms: int = 0, paused: bool = False
    ) -> None:
        del source, kind
        self._duration, self._position = duration_ms, start_ms
        self._tell(PlayerState.PAUSED if paused else PlayerState.PLAYING)

    def play(self) -> None:
        if self._state is PlayerState.PAUSED:
            self._tell(PlayerState.PLAYING)

    def pause(self) -> None:
        if self._state is PlayerState.PLAYING:
            self._tell(PlayerState.PAUSED)

    def stop(self) -> None:
        self._state = PlayerState.EMPTY

    def seek(self, position_ms: int) -> None:
        self.sought.append(position_ms)
        self.move_to(min(max(0, position_ms), self._duration))

    def set_rate(self, rate: float) -> None:
        self._rate = rate

    def set_volume(self, volume: int) -> None:
        self._volume = volume

    def set_muted(self, muted: bool) -> None:
        self._muted = muted

    def choose_audio_track(self, number: int) -> None:
        self._track = number
        QTimer.singleShot(0, self.signals.tracks_changed.emit)

    def choose_output_device(self, device: str) -> None:
        self._device = device
        QTimer.singleShot(0, self.signals.devices_changed.emit)

    def look_for_devices(self) -> None:
        QTimer.singleShot(0, self.signals.devices_changed.emit)

    def take_snapshot(self, path: Path) -> None:
        QTimer.singleShot(0, lambda: self.signals.snapshot_taken.emit(Snapshot(path)))

    def close(self) -> None:
        QTimer.singleShot(0, self.signals.closed.emit)

    def wait_closed(self, timeout_s: float) -> bool:
        del timeout_s
        return True

    def move_to(self, position_ms: int) -> None:
        """Let the recording be at `position_ms`."""
        self._position = position_ms
        QTimer.singleShot(0, lambda: self.signals.position_changed.emit(position_ms))

    def starve(self) -> None:
        """Wait for what comes next, as a stream does."""
        self._tell(PlayerState.BUFFERING)

    def break_down(self, sentence: str) -> None:
        """Fail, as a damaged recording does."""
        self._failure = Failure(FailureKind.DAMAGED, sentence)
        self._tell(PlayerState.FAILED)
        QTimer.singleShot(0, lambda: self.signals.failed.emit(self._failure))

    def _tell(self, state: PlayerState) -> None:
        self._state = state
        QTimer.singleShot(0, lambda: self.signals.state_changed.emit(state))


class StillStream(StreamPlayer):
    """A player of streams without libvlc: what becomes of a stream is said by hand."""

    def __init__(self) -> None:
        QObject.__init__(self)
        self.surface = Slide()  # type: ignore[assignment]
        self.opened: list[str] = []
        self.sound: tuple[int, bool] = (100, False)
        self.tries = 0
        self._state, self._sentence = StreamState.EMPTY, ""

    def open(self, address: str) -> None:
        self.opened.append(address)
        self.be(StreamState.CONNECTING, "Connecting to live.example.org…")

    def try_now(self) -> None:
        self.tries += 1

    def stop(self) -> None:
        self.be(StreamState.EMPTY)

    def set_sound(self, volume: int, *, muted: bool) -> None:
        self.sound = volume, muted

    def be(self, state: StreamState, sentence: str = "") -> None:
        """Let this have become of the stream."""
        self._state, self._sentence = state, sentence
        self.changed.emit()


class StillSource(EngineSource):
    """A source whose one engine is still; it is ready when it is warmed."""

    def __init__(self) -> None:
        super().__init__(EngineKind.QT, platform="offscreen", environment={})
        self.engine = StillEngine()
        #: None: this machine plays no streams.
        self.stream: StillStream | None = StillStream()

    def warm(self) -> None:
        self.ready.emit(Choice(EngineKind.QT, "still pictures, for tests", sound=False))

    def create(self) -> Engine:
        return self.engine

    def stream_player(self) -> StreamPlayer | None:
        return self.stream
