"""Where an answer is written or reworded: shared as it grows with whoever else may answer, and kept here too.

Must never send an answer itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.errors import Refusal
from personal_app.conference.ids import QuestionId
from personal_app.conference.rows import AnswerRow
from personal_app.conference.text import ANSWER_CHARS, clean_text
from personal_app.services.drafts import DraftService
from personal_app.services.shared_drafts import SharedDraftService, Standing
from personal_app.ui.author.co_writing import CoWriting
from personal_app.ui.cards import wording
from personal_app.ui.plain_text import PlainLabel, tip
from personal_app.ui.questions.writing_box import Counter, WritingBox
from personal_app.ui.tokens import SMALL, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import column, row

#: Whoever saved a draft so lately is writing.
_WRITING = timedelta(seconds=10)
_STANDINGS = {
    Standing.EMPTY: "The talk's authors and chairs see the draft as you write.",
    Standing.UNSAVED: "A draft, kept on this computer",
    Standing.SHARED: "A draft that the talk's authors and chairs see",
    Standing.CONFLICT: "Your words are kept on this computer",
}


class AnswerEditor(QWidget):
    """`written` carries the question's id, the answer fit to be sent, and the revision of the draft that it was made
    from; `reworded` the question's id, the answer's, and its new text."""

    written = Signal(str, str, object)
    reworded = Signal(str, str, str)

    def __init__(self, drafts: DraftService, shared: SharedDraftService, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._drafts = drafts
        self._shared = shared
        self._clock = clock
        self._question: QuestionId | None = None
        self._answer: AnswerRow | None = None
        self.box = WritingBox("answer_text", "Your answer", ANSWER_CHARS, least=5, most=14)
        self.box.setPlaceholderText("Answer in writing; everyone sees it under the question…")
        self.others = CoWriting()
        self._button = Button("", Kind.PRIMARY, name="answer_button")
        self._button.setToolTip(tip("Ctrl+Enter"))
        self._cancel = Button("Leave it as it is", Kind.QUIET, name="answer_cancel")
        self._line = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._build()
        drafts.taken.connect(self._on_drafts)
        shared.came.connect(self._on_came)
        shared.changed.connect(self._on_shared)
        self.others.mine_kept.connect(self._on_mine_kept)
        self.others.theirs_taken.connect(self._on_theirs_taken)
        self.box.edited.connect(self._on_edited)
        self.box.submitted.connect(self._on_submit)
        self._button.clicked.connect(self._on_submit)
        self._cancel.clicked.connect(self.stop_rewording)
        self._show_mode()

    def show_question(self, question: QuestionId | None) -> None:
        """Write about `question` from now on; what was begun for it comes back."""
        if question != self._question:
            self._question, self._answer = question, None
            self._begin()
        self.show_others()
        self._enable()

    def reword(self, answer: AnswerRow) -> None:
        """Change an answer of one's own; what was begun of another one comes back afterwards."""
        self._answer = answer
        self.box.write(self._drafts.load(self._key()) or answer.text)
        self._show_mode()
        self.box.setFocus()

    def stop_rewording(self) -> None:
        """Leave the answer as it is, and go on with a new one."""
        if self._answer is not None:
            self._drafts.save(self._key(), "")
            self._answer = None
            self._begin()

    def write_again(self, text: str) -> None:
        """Put back a text that was not accepted or was taken back, in front of what was begun meanwhile."""
        self.stop_rewording()
        begun = self.box.text
        self.box.write(f"{text}\n\n{begun}" if begun and begun != text else text)
        self._on_edited()

    def show_others(self) -> None:
        """Show who else writes on the answer, and ask whose words stay where both have written."""
        other = self._shared.other(self._question) if self._question is not None and self._answer is None else None
        if self._question is None or other is None:
            self.others.clear()
        elif self._shared.standing(self._question) is Standing.CONFLICT:
            self.others.ask(other.by, other.text)
        elif self._clock() - other.at < _WRITING:
            self.others.tell(f"{other.by} is writing this answer…")
        else:
            self.others.tell(f"Begun by {other.by}, {wording.ago(other.at, self._clock())}. You can go on with it.")

    def tell(self, words: str, tone: str = "soft") -> None:
        """Say how it stands."""
        self._line.show_text(words)
        self._line.set_tone(tone)

    def _build(self) -> None:
        foot = row(spacing=SMALL)
        foot.addWidget(self._line, 1)
        foot.addWidget(Counter(self.box))
        foot.addWidget(self._cancel)
        foot.addWidget(self._button)
        layout = column(self, spacing=SMALL)
        layout.addWidget(self.others)
        layout.addWidget(self.box)
        layout.addLayout(foot)

    def _begin(self) -> None:
        self._show_mode()
        if self._question is None:
            self.box.write("")
            return
        self.box.write(self._shared.begin(self._question, self._drafts.load(self._key())))
        self._tell_standing()
        self.show_others()

    def _show_mode(self) -> None:
        rewording = self._answer is not None
        self._button.show_words("Change the answer" if rewording else "Send the answer")
        self._cancel.setVisible(rewording)
        self.box.setAccessibleName("The new wording of your answer" if rewording else "Your answer")
        if rewording:
            self.tell("Everyone sees the new wording, marked as edited.", "faint")
            self.others.clear()
        self._enable()

    def _key(self) -> str:
        return f"answer:{self._question}" + (f":{self._answer.id}" if self._answer is not None else "")

    def _tell_standing(self) -> None:
        if self._question is not None and self._answer is None:
            self.tell(_STANDINGS[self._shared.standing(self._question)], "faint")

    def _on_drafts(self) -> None:
        if self._question is not None and not self.box.text:
            kept = self._drafts.load(self._key())
            if kept:
                self.box.write(kept)
                self._shared.write(self._question, kept)
            self._enable()

    def _on_came(self, question: str, text: str) -> None:
        self._drafts.save(f"answer:{question}", "")
        if question == self._question and self._answer is None:
            self.box.write(text)
            self._enable()

    def _on_shared(self, question: str) -> None:
        if question == self._question and self._answer is None:
            self._tell_standing()
            self.show_others()

    def _on_mine_kept(self) -> None:
        if self._question is not None:
            self._shared.keep_mine(self._question)

    def _on_theirs_taken(self) -> None:
        if self._question is not None:
            self._shared.take_theirs(self._question)

    def _enable(self) -> None:
        self._button.setEnabled(self._question is not None and self.box.sendable and self._changed())

    def _changed(self) -> bool:
        return self._answer is None or self.box.text.strip() != self._answer.text

    def _on_edited(self) -> None:
        if self._question is not None:
            self._drafts.save(self._key(), self.box.text)
            if self._answer is None:
                self._shared.write(self._question, self.box.text)
        self._enable()

    def _on_submit(self) -> None:
        question, answer = self._question, self._answer
        if question is None or not self.box.text.strip() or not self._changed():
            return
        try:
            text = clean_text(self.box.text, "the answer", ANSWER_CHARS)
        except Refusal as refusal:
            self.tell(refusal.detail, "live")
            return
        self._drafts.save(self._key(), "")
        self._drafts.flush()
        if answer is not None:
            self.stop_rewording()
            self.reworded.emit(question, answer.id, text)
            return
        draft = self._shared.release(question)
        self.box.write("")
        self.others.clear()
        self._enable()
        self.written.emit(question, text, draft)
