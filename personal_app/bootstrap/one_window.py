"""One window for each profile: who starts the program a second time has the first window come forward.

The lock on the profile says that there is one (`main`); a local socket, named after the folder, is how it is asked.
Must never be imported before the first paint.
"""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_log = logging.getLogger(__name__)

_PATIENCE_MS = 1_000


def door_of(folder: Path) -> str:
    """Return the name under which the window of a profile is asked; short, for sockets' names have to be."""
    return f"personal-app-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]}"


def ask_forward(folder: Path) -> bool:
    """Ask the window of the profile in `folder` to come forward; tell whether somebody was there to be asked."""
    socket = QLocalSocket()
    socket.connectToServer(door_of(folder))
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    socket.disconnectFromServer()
    return True


class Door(QObject):
    """Hears those who ask the window to come forward; nothing that they say is read."""

    def __init__(self, folder: Path, come_forward: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._come_forward = come_forward
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_asked)
        # The lock is ours: what a killed process left of its socket is nobody's.
        QLocalServer.removeServer(door_of(folder))
        if not self._server.listen(door_of(folder)):
            _log.info("this window cannot be asked to come forward: %s", self._server.errorString())

    def close(self) -> None:
        """Hear nobody any more."""
        self._server.close()

    def _on_asked(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self._come_forward()
