"""The foot of the console: the selected question, the moves it allows, and the reason that goes with some of them.

Buttons stay where they are and only grey out, so that none slips under the pointer. Must never make a move itself.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QStackedWidget, QWidget

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.text import REASON_CHARS
from personal_app.ui.chair.moves import MOVES, ChairMove, possible
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, tip
from personal_app.ui.tokens import MEDIUM, SMALL, Size
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
_REASONS = {
    ChairMove.RETURN: ("Return", "returning"),
    ChairMove.REJECT: ("Decline", "declining"),
    ChairMove.HIDE: ("Hide", "hiding"),
}
_KINDS = {ChairMove.APPROVE: Kind.PRIMARY, ChairMove.REJECT: Kind.DANGER}


class ActionBar(Surface):
    """`made` carries the move that was chosen, `reasoned` a move, its question and the reason, `reordered` -1 or 1."""

    made = Signal(ChairMove)
    reasoned = Signal(ChairMove, str, str)
    reordered = Signal(int)

    def __init__(self) -> None:
        super().__init__("foot")
        self._what = ElidedLabel(tone="soft")
        self._buttons = {move: _button(move) for move in _ON_BUTTONS}
        self._up = IconButton(Icon.MOVE_UP, "Earlier in the order", name="earlier_button", keys="Shift+K")
        self._down = IconButton(Icon.MOVE_DOWN, "Later in the order", name="later_button", keys="Shift+J")
        self._reason = _ReasonRow()
        self._pages = QStackedWidget()
        self._build()
        self.show_question(None, "", (False, False))

    @property
    def asking_reason(self) -> bool:
        """True while a reason is being written."""
        return self._pages.currentIndex() == 1

    def show_question(self, question: DrawnQuestion | None, name: str, can_reorder: tuple[bool, bool]) -> None:
        """Show what can be done to the selected question, called `name`; `can_reorder` is (earlier, later)."""
        for move, button in self._buttons.items():
            button.setEnabled(possible(move, question))
        self._up.setEnabled(can_reorder[0])
        self._down.setEnabled(can_reorder[1])
        nothing = "No question is selected: J and K choose one."
        self._what.show_text(_quoted(question, name) if question is not None else nothing)

    def ask_reason(self, move: ChairMove, question: DrawnQuestion, name: str) -> None:
        """Ask for the reason of a move of `question`; it stays that question whatever is selected meanwhile."""
        self._reason.begin(move, question.id, _quoted(question, name))
        self._pages.setCurrentIndex(1)
        self._reason.field.setFocus()

    def close_reason(self) -> None:
        """Do nothing that wanted a reason."""
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
        self._reason.decided.connect(self._on_decided)
        self._reason.cancelled.connect(self.close_reason)
        self._pages.addWidget(actions)
        self._pages.addWidget(self._reason)
        layout = column(self)
        layout.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        layout.addWidget(self._pages)
        self._buttons_box = buttons

    def _on_decided(self, move: ChairMove, question: str, reason: str) -> None:
        self.close_reason()
        self.reasoned.emit(move, question, reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Beside the buttons the question wants room for a few words, else it stands above them.
        beside = self._buttons_box.sizeHint().width() + _LEAST_WORDS <= self.width()
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)


class _ReasonRow(QWidget):
    """One line to write a reason in."""

    decided = Signal(ChairMove, str, str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._move = ChairMove.REJECT
        self._question = QuestionId("")
        self._what = ElidedLabel(tone="soft")
        self._left = PlainLabel(size=Size.SMALL, tone="faint")
        self.field = QLineEdit()
        self.field.setObjectName("reason_text")
        self.field.setPlaceholderText("Reason, shown to the asker (may stay empty)")
        self.field.setMaxLength(REASON_CHARS)
        self._decide = Button("Decline", Kind.DANGER, name="decline_button")
        cancel = Button("Cancel (Esc)", Kind.QUIET, name="decline_cancel")
        line = row(self)
        line.addWidget(self._what, 1)
        line.addWidget(self.field, 2)
        for widget in (self._left, cancel, self._decide):
            line.addWidget(widget)
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_decided)
        self._decide.clicked.connect(self._on_decided)
        cancel.clicked.connect(self.cancelled)

    def begin(self, move: ChairMove, question: QuestionId, words: str) -> None:
        self._move = move
        self._question = question
        verb, doing = _REASONS[move]
        self._what.show_text(f"{verb} {words}")
        self._decide.show_words(verb)
        self.field.setAccessibleName(f"Reason for {doing}")
        self.field.clear()
        self._on_text("")

    def _on_text(self, text: str) -> None:
        self._left.show_text(f"{len(text)} / {REASON_CHARS}" if text else "")

    def _on_decided(self) -> None:
        self.decided.emit(self._move, self._question, self.field.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)


def _button(move: ChairMove) -> Button:
    words = MOVES[move]
    button = Button(f"{words.button} ({words.key})", _KINDS.get(move, Kind.PLAIN), name=f"{move}_button")
    button.setToolTip(tip(words.does))
    return button


def _quoted(question: DrawnQuestion, name: str) -> str:
    return f"{name} “{question.row.text}”".strip()
