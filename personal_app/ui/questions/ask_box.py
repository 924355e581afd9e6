"""The box to ask in: text with its counter, how it is asked, and what is there already that resembles it.

A draft is kept per talk across restarts. The same box changes a question that still waits. Must never send anything
itself: it hands intentions to the service.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.errors import Refusal
from personal_app.conference.ids import QuestionId, TalkId
from personal_app.conference.text import QUESTION_CHARS, clean_text
from personal_app.services.connection import ConnectionKind
from personal_app.services.services import Services
from personal_app.ui.plain_text import PlainLabel, plain, tip
from personal_app.ui.questions.ask_options import AskOptions
from personal_app.ui.questions.openness import Openness, openness
from personal_app.ui.questions.similar_questions import SimilarQuestions
from personal_app.ui.questions.writing_box import Counter, WritingBox
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_TOLD_MS = 8000
_ASKED = "Asked. Follow it under Mine; everyone sees it once a chair has shown it."
_ASKED_AND_SHOWN = "Asked. Everyone sees it and can vote for it."
_EDITING = "You are changing a question that waits for a chair."
_SILENCED = "A chair has stopped questions under your name in this session. You can still vote."
_SILENCED_ANONYMOUS = "A chair has stopped your anonymous questions about this talk. You can ask under your name."
_OFFLINE = "There is no connection: what you ask will be sent when the server is back."


class AskBox(Surface):
    """Asks about one talk at a time."""

    asked = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__("foot")
        self._services = services
        self._talk: TalkId | None = None
        self._editing: QuestionId | None = None
        self.text = WritingBox("ask_text", "Your question", QUESTION_CHARS)
        self._options = AskOptions(services)
        self._button = Button("Ask", Kind.PRIMARY, name="ask_button")
        self._button.setToolTip(tip("Ctrl+Enter"))
        self._cancel = Button("Leave as it was", Kind.QUIET, name="ask_cancel")
        self._similar = SimilarQuestions()
        self._open = Openness()
        self._line = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._told = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._told_words: tuple[str, str] | None = None
        self._build()
        self._connect()
        self.refresh()

    @property
    def similar_questions(self) -> Sequence[DrawnQuestion]:
        """The questions that are offered to vote for instead."""
        return self._similar.questions

    def show_talk(self, talk: TalkId) -> None:
        """Ask about `talk` from now on; what was begun for it comes back."""
        if talk == self._talk:
            return
        self._talk = talk
        self._editing = None
        self._tell(None)
        self._load()

    def ask_at(self, position_ms: int) -> None:
        """Take the keyboard to ask about a moment of the recording; what was begun goes on, about that moment."""
        if self._editing is not None:
            self._editing = None
            self._load()
        self._options.about(position_ms)
        self.text.setFocus()

    def edit(self, question: DrawnQuestion) -> None:
        """Change the text of one's own question instead of asking."""
        self._editing = question.id
        self.text.write(self._services.drafts.load(self._key()) or question.row.text)
        self.text.setFocus()
        self._tell(None)
        self._on_text()

    def write_again(self, text: str) -> None:
        """Put back a text that was not accepted, in front of what was begun meanwhile."""
        self._editing = None
        begun = self._services.drafts.load(self._key())
        self.text.write(f"{text}\n\n{begun}" if begun and begun != text else text)
        self.text.setFocus()
        self._on_edited()

    def tell(self, words: str) -> None:
        """Say for a while that something went well."""
        self._tell(words, "good")

    def refresh(self) -> None:
        """Show how we stand: what the button does, whether it can be pressed, what there is to say."""
        editing = self._editing is not None
        self._open = openness(self._services, self._talk)
        self._button.show_words("Save" if editing else "Ask")
        may_ask = self._open.may_ask and not self._silenced()
        self._button.setEnabled(self._talk is not None and self.text.sendable and may_ask)
        # What was written is there to be read and copied, and goes on where it stands once questions are open again.
        self.text.setReadOnly(not self._open.may_ask)
        self.text.setPlaceholderText(plain(self._open.hint))
        self._options.setEnabled(self._open.may_ask)
        self._cancel.setVisible(editing)
        self._options.setVisible(not editing)
        self._show_line()

    def _build(self) -> None:
        layout = column(self, spacing=SMALL)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(self._similar)
        layout.addWidget(self.text)
        told = row(spacing=SMALL)
        told.addWidget(self._line, 1)
        told.addStretch(0)
        told.addWidget(Counter(self.text), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(told)
        foot = row(spacing=TIGHT)
        foot.addWidget(self._options, 1)
        foot.addStretch(0)
        foot.addWidget(self._cancel)
        foot.addWidget(self._button)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.text.edited.connect(self._on_edited)
        self.text.submitted.connect(self._on_submit)
        self._button.clicked.connect(self._on_submit)
        self._cancel.clicked.connect(self._forget_and_load)
        self._told.timeout.connect(lambda: self._tell(None))
        self._similar.vote_clicked.connect(self._on_vote_instead)
        self._services.drafts.taken.connect(self._on_drafts)
        self._services.connection.changed.connect(self.refresh)
        self._services.questions.changed.connect(self._on_questions)
        self._services.program.ticked.connect(self._on_tick)
        self._services.profile.changed.connect(self._on_questions)
        self._options.named.connect(self.refresh)

    def _key(self) -> str:
        return f"edit:{self._editing}" if self._editing else f"ask:{self._talk}"

    def _load(self) -> None:
        self.text.write(self._services.drafts.load(self._key()))
        self._options.start_over(self._talk)
        self._on_text()

    def _on_drafts(self) -> None:
        if self._talk is not None and not self.text.text:
            self._load()

    def _on_edited(self) -> None:
        if self._talk is not None:
            self._services.drafts.save(self._key(), self.text.text)
        self._tell(None)
        self._on_text()

    def _on_text(self) -> None:
        self._options.note_text(written=bool(self.text.text))
        if self._talk is None or self._editing or not self.text.text:
            self._similar.stop()
        else:
            self._similar.look(self.text.text, self._services.questions, self._talk)
        self.refresh()

    def _on_questions(self) -> None:
        if openness(self._services, self._talk) != self._open:
            self._tell(None)
        self.refresh()

    def _on_tick(self) -> None:
        # The program opens and closes questions without a word of anybody.
        if openness(self._services, self._talk) != self._open:
            self._on_questions()

    def _on_submit(self) -> None:
        if self._talk is None or not self.text.text.strip() or not self._open.may_ask or self._silenced():
            return
        try:
            text = clean_text(self.text.text, "your question", QUESTION_CHARS)
        except Refusal as refusal:
            self._tell(refusal.detail, "live")
            return
        asks = self._editing is None
        if self._editing is not None:
            self._services.questions.edit(self._editing, text)
        else:
            options = self._options
            self._services.questions.ask(self._talk, text, options.anonymous, options.position_ms)
        self._forget_and_load()
        if asks and self._live():
            self._tell(_ASKED if self._open.moderated else _ASKED_AND_SHOWN, "good")
        self.asked.emit()

    def _forget_and_load(self) -> None:
        """Forget the draft of what was written, and show that of a new question."""
        self._services.drafts.save(self._key(), "")
        self._services.drafts.flush()
        self._editing = None
        self._load()

    def _on_vote_instead(self, question: str) -> None:
        self._services.questions.vote(QuestionId(question))
        self._forget_and_load()
        self._tell("You voted for the question that was there already.", "good")

    def _silenced(self) -> bool:
        """Tell whether a chair has stopped what would be asked now; what was asked already may be changed."""
        conference = self._services.program.conference
        talk = conference.talk(self._talk) if conference is not None and self._talk is not None else None
        if talk is None or self._editing is not None:
            return False
        board = self._services.questions.board
        return board.may_not_ask(talk.session, talk.id, anonymous=self._options.anonymous)

    def _live(self) -> bool:
        return self._services.connection.state.kind is ConnectionKind.LIVE

    def _tell(self, words: str | None, tone: str = "soft") -> None:
        self._told_words = (words, tone) if words else None
        if words and tone == "good":
            self._told.start()
        self._show_line()

    def _show_line(self) -> None:
        words, tone = "", "soft"
        if self._told_words is not None:
            words, tone = self._told_words
        elif not self._open.may_ask:
            words, tone = self._open.reason(written=bool(self.text.text)), "warn"
        elif self._editing:
            words, tone = _EDITING, "accent"
        elif self._silenced():
            words, tone = _SILENCED_ANONYMOUS if self._options.anonymous else _SILENCED, "warn"
        elif not self._live():
            words, tone = _OFFLINE, "warn"
        self._line.show_text(words)
        self._line.set_tone(tone)
        self._line.setVisible(bool(words))
