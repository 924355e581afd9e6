"""The questions that resemble what is being written, each with a button to vote for it instead. Must never vote.

They are looked for in the pauses of the keyboard and in slices, so that writing never waits.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import TalkId
from personal_app.conference.questions import VOTABLE_STATES
from personal_app.services.questions import QuestionService
from personal_app.ui.cards import wording
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.questions.arrangement import Tab, shown_in
from personal_app.ui.questions.similar import Search
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_MOST = 3
_PAUSE_MS = 200
_TEXT_CHARS = 140


class _Offer(Surface):
    """One question and its button."""

    def __init__(self) -> None:
        super().__init__("accent")
        self.words = PlainLabel(size=Size.SMALL, wrap=True)
        self.button = Button("", Kind.QUIET, icon=Icon.VOTE)
        layout = row(self, spacing=SMALL)
        layout.setContentsMargins(SMALL, TIGHT, TIGHT, TIGHT)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.button)


class SimilarQuestions(Surface):
    """At most three; hidden while there are none."""

    vote_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__("plain")
        self._questions: tuple[DrawnQuestion, ...] = ()
        self._wanted: Callable[[], Search] | None = None
        self._search: Search | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._slice = QTimer(self, interval=0)
        self._pause.timeout.connect(self._begin)
        self._slice.timeout.connect(self._go_on)
        self._offers: list[_Offer] = []
        self.hide()

    @property
    def questions(self) -> tuple[DrawnQuestion, ...]:
        """What is offered."""
        return self._questions

    def look(self, text: str, questions: QuestionService, talk: TalkId) -> None:
        """Look for what resembles `text` among the talk's questions, once the keyboard pauses."""
        self._wanted = lambda: Search(text, _votable(questions.board.of_talk(talk)))
        self._pause.start()

    def stop(self) -> None:
        """Look no more, and offer nothing."""
        self._pause.stop()
        self._slice.stop()
        self.show_questions(())

    def _begin(self) -> None:
        if self._wanted is not None:
            self._search = self._wanted()
            self._slice.start()

    def _go_on(self) -> None:
        found = self._search.go_on() if self._search is not None else ()
        if found is not None:
            self._slice.stop()
            self.show_questions(found)

    def show_questions(self, questions: Sequence[DrawnQuestion]) -> None:
        """Offer these, and hide where there is none."""
        self._questions = tuple(questions[:_MOST])
        if self._questions and not self._offers:
            self._build()
        for place, offer in enumerate(self._offers):
            offer.setVisible(place < len(self._questions))
            if place < len(self._questions):
                self._fill(offer, self._questions[place])
        self.setVisible(bool(self._questions))

    def _build(self) -> None:
        """Most people never need it: the box they ask in is there sooner without."""
        layout = column(self, spacing=TIGHT)
        layout.addWidget(PlainLabel("Already asked? Vote for it instead.", size=Size.SMALL, tone="soft"))
        for place in range(_MOST):
            offer = _Offer()
            offer.button.clicked.connect(lambda _=False, place=place: self._on_vote(place))
            layout.addWidget(offer)
            self._offers.append(offer)
        layout.addSpacing(MEDIUM - SMALL)

    def _fill(self, offer: _Offer, question: DrawnQuestion) -> None:
        text = one_line(question.row.text, _TEXT_CHARS)
        offer.words.show_text(f"{wording.number(question.row)}  {text}".strip())
        offer.button.show_icon(Icon.VOTED if question.voted else Icon.VOTE)
        offer.button.show_words("Voted" if question.voted else f"Vote · {question.votes}")
        offer.button.setEnabled(not question.voted)

    def _on_vote(self, place: int) -> None:
        if place < len(self._questions):
            self.vote_clicked.emit(self._questions[place].id)


def _votable(questions: Sequence[DrawnQuestion]) -> list[DrawnQuestion]:
    return [question for question in shown_in(Tab.TOP, questions) if question.row.state in VOTABLE_STATES]
