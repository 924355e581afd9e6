"""[play-cpu] Processor time while a talk of 720p at 30 pictures a second plays, beside bare libvlc.

Ours is the whole desktop app in its window, with program, questions and the talk's page, on a profile of the demo
conference with 1,000 questions; the peer is python-vlc in a plain window as large as our picture. Each is a process of
its own on the same X screen and plays the same recording of the demo; what is counted is user and system time of all
threads over the seconds played. The X server's own time is counted for neither. The bar is 1.15.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._figure import in_turn, report
from tools.driving import ROOT, Screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ROUNDS = 5
SETTLE_S = 3.0
PLAY_S = 8.0


def main() -> None:
    """Measure both in turn, each in a process of its own, and print the figure."""
    if len(sys.argv) > 1:
        child(sys.argv[1:])
        return
    from benchmarks.start import fill
    from personal_app.bootstrap.arguments import DEFAULT_PROFILE

    screen = Screen(1360, 860)
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "PeRSonAl" / "profiles" / DEFAULT_PROFILE)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": folder}
        environment |= {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        try:
            found = run(environment, "ours")
            size = (str(found["width"]), str(found["height"]))
            readings = in_turn(
                lambda: float(run(environment, "ours")["percent"]),
                lambda: float(run(environment, "peer", *size)["percent"]),
                ROUNDS,
                warm_up=0,
            )
        finally:
            screen.close()
    report("play-cpu", *readings, "% of a core", picture="x".join(size), seconds=PLAY_S)


def run(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    """Return what the measured process printed."""
    child = subprocess.run(
        [sys.executable, __file__, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=120,
    )
    found: dict[str, float] = json.loads(child.stdout.splitlines()[-1])
    return found


def child(arguments: list[str]) -> None:
    """Play, measure, and print what was found."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    if arguments[0] == "peer":
        play_bare(application, int(arguments[1]), int(arguments[2]))
    else:
        play_ours(application)


def play_ours(application: "QApplication") -> None:
    """Play in the app as a person has it."""
    from benchmarks._player import RECORDING, hold, until
    from benchmarks.first_frame import recording
    from personal_app.bootstrap.arguments import parse_arguments
    from personal_app.bootstrap.desktop import Desktop
    from personal_app.conference.ids import RecordingId
    from personal_app.services.playback import PlayPhase
    from personal_app.services.recordings import RecordingKind, RecordingState

    desktop = Desktop(application, parse_arguments([]))
    desktop.start()
    until(application, lambda: desktop.house is not None and desktop.house._hall is not None, "the app")
    assert desktop.house is not None
    services = desktop.house.services
    conference = services.program.conference
    assert conference is not None
    talk = next(talk.id for talk in conference.talks if talk.recording == RECORDING)
    here = RecordingState(kind=RecordingKind.SAVED, fraction=1.0, path=recording())
    desktop.window.open_talk(talk)
    services.recordings.take(RecordingId(RECORDING), here)
    until(application, lambda: services.playback.state.phase is PlayPhase.PLAYING, "playing")
    hold(application, SETTLE_S)
    size = services.playback.surface().size()
    percent = busy_percent(application)
    assert services.playback.state.phase is PlayPhase.PLAYING
    print(json.dumps({"percent": percent, "width": size.width(), "height": size.height()}), flush=True)
    desktop.close()


def play_bare(application: "QApplication", width: int, height: int) -> None:
    """Play in a plain window of that size."""
    from benchmarks._player import Peer, hold
    from benchmarks.first_frame import recording

    peer = Peer(recording())
    peer.window.resize(width, height)
    peer.window.show()
    peer.load()
    peer.player.play()
    hold(application, SETTLE_S)
    print(json.dumps({"percent": busy_percent(application)}), flush=True)
    peer.close()


def busy_percent(application: "QApplication") -> float:
    """Return how much of a core this process uses while Qt's loop runs as it does in an app, in per cent."""
    from PySide6.QtCore import QTimer

    began, used = time.monotonic(), time.process_time()
    QTimer.singleShot(round(PLAY_S * 1000), application.quit)
    application.exec()
    return 100 * (time.process_time() - used) / (time.monotonic() - began)


if __name__ == "__main__":
    main()
