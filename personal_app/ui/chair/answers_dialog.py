"""The window in which a chair answers a question in writing, and rewords or takes back what was written.

Must never decide what the server decides.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from personal_app.conference.ids import AnswerId, QuestionId, Revision
from personal_app.services.services import Services
from personal_app.ui.author.question_detail import QuestionDetail
from personal_app.ui.cards.card import Showing, card, talk_names
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.tokens import LARGE
from personal_app.ui.widgets.buttons import Button
from personal_app.ui.widgets.dialog import Dialog

_WIDTH, _HEIGHT = 640, 620


class AnswersDialog(Dialog):
    """Follows one question while it is open."""

    def __init__(self, services: Services, question: QuestionId, name: str, parent: QWidget) -> None:
        """`name` is how people call the question."""
        super().__init__(f"Answers to {one_line(name, 60)}", parent)
        self.setObjectName("answers_dialog")
        self._services = services
        self._question = question
        self.detail = QuestionDetail(services.drafts, services.shared_drafts, services.program.now, moderates=True)
        # The question's own page has margins of its own and goes from edge to edge.
        self.body.setContentsMargins(0, LARGE, 0, 0)
        for title in self.findChildren(PlainLabel, options=Qt.FindChildOption.FindDirectChildrenOnly):
            title.setContentsMargins(LARGE, 0, LARGE, 0)
        self.body.addWidget(self.detail, 1)
        close = Button("Close", name="answers_close")
        close.clicked.connect(self.accept)
        self.add_button(close)
        self.resize(_WIDTH, _HEIGHT)
        editor, questions = self.detail.editor, services.questions
        editor.written.connect(self._on_written)
        editor.reworded.connect(
            lambda question, answer, text: questions.reword(QuestionId(question), AnswerId(answer), text)
        )
        self.detail.retract_clicked.connect(
            lambda question, answer: questions.retract(QuestionId(question), AnswerId(answer))
        )
        self.detail.position_clicked.connect(self._on_position)
        questions.changed.connect(self.refresh)
        services.program.ticked.connect(self._on_tick)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        drawn = self._services.questions.board.question(self._question)
        if drawn is None:
            self.accept()
            return
        talks = talk_names(self._services.program.conference, [drawn.row.talk])
        me = self._services.profile.participant() or ""
        self.detail.show_question(card(drawn, Showing(talks=talks)), me, self._services.program.now())

    def _on_written(self, question: str, text: str, draft: Revision | None) -> None:
        self._services.questions.answer(QuestionId(question), text, draft)

    def _on_position(self, _: str, position_ms: int) -> None:
        drawn = self._services.questions.board.question(self._question)
        if drawn is not None:
            self._services.playback.open(drawn.row.talk)
            self._services.playback.seek(position_ms)

    def _on_tick(self) -> None:
        self.detail.show_time(self._services.program.now())
