"""Has the window's settings written down soon after a person has changed one, and puts them on at the start.

Must never hold up a person: it waits for a pause, and it is written on the cache's thread.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer

from personal_app.bootstrap.arguments import Arguments
from personal_app.bootstrap.arguments import Look as WantedLook
from personal_app.ui.main_window import MainWindow
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Look
from personal_app.ui.window_settings import WINDOW, WindowSettings

if TYPE_CHECKING:
    from personal_app.store.store import Store

_PAUSE_MS = 1_000
_MOVED = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange})


class SettingsKeeper(QObject):
    """`store` is the cache once it is open; before that nothing is kept.

    What the command line says goes before what was kept, and is not kept in its place.
    """

    def __init__(self, window: MainWindow, kept: WindowSettings, arguments: Arguments, parent: QObject) -> None:
        super().__init__(parent)
        self.store: Store | None = None
        self._window = window
        self._kept = kept
        self._told_look = Look(arguments.look.value) if arguments.look is not WantedLook.SYSTEM else None
        self._told_place = arguments.geometry
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.keep)

    def put_on(self) -> None:
        """Make the window as it was left, before it is shown; from now on what a person changes is kept."""
        theme, window = Theme.of_app(), self._window
        theme.force(self._told_look or self._kept.look)
        theme.set_scale(self._kept.scale)
        if self._told_place is not None:
            place = self._told_place
            window.setGeometry(place.x, place.y, place.width, place.height)
        elif self._kept.geometry:
            # Qt brings it back onto a screen that is there, and leaves the window as it is where this is no geometry.
            window.restoreGeometry(QByteArray(self._kept.geometry))
        window.last_talk = self._kept.talk
        theme.changed.connect(self._pause.start)
        window.talk_selected.connect(self._on_talk)
        window.installEventFilter(self)

    def keep(self) -> None:
        """Write down what has changed."""
        now = self._now()
        if self.store is not None and now != self._kept:
            self._kept = now
            self.store.keep_setting(WINDOW, now.text())

    def _now(self) -> WindowSettings:
        theme, window = Theme.of_app(), self._window
        # Nobody wants to be met by a whole screen.
        placed = self._told_place is None and not window.isFullScreen()
        return WindowSettings(
            look=theme.forced if theme.forced is not self._told_look else self._kept.look,
            scale=theme.scale,
            geometry=bytes(window.saveGeometry().data()) if placed else self._kept.geometry,
            talk=window.last_talk,
        )

    def _on_talk(self, talk: str) -> None:
        self._window.last_talk = talk
        self._pause.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in _MOVED:
            self._pause.start()
        return False
