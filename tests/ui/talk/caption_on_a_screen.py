"""A main window on a real screen whose captions stand over a picture with a window of its own; run by its test.

It prints "seen" each time the caption was found on the screen where it belongs: at first, and after the window was
made larger.
"""

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from personal_app.player.surface import NativeSurface
from personal_app.services.captions import CaptionPlace
from personal_app.services.playback import PlayPhase
from personal_app.ui.main_window import MainWindow
from personal_app.ui.workspace import Workspace
from tests.ui.demo import DURING_RESEARCH, MIXED
from tests.ui.workbench import make_workbench

PATIENCE_S = 15.0
SETTLED_S = 1.0


def main() -> int:
    """Show it and look."""
    application = QApplication(sys.argv)
    bench = make_workbench(DURING_RESEARCH)
    # As libvlc's is: no widget of ours can be seen above it that has no window itself.
    bench.source.engine._surface = NativeSurface()  # type: ignore[assignment]
    bench.show_program()
    bench.save_recordings()
    bench.source.warm()
    window = MainWindow(bench.services)
    window.resize(1000, 600)
    window.show()
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    window.open_talk(MIXED)
    _until(application, lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    # When all is laid out nothing else brings the box to its place.
    _until(application, lambda: False, SETTLED_S)
    bench.services.captions.set_place(CaptionPlace.OVER)
    for size in ((1000, 600), (1180, 680)):
        window.resize(*size)
        if not _until(application, lambda: _is_seen(application, workspace)):
            print("not seen")
            return 1
        print("seen")
    bench.services.playback.close()
    window.close()
    return 0


def _is_seen(application: QApplication, workspace: Workspace) -> bool:
    box = workspace.talk.caption_box if workspace.talk is not None else None
    holder = box.parentWidget() if box is not None else None
    stage = holder.parentWidget() if holder is not None else None
    if box is None or holder is None or stage is None or not box.isVisible():
        return False
    # Not asked of the box itself, which would tell where its window is.
    where = QRect(stage.mapToGlobal(holder.pos()), box.size())
    screen = application.primaryScreen().grabWindow(0).toImage()
    letters = sum(
        screen.pixelColor(x, y).lightness() > 180
        for x in range(where.left(), where.right())
        for y in range(where.top(), where.bottom())
    )
    return letters > 100


def _until(application: QApplication, holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        application.processEvents()
        if holds():
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main())
