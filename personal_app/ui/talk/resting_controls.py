"""On a full screen the controls and the pointer go while nobody needs them, and come back with the hand or a key.

They stand under the picture and not over it: what is translucent over another library's window is an opaque box. The
pointer is looked at from time to time, for the window of a library may keep its moves to itself.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QCursor
from PySide6.QtWidgets import QApplication, QWidget

REST_AFTER_MS = 3_000
_LOOK_MS = 200


class RestingControls(QObject):
    """`changed` tells that `resting` is another: whether the controls are away."""

    changed = Signal()

    def __init__(self, controls: QWidget, may_rest: Callable[[], bool]) -> None:
        """`may_rest` says whether somebody watches and does nothing else."""
        super().__init__(controls)
        self._controls = controls
        self._may_rest = may_rest
        self._place = QCursor.pos()
        self._still_ms = 0
        self.resting = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    def show_full(self, full: bool) -> None:
        """Begin to look on a full screen, or bring everything back."""
        self.wake()
        window = self._controls.window().windowHandle()
        if full:
            self._place = QCursor.pos()
            self._look.start()
        else:
            self._look.stop()
        if window is not None:
            window.removeEventFilter(self)
            if full:
                window.installEventFilter(self)

    def wake(self) -> None:
        """Bring the controls back for a while."""
        self._still_ms = 0
        self._rest(False)

    def _on_look(self) -> None:
        before, self._place = self._place, QCursor.pos()
        if self._place != before or self._wanted():
            self.wake()
            return
        self._still_ms += _LOOK_MS
        if self._still_ms >= REST_AFTER_MS:
            self._rest(True)

    def _wanted(self) -> bool:
        if not self._may_rest() or QApplication.activePopupWidget() is not None or QAccessible.isActive():
            return True
        return not self.resting and self._controls.underMouse()

    def _rest(self, resting: bool) -> None:
        if resting is not self.resting:
            self.resting = resting
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Before whoever has the focus gets it: Tab is to find the controls.
        if event.type() is QEvent.Type.KeyPress:
            self.wake()
        return super().eventFilter(watched, event)
