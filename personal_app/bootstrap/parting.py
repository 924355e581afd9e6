"""The end, while the loop turns: the windows go at once, and what runs behind them is ended step by step.

Closing a window destroys at once what libvlc draws into, and libvlc must then be waited for with the screen standing
still; and whoever waits for a thread keeps the person's other windows waiting too. So the windows are hidden, the steps
are taken in turns of the loop, and only then is the main window closed and the loop left. Must never know what ends.
"""

import logging
from collections.abc import Callable, Iterator
from time import monotonic

from PySide6.QtCore import QEvent, QEventLoop, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_log = logging.getLogger(__name__)

#: Whatever hangs must not keep the process: each part has a bound of its own below this one.
PATIENCE_S = 20.0
_TURN_MS = 5


class Parting(QObject):
    """Turns the closing of the main window into hide, end, close, and leave the event loop."""

    def __init__(
        self,
        application: QApplication,
        window: QWidget,
        steps: Callable[[], Iterator[None]],
        parent: QObject | None = None,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`steps` is called once, and each of its yields gives the loop a turn."""
        super().__init__(parent)
        self._application = application
        self._window = window
        self._make_steps = steps
        self._steps: Iterator[None] | None = None
        self._patience_s = patience_s
        self._over = False
        self._turns = QTimer(self)
        self._turns.setInterval(_TURN_MS)
        self._turns.timeout.connect(self._take_turn)
        window.installEventFilter(self)

    def begin(self) -> None:
        """Hide the windows and begin to end; whoever asks again changes nothing."""
        if self._steps is not None:
            return
        # Hidden windows count as closed ones.
        self._application.setQuitOnLastWindowClosed(False)
        for window in self._application.topLevelWidgets():
            window.hide()
        self._steps = self._make_steps()
        self._deadline = monotonic() + self._patience_s
        self._turns.start()

    def finish(self) -> None:
        """Begin where nobody has, and turn the loop until all has ended: for who has left the loop by another door."""
        self.begin()
        while not self._over:
            self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def _take_turn(self) -> None:
        assert self._steps is not None
        if monotonic() > self._deadline:
            _log.warning("not everything ended within %.0f s; it is left behind", self._patience_s)
        elif next(self._steps, self) is not self:
            return
        self._turns.stop()
        self._over = True
        self._window.close()
        if QThread.currentThread().loopLevel():
            self._application.exit(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._window or event.type() is not QEvent.Type.Close or self._over:
            return False
        event.ignore()
        self.begin()
        return True
