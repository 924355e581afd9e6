"""How a deck hears and tells: reports come in from any thread, signals go out in a turn of their own, timers tick.

Must never know what a report means, and never import a decoding library.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from personal_app.player.reports import Report


class Post(QObject):
    """Lives on the UI thread. `take` is given each report there, with the number of the opening it is of."""

    _reported = Signal(int, object)
    _told = Signal(object)

    def __init__(self, take: Callable[[int, Report], None]) -> None:
        super().__init__()
        self._reported.connect(take, Qt.ConnectionType.QueuedConnection)
        self._told.connect(_call, Qt.ConnectionType.QueuedConnection)

    def report(self, number: int, report: Report) -> None:
        """Bring a report to the UI thread, from any thread."""
        self._reported.emit(number, report)

    def tell(self, signal: object, *values: object) -> None:
        """Emit `signal` on the UI thread's next turn, so that no caller is called back from within its own call."""
        self._told.emit((signal, values))


def ticking(interval_ms: int, slot: Callable[[], None], *, repeats: bool = False) -> QTimer:
    """Return a timer that calls `slot` when it is started and its time has come."""
    timer = QTimer()
    timer.setInterval(interval_ms)
    timer.setSingleShot(not repeats)
    timer.timeout.connect(slot)
    return timer


def _call(telling: tuple[object, tuple[object, ...]]) -> None:
    signal, values = telling
    signal.emit(*values)  # type: ignore[attr-defined]
