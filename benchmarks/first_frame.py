"""[first-frame] From opening a saved talk to its first picture on the screen, beside bare libvlc with the same file.

Ours goes the whole way: `PlaybackService.open`, the plan, the engine, libvlc, our surface. The peer is python-vlc alone
in a plain window of the same size. Both instances are warm, both draw on the same X screen, and for both the end is
the first pixel that is not black in the middle of the picture, read from the screen itself. The bar is 1.5.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tools.driving import ROOT, Screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

ROUNDS = 15
RECORDING = "mixed-dimension-embedding"
SIZE = (960, 540)
DEADLINE_S = 15.0
#: The sum of red, green and blue above which a pixel is not the black of an empty surface.
NOT_BLACK = 60
INSIDE = "PERSONAL_BENCH_INSIDE"


def main() -> None:
    """Start a screen of our own, and measure on it in a process of its own."""
    if os.environ.get(INSIDE):
        measure()
        return
    screen = Screen(1200, 700)
    environment = {**os.environ, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", INSIDE: "1"}
    environment["PYTHONPATH"] = str(ROOT)
    try:
        subprocess.run([sys.executable, __file__], env=environment, check=True, timeout=500)
    finally:
        screen.close()


def measure() -> None:
    """Measure both in turn and print the figure."""
    from PySide6.QtWidgets import QApplication

    from benchmarks._figure import in_turn, report

    application = QApplication([])
    ours, peer = Ours(application), Peer(application)
    readings = in_turn(ours.first_picture_ms, peer.first_picture_ms, ROUNDS, warm_up=2)
    ours.close()
    peer.close()
    report("first-frame", *readings, "ms to first picture", engine=ours.engine)


class Ours:
    """The app's own way to play a talk."""

    def __init__(self, application: "QApplication") -> None:
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
        self._talk = next(talk.id for talk in conference.talks if talk.recording == RECORDING)
        self._other = next(talk.id for talk in conference.talks if talk.opening is Opening.START)
        program = ProgramService(lambda: datetime(2020, 5, 29, 12, tzinfo=UTC))
        program.take(conference)
        recordings = RecordingService(save=lambda _: None, remove=lambda _: None)
        for recording in conference.recordings:
            path = opened.files[recording.file.sha256].path
            recordings.take(recording.id, RecordingState(kind=RecordingKind.SAVED, fraction=1.0, path=path))
        self._source = EngineSource()
        self._source.warm()
        self._playback = PlaybackService(self._source, program, recordings)
        self._window = a_window("ours", self._playback.surface())
        until(application, lambda: self._source.choice is not None, "the engine")
        self.engine = str(self._source.choice and self._source.choice.kind)

    def first_picture_ms(self) -> float:
        """Return ms from opening the talk to its first picture."""
        taken = timed(self._application, self._window, lambda: self._playback.open(self._talk))
        # A talk that has not begun is not played: opening it lets go of the recording.
        self._playback.open(self._other)
        return taken

    def close(self) -> None:
        """Release the engine, then the window."""
        self._playback.close()
        self._source.close()
        self._source.wait_closed(10)
        self._window.close()


class Peer:
    """python-vlc and a plain window."""

    def __init__(self, application: "QApplication") -> None:
        import vlc
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QWidget

        from personal_app.player.sound import has_sound_output
        from personal_app.server.conference_folder import open_conference_folder

        self._application = application
        quiet = () if has_sound_output(os.environ) else ("--aout=dummy",)
        self._instance: Any = vlc.Instance(["--quiet", "--no-video-title-show", *quiet])
        self._player: Any = self._instance.media_player_new()
        surface = QWidget()
        surface.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        self._window = a_window("peer", surface)
        self._player.set_xwindow(int(surface.winId()))
        opened = open_conference_folder(ROOT / "assets" / "demo", {})
        recording = next(each for each in opened.conference.recordings if each.id == RECORDING)
        self._path = opened.files[recording.file.sha256].path

    def first_picture_ms(self) -> float:
        """Return ms from play to the first picture."""
        medium = self._instance.media_new_path(str(self._path))
        self._player.set_media(medium)
        medium.release()
        taken = timed(self._application, self._window, self._player.play)
        self._player.stop()
        return taken

    def close(self) -> None:
        """Release everything."""
        self._player.stop()
        self._player.release()
        self._instance.release()
        self._window.close()


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


def timed(application: "QApplication", window: "QWidget", begin: Callable[[], object]) -> float:
    """Show the window alone, wait until it is black, begin, and return the ms until a picture is in its middle."""
    for other in application.topLevelWidgets():
        other.setVisible(other is window)
    window.raise_()
    hold(application, 0.2)
    until(application, lambda: brightness(application) <= NOT_BLACK, "a black window")
    began = time.perf_counter()
    begin()
    until(application, lambda: brightness(application) > NOT_BLACK, "the first picture")
    return (time.perf_counter() - began) * 1000


def brightness(application: "QApplication") -> int:
    """Return red + green + blue of the brightest of some pixels about the middle of the picture, from the screen."""
    x, y = SIZE[0] // 2, SIZE[1] // 2
    picture = application.primaryScreen().grabWindow(0, x, y, 32, 8).toImage()
    colours = [picture.pixelColor(column, row) for column in range(0, 32, 8) for row in (0, 7)]
    return max(colour.red() + colour.green() + colour.blue() for colour in colours)


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


if __name__ == "__main__":
    main()
