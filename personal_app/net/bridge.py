"""From any thread to the UI thread: values posted in, one list of them out, at most once per 30 ms.

A signal per value would let a storm of frames starve the screen; a list per 30 ms costs the same however much comes.
This is the only file of `net` that knows Qt.
"""

import threading
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

INTERVAL_MS = 30


class Bridge(QObject):
    """Lives on the UI thread; `post` may be called from anywhere."""

    #: A list of the posted values, in the order they were posted.
    arrived = Signal(object)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._values: list[object] = []
        self._awake = False
        self._closed = False
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._deliver)
        self._wake.connect(self._on_wake, Qt.ConnectionType.QueuedConnection)

    def post(self, value: object) -> None:
        """Hand over a frozen value; after `close` it is dropped."""
        with self._lock:
            if self._closed:
                return
            self._values.append(value)
            if self._awake:
                return
            self._awake = True
        self._wake.emit()

    def flush(self) -> None:
        """Deliver what was posted now, on the UI thread, without waiting for the next turn."""
        self._deliver()

    def close(self) -> None:
        """Take nothing more in and deliver nothing more."""
        with self._lock:
            self._closed = True
            self._values.clear()
        self._timer.stop()

    @Slot()
    def _on_wake(self) -> None:
        # Always by the timer: the loop takes posted events one after the other, and what a delivery changes is laid out
        # and painted by such; other timers and the person's input would wait for all of it.
        rest = INTERVAL_MS - (monotonic() - self._last) * 1000
        self._timer.start(max(0, int(rest) + 1) if rest > 0 else 0)

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            values, self._values = self._values, []
            self._awake = False
        self._last = monotonic()
        if values:
            self.arrived.emit(values)
