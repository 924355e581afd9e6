"""What the benchmarks of the player share: a screen of our own, our way to play and bare libvlc, looks at the screen.

Both players are in one process, warm, and draw into windows of the same size on the same X screen; only the one that is
measured is shown.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tools.driving import ROOT, Screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

RECORDING = "mixed-dimension-embedding"
SIZE = (960, 540)
DEADLINE_S = 15.0
INSIDE = "PERSONAL_BENCH_INSIDE"


def on_a_screen(script: str, measure: Callable[[], None], timeout_s: float = 500) -> None:
    """Start a screen of our own, and call `measure` on it in a process of its own, which runs `script`."""
    if os.environ.get(INSIDE):
        measure()
        return
    screen = Screen(1360, 860)
    environment = {**os.environ, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", INSIDE: "1"}
    environment["PYTHONPATH"] = str(ROOT)
    try:
        subprocess.run([sys.executable, script], env=environment, check=True, timeout=timeout_s)
    finally:
        screen.close()


class Ours:
    """The app's own way to play a talk."""

    def __init__(self, application: "QApplication", path: Path | None = None, duration_ms: int = 0) -> None:
        """With `path` the talk's recording is that file, which lasts `duration_ms`."""
        from personal_app.conference.program import Opening
        from personal_app.conference.timeline import rehearsal
        from personal_app.player.choice import EngineSource
        from personal_app.server.conference_folder import open_conference_folder
        from personal_app.services.playback import PlaybackService
        from personal_app.services.program import ProgramService
        from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState

        self._application = application
        opened = open_conference_folder(ROOT / "assets" / "demo", {})
        began = datetime(2020, 5, 29, 16, tzinfo=UTC)
        conference = rehearsal(opened.conference, began)
        if path is not None:
            lasting = tuple(
                msgspec.structs.replace(each, duration_ms=duration_ms) if each.id == RECORDING else each
                for each in conference.recordings
            )
            conference = msgspec.structs.replace(conference, recordings=lasting)
        self.talk = next(talk.id for talk in conference.talks if talk.recording == RECORDING)
        self.other = next(talk.id for talk in conference.talks if talk.opening is Opening.START)
        program = ProgramService(lambda: datetime(2020, 5, 29, 12, tzinfo=UTC))
        program.take(conference)
        recordings = RecordingService(save=lambda _: None, remove=lambda _: None)
        for recording in conference.recordings:
            here = path if path is not None and recording.id == RECORDING else opened.files[recording.file.sha256].path
            recordings.take(recording.id, RecordingState(kind=RecordingKind.SAVED, fraction=1.0, path=here))
        self._source = EngineSource()
        self._source.warm()
        self.playback = PlaybackService(self._source, program, recordings)
        self.window = a_window("ours", self.playback.surface())
        until(application, lambda: self._source.choice is not None, "the engine")
        self.engine = str(self._source.choice and self._source.choice.kind)

    def close(self) -> None:
        """Release the engine, then the window."""
        self.playback.close()
        self._source.close()
        self._source.wait_closed(10)
        self.window.close()


class Peer:
    """python-vlc and a plain window."""

    def __init__(self, source: Path | str) -> None:
        """`source` is a file or an address."""
        import vlc
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QWidget

        from personal_app.player.sound import has_sound_output

        quiet = () if has_sound_output(os.environ) else ("--aout=dummy",)
        self._instance: Any = vlc.Instance(["--quiet", "--no-video-title-show", *quiet])
        self.player: Any = self._instance.media_player_new()
        surface = QWidget()
        surface.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        self.window = a_window("peer", surface)
        self.player.set_xwindow(int(surface.winId()))
        self._source = source

    def load(self) -> None:
        """Give the player its medium."""
        made = self._instance
        is_file = isinstance(self._source, Path)
        medium = made.media_new_path(str(self._source)) if is_file else made.media_new_location(self._source)
        self.player.set_media(medium)
        medium.release()

    def close(self) -> None:
        """Release everything."""
        self.player.stop()
        self.player.release()
        self._instance.release()
        self.window.close()


def a_window(name: str, inside: "QWidget") -> "QWidget":
    """Return a black window of the measured size that holds the widget."""
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    window = QWidget()
    window.setWindowTitle(name)
    window.setStyleSheet("background: black")
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(inside)
    window.setGeometry(0, 0, *SIZE)
    return window


def show_alone(application: "QApplication", window: "QWidget") -> None:
    """Show the window and none beside it."""
    for other in application.topLevelWidgets():
        other.setVisible(other is window)
    window.raise_()
    hold(application, 0.2)


def until(application: "QApplication", holds: Callable[[], bool], what: str) -> None:
    """Let Qt work until something holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        application.processEvents()
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not come within {DEADLINE_S:.0f} s")
        time.sleep(0.001)


def hold(application: "QApplication", seconds: float) -> None:
    """Let Qt work for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        application.processEvents()
        time.sleep(0.005)
