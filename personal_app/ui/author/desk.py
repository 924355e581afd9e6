"""The author's desk: one inbox over all of an author's talks, the chosen question large, and the answer beside it.

Must never decide whether an author may do something: the server does, and refusals are told in place.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QMainWindow, QSplitter, QStackedWidget, QWidget

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import AnswerId, QuestionId, Revision, TalkId
from personal_app.conference.people import persons
from personal_app.services.connection import ConnectionKind
from personal_app.services.questions import Receipt
from personal_app.services.services import Services
from personal_app.ui.author.cue_strip import CueStrip
from personal_app.ui.author.inbox import Filter, Myself, cue, shown_in
from personal_app.ui.author.question_detail import QuestionDetail
from personal_app.ui.cards import wording
from personal_app.ui.cards.card import Showing, card, first_in_order, people_names, talk_names
from personal_app.ui.cards.card_list import CardList
from personal_app.ui.cards.stillness import held
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel
from personal_app.ui.questions.refused_moves import RefusedMoves
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import Surface, column, row, rule

WIDTH, HEIGHT = 1080, 720
_NO_TALK = (
    "You are no author of a talk here",
    "Authors get an invitation from the organizers: use it in the main window, and your talks show here.",
)
_EMPTY = {
    Filter.OPEN: ("No open questions", "Questions about your talks show here once a chair has shown them to everyone."),
    Filter.ANSWERED: ("Nothing answered yet", "What was answered live or in writing is kept here."),
}
_CHOOSE = ("Choose a question", "It shows here with room for your answer.")
_AUTHORS_DO = (do.FollowUp, do.Offer, do.WriteAnswer, do.RetractAnswer, do.PutBack, do.Finish)
_WORDS = {Filter.OPEN: "Open", Filter.ANSWERED: "Answered"}


class AuthorDesk(QMainWindow):
    """A window for the talks that the person presents."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("author_desk")
        self.setWindowTitle("Author's desk")
        self.resize(WIDTH, HEIGHT)
        self._services = services
        self._chosen: QuestionId | None = None
        self._title = ElidedLabel(size=Size.TITLE, strong=True)
        self._connection = PlainLabel(size=Size.SMALL, tone="warn")
        self.cue_strip = CueStrip()
        self.refused = RefusedMoves("Put the text back…")
        self.list = CardList(services.program.now, "author_inbox", "Questions about your talks")
        self.detail = QuestionDetail(services.drafts, services.shared_drafts, services.program.now)
        self._filters = {wanted: Button("", Kind.QUIET, name=f"filter_{wanted}") for wanted in Filter}
        self._empty_list = EmptyState(Icon.INBOX, *_EMPTY[Filter.OPEN])
        self._list_pages = QStackedWidget()
        self._detail_pages = QStackedWidget()
        self._pages = QStackedWidget()
        self._build()
        self._connect()
        self.refresh()
        self.list.setFocus()

    @property
    def question(self) -> QuestionId | None:
        """The question that is shown large."""
        return self._chosen

    @property
    def filter(self) -> Filter:
        """What the inbox holds."""
        return next(wanted for wanted, button in self._filters.items() if button.isChecked())

    def choose(self, question: QuestionId) -> None:
        """Show a question large."""
        self._chosen = question
        self.list.select(question)
        self._show_detail()

    def refresh(self) -> None:
        """Show what the services hold now."""
        talks = self._talks()
        self._pages.setCurrentIndex(0 if talks else 1)
        if not talks:
            return
        questions = self._services.questions.board.questions
        for wanted, button in self._filters.items():
            count = len(shown_in(wanted, questions, talks))
            button.show_words(f"{_WORDS[wanted]} {count}" if count else _WORDS[wanted])
        showing = self._showing()
        shown = shown_in(self.filter, questions, talks)
        if self.list.pointed:
            shown = held(self.list.cards.ids, shown)
        self.list.set_cards([card(question, showing) for question in shown])
        self._empty_list.show_words(*_EMPTY[self.filter])
        self._list_pages.setCurrentIndex(0 if shown else 1)
        if self._chosen is None and shown:
            self._chosen = shown[0].id
            self.list.select(self._chosen)
        found = cue(questions, talks, self._myself(), showing.people)
        self.cue_strip.show_cue(found, showing.name(found.question) if found is not None else "")
        self._show_head(talks)
        self._show_detail()

    def _build(self) -> None:
        page = QWidget()
        layout = column(page, spacing=0)
        layout.addWidget(self._make_head())
        layout.addWidget(self.cue_strip)
        layout.addWidget(self.refused)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._make_inbox())
        splitter.addWidget(self._detail_pages)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([400, 680])
        layout.addWidget(splitter, 1)
        self._detail_pages.addWidget(self.detail)
        self._detail_pages.addWidget(EmptyState(Icon.QUESTION, *_CHOOSE))
        self._pages.addWidget(page)
        self._pages.addWidget(EmptyState(Icon.AUTHOR, *_NO_TALK))
        self.setCentralWidget(self._pages)
        self.setMinimumSize(760, 500)

    def _make_head(self) -> Surface:
        bar = Surface("bar")
        head = row(bar, spacing=MEDIUM)
        head.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        head.addWidget(self._title, 1)
        head.addWidget(self._connection)
        return bar

    def _make_inbox(self) -> Surface:
        inbox = Surface("panel")
        layout = column(inbox, spacing=0)
        filters = row(spacing=TIGHT)
        filters.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        group = QButtonGroup(self)
        for button in self._filters.values():
            button.setCheckable(True)
            group.addButton(button)
            filters.addWidget(button)
        filters.addStretch(1)
        self._filters[Filter.OPEN].setChecked(True)
        layout.addLayout(filters)
        layout.addWidget(rule())
        self._list_pages.addWidget(self.list)
        self._list_pages.addWidget(self._empty_list)
        layout.addWidget(self._list_pages, 1)
        return inbox

    def _connect(self) -> None:
        services = self._services
        for signal in (services.questions.changed, services.program.changed, services.profile.changed):
            signal.connect(self._on_changed)
        services.connection.changed.connect(self._on_changed)
        services.program.ticked.connect(self._on_tick)
        services.questions.refused.connect(self._on_refused)
        services.questions.receipts.found.connect(self._on_refused)
        for receipt in services.questions.receipts.kept:
            self._on_refused(receipt)
        for button in self._filters.values():
            button.toggled.connect(self._on_filter)
        self.list.current_changed.connect(self._on_current)
        self.list.pointer_left.connect(self._on_changed)
        self.list.position_clicked.connect(self._on_position)
        self.detail.position_clicked.connect(self._on_position)
        self.detail.take_clicked.connect(self._on_take)
        self.detail.follow_up_clicked.connect(
            lambda question, active: services.questions.follow_up(QuestionId(question), active)
        )
        self.detail.editor.written.connect(self._on_written)
        self.detail.editor.reworded.connect(self._on_reworded)
        self.detail.retract_clicked.connect(self._on_retract)
        self.cue_strip.take_clicked.connect(lambda question: self._on_take(question, True))
        self.cue_strip.shown_clicked.connect(lambda question: self.choose(QuestionId(question)))
        self.cue_strip.finish_clicked.connect(lambda question: services.questions.finish(QuestionId(question)))
        self.cue_strip.put_back_clicked.connect(lambda question: services.questions.put_back(QuestionId(question)))
        self.refused.again_clicked.connect(self._on_again)
        self.refused.put_away.connect(services.questions.receipts.put_away)

    def _talks(self) -> frozenset[TalkId]:
        return self._services.profile.audience.author_of

    def _name(self) -> str:
        identity = self._services.profile.identity
        return identity.name if identity is not None else ""

    def _me(self) -> str:
        return self._services.profile.participant() or ""

    def _myself(self) -> Myself:
        identity = self._services.profile.identity
        grants = identity.grants if identity is not None else ()
        return Myself(self._me(), self._name(), persons(grants))

    def _live(self) -> bool:
        return self._services.connection.state.kind is ConnectionKind.LIVE

    def _showing(self) -> Showing:
        return Showing(
            first=first_in_order(self._services.questions.board.questions),
            live=self._live(),
            talks=talk_names(self._services.program.conference, sorted(self._talks())),
            beside=True,
            people=people_names(self._services.program.conference),
            me=self._name(),
            persons=self._myself().persons,
        )

    def _drawn(self) -> DrawnQuestion | None:
        return self._services.questions.board.question(self._chosen) if self._chosen is not None else None

    def _show_head(self, talks: frozenset[TalkId]) -> None:
        conference = self._services.program.conference
        only = conference.talk(next(iter(talks))) if conference is not None and len(talks) == 1 else None
        self._title.show_text(only.title if only is not None else f"Your {wording.count(len(talks), 'talk', 'talks')}")
        self._on_tick()

    def _show_detail(self) -> None:
        question = self._drawn()
        self._detail_pages.setCurrentIndex(0 if question is not None else 1)
        if question is not None:
            shown = card(question, self._showing())
            self.detail.show_question(shown, self._me(), self._services.program.now())

    def _on_changed(self) -> None:
        # A window that nobody sees is brought up to date when it is shown again.
        if self.isVisible():
            self.refresh()

    def _on_tick(self) -> None:
        now = self._services.program.now()
        self._connection.show_text("" if self._live() else self._services.connection.words(now))
        self.detail.show_time(now)

    def _on_filter(self, on: bool) -> None:
        if on:
            self.list.show_other(())
            self.refresh()

    def _on_current(self, question: str) -> None:
        if question and question != self._chosen:
            self._chosen = QuestionId(question)
            self._show_detail()

    def _on_take(self, question: str, active: bool) -> None:
        self._services.questions.offer(QuestionId(question), active)

    def _on_written(self, question: str, text: str, draft: Revision | None) -> None:
        self._services.questions.answer(QuestionId(question), text, draft)
        self._tell_sent()

    def _on_reworded(self, question: str, answer: str, text: str) -> None:
        self._services.questions.reword(QuestionId(question), AnswerId(answer), text)
        self._tell_sent()

    def _on_retract(self, question: str, answer: str) -> None:
        self._services.questions.retract(QuestionId(question), AnswerId(answer))

    def _tell_sent(self) -> None:
        words = "Sent." if self._live() else "It will be sent when the server is back."
        self.detail.editor.tell(words, "good" if self._live() else "warn")

    def _on_position(self, question_id: str, position_ms: int) -> None:
        question = self._services.questions.board.question(QuestionId(question_id))
        if question is not None:
            self._services.playback.open(question.row.talk)
            self._services.playback.seek(position_ms)

    def _on_refused(self, receipt: Receipt) -> None:
        if isinstance(receipt.command.do, _AUTHORS_DO):
            self.refused.add(receipt)

    def _on_again(self, receipt: Receipt) -> None:
        wanted = receipt.command.do
        if isinstance(wanted, do.WriteAnswer):
            self.choose(do.question_of(wanted))
            self.detail.editor.write_again(wanted.text)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)
