"""Plays a recording in a real window, to be run as a process of its own: python -m tests.player.on_a_screen FILE MS.

Prints what was chosen, how the picture looks at two instants, how often it played on when its window was lost, what
became of the widgets around it when the other engine took the place, and "released" at the end. Exit status 1 where
something did not come in time.
"""

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from personal_app.player.choice import Choice, EngineSource
from personal_app.player.engine import Engine, MediaKind, PlayerState
from personal_app.player.kinds import EngineKind

_PATIENCE_MS = 20_000
#: On stderr, before all that Qt's FFmpeg says of each file there.
OTHER_ENGINE = "the other engine from here on"


def wait(condition: object, what: str) -> None:
    """Let events pass until `condition()`; end the process where that does not come."""
    assert callable(condition)
    loop = QEventLoop()
    poll, deadline = QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if condition() else None)
    deadline.setSingleShot(True)
    deadline.timeout.connect(lambda: loop.exit(1))
    poll.start(20)
    deadline.start(_PATIENCE_MS)
    if loop.exec() != 0:
        print(f"missed: {what}", flush=True)
        sys.exit(1)


def look(window: QWidget) -> QImage:
    """Return what the screen shows where the window is."""
    screen = QGuiApplication.primaryScreen()
    place = window.geometry()
    return screen.grabWindow(0, place.x(), place.y(), place.width(), place.height()).toImage().scaled(64, 36)


def colours(image: QImage) -> int:
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})


def lose_the_window(engine: Engine, window: QWidget, path: Path, duration_ms: int, delay_ms: int) -> None:
    """Close the window, with which Qt destroys it, at some moment of opening; show it again, and it plays on."""
    engine.load(path, MediaKind.VIDEO, duration_ms, start_ms=5_000)
    passed = QEventLoop()
    QTimer.singleShot(delay_ms, passed.quit)
    passed.exec()
    window.close()
    window.show()
    wait(lambda: engine.state is PlayerState.PLAYING and colours(look(window)) > 8, "playing on in a new window")
    print(f"played on at {engine.position() // 1000}", flush=True)


def change_engine(source: EngineSource, engine: Engine, window: QWidget, path: Path, duration_ms: int) -> None:
    """Let Qt Multimedia play in the place of libvlc; nothing around the picture may get a window of its own by that."""
    print(OTHER_ENGINE, file=sys.stderr, flush=True)
    changed: list[Choice] = []
    source.changed.connect(changed.append)
    source.change(EngineKind.QT)
    wait(lambda: changed, "the other engine")
    other = source.create()
    place = window.findChild(QWidget, "place")
    assert place is not None
    layout = place.layout()
    assert layout is not None
    layout.addWidget(other.surface)
    closed: list[bool] = []
    engine.signals.closed.connect(lambda: closed.append(True))
    source.retire(engine)
    engine.surface.hide()
    other.load(path, MediaKind.VIDEO, duration_ms, start_ms=5_000)
    wait(lambda: closed and other.state is PlayerState.PLAYING and colours(look(window)) > 8, "the other's picture")
    engine.surface.deleteLater()
    print(f"natives: {sum(bool(each.internalWinId()) for each in window.findChildren(QLabel))}", flush=True)


def main(path: Path, duration_ms: int) -> None:
    # What the app would log as a warning, a missing sound device, is no finding here.
    logging.basicConfig(level=logging.ERROR)
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    source = EngineSource(environment={})
    chosen: list[Choice] = []
    source.when_ready(chosen.append)
    source.warm()
    wait(lambda: chosen, "a choice")
    print(f"chosen: {chosen[0].kind} {chosen[0].reason}", flush=True)
    engine = source.create()
    window = QWidget()
    window.setGeometry(0, 0, 640, 360)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    place = QWidget()
    place.setObjectName("place")
    inner = QVBoxLayout(place)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.addWidget(engine.surface)
    layout.addWidget(place, 1)
    layout.addWidget(QLabel("beside"))
    window.show()
    frames: list[bool] = []
    engine.signals.first_frame.connect(lambda: frames.append(True))
    engine.load(path, MediaKind.VIDEO, duration_ms, start_ms=2_000)
    wait(lambda: engine.state is PlayerState.PLAYING and frames, "the first frame")
    wait(lambda: colours(look(window)) > 8, "a picture")
    first = look(window)
    engine.seek(duration_ms // 2)
    wait(lambda: look(window) != first, "another picture")
    print(f"colours: {colours(first)}", flush=True)
    for delay_ms in (0, 60, 120, 180):
        lose_the_window(engine, window, path, duration_ms, delay_ms)
    change_engine(source, engine, window, path, duration_ms)
    closed: list[bool] = []
    source.closed.connect(lambda: closed.append(True))
    source.close()
    wait(lambda: closed, "the release")
    window.close()
    application.processEvents()
    print("released", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
