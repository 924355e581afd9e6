"""The measured process of `start.py`: shows a window, prints the monotonic clock after its first paint, and is gone.

Usage: `_first_paint.py ours`, with the profile under $XDG_DATA_HOME, or `_first_paint.py peer`. As `before` ours runs
until it is complete and ends as by a person's hand: the start before the one that is measured. What is not needed to
measure is imported by none of them.
"""

import os
import sys

#: So long a start is left alone to open cache and network.
SETTLE_MS = 4_000


def main() -> None:
    """Show the window and measure."""
    if sys.argv[1] != "peer":
        # As main.py does.
        from personal_app.bootstrap.quick_start import without_collecting, without_feature_scan

        without_collecting()
        without_feature_scan()
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

    class FirstPaint(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                QTimer.singleShot(0, leave)
            return False

    application: QApplication
    window: QWidget
    if sys.argv[1] == "peer":
        application = QApplication(sys.argv[:1])
        window = QMainWindow()
        window.resize(1280, 800)
        watch = FirstPaint()
        window.installEventFilter(watch)
        window.show()
    else:
        from personal_app.bootstrap.arguments import parse_arguments
        from personal_app.bootstrap.desktop import Desktop
        from personal_app.bootstrap.main import open_profile

        arguments = parse_arguments([])
        lock = open_profile(arguments)
        assert lock is not None
        application = QApplication(sys.argv[:1])
        desktop = Desktop(application, arguments)
        window = desktop.window
        if sys.argv[1] == "before":
            desktop.furnished.connect(lambda: QTimer.singleShot(SETTLE_MS, application.quit))
        else:
            watch = FirstPaint()
            window.installEventFilter(watch)
        desktop.start()
    application.exec()
    if sys.argv[1] == "before":
        desktop.close()


def leave() -> None:
    """Print the clock and end at once: what comes after the first paint is not measured here."""
    import time

    print(time.monotonic_ns(), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
