"""One question, large: the words, who asked, the answers so far, and what the author can do. Must never do it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import TABLE, Move
from personal_app.conference.rows import AnswerRow
from personal_app.services.drafts import DraftService
from personal_app.services.shared_drafts import SharedDraftService
from personal_app.ui.author.answer_editor import AnswerEditor
from personal_app.ui.author.inbox import offered
from personal_app.ui.author.written_answer import WrittenAnswer
from personal_app.ui.cards import wording
from personal_app.ui.cards.card import Card, Tone
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import Surface, column, row, rule

_CHIP_TONES = {Tone.PLAIN: "neutral", Tone.NEXT: "accent", Tone.LIVE: "live", Tone.GOOD: "good", Tone.WARN: "warn"}
_ANSWERS_SHOWN = 20


class QuestionDetail(Surface):
    """`take_clicked` carries the question's id and whether the author offers or takes the offer back, and
    `follow_up_clicked` whether it is to be marked as wanting more than was said; `retract_clicked` carries the
    question's id and an answer's that is to be taken back.
    """

    take_clicked = Signal(str, bool)
    follow_up_clicked = Signal(str, bool)
    position_clicked = Signal(str, int)
    retract_clicked = Signal(str, str)

    def __init__(
        self,
        drafts: DraftService,
        shared: SharedDraftService,
        clock: Callable[[], datetime],
        *,
        moderates: bool = False,
    ) -> None:
        """`moderates` makes it a chair's: any answer may be taken back, and nothing is offered."""
        super().__init__("panel")
        self._moderates = moderates
        self._me = ""
        self._question: DrawnQuestion | None = None
        self._offered = False
        self._name = PlainLabel(strong=True)
        self._chip = Chip()
        self._talk = PlainLabel(size=Size.SMALL, tone="faint", wrap=True)
        self._text = PlainLabel(size=Size.TITLE, wrap=True)
        self._text.let_select()
        self._meta = PlainLabel(tone="soft")
        self._position = Button("", Kind.LINK, name="detail_position")
        self._take = Button("Take it live", icon=Icon.HAND, name="take_live_button")
        self._take_words = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._flags: list[Chip] = []
        self._flag_row = row(spacing=TIGHT)
        self._follow_up = Button("", Kind.QUIET, name="follow_up_button")
        self._answers: QVBoxLayout = column(spacing=MEDIUM)
        self._shown_answers: tuple[AnswerRow, ...] | None = None
        self.editor = AnswerEditor(drafts, shared, clock)
        self._build()

    def show_question(self, card: Card, me: str, now: datetime) -> None:
        """Show the question of `card` to the participant `me`."""
        question = card.question
        changed = self._question is None or self._question.id != question.id
        self._question = question
        self._me = me
        self._offered = offered(question, me)
        self._name.show_text(card.name)
        self._chip.show_chip(card.state or "Shown to everyone", _CHIP_TONES[card.tone])
        self._show_flags(card)
        self._talk.show_text(card.talk)
        self._talk.setVisible(bool(card.talk))
        self._text.show_text(question.row.text)
        self._position.setVisible(question.row.position_ms is not None)
        if question.row.position_ms is not None:
            self._position.show_words(f"at {wording.position(question.row.position_ms)}")
        self.show_time(now)
        self._show_take(question)
        self._show_answers(question.answers, now)
        self.editor.show_question(question.id)
        if changed:
            self._scroll.verticalScrollBar().setValue(0)

    def show_time(self, now: datetime) -> None:
        """Let the question's age run on."""
        question = self._question
        if question is not None:
            votes = wording.count(question.votes, "vote", "votes")
            self.editor.show_others()
            self._meta.show_text(f"{wording.asker(question.row)} · {wording.ago(question.row.asked_at, now)} · {votes}")

    def _build(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        layout = column(page, spacing=SMALL)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        head = row()
        head.addWidget(self._name)
        head.addWidget(self._chip)
        head.addLayout(self._flag_row)
        head.addStretch(1)
        meta = row(spacing=TIGHT)
        meta.addWidget(self._meta)
        meta.addWidget(self._position)
        meta.addStretch(1)
        take = row(spacing=MEDIUM)
        take.addWidget(self._take)
        take.addWidget(self._take_words, 1)
        take.addStretch(0)
        take.addWidget(self._follow_up)
        layout.addLayout(head)
        layout.addWidget(self._talk)
        layout.addWidget(self._text)
        layout.addLayout(meta)
        layout.addSpacing(SMALL)
        layout.addLayout(take)
        layout.addSpacing(SMALL)
        layout.addWidget(rule())
        layout.addSpacing(SMALL)
        layout.addLayout(self._answers)
        layout.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = Surface("foot")
        foot_layout = column(foot)
        foot_layout.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        foot_layout.addWidget(self.editor)
        outer = column(self, spacing=0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(foot)
        self._take.clicked.connect(self._on_take)
        self._follow_up.clicked.connect(self._on_follow_up)
        self._position.clicked.connect(self._on_position)

    def _show_flags(self, card: Card) -> None:
        """Show what is set beside the question, and the button that marks it for follow-up."""
        while len(self._flags) < len(card.flags):
            self._flags.append(Chip())
            self._flag_row.addWidget(self._flags[-1])
        for place, chip in enumerate(self._flags):
            flag = card.flags[place] if place < len(card.flags) else None
            chip.show_chip(flag.words if flag is not None else "", flag.tone if flag is not None else "neutral")
        row_ = card.question.row
        self._follow_up.setVisible(row_.state in TABLE[Move.FOLLOW_UP].sources and not self._moderates)
        self._follow_up.show_words("Take the follow-up mark away" if row_.follow_up else "Mark for follow-up")

    def _on_follow_up(self) -> None:
        if self._question is not None:
            self.follow_up_clicked.emit(self._question.id, not self._question.row.follow_up)

    def _show_take(self, question: DrawnQuestion) -> None:
        possible = question.row.state in TABLE[Move.OFFER].sources and not self._moderates
        self._take.setVisible(possible)
        self._take_words.setVisible(possible)
        self._take.show_words("Take the offer back" if self._offered else "Take it live")
        self._take.show_kind(Kind.PLAIN if self._offered else Kind.PRIMARY)
        self._take.show_icon(Icon.CLOSE if self._offered else Icon.HAND)
        sending = Move.OFFER in question.unsent
        if self._offered:
            words = "Offered, on its way to the chairs." if sending else "Offered. The chair sees it and calls you."
        else:
            words = "Tells the chair that you will answer it live; the chair decides."
        self._take_words.show_text(words)

    def _show_answers(self, answers: tuple[AnswerRow, ...], now: datetime) -> None:
        if answers == self._shown_answers:
            return
        self._shown_answers = answers
        while (item := self._answers.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for answer in answers[-_ANSWERS_SHOWN:]:
            mine = answer.participant is not None and answer.participant == self._me
            written = WrittenAnswer(answer, now, mine=mine, may_retract=mine or self._moderates)
            written.change_clicked.connect(self.editor.reword)
            written.retract_clicked.connect(self._on_retract)
            self._answers.addWidget(written)
        if not answers:
            self._answers.addWidget(PlainLabel("No written answer yet.", tone="faint", size=Size.SMALL))

    def _on_retract(self, answer: AnswerRow) -> None:
        if self._question is None:
            return
        if answer.participant == self._me:
            # One's own words are not lost with the answer: they are a draft again.
            self.editor.write_again(answer.text)
        else:
            self.editor.stop_rewording()
        self.retract_clicked.emit(self._question.id, answer.id)

    def _on_take(self) -> None:
        if self._question is not None:
            self.take_clicked.emit(self._question.id, not self._offered)

    def _on_position(self) -> None:
        question = self._question
        if question is not None and question.row.position_ms is not None:
            self.position_clicked.emit(question.id, question.row.position_ms)

    @property
    def question(self) -> QuestionId | None:
        """The question that is shown."""
        return self._question.id if self._question is not None else None
