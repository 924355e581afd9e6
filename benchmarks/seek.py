"""[seek] From a wish to be elsewhere in a recording to that picture on the screen, beside bare libvlc.

Ours goes from `PlaybackService.seek`, through the plan and the engine; the peer is `set_time` of python-vlc in a plain
window of the same size. Both play a recording of 720p at 30 pictures a second whose pictures carry their numbers, a
whole picture every second, and are sent to the same moments; the end is the first picture on the screen whose number is
of the second after the wished moment. The bar is 1.3.
"""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._player import SIZE, Ours, Peer, hold, on_a_screen, show_alone, until
from tools.numbered import FPS, number_of, numbered_recording

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SECONDS = 120
#: Each reading is the mean of so many seeks.
SEEKS = 5
ROUNDS = 9
#: A picture that is further on than this is not of the seek but of playing on for want of it.
OF_THE_MOMENT_MS = 1_500


def main() -> None:
    """Measure on a screen of our own."""
    on_a_screen(__file__, measure)


def measure() -> None:
    """Measure both in turn and print the figure."""
    from PySide6.QtWidgets import QApplication

    from benchmarks._figure import in_turn, report

    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "numbered.mp4"
        numbered_recording(path, SECONDS, width=1280, height=720)
        ours, peer = Ours(application, path, SECONDS * 1000), Peer(path)
        ours.playback.set_volume(0)
        readings = in_turn(lambda: ours_ms(application, ours), lambda: peer_ms(application, peer), ROUNDS, warm_up=1)
        ours.close()
        peer.close()
    report("seek", *readings, "ms to the picture", engine=ours.engine, seeks=SEEKS * ROUNDS)


def ours_ms(application: "QApplication", ours: Ours) -> float:
    """Return ms from our seek to its picture, while playing."""
    show_alone(application, ours.window)
    ours.playback.open(ours.talk)
    taken = mean_ms(application, ours.playback.seek)
    ours.playback.open(ours.other)
    return taken


def peer_ms(application: "QApplication", peer: Peer) -> float:
    """Return ms from libvlc's seek to its picture, while playing."""
    show_alone(application, peer.window)
    peer.load()
    peer.player.play()
    taken = mean_ms(application, peer.player.set_time)
    peer.player.stop()
    return taken


def mean_ms(application: "QApplication", seek: Callable[[int], object]) -> float:
    """Return the mean of some seeks far to and fro; the same moments each time."""
    until(application, lambda: shown_ms(application) is not None, "a picture")
    hold(application, 1.0)
    moments, taken = random.Random(7), 0.0
    for number in range(SEEKS):
        target = moments.randrange(5_000, 50_000) + (60_000 if number % 2 == 0 else 0)
        began = time.perf_counter()
        seek(target)
        until(application, lambda wished=target: there(application, wished), f"the picture at {target}")  # type: ignore[misc]
        taken += (time.perf_counter() - began) * 1000
        hold(application, 0.7)
    return taken / SEEKS


def there(application: "QApplication", wished_ms: int) -> bool:
    """Tell whether the picture of the wished moment is on the screen."""
    found = shown_ms(application)
    return found is not None and -1000 / FPS <= found - wished_ms <= OF_THE_MOMENT_MS


def shown_ms(application: "QApplication") -> float | None:
    """Return the moment of the picture on the screen, in ms; None where none can be read."""
    number = number_of(application.primaryScreen().grabWindow(0, 0, 0, *SIZE).toImage())
    return number * 1000 / FPS if number is not None else None


if __name__ == "__main__":
    main()
