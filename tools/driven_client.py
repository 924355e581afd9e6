"""The real desktop app with a steering wheel: steps come in as JSON lines on standard input, answers go out likewise.

Used by `make demo` on machines without a screen and by the end-to-end tests. Steps act on real widgets through Qt's
test events, as a person's mouse and keyboard would; nothing of the app is replaced.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import asdict
from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLineEdit, QMenu, QWidget

from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.bootstrap.main import open_profile
from personal_app.bootstrap.quick_start import without_collecting, without_feature_scan
from personal_app.conference import timeline
from personal_app.services.services import Services
from tools.watchdog import Watchdog


class StepFailed(Exception):
    """A step that cannot be done now; the driver may try again."""


class SteeringWheel(QObject):
    """Carries out the steps on the UI thread."""

    _came = Signal(str)

    def __init__(self, application: QApplication, desktop: Desktop) -> None:
        super().__init__()
        self._application = application
        self._desktop = desktop
        self._watchdog = Watchdog()
        self._came.connect(self._on_line, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._read, name="steps", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._came.emit(line)
        self._came.emit('{"do": "quit"}')

    @Slot(str)
    def _on_line(self, line: str) -> None:
        step = json.loads(line)
        try:
            act: Callable[..., Any] = getattr(self, f"do_{step.pop('do')}")
            answer = {"value": act(**step)}
        except StepFailed as failure:
            answer = {"failed": str(failure)}
        print(json.dumps(answer), flush=True)

    def _services(self) -> Services:
        if self._desktop.house is None:
            raise StepFailed("the services are not there yet")
        return self._desktop.house.services

    # The steps.

    def do_click(self, target: str) -> None:
        """Click a widget in its middle."""
        widget = _ready(target)
        if isinstance(widget, QAbstractButton) and widget.isCheckable():
            widget.click()
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def do_choose(self, target: str, text: str) -> None:
        """Open a button's menu and choose the first entry that says `text`."""
        QTest.mouseClick(_ready(target), Qt.MouseButton.LeftButton)
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            raise StepFailed(f"{target} opened no menu")
        entries = menu.actions()
        menu.close()
        for entry in entries:
            if text in entry.text() and entry.isEnabled():
                entry.trigger()
                return
        raise StepFailed(f"no entry of {target} says “{text}”: {[entry.text() for entry in entries]}")

    def do_type(self, target: str, text: str) -> None:
        """Type into a widget, in place of what it holds."""
        widget = _ready(target)
        widget.window().activateWindow()
        widget.setFocus()
        if isinstance(widget, QLineEdit) or hasattr(widget, "selectAll"):
            widget.selectAll()
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        for character in text:
            QTest.keyClicks(widget, character)

    def do_key(self, target: str, keys: str) -> None:
        """Press a key combination, written as Qt writes it ("Ctrl+Return")."""
        widget = _ready(target)
        widget.window().activateWindow()
        widget.setFocus()
        QTest.keySequence(widget, QKeySequence(keys))

    def do_pick(self, target: str, text: str) -> None:
        """Click the first row of a list that says `text`."""
        view = _ready(target)
        assert isinstance(view, QAbstractItemView)
        for index in _rows(view):
            if text in _row_text(index):
                view.scrollTo(index)
                QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
                return
        raise StepFailed(f"no row of {target} says “{text}”: {[_row_text(index) for index in _rows(view)]}")

    def do_rows(self, target: str) -> list[str]:
        """Return what the rows of a list say."""
        view = _ready(target, enabled=False)
        assert isinstance(view, QAbstractItemView)
        return [_row_text(index) for index in _rows(view)]

    def do_text(self, target: str) -> str:
        """Return what a widget says."""
        widget = _ready(target, enabled=False)
        for name in ("text", "toPlainText"):
            if hasattr(widget, name):
                return str(getattr(widget, name)())
        raise StepFailed(f"{target} says nothing")

    def do_visible(self, target: str) -> bool:
        """Tell whether a widget can be seen."""
        return any(widget.isVisible() for widget in _named(target))

    def do_player(self) -> dict[str, Any]:
        """Return how the player stands."""
        services = self._services()
        playback, program = services.playback, services.program
        state, conference = playback.state, program.conference
        talk = conference.talk(state.talk) if conference is not None and state.talk is not None else None
        session = conference.session(talk.session) if conference is not None and talk is not None else None
        live_ms = timeline.live_position_ms(session, talk.id, program.now()) if session and talk else None
        return {
            "talk": state.talk,
            "phase": state.phase.value,
            "position_ms": playback.position_ms(),
            "live_ms": live_ms,
            "following": state.following,
            "sentence": state.sentence,
            "engine": playback.engine_words(),
        }

    def do_board(self) -> list[dict[str, Any]]:
        """Return the questions as the screens are given them."""
        return [
            {
                "text": question.row.text,
                "state": question.row.state.value,
                "votes": question.votes,
                "asker": question.row.asker,
                "mine": question.mine,
                "unsent": [move.value for move in question.unsent],
                "answers": [answer.text for answer in question.answers],
            }
            for question in self._services().questions.board.questions
        ]

    def do_counts(self) -> dict[str, int]:
        """Return how many questions there are, and how many rows the list of them shows."""
        rows = [len(_rows(view)) for view in _named("question_list") if isinstance(view, QAbstractItemView)]
        return {"questions": len(self._services().questions.board.questions), "rows": sum(rows)}

    def do_connection(self) -> str:
        """Return how the connection stands, in the program's words."""
        services = self._services()
        return services.connection.words(services.program.now())

    def do_front(self, window: str, geometry: list[int] | None = None) -> None:
        """Bring a window to the front, and to a place where one is given."""
        widget = _ready(window, enabled=False)
        if geometry is not None:
            widget.setGeometry(QRect(*geometry))
        widget.raise_()
        widget.activateWindow()

    def do_picture(self, path: str, window: str = "") -> None:
        """Save a window, or the whole screen, as it is shown on the screen; the picture of a video is part of it."""
        screen = self._application.primaryScreen()
        place = screen.geometry()
        if window:
            widget = _ready(window, enabled=False)
            place = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
        if self._application.platformName() == "offscreen":
            grabbed = _ready(window or "main_window", enabled=False).grab()
        else:
            grabbed = screen.grabWindow(0, place.x(), place.y(), place.width(), place.height())
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if not grabbed.save(path):
            raise StepFailed(f"the picture could not be written to {path}")

    def do_stalls(self) -> list[dict[str, Any]]:
        """Return the times in which the UI thread did not come back to its loop, since this was last asked."""
        return [asdict(stall) for stall in self._watchdog.take()]

    def part(self) -> None:
        """The loop has ended: tell what held it up on the way."""
        print(json.dumps({"parting": [asdict(stall) for stall in self._watchdog.stop()]}), flush=True)

    def do_threads(self) -> list[str]:
        """Return the names of the threads that run."""
        return [thread.name for thread in threading.enumerate()]

    def do_quit(self) -> None:
        """End the app as closing its window does."""
        self._application.quit()


def _named(name: str) -> list[QWidget]:
    found = []
    for window in QApplication.topLevelWidgets():
        if window.objectName() == name:
            found.append(window)
        found.extend(window.findChildren(QWidget, name))
    return found


def _ready(name: str, *, enabled: bool = True) -> QWidget:
    for widget in _named(name):
        if widget.isVisible() and (widget.isEnabled() or not enabled):
            return widget
    raise StepFailed(f"“{name}” is not on the screen, or cannot be used now")


def _rows(view: QAbstractItemView) -> list[Any]:
    model = view.model()
    return [model.index(row, 0) for row in range(model.rowCount())]


def _row_text(index: Any) -> str:
    parts = (index.data(Qt.ItemDataRole.DisplayRole), index.data(Qt.ItemDataRole.AccessibleTextRole))
    return " ".join(str(part) for part in parts if part)


def main() -> int:
    """Run the app with the arguments of the desktop app; steps come on standard input."""
    without_collecting()
    without_feature_scan()
    arguments = parse_arguments(sys.argv[1:])
    lock = open_profile(arguments)
    if lock is None:
        return 2
    application = QApplication(sys.argv[:1])
    desktop = Desktop(application, arguments)
    wheel = SteeringWheel(application, desktop)
    desktop.start()
    status = application.exec()
    wheel.part()
    desktop.close()
    lock.unlock()
    left = [
        t.name for t in threading.enumerate() if t is not threading.main_thread() and not t.name.startswith("steps")
    ]
    if left:
        print(f"threads are left: {left}", file=sys.stderr, flush=True)
        os._exit(3)
    del wheel
    return status


if __name__ == "__main__":
    sys.exit(main())
