"""The box to ask in: text with its counter, name or anonymous, the moment it is about, and what resembles it.

A draft is kept per talk across restarts. The same box changes a question that still waits. Must never send anything
itself: it hands intentions to the service.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.errors import Refusal
from personal_app.conference.ids import QuestionId, TalkId
from personal_app.conference.questions import VOTABLE_STATES
from personal_app.conference.text import QUESTION_CHARS, clean_text
from personal_app.services.connection import ConnectionKind
from personal_app.services.playback import PlayPhase
from personal_app.services.services import Services
from personal_app.ui.cards import wording
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, one_line, tip
from personal_app.ui.questions.arrangement import Tab, shown_in
from personal_app.ui.questions.similar import Search
from personal_app.ui.questions.similar_questions import SimilarQuestions
from personal_app.ui.questions.writing_box import Counter, WritingBox
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_PAUSE_MS = 200
_TOLD_MS = 8000
_WATCHING = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})
#: Icon, padding and border of the name's button, and the least that is shown of a name, in logical pixels.
_NAME_CHROME, _NAME_LEAST = 52, 44
_ANONYMOUS_TIP = (
    "Everyone sees “Anonymous” instead of your name, the chairs and the presenters too. "
    "Only you find the question under Mine."
)
_ASKED = "Asked. Follow it under Mine; everyone sees it once a chair has shown it."
_ASKED_AND_SHOWN = "Asked. Everyone sees it and can vote for it."


class AskBox(Surface):
    """Asks about one talk at a time."""

    asked = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__("foot")
        self._services = services
        self._talk: TalkId | None = None
        self._editing: QuestionId | None = None
        self._moment_ms: int | None = None
        self.text = WritingBox("ask_text", "Your question", QUESTION_CHARS)
        self.text.setPlaceholderText("Ask the presenters…")
        self._anonymous = Button("", icon=Icon.PERSON, name="ask_anonymous")
        self._at_position = Button("", icon=Icon.CLOCK, name="ask_at_position")
        self._button = Button("Ask", Kind.PRIMARY, name="ask_button")
        self._cancel = Button("Leave as it was", Kind.QUIET, name="ask_cancel")
        self._similar = SimilarQuestions()
        self._line = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._slice = QTimer(self, interval=0)
        self._search: Search | None = None
        self._told = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._told_words: tuple[str, str] | None = None
        self._build()
        self._connect()
        self._show_name()
        self.refresh()

    def show_talk(self, talk: TalkId) -> None:
        """Ask about `talk` from now on; what was begun for it comes back."""
        if talk == self._talk:
            return
        self._talk = talk
        self._leave_editing()
        self._tell(None)
        self._load()

    def edit(self, question: DrawnQuestion) -> None:
        """Change the text of one's own question instead of asking."""
        self._editing = question.id
        self.text.write(self._services.drafts.load(self._key()) or question.row.text)
        self.text.setFocus()
        self._tell(None)
        self._on_text()

    def write_again(self, text: str) -> None:
        """Put back a text that was not accepted, in front of what was begun meanwhile."""
        self._leave_editing()
        begun = self._services.drafts.load(self._key())
        self.text.write(f"{text}\n\n{begun}" if begun and begun != text else text)
        self.text.setFocus()
        self._on_edited()

    def refresh(self) -> None:
        """Show how we stand: who asks, whether it can be sent now, which moment it is about."""
        self._show_position()
        self._show_line()
        self._button.show_words("Save" if self._editing else "Ask")
        self._button.setEnabled(self._talk is not None and self.text.sendable)
        for widget, shown in ((self._cancel, self._editing is not None), (self._anonymous, self._editing is None)):
            widget.setVisible(shown)

    def _build(self) -> None:
        for toggle in (self._anonymous, self._at_position):
            toggle.setCheckable(True)
        self._anonymous.setToolTip(tip(_ANONYMOUS_TIP))
        self._at_position.setToolTip(tip("Say which moment of the recording the question is about."))
        self._button.setToolTip(tip("Ctrl+Enter"))
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
        foot.addWidget(self._anonymous)
        foot.addWidget(self._at_position)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._button)
        layout.addLayout(foot)

    def _connect(self) -> None:
        services = self._services
        self.text.edited.connect(self._on_edited)
        self.text.submitted.connect(self._on_submit)
        self._button.clicked.connect(self._on_submit)
        self._cancel.clicked.connect(self._on_cancel)
        self._anonymous.toggled.connect(self._show_name)
        self._at_position.toggled.connect(self._on_position_toggled)
        self._pause.timeout.connect(self._look_for_similar)
        self._slice.timeout.connect(self._search_on)
        self._told.timeout.connect(self._on_told)
        self._similar.vote_clicked.connect(self._on_vote_instead)
        Theme.of_app().changed.connect(self._show_name)
        services.drafts.taken.connect(self._on_drafts)
        services.connection.changed.connect(self.refresh)
        services.profile.changed.connect(self._show_name)
        services.playback.changed.connect(self._show_position)
        services.playback.moved.connect(self._show_position)

    def _key(self) -> str:
        return f"edit:{self._editing}" if self._editing else f"ask:{self._talk}"

    def _load(self) -> None:
        self.text.write(self._services.drafts.load(self._key()))
        self._moment_ms = None
        self._at_position.setChecked(False)
        self._on_text()

    def _on_drafts(self) -> None:
        if self._talk is not None and not self.text.text:
            self._load()

    def _leave_editing(self) -> None:
        self._editing = None

    def _on_edited(self) -> None:
        if self._talk is not None:
            self._services.drafts.save(self._key(), self.text.text)
        self._tell(None)
        self._on_text()

    def _on_text(self) -> None:
        if not self.text.text:
            self._moment_ms = None
        elif self._moment_ms is None:
            # The moment somebody begins to write is the one they write about.
            self._moment_ms = self._playing_ms()
        if self.text.text and not self._editing:
            self._pause.start()
        else:
            self._pause.stop()
            self._stop_search()
            self._similar.show_questions(())
        self.refresh()

    def _on_submit(self) -> None:
        if self._talk is None or not self.text.text.strip():
            return
        try:
            text = clean_text(self.text.text, "your question", QUESTION_CHARS)
        except Refusal as refusal:
            self._tell(refusal.detail, "live")
            return
        if self._editing:
            self._services.questions.edit(self._editing, text)
        else:
            moment = self._moment_ms if self._at_position.isChecked() else None
            self._services.questions.ask(self._talk, text, self._anonymous.isChecked(), moment)
        self._finish(edited=self._editing is not None)

    def _finish(self, *, edited: bool) -> None:
        self._services.drafts.save(self._key(), "")
        self._services.drafts.flush()
        self._leave_editing()
        self._load()
        if self._live() and not edited:
            self._tell(_ASKED if self._moderated() else _ASKED_AND_SHOWN, "good")
        self.asked.emit()

    def _on_cancel(self) -> None:
        self._services.drafts.save(self._key(), "")
        self._leave_editing()
        self._load()

    def _on_vote_instead(self, question: str) -> None:
        self._services.questions.vote(QuestionId(question))
        self._services.drafts.save(self._key(), "")
        self._load()
        self._tell("You voted for the question that was there already.", "good")

    def _look_for_similar(self) -> None:
        if self._talk is not None:
            shown = shown_in(Tab.TOP, self._services.questions.board.of_talk(self._talk))
            votable = [question for question in shown if question.row.state in VOTABLE_STATES]
            self._search = Search(self.text.text, votable)
            self._slice.start()

    def _search_on(self) -> None:
        found = self._search.go_on() if self._search is not None else ()
        if found is not None:
            self._stop_search()
            self._similar.show_questions(found)

    def _stop_search(self) -> None:
        self._slice.stop()
        self._search = None

    @property
    def similar_questions(self) -> Sequence[DrawnQuestion]:
        """The questions that are offered to vote for instead."""
        return self._similar.questions

    def _moderated(self) -> bool:
        conference = self._services.program.conference
        talk = conference.talk(self._talk) if conference is not None and self._talk is not None else None
        return talk is None or talk.moderated

    def _live(self) -> bool:
        return self._services.connection.state.kind is ConnectionKind.LIVE

    def _playing_ms(self) -> int | None:
        playback = self._services.playback
        if playback.state.talk != self._talk or playback.state.phase not in _WATCHING:
            return None
        return playback.position_ms()

    def _show_name(self) -> None:
        identity = self._services.profile.identity
        anonymous = self._anonymous.isChecked()
        words = "Anonymous" if anonymous or identity is None else f"As {identity.name}"
        self._anonymous.show_words(self._fitting(words))
        self._anonymous.setAccessibleName(words)
        self._anonymous.show_icon(Icon.ANONYMOUS if anonymous else Icon.PERSON)

    def _fitting(self, words: str) -> str:
        """Return `words` as long as the line has room for them beside the other buttons."""
        beside = self._button.sizeHint().width() + (
            self._at_position.sizeHint().width() if self._at_position.isVisibleTo(self) else 0
        )
        room = self.width() - 2 * MEDIUM - 2 * TIGHT - beside - Theme.of_app().scaled(_NAME_CHROME)
        metrics = self._anonymous.fontMetrics()
        return metrics.elidedText(one_line(words), Qt.TextElideMode.ElideRight, max(_NAME_LEAST, room))

    def _on_position_toggled(self, on: bool) -> None:
        if on:
            self._moment_ms = self._moment_ms if self._moment_ms is not None else self._playing_ms()
        elif not self.text.text:
            self._moment_ms = None
        self._show_position()

    def _show_position(self) -> None:
        moment = self._moment_ms if self._moment_ms is not None else self._playing_ms()
        possible = moment is not None and self._editing is None
        if not possible and self._at_position.isChecked():
            self._at_position.setChecked(False)
        changed = possible != self._at_position.isVisibleTo(self)
        self._at_position.setVisible(possible)
        if moment is not None:
            self._at_position.show_words(f"at {wording.position(moment)}")
        if changed:
            self._show_name()

    def _tell(self, words: str | None, tone: str = "soft") -> None:
        self._told_words = (words, tone) if words else None
        if words and tone == "good":
            self._told.start()
        self._show_line()

    def _on_told(self) -> None:
        self._tell(None)

    def _show_line(self) -> None:
        if self._told_words is not None:
            words, tone = self._told_words
        elif self._editing:
            words, tone = "You are changing a question that waits for a chair.", "accent"
        elif not self._live():
            words, tone = "There is no connection: what you ask will be sent when the server is back.", "warn"
        else:
            words, tone = "", "soft"
        self._line.show_text(words)
        self._line.set_tone(tone)
        self._line.setVisible(bool(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_name()
