"""The foot of the console: the selected question, the moves it allows, and the words that go with some of them.

Buttons stay where they are and only grey out, so that none slips under the pointer. Must never make a move itself.
"""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.ui.chair.moves import MOVES, ChairMove, possible
from personal_app.ui.chair.words_row import WordsRow
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, tip
from personal_app.ui.tokens import MEDIUM, SMALL
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_LEAST_WORDS = 240
#: The everyday moves have buttons; the others have keys and stand in the card's menu.
_ON_BUTTONS = (
    ChairMove.APPROVE,
    ChairMove.REJECT,
    ChairMove.QUEUE,
    ChairMove.UNQUEUE,
    ChairMove.START,
    ChairMove.REOPEN,
)
_KINDS = {ChairMove.APPROVE: Kind.PRIMARY, ChairMove.REJECT: Kind.DANGER}


class ActionBar(Surface):
    """`made` carries the move that was chosen, `worded` a move, its question (nothing: all that are marked) and the
    words, `reordered` -1 or 1.
    """

    made = Signal(ChairMove)
    worded = Signal(ChairMove, str, str)
    reordered = Signal(int)

    def __init__(self) -> None:
        super().__init__("foot")
        self._what = ElidedLabel(tone="soft")
        self._buttons = {move: _button(move) for move in _ON_BUTTONS}
        self._up = IconButton(Icon.MOVE_UP, "Earlier in the order", name="earlier_button", keys="Shift+K")
        self._down = IconButton(Icon.MOVE_DOWN, "Later in the order", name="later_button", keys="Shift+J")
        self._words = WordsRow()
        self._pages = QStackedWidget()
        self._build()
        self.show_question(None, "", (False, False))

    @property
    def asking_words(self) -> bool:
        """True while the words for a move are being written."""
        return self._pages.currentIndex() == 1

    def show_question(self, question: DrawnQuestion | None, name: str, can_reorder: tuple[bool, bool]) -> None:
        """Show what can be done to the selected question, called `name`; `can_reorder` is (earlier, later)."""
        for move, button in self._buttons.items():
            button.setEnabled(possible(move, question))
        self._up.setEnabled(can_reorder[0])
        self._down.setEnabled(can_reorder[1])
        nothing = "No question is selected: J and K choose one."
        self._what.show_text(_quoted(question, name) if question is not None else nothing)

    def show_marked(self, words: str, takes: Callable[[ChairMove], bool]) -> None:
        """Show what can be done to the marked questions at once; `words` say how many they are."""
        for move, button in self._buttons.items():
            button.setEnabled(takes(move))
        self._up.setEnabled(False)
        self._down.setEnabled(False)
        self._what.show_text(f"{words} marked: moves act on all. Esc unmarks.")

    def ask_words_for_all(self, move: ChairMove, words: str) -> None:
        """Ask for the words that go with a move of all marked questions; `words` say how many they are."""
        self._words.begin(move, QuestionId(""), words)
        self._pages.setCurrentIndex(1)
        self._words.field.setFocus()

    def ask_words(self, move: ChairMove, question: DrawnQuestion, name: str) -> None:
        """Ask for the words of a move of `question`; it stays that question whatever is selected meanwhile."""
        known = question.row.note if move is ChairMove.NOTE else ""
        self._words.begin(move, question.id, _quoted(question, name), known)
        self._pages.setCurrentIndex(1)
        self._words.field.setFocus()

    def close_words(self) -> None:
        """Do nothing that wanted words."""
        self._pages.setCurrentIndex(0)

    def _build(self) -> None:
        actions, buttons = QWidget(), QWidget()
        self._line = row(actions)
        self._line.addWidget(self._what, 1)
        self._line.addWidget(buttons)
        line = row(buttons)
        line.addStretch(1)
        line.addWidget(self._up)
        line.addWidget(self._down)
        for move, button in self._buttons.items():
            button.clicked.connect(lambda _=False, move=move: self.made.emit(move))
            line.addWidget(button)
        self._up.clicked.connect(lambda: self.reordered.emit(-1))
        self._down.clicked.connect(lambda: self.reordered.emit(1))
        self._words.decided.connect(self._on_decided)
        self._words.cancelled.connect(self.close_words)
        self._pages.addWidget(actions)
        self._pages.addWidget(self._words)
        layout = column(self)
        layout.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        layout.addWidget(self._pages)
        self._buttons_box = buttons

    def _on_decided(self, move: ChairMove, question: str, words: str) -> None:
        self.close_words()
        self.worded.emit(move, question, words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Beside the buttons the question wants room for a few words, else it stands above them.
        beside = self._buttons_box.sizeHint().width() + _LEAST_WORDS <= self.width()
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)


def _button(move: ChairMove) -> Button:
    words = MOVES[move]
    button = Button(f"{words.button} ({words.key})", _KINDS.get(move, Kind.PLAIN), name=f"{move}_button")
    button.setToolTip(tip(words.does))
    return button


def _quoted(question: DrawnQuestion, name: str) -> str:
    return f"{name} “{question.row.text}”".strip()
