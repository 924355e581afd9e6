"""The questions that resemble what is being written, each with a button to vote for it instead. Must never vote."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from personal_app.conference.board import DrawnQuestion
from personal_app.ui.cards import wording
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_MOST = 3
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
        self._offers = [_Offer() for _ in range(_MOST)]
        layout = column(self, spacing=TIGHT)
        layout.addWidget(PlainLabel("Already asked? Vote for it instead.", size=Size.SMALL, tone="soft"))
        for place, offer in enumerate(self._offers):
            offer.button.clicked.connect(lambda _=False, place=place: self._on_vote(place))
            layout.addWidget(offer)
        layout.addSpacing(MEDIUM - SMALL)
        self.show_questions(())

    @property
    def questions(self) -> tuple[DrawnQuestion, ...]:
        """What is offered."""
        return self._questions

    def show_questions(self, questions: Sequence[DrawnQuestion]) -> None:
        """Offer these, and hide where there is none."""
        self._questions = tuple(questions[:_MOST])
        for place, offer in enumerate(self._offers):
            offer.setVisible(place < len(self._questions))
            if place < len(self._questions):
                self._fill(offer, self._questions[place])
        self.setVisible(bool(self._questions))

    def _fill(self, offer: _Offer, question: DrawnQuestion) -> None:
        text = one_line(question.row.text, _TEXT_CHARS)
        offer.words.show_text(f"{wording.number(question.row)}  {text}".strip())
        offer.button.show_icon(Icon.VOTED if question.voted else Icon.VOTE)
        offer.button.show_words("Voted" if question.voted else f"Vote · {question.votes}")
        offer.button.setEnabled(not question.voted)

    def _on_vote(self, place: int) -> None:
        if place < len(self._questions):
            self.vote_clicked.emit(self._questions[place].id)
