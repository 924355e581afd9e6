"""Watches how long the UI thread is away from its loop at a stretch, and with what.

The heart is a timer that is due every 5 ms. Between two beats a person's input, a repaint or another timer would wait
just as the heart does, whatever the loop had to do in between: one long turn or several without a pause. Two lengths
are kept of each such stretch. `busy_ms` is the processor time that the UI thread itself used in it, which does not
depend on what else the machine does: it is what we are to blame for, and what a test may hold to 50 ms. `held_ms` is
the time on the wall without that in which the thread was ready to run and the machine ran another (Linux tells that;
elsewhere nothing is taken off): it has in it what the thread waited for, a lock or a disk, but also whoever of our own
threads was set aside by the machine while holding such a lock, so that a loaded machine makes it longer.
"""

import contextlib
import sys
import threading
import time
import traceback
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
SUSPICIOUS_MS = 30.0
#: So many moments of a stretch are told of, evenly over it.
_PLACES = 6


class Stall(msgspec.Struct, frozen=True):
    """A stretch in which the heart did not beat: both lengths (ms), and where the thread was at some moments of it."""

    busy_ms: float
    held_ms: float
    where: str


class Watchdog(QObject):
    """Made on the UI thread; `take` gives what was seen since the last call."""

    def __init__(self) -> None:
        super().__init__()
        self._ui = threading.get_ident()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._beat = self._now()
        self._where: list[str] = []
        self._stalls: list[Stall] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()
        threading.Thread(target=self._watch, name="steps watchdog", daemon=True).start()

    def take(self) -> list[Stall]:
        """Return the stretches above the suspicious length until now, and forget them."""
        stalls, self._stalls = self._stalls, []
        return stalls

    def stop(self) -> list[Stall]:
        """Look no more, for the loop has ended; return what was seen since the last `take`, to this very moment."""
        self._timer.stop()
        self._on_beat()
        return self.take()

    def _now(self) -> tuple[float, float, float]:
        """Return the time on the wall, that which the UI thread used, and that in which it was kept waiting (s)."""
        queued_ns = 0
        with contextlib.suppress(OSError, ValueError, IndexError), self._schedule.open() as told:
            queued_ns = int(told.read().split()[1])
        return time.monotonic(), time.thread_time(), queued_ns / 1e9

    def _on_beat(self) -> None:
        now = self._now()
        wall, busy, queued = (1000 * (late - early) for late, early in zip(now, self._beat, strict=True))
        stall = Stall(busy, wall - queued, "\n".join(self._where))
        if max(stall.busy_ms, stall.held_ms) > SUSPICIOUS_MS:
            self._stalls.append(stall)
        self._where = []
        self._beat = self._now()

    def _watch(self) -> None:
        """On a thread of its own: where the UI thread is when its heart has not beaten for a while."""
        while True:
            time.sleep(BEAT_MS / 1000)
            late_ms = (time.monotonic() - self._beat[0]) * 1000
            if late_ms > SUSPICIOUS_MS / 2 + len(self._where) * BEAT_MS and len(self._where) < _PLACES:
                frame = sys._current_frames().get(self._ui)
                if frame is not None:
                    self._where.append("".join(traceback.format_stack(frame)[-3:]))
