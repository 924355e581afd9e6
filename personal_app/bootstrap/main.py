"""From the command line to a running app and back to an exit status. Must hold no rule of the conference."""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication

from personal_app.bootstrap.arguments import Arguments, parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.bootstrap.window_system import choose_window_system

_log = logging.getLogger("personal_app")
LOG_BYTES = 1 << 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run the desktop app until its last window is closed; return the exit status (2: could not start, and why)."""
    arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
    lock = open_profile(arguments)
    if lock is None:
        return 2
    choose_window_system(arguments, os.environ, sys.platform)
    application = QApplication(sys.argv[:1])
    desktop = Desktop(application, arguments)
    desktop.start()
    try:
        return application.exec()
    finally:
        desktop.close()
        lock.unlock()


def open_profile(arguments: Arguments) -> QLockFile | None:
    """Make the profile's folder ours and begin its log; None, with a sentence on stderr, where that cannot be."""
    folder = arguments.profile
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        start_log(folder)
    except OSError as fault:
        print(
            f"personal-app: the profile folder {folder} cannot be used ({fault.strerror}). "
            "Give another one with --profile, or mend its permissions.",
            file=sys.stderr,
        )
        return None
    lock = QLockFile(str(folder / "profile.lock"))
    lock.setStaleLockTime(0)
    if lock.tryLock(100):
        return lock
    print(
        f"personal-app: the profile {folder} is open in another window of this program already. "
        f"{_what_became(folder)}, or start with another --profile.",
        file=sys.stderr,
    )
    return None


def _what_became(folder: Path) -> str:
    """Have that window come forward, and return what is to be done."""
    from personal_app.bootstrap.one_window import ask_forward

    return "It was brought to the front: use that window" if ask_forward(folder) else "Use that window"


def start_log(folder: Path) -> None:
    """Write what happens to app.log in the profile's folder, and warnings to stderr as well; never a secret."""
    log = folder / "app.log"
    # By hand and not by logging.handlers, which brings sockets and queues along before the first paint.
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(folder / "app.log.1")
    kept = logging.FileHandler(log, encoding="utf-8")
    kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    seen = logging.StreamHandler()
    seen.setLevel(logging.WARNING)
    seen.setFormatter(logging.Formatter("personal-app: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in (kept, seen):
        root.addHandler(handler)
    sys.excepthook = _report


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The outermost slot: what nobody caught is our bug; it is written down under an id that a person can send us."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    from personal_app.conference.ids import random_id

    _log.error("a bug was met; report id %s", random_id()[:8], exc_info=(kind, error, trace))
