"""Program, talk and questions side by side, with the keyboard of the player over all three."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from personal_app.conference.ids import TalkId
from personal_app.services.services import Services
from personal_app.ui.player_keys import PlayerKeys
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.schedule.program_list import ProgramList
from personal_app.ui.talk.talk_page import TalkPage
from personal_app.ui.widgets.frames import column

#: Least, share and most of the width, in logical pixels, of the program and of the questions.
_PROGRAM = (250, 0.235, 400)
_QUESTIONS = (310, 0.285, 520)


class Workspace(QWidget):
    """`talk_chosen` (a TalkId) says what a person wants to see; the window opens it and calls `show_talk`."""

    talk_chosen = Signal(str)
    full_screen_wanted = Signal()
    join_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.program = ProgramList(services)
        self.talk = TalkPage(services)
        self.questions = QuestionPanel(services)
        self._arranged_by_hand = False
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        for part in (self.program, self.talk, self.questions):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        column(self, spacing=0).addWidget(self._splitter)
        self._keys = PlayerKeys(self, services.playback, self.talk.controls, self.full_screen_wanted.emit)
        self.program.talk_chosen.connect(self.talk_chosen)
        self.talk.talk_chosen.connect(self.talk_chosen)
        self.talk.full_screen_wanted.connect(self.full_screen_wanted)
        self.questions.join_wanted.connect(self.join_wanted)
        self._splitter.splitterMoved.connect(self._on_moved)
        self.setFocusProxy(self.program)

    def show_talk(self, talk: TalkId) -> None:
        """Mark the talk in the program and show its questions; playing it is the playback's."""
        self.program.show_open(talk)
        self.questions.show_talk(talk)

    def show_full(self, full: bool) -> None:
        """Leave the picture and its controls alone on the screen, or bring everything back."""
        self.program.setVisible(not full)
        self.questions.setVisible(not full)
        self.talk.show_full(full)

    def _on_moved(self, position: int, index: int) -> None:
        del position, index
        self._arranged_by_hand = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._arranged_by_hand:
            left, right = _width(self.width(), *_PROGRAM), _width(self.width(), *_QUESTIONS)
            self._splitter.setSizes([left, self.width() - left - right, right])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._keys.handle(event):
            event.accept()
        else:
            super().keyPressEvent(event)


def _width(whole: int, least: int, share: float, most: int) -> int:
    return min(most, max(least, round(whole * share)))
