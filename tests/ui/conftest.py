"""What the tests of the screens share: services to show, both looks, and pictures of what is shown."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import astuple
from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.people import Grant
from personal_app.services.services import Services
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Look
from tests.ui.demo import DURING_PLENARY
from tests.ui.workbench import Workbench, make_workbench

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SCREENS = Path("build") / "screens"
ROOM = Path(__file__).parent
#: The offscreen platform says so of every window that has a least or most size, and of menus.
QT_LINES = (
    r"This plugin does not support propagateSizeHints\(\)",
    r"This plugin does not support raise\(\)",
    r"This plugin does not support grabbing the keyboard",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the known lines of Qt without a screen pass in this folder, and no others."""
    for item in items:
        if ROOM in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(*(f"^{line}$" for line in QT_LINES), extend=True))


@pytest.fixture(autouse=True)
def _deleted_in_time(qapp: QApplication) -> Iterator[None]:
    """Let closed windows go at once: outside of a running loop Qt keeps them, and every later look would dress them."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _end(services: Services) -> None:
    """Let the services go, and with them the functions that their signals keep: whole windows hang on some of those."""
    for service in astuple(services):
        if isinstance(service, QObject):
            service.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def make_services(qapp: QApplication) -> Iterator[Callable[..., Workbench]]:
    """Return a function that makes a workbench; without arguments an attendee during the first plenary talk.

    `now` is the server's time, `grants` what the person may do, `joined`, `program`, `questions`, `recordings` and
    `engine` say what is there. Every chair's grant shows the waiting questions as well.
    """
    made: list[Workbench] = []

    def make(
        *grants: Grant,
        now: datetime = DURING_PLENARY,
        joined: bool = True,
        program: bool = True,
        questions: bool = True,
        recordings: bool = True,
        engine: bool = True,
    ) -> Workbench:
        bench = make_workbench(now)
        made.append(bench)
        if program:
            bench.show_program()
        if joined:
            bench.join(*grants)
            bench.connect()
        if questions and program:
            bench.show_questions(chair=any(grant.role in ("chair", "organizer") for grant in grants))
        if recordings and program:
            bench.save_recordings()
        if engine:
            bench.source.warm()
        return bench

    yield make
    for bench in made:
        bench.services.playback.close()
        _end(bench.services)
    qapp.processEvents()


@pytest.fixture
def services(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services()


@pytest.fixture(params=list(Look))
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Look]:
    """Show everything light, then dark."""
    del qapp
    chosen = Look(request.param)
    Theme.of_app().force(chosen)
    yield chosen
    Theme.of_app().force(None)


@pytest.fixture
def picture(qtbot: QtBot, qapp: QApplication) -> Callable[..., Path]:
    """Return a function that shows a widget at a size (0, 0: its own) and writes it to build/screens/<name>.png."""

    def take(widget: QWidget, name: str, width: int = 1280, height: int = 800) -> Path:
        # Without a native window of its own a widget under test would be measured before it is laid out.
        if width and height:
            widget.resize(width, height)
        if not widget.isVisible():
            qtbot.addWidget(widget)
            widget.show()
        if width and height:
            qtbot.waitUntil(lambda: widget.size() == QSize(width, height))
        qapp.processEvents()
        qapp.processEvents()
        SCREENS.mkdir(parents=True, exist_ok=True)
        path = SCREENS / f"{name}.png"
        assert widget.grab().save(str(path))
        return path

    return take
