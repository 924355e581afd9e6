"""Cyclic garbage is collected on the UI thread alone.

Python collects on whichever thread happens to allocate. Where a Qt object is part of a cycle, it would be destroyed
on a thread of the network or the cache, its running timers left behind, and Qt would send their events to freed memory.
"""

import gc

from PySide6.QtCore import QObject, QTimer

CHECK_EVERY_MS = 500
#: New objects that may pile up before the youngest generation is collected; Python's own default is 700.
YOUNG = 5_000
#: So many collections of a generation before the next older one is looked at, as Python counts.
OLDER = 10


class GarbageCollector(QObject):
    """Takes collecting over from Python from its making on, and begins it at `settle`; made on the UI thread.

    What the start makes is modules for the most part, and looking through them all would hold up the screen.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self._collect)

    def settle(self) -> None:
        """Leave what is alive now out of all collections to come: the program's own classes and functions."""
        gc.freeze()
        self._timer.start()

    def close(self) -> None:
        """Collect once more, here, and give collecting back to Python."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        young, middle, old = gc.get_count()
        if young < YOUNG:
            return
        gc.collect(2 if old > OLDER else 1 if middle > OLDER else 0)
