"""Where an author writes an answer: a draft per question, kept across restarts, sent when asked to. Must never send."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.errors import Refusal
from personal_app.conference.ids import QuestionId
from personal_app.conference.text import ANSWER_CHARS, clean_text
from personal_app.services.drafts import DraftService
from personal_app.ui.plain_text import PlainLabel, tip
from personal_app.ui.questions.writing_box import Counter, WritingBox
from personal_app.ui.tokens import SMALL, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import column, row


class AnswerEditor(QWidget):
    """`written` carries the question's id and the answer, fit to be sent."""

    written = Signal(str, str)

    def __init__(self, drafts: DraftService) -> None:
        super().__init__()
        self._drafts = drafts
        self._question: QuestionId | None = None
        self.box = WritingBox("answer_text", "Your answer", ANSWER_CHARS, least=5, most=14)
        self.box.setPlaceholderText("Answer in writing; everyone sees it under the question…")
        self._button = Button("Send the answer", Kind.PRIMARY, name="answer_button")
        self._button.setToolTip(tip("Ctrl+Enter"))
        self._line = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        foot = row(spacing=SMALL)
        foot.addWidget(self._line, 1)
        foot.addWidget(Counter(self.box))
        foot.addWidget(self._button)
        layout = column(self, spacing=SMALL)
        layout.addWidget(self.box)
        layout.addLayout(foot)
        drafts.taken.connect(self._on_drafts)
        self.box.edited.connect(self._on_edited)
        self.box.submitted.connect(self._on_submit)
        self._button.clicked.connect(self._on_submit)

    def show_question(self, question: QuestionId | None) -> None:
        """Write about `question` from now on; what was begun for it comes back."""
        if question != self._question:
            self._question = question
            self.box.write(self._drafts.load(self._key()))
            self.tell("")
        self._enable()

    def write_again(self, text: str) -> None:
        """Put back a text that was not accepted, in front of what was begun meanwhile."""
        begun = self.box.text
        self.box.write(f"{text}\n\n{begun}" if begun and begun != text else text)
        self._on_edited()

    def tell(self, words: str, tone: str = "soft") -> None:
        """Say how it stands."""
        self._line.show_text(words)
        self._line.set_tone(tone)

    def _key(self) -> str:
        return f"answer:{self._question}"

    def _on_drafts(self) -> None:
        if self._question is not None and not self.box.text:
            self.box.write(self._drafts.load(self._key()))
            self._enable()

    def _enable(self) -> None:
        self._button.setEnabled(self._question is not None and self.box.sendable)

    def _on_edited(self) -> None:
        if self._question is not None:
            self._drafts.save(self._key(), self.box.text)
        self.tell("A draft, kept on this computer" if self.box.text else "", "faint")
        self._enable()

    def _on_submit(self) -> None:
        if self._question is None or not self.box.text.strip():
            return
        try:
            text = clean_text(self.box.text, "the answer", ANSWER_CHARS)
        except Refusal as refusal:
            self.tell(refusal.detail, "live")
            return
        self._drafts.save(self._key(), "")
        self._drafts.flush()
        self.box.write("")
        self._enable()
        self.written.emit(self._question, text)
