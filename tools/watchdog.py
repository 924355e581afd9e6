"""Watches how long the UI thread is busy without returning to its loop, and with what.

Two lengths are kept of each stall: the processor time that the UI thread itself used, which does not depend on what
else the machine does, and the time on the wall. The loop's own heartbeat tells when it was at home.
"""

import sys
import threading
import time
import traceback

import msgspec
from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer

BEAT_MS = 5
SUSPICIOUS_MS = 40.0


class Stall(msgspec.Struct, frozen=True):
    """A time in which the loop did not turn: processor time of the UI thread, wall time (both ms), and where it was."""

    busy_ms: float
    wall_ms: float
    where: str


class Watchdog(QObject):
    """Made on the UI thread; `take` gives what was seen since the last call."""

    def __init__(self) -> None:
        super().__init__()
        self._ui = threading.get_ident()
        self._clock_id = time.pthread_getcpuclockid(self._ui)
        self._beat = (time.monotonic(), self._busy())
        self._where = ""
        self._stalls: list[Stall] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()
        # The loop is at home after each of its turns, not only when a timer is due: input is taken in between.
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        dispatcher.awake.connect(self._on_beat)
        threading.Thread(target=self._watch, name="steps watchdog", daemon=True).start()

    def take(self) -> list[Stall]:
        """Return the stalls above the suspicious length, and forget them."""
        stalls, self._stalls = self._stalls, []
        return stalls

    def _busy(self) -> float:
        return time.clock_gettime(self._clock_id)

    def _on_beat(self) -> None:
        wall, busy = time.monotonic(), self._busy()
        stall = Stall((busy - self._beat[1]) * 1000, (wall - self._beat[0]) * 1000, self._where)
        if max(stall.busy_ms, stall.wall_ms) > SUSPICIOUS_MS:
            self._stalls.append(stall)
        self._where = ""
        self._beat = (wall, busy)

    def _watch(self) -> None:
        """On a thread of its own: where the UI thread is when its heart has not beaten for a while."""
        while True:
            time.sleep(BEAT_MS / 1000)
            if (time.monotonic() - self._beat[0]) * 1000 > SUSPICIOUS_MS / 2 and not self._where:
                frame = sys._current_frames().get(self._ui)
                self._where = "".join(traceback.format_stack(frame)[-6:]) if frame is not None else ""
