"""A black widget with a window of its own, for a library that draws into a window it is given.

The module must never import a decoding library.
"""

import sys
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPlatformSurfaceEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class NativeSurface(QWidget):
    """Black until the library's picture covers it; its parents stay ordinary widgets."""

    #: The window is about to be destroyed, as Qt does when the widget's main window is closed: who draws into it must
    #: have stopped before this returns.
    window_ending = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
        self.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Recording")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        ends = QPlatformSurfaceEvent.SurfaceEventType.SurfaceAboutToBeDestroyed
        if isinstance(event, QPlatformSurfaceEvent) and event.surfaceEventType() is ends:
            self.window_ending.emit()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WinIdChange and (window := self.windowHandle()) is not None:
            window.installEventFilter(self)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.black)
        painter.end()


def give_window(player: Any, window: int) -> None:
    """Let `player`, one of libvlc's, draw into the native window with that id or handle."""
    if sys.platform == "win32":
        player.set_hwnd(window)
    elif sys.platform == "darwin":
        player.set_nsobject(window)
    else:
        player.set_xwindow(window)
