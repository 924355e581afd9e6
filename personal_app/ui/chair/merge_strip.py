"""While a question is being merged: which one, and those that ask the same, to be chosen by click or number.

They are looked for in slices, so that keys never wait. Must never merge.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import TARGET_STATES
from personal_app.ui.plain_text import PlainLabel, one_line, tip
from personal_app.ui.questions.similar import Search
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

#: So many are offered; each has the number key of its place.
MOST_OFFERED = 3
_TEXT_CHARS = 60


class MergeStrip(QWidget):
    """Hidden while nothing is being merged. `chosen` carries the question into which the begun one is to go."""

    chosen = Signal(str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("merge_strip")
        self._question: QuestionId | None = None
        self._search: Search | None = None
        self._name: Callable[[DrawnQuestion], str] = lambda _: ""
        self._offered: tuple[DrawnQuestion, ...] = ()
        self._slice = QTimer(self, interval=0)
        self._slice.timeout.connect(self._go_on)
        self._sentence = PlainLabel(wrap=True)
        self._buttons = [Button("", name=f"merge_into_{place + 1}") for place in range(MOST_OFFERED)]
        self._build()
        self.hide()

    @property
    def question(self) -> QuestionId | None:
        """The question that is being merged, or None."""
        return self._question

    @property
    def sentence(self) -> str:
        """What the chair is told."""
        return self._sentence.text()

    @property
    def offered(self) -> tuple[DrawnQuestion, ...]:
        """What resembles the question, the most alike first."""
        return self._offered

    def begin(
        self, question: DrawnQuestion, others: Sequence[DrawnQuestion], name: Callable[[DrawnQuestion], str]
    ) -> None:
        """Begin to merge `question` into one of `others` that everyone sees; `name` says how people call a question."""
        self._question = question.id
        self._name = name
        targets = [other for other in others if other.id != question.id and other.row.state in TARGET_STATES]
        self._show_offers(())
        self._sentence.show_text(
            f"Merging {name(question)}: choose the one that asks the same, then press M. Esc stops."
        )
        self._search = Search(question.row.text, targets)
        self._slice.start()
        self.show()

    def end(self) -> None:
        """Merge nothing any more."""
        self._question = self._search = None
        self._slice.stop()
        self.hide()

    def choose(self, place: int) -> None:
        """Choose what is offered at a place, counted from 0; nothing where nothing is."""
        if self._question is not None and place < len(self._offered):
            self.chosen.emit(self._offered[place].id)

    def _build(self) -> None:
        strip = Surface("accent")
        outer = row(self)
        outer.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        outer.addWidget(strip)
        layout = column(strip, spacing=TIGHT)
        layout.setContentsMargins(MEDIUM, TIGHT, SMALL, SMALL)
        head = row()
        cancel = Button("Cancel (Esc)", Kind.QUIET, name="merge_cancel")
        cancel.clicked.connect(self.cancelled)
        head.addWidget(self._sentence, 1)
        head.addWidget(cancel)
        layout.addLayout(head)
        for place, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, place=place: self.choose(place))
            line = row()
            line.addWidget(button)
            line.addStretch(1)
            layout.addLayout(line)

    def _go_on(self) -> None:
        found = self._search.go_on() if self._search is not None else ()
        if found is not None:
            self._slice.stop()
            self._show_offers(found[:MOST_OFFERED])

    def _show_offers(self, found: Sequence[DrawnQuestion]) -> None:
        self._offered = tuple(found)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(found))
            if place < len(found):
                text = one_line(found[place].row.text, _TEXT_CHARS)
                button.show_words(f"Into {self._name(found[place])}: {text} ({place + 1})")
                button.setToolTip(tip(found[place].row.text))
