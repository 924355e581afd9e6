"""The engine that plays through Qt Multimedia, whose FFmpeg back end comes with PySide6.

It needs no window to embed, so it works on Wayland and with no screen at all. The module must never be imported where
the app starts: Qt Multimedia and its FFmpeg take their time to load.
"""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QImageWriter
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioOutput,
    QMediaDevices,
    QMediaMetaData,
    QMediaPlayer,
    QPlaybackOptions,
    QVideoFrame,
)
from PySide6.QtMultimediaWidgets import QVideoWidget

from personal_app.player.deck import START_DEADLINE_MS, monotonic_ms
from personal_app.player.direct import keep_streams_direct
from personal_app.player.engine import AudioTrack, MediaKind, OutputDevice, Stream
from personal_app.player.reports import (
    Broke,
    DevicesFound,
    Opening,
    Played,
    ReachedEnd,
    Released,
    Shown,
    SnapshotDone,
    Started,
    TracksFound,
    Waiting,
)
from personal_app.player.snapshots import written
from personal_app.player.sound_deck import OF_LIBRARY, SoundDeck

#: FFmpeg would follow addresses named inside a file. The back end reads this each time it opens something: a file may
#: lead nowhere but to files, and only a stream of our own to the network.
_WHITELIST = "QT_FFMPEG_PROTOCOL_WHITELIST"
os.environ[_WHITELIST] = "file"
#: While a stream waits for what is not here yet nothing comes; FFmpeg knows no longer time than this.
_NETWORK_TIMEOUT_MS = 2_147_000

_Status = QMediaPlayer.MediaStatus
#: At the end of a file Qt reports the duration as its position, wherever the data stopped.
_END_LEAP_MS = 1_000


def engine_name() -> str:
    """Return what the engine is called: "Qt Multimedia 6.11.3 (FFmpeg)"."""
    return f"Qt Multimedia {qVersion()} (FFmpeg)"


class QtEngine(SoundDeck):
    """An engine on QMediaPlayer; all of it lives on the UI thread, decoding happens on Qt's own threads."""

    def __init__(
        self,
        *,
        sound: bool = True,
        clock: Callable[[], float] = monotonic_ms,
        start_deadline_ms: int = START_DEADLINE_MS,
    ) -> None:
        self._video = QVideoWidget()
        self._video.setAccessibleName("Recording")
        # It holds a window; without this every widget around it would get one, up to the main window.
        self._video.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
        super().__init__(engine_name(), self._video, clock=clock, start_deadline_ms=start_deadline_ms)
        keep_streams_direct()
        self._player = QMediaPlayer()
        self._player.setPitchCompensation(True)
        self._system = QMediaDevices()
        self._system.audioOutputsChanged.connect(self._on_outputs)
        options = QPlaybackOptions()
        options.setNetworkTimeout(_NETWORK_TIMEOUT_MS)
        self._player.setPlaybackOptions(options)
        self._output = QAudioOutput() if sound else None
        if self._output is not None:
            self._player.setAudioOutput(self._output)
        self._begun = self._shown = self._ended = False
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.errorOccurred.connect(self._on_error)
        self._player.positionChanged.connect(self._on_position)
        self._player.bufferProgressChanged.connect(self._on_progress)
        self._video.videoSink().videoFrameChanged.connect(self._on_frame)

    def _open_media(self, opening: Opening) -> None:
        self._begun = self._shown = self._ended = False
        self._show(opening.kind is MediaKind.VIDEO)
        if isinstance(opening.source, Stream):
            os.environ[_WHITELIST] = "http,tcp"
            self._player.setSource(QUrl(opening.source.url))
        else:
            os.environ[_WHITELIST] = "file"
            self._player.setSource(QUrl.fromLocalFile(str(opening.source)))
        self._apply_rate()
        self._apply_sound()

    def _show(self, picture: bool) -> None:
        # PySide6's stub leaves out None, which Qt documents as "no output".
        self._player.setVideoOutput(self._video if picture else None)  # type: ignore[arg-type]

    def _close_media(self) -> None:
        self._player.stop()
        self._player.setSource(QUrl())

    def _resume_media(self) -> None:
        self._player.play()

    def _hold_media(self) -> None:
        self._player.pause()

    def _seek_media(self, position_ms: int) -> None:
        self._player.setPosition(position_ms)

    def _apply_rate(self) -> None:
        self._player.setPlaybackRate(self._rate)

    def _apply_sound(self) -> None:
        if self._output is not None:
            self._output.setVolume(self._volume / 100)
            self._output.setMuted(self._muted)

    def _apply_track(self, number: int) -> None:
        self._player.setActiveAudioTrack(number)

    def _apply_device(self, device: str) -> None:
        if self._output is not None:
            found = next((each for each in QMediaDevices.audioOutputs() if _id(each) == device), None)
            self._output.setDevice(found if found is not None else QMediaDevices.defaultAudioOutput())

    def _find_devices(self) -> None:
        there = QMediaDevices.audioOutputs() if self._output is not None else []
        devices = tuple(OutputDevice(_id(each), each.description() or _id(each)) for each in there)
        self._report(OF_LIBRARY, DevicesFound(devices))

    def _snap(self, path: Path) -> None:
        frame = self._video.videoSink().videoFrame()

        def write(part: Path) -> bool:
            return frame.isValid() and QImageWriter(str(part), b"png").write(frame.toImage())

        self._worker.post(lambda: self._report(OF_LIBRARY, SnapshotDone(written(path, write))))

    def _release(self) -> None:
        self._system.audioOutputsChanged.disconnect(self._on_outputs)
        self._show(False)
        self._player.deleteLater()
        self._report(0, Released())

    # What Qt tells, on the UI thread.

    def _on_outputs(self) -> None:
        if not self._routed:
            # Qt stays with what the system used when it was asked.
            self._apply_device("")
        self.look_for_devices()

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        opening = self._opened
        if opening is None:
            return
        if status is _Status.LoadedMedia and not self._begun:
            self._begin(opening)
        elif status is _Status.EndOfMedia:
            self._end(opening)
        elif status is _Status.InvalidMedia:
            self._report(opening.number, Broke())
        elif status in (_Status.StalledMedia, _Status.BufferedMedia):
            self._report(opening.number, Waiting(status is _Status.StalledMedia, self._percent_there()))

    def _end(self, opening: Opening) -> None:
        if not self._ended:
            self._ended = True
            self._report(opening.number, ReachedEnd())

    def _percent_there(self) -> int:
        return round(self._player.bufferProgress() * 100)

    def _on_progress(self, _: float) -> None:
        if self._opened is not None and self._player.mediaStatus() is _Status.StalledMedia:
            self._report(self._opened.number, Waiting(True, self._percent_there()))

    def _begin(self, opening: Opening) -> None:
        self._begun = True
        if not self._player.hasVideo() and not self._player.hasAudio():
            self._report(opening.number, Broke())
            return
        tracks = tuple(
            AudioTrack(number, _words(number, data)) for number, data in enumerate(self._player.audioTracks())
        )
        self._report(opening.number, TracksFound(tracks, self._player.activeAudioTrack() if tracks else None))
        self._player.setPosition(opening.start_ms)
        if opening.paused:
            self._player.pause()
        else:
            self._player.play()
        if not self._player.hasVideo() or opening.kind is MediaKind.AUDIO:
            self._report(opening.number, Started(False))

    def _on_error(self, error: QMediaPlayer.Error) -> None:
        if self._opened is not None and error is not QMediaPlayer.Error.NoError:
            self._report(self._opened.number, Broke())

    def _on_frame(self, frame: QVideoFrame) -> None:
        opening = self._opened
        if opening is None or not self._begun or not frame.isValid():
            return
        if not self._shown:
            self._shown = True
            self._report(opening.number, Started(True))
            self._report(opening.number, Shown())
        if frame.startTime() >= 0:
            self._report(opening.number, Played(frame.startTime() / 1000, self._clock()))

    def _on_position(self, position_ms: int) -> None:
        # Where there is a picture, its own time is the exact one.
        opening = self._opened
        if opening is None:
            return
        if self._output is None and self._player.isPlaying() and 0 < self._player.duration() <= position_ms:
            # With nothing to be heard by, Qt finds an end in moving pictures alone.
            self._end(opening)
        if self._player.hasVideo():
            return
        if position_ms - self.position() < _END_LEAP_MS:
            self._report(opening.number, Played(float(position_ms), self._clock()))


def _id(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


def _words(number: int, data: QMediaMetaData) -> str:
    """Return a sound track as people call it: "Commentary (English)", "Track 2"."""
    title = data.stringValue(QMediaMetaData.Key.Title) or f"Track {number + 1}"
    language = data.stringValue(QMediaMetaData.Key.Language)
    return f"{title} ({language})" if language else title
