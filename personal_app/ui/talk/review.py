"""Review: each question with its answers at the moment at which it was asked or answered, as the recording plays.

It is for whoever sees a recording again; a click goes to the moment. Must never ask, vote or moderate.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from personal_app.conference.ids import TalkId
from personal_app.services.services import Services
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk.moments import Moment, MomentList
from personal_app.ui.talk.question_moments import question_moments
from personal_app.ui.tokens import MEDIUM, TIGHT

_NOTHING = "No question of this talk belongs to a moment of its recording yet. Ask one at the moment you are watching."


class ReviewPage(QWidget):
    """`sought` (int, ms) is the moment that a person wants to see."""

    sought = Signal(int)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._talk: TalkId | None = None
        self.list = MomentList("Questions at their moments", roomy=True)
        self.list.setObjectName("review_list")
        self._empty = PlainLabel(_NOTHING, tone="soft", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        self._empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        self.list.chosen.connect(self.sought)
        services.questions.changed.connect(self.refresh)

    def show_talk(self, talk: TalkId | None) -> None:
        """Show the questions of a talk."""
        if talk != self._talk:
            self._talk = talk
            self.refresh()

    def show_position(self, position_ms: int) -> None:
        """Mark the question of this moment."""
        if self.isVisible():
            self.list.show_present(position_ms)

    def refresh(self) -> None:
        """Show what is known of the questions; what nobody looks at is made when somebody does."""
        if not self.isVisible():
            return
        questions = self._services.questions.board.of_talk(self._talk) if self._talk is not None else ()
        moments = question_moments(questions)
        self.list.show_moments([Moment(each.id, each.position_ms, each.title(), each.more()) for each in moments])
        self._pages.setCurrentWidget(self.list if moments else self._empty)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.list.show_present(self._services.playback.position_ms())
