"""A desktop app in a process of its own, which tells how its start went: the tests of the start run it.

Usage: `python -m tests.bootstrap.starting PROFILE ACT`. It prints a JSON object with `modules`, those in memory at the
first paint, `page`, whether that was the kept first page, `furnished` and `opened`, how far it came, and `threads`,
those that were left. ACT says when it is closed: `paint`, `furnished`, `opened`, or `kept`, when the cache was open for
a while and all of it is to be kept.
"""

import json
import sys
import threading
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop


class FirstPaint(QObject):
    """Looks at what is in memory when the window has been painted for the first time."""

    def __init__(self, desktop: Desktop, told: dict[str, Any]) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self._told = told
        desktop.window.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and "modules" not in self._told:
            self._told["modules"] = sorted(sys.modules)
            self._told["page"] = self._desktop.window.findChild(QObject, "first_page") is not None
            if sys.argv[2] == "paint":
                QTimer.singleShot(0, QApplication.quit)
        return False


def main() -> None:
    """Start, tell and end."""
    told: dict[str, Any] = {"furnished": False, "opened": False}
    application = QApplication(sys.argv[:1])
    desktop = Desktop(application, parse_arguments(["--profile", sys.argv[1]]))
    watch = FirstPaint(desktop, told)

    def on_opened() -> None:
        told["opened"] = True
        if sys.argv[2] in ("opened", "kept"):
            QTimer.singleShot(0, application.quit)

    def on_furnished() -> None:
        told["furnished"] = True
        assert desktop.house is not None
        desktop.house.opened.connect(on_opened)
        if sys.argv[2] == "furnished":
            application.quit()

    desktop.furnished.connect(on_furnished)
    QTimer.singleShot(30_000, application.quit)
    desktop.start()
    application.exec()
    desktop.close()
    told["threads"] = [each.name for each in threading.enumerate() if each is not threading.main_thread()]
    del watch
    print(json.dumps(told))


if __name__ == "__main__":
    main()
