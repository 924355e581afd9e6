"""The desktop app from its first paint to its end: the window first, the house behind it after, one order of ending.

The first paint needs the window and what was kept for it; everything else is imported on a thread meanwhile and put
together in turns of the loop. Where nothing was kept it is put together before the window is shown. Must hold no rule
of the conference, and never import at its top what starts slowly.
"""

import logging
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from personal_app.bootstrap.arguments import Arguments
from personal_app.bootstrap.garbage import GarbageCollector
from personal_app.bootstrap.opening import Imported, begin_opening
from personal_app.bootstrap.parting import Parting
from personal_app.bootstrap.settings_keeper import SettingsKeeper
from personal_app.bootstrap.wall_clock import utc_now
from personal_app.net.bridge import Bridge
from personal_app.store.first_page import read_beginning
from personal_app.ui.first_page.page import FirstPage
from personal_app.ui.main_window import MainWindow
from personal_app.ui.window_settings import WINDOW, window_settings

if TYPE_CHECKING:
    from personal_app.bootstrap.house import House
    from personal_app.store.snapshot import StartSnapshot

_log = logging.getLogger(__name__)

_SETTLED_AFTER_MS = 10_000


class Desktop(QObject):
    """Everything that runs while the app does. `start` returns soon; closing its window ends it all, and the loop."""

    #: The services are there, and the window shows what they hold.
    furnished = Signal()

    def __init__(self, application: QApplication, arguments: Arguments) -> None:
        super().__init__()
        self._application = application
        self._arguments = arguments
        self._opening: Thread | None = None
        self._turned_away: list[Thread] = []
        self._stands = Event()
        self._turns: Iterator[None] = iter(())
        self._waiting: list[object] = []
        self._known = self._settled = self._closed = False
        self._garbage = GarbageCollector(self)
        self.house: House | None = None
        self.bridge = Bridge(self)
        self.bridge.arrived.connect(self._on_arrived)
        page, setting = read_beginning(arguments.profile, WINDOW)
        self.window = MainWindow()
        self.settings = SettingsKeeper(self.window, window_settings(setting), arguments, self)
        self.settings.put_on()
        self._parting = Parting(application, self.window, self._end, self)
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self._take_turn)
        self._first_paint = _FirstPaint(self.window, self._after_first_paint)
        self._page = _first_page(page)
        if self._page is None:
            self.window.furnish(self._make_house().services)

    def start(self) -> None:
        """Show the window with what the cache holds; the rest begins after the first paint."""
        if self._page is not None:
            self.window.show_first_page(self._page)
        elif self.house is not None:
            from personal_app.store.snapshot import read_snapshot

            snapshot = read_snapshot(self._arguments.profile)
            self._known = snapshot is not None
            self.house.show_cached(snapshot)
        self.window.show()

    def close(self) -> None:
        """End everything, where closing the window has not done so, and let go of the window."""
        self._parting.finish()
        self.bridge.close()
        self._garbage.close()

    def _end(self) -> Iterator[None]:
        """The one order of ending: intentions, link, network, cache, player. Nothing of the person's is lost.

        Each step is short, and between the steps nothing is waited for: the loop turns.
        """
        self._closed = True
        self._next_turn.stop()
        self._stands.set()
        if self.house is not None:
            self.house.rest()
        yield
        while self._opening is not None and self._opening.is_alive():
            yield
        self.bridge.flush()
        self._let_in()
        yield
        if self.house is not None:
            yield from self.house.end()
        while any(thread.is_alive() for thread in self._turned_away):
            yield

    def _make_house(self) -> "House":
        from personal_app.bootstrap.house import House

        self.house = House(self._arguments, self.window, self.settings, self.bridge.post, self)
        self.house.opened.connect(self._garbage.settle)
        return self.house

    def _furnish_below(self, snapshot: "StartSnapshot | None") -> Iterator[None]:
        """Make the house and put it into the window under the first page, a piece at each step; then take that away."""
        house = self._make_house()
        yield
        self.window.furnish(house.services)
        yield
        house.show_cached(snapshot)
        yield
        yield from self.window.unveil()

    def _take_turn(self) -> None:
        if next(self._turns, self) is self:
            self._settle()
        else:
            self._next_turn.start(0)

    def _settle(self) -> None:
        """Now that the house stands, take in what came meanwhile."""
        self._settled = True
        self._stands.set()
        # In case the rooms cannot be opened, after which nothing settles.
        QTimer.singleShot(_SETTLED_AFTER_MS, self._garbage, self._garbage.settle)
        if self.house is not None:
            self.house.source.warm()
        self.furnished.emit()
        self._let_in()

    def _after_first_paint(self) -> None:
        if self._closed:
            return
        self._opening = begin_opening(
            self._arguments.profile,
            self.bridge.post,
            self._stands,
            imported=self.house is not None,
            known=self._known,
            ended=lambda: self._closed,
        )
        if self.house is not None:
            self._settle()

    def _on_arrived(self, values: list[object]) -> None:
        for value in values:
            if isinstance(value, Imported):
                self._turns = self._furnish_below(value.snapshot)
                if not self._closed:
                    self._next_turn.start(0)
            else:
                self._waiting.append(value)
        if self._settled or self._closed:
            self._let_in()

    def _let_in(self) -> None:
        """Hand on what came, now that somebody can take it or nobody ever will."""
        waiting, self._waiting = self._waiting, []
        if self.house is not None:
            self.house.take(waiting)
        else:
            self._turn_away(waiting)

    def _turn_away(self, values: list[object]) -> None:
        """The window went before there was a house: what was opened for it is closed."""
        from personal_app.bootstrap.rooms import RoomsOpened

        self._turned_away += [value.rooms.begin_close() for value in values if isinstance(value, RoomsOpened)]


def _first_page(record: str | None) -> FirstPage | None:
    if record is None:
        return None
    try:
        return FirstPage(record, utc_now())
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        _log.info("the kept first page is of no use: %s", fault)
        return None


class _FirstPaint(QObject):
    """Acts once, just after a window was painted for the first time."""

    def __init__(self, window: QWidget, act: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._act = act
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._act)
        return False
