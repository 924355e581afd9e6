"""The first half of the end: the player is let go while its window still stands, and then the windows are closed.

Closing a window destroys at once what libvlc draws into, and libvlc must then be waited for with the screen standing
still. Must never end anything but the player and the windows.
"""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from personal_app.player.choice import EngineSource
from personal_app.services.playback import PlaybackService

#: A library that hangs must not keep the windows.
_PATIENCE_MS = 3_000


class Parting(QObject):
    """Turns the closing of the main window into hide, release the player, close, and leave the event loop."""

    def __init__(
        self, application: QApplication, window: QWidget, playback: PlaybackService, source: EngineSource
    ) -> None:
        super().__init__(window)
        self._application = application
        self._window = window
        self._playback = playback
        self._source = source
        self._begun = self._done = False
        source.closed.connect(self._finish)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._window or event.type() is not QEvent.Type.Close or self._done:
            return False
        event.ignore()
        if not self._begun:
            self._begun = True
            # Hidden windows count as closed ones.
            self._application.setQuitOnLastWindowClosed(False)
            for window in self._application.topLevelWidgets():
                window.hide()
            self._playback.close()
            self._source.close()
            QTimer.singleShot(_PATIENCE_MS, self._finish)
        return True

    def _finish(self) -> None:
        if self._begun and not self._done:
            self._done = True
            self._window.close()
            self._application.exit(0)
