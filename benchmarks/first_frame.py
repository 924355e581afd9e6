"""[first-frame] From opening a saved talk to its first picture on the screen, beside bare libvlc with the same file.

Ours goes the whole way: `PlaybackService.open`, the plan, the engine, libvlc, our surface. The peer is python-vlc alone
in a plain window of the same size. Both instances are warm, both draw on the same X screen, and for both the end is
the first pixel that is not black in the middle of the picture, read from the screen itself. The bar is 1.2.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._player import RECORDING, SIZE, Ours, Peer, on_a_screen, show_alone, until
from tools.driving import ROOT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

ROUNDS = 15
#: The sum of red, green and blue above which a pixel is not the black of an empty surface.
NOT_BLACK = 60


def main() -> None:
    """Measure on a screen of our own."""
    on_a_screen(__file__, measure)


def measure() -> None:
    """Measure both in turn and print the figure."""
    from PySide6.QtWidgets import QApplication

    from benchmarks._figure import in_turn, report

    application = QApplication([])
    ours, peer = Ours(application), Peer(recording())
    readings = in_turn(lambda: ours_ms(application, ours), lambda: peer_ms(application, peer), ROUNDS, warm_up=2)
    ours.close()
    peer.close()
    report("first-frame", *readings, "ms to first picture", engine=ours.engine)


def recording() -> Path:
    """Return the file that both play."""
    from personal_app.server.conference_folder import open_conference_folder

    opened = open_conference_folder(ROOT / "assets" / "demo", {})
    found = next(each for each in opened.conference.recordings if each.id == RECORDING)
    return opened.files[found.file.sha256].path


def ours_ms(application: "QApplication", ours: Ours) -> float:
    """Return ms from opening the talk to its first picture."""
    taken = timed(application, ours.window, lambda: ours.playback.open(ours.talk))
    # A talk that has not begun is not played: opening it lets go of the recording.
    ours.playback.open(ours.other)
    return taken


def peer_ms(application: "QApplication", peer: Peer) -> float:
    """Return ms from play to the first picture."""
    peer.load()
    taken = timed(application, peer.window, peer.player.play)
    peer.player.stop()
    return taken


def timed(application: "QApplication", window: "QWidget", begin: Callable[[], object]) -> float:
    """Show the window alone, wait until it is black, begin, and return the ms until a picture is in its middle."""
    show_alone(application, window)
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


if __name__ == "__main__":
    main()
