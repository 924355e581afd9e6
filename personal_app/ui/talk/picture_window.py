"""The picture in a small window of its own, which stays above all others while its person does something else.

It shows the picture, whether it plays, and the way back; whatever else there is to do is done in the main window. It
has no parent, for a window is minimised with the one that it belongs to. Must never know an engine.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import plain
from personal_app.ui.talk.controls import SKIP_MS
from personal_app.ui.tokens import SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_SIZE, _LEAST = QSize(480, 320), QSize(280, 210)


class PictureWindow(Surface):
    """Holds the picture's widget until `closed` is told; then whoever lent it has to take it back."""

    closed = Signal()

    def __init__(self, playback: PlaybackService, picture: QWidget, title: str) -> None:
        super().__init__("panel")
        self.setObjectName("picture_window")
        self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowTitle(plain(title))
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)
        self._playback = playback
        self._given_back = False
        self._play = IconButton(Icon.PLAY, "Play", name="picture_play_button", keys="Space")
        back = IconButton(Icon.BACK, "Back 10 seconds", name="picture_back_button", keys="J")
        self._home = Button("Back to the talk", Kind.QUIET, name="picture_home_button")
        self._play.clicked.connect(playback.toggle)
        back.clicked.connect(lambda: playback.skip(-SKIP_MS))
        self._home.clicked.connect(self.close)
        ground = Surface("stage")
        column(ground, spacing=0).addWidget(picture)
        picture.show()
        foot = row(spacing=TIGHT)
        foot.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        foot.addWidget(self._play)
        foot.addWidget(back)
        foot.addStretch(1)
        foot.addWidget(self._home)
        whole = column(self, spacing=0)
        whole.addWidget(ground, 1)
        whole.addLayout(foot)
        playback.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        plays = self._playback.state.phase is PlayPhase.PLAYING
        self._play.show_icon(Icon.PAUSE if plays else Icon.PLAY, "Pause" if plays else "Play")

    # Qt's own, last.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space | Qt.Key.Key_K:
                self._playback.toggle()
            case Qt.Key.Key_J | Qt.Key.Key_Left:
                self._playback.skip(-SKIP_MS)
            case Qt.Key.Key_L | Qt.Key.Key_Right:
                self._playback.skip(SKIP_MS)
            case Qt.Key.Key_I | Qt.Key.Key_Escape:
                self.close()
            case _:
                super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._given_back:
            self._given_back = True
            self.closed.emit()
