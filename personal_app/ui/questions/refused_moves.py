"""What the server did not accept, told in place: the sentence, the text that was meant, and a way to try again.

A person's own words are never lost here: they stay until somebody asks again or puts them away. Must never send.
"""

from collections import deque

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.commands import Ask, Edit, WriteAnswer
from personal_app.services.questions import Receipt
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.tokens import MEDIUM, SMALL, Size
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_TEXT_CHARS = 400
_KEPT = 50


class RefusedMoves(QWidget):
    """Shows the oldest refusal first, one at a time; hidden while there is none."""

    #: Receipt: the person wants its text back, to say it again.
    again_clicked = Signal(object)
    #: Receipt: the person has seen it, and it need not be told any more. Comes before `again_clicked` too.
    put_away = Signal(object)

    def __init__(self, again: str = "Ask again…") -> None:
        """`again` names the button that gives the text back."""
        super().__init__()
        self._waiting: deque[Receipt] = deque(maxlen=_KEPT)
        self._sentence = PlainLabel(wrap=True, size=Size.SMALL, tone="warn")
        self._sentence.setObjectName("refused_sentence")
        self._text = PlainLabel(wrap=True, size=Size.SMALL, tone="soft")
        self._more = PlainLabel(size=Size.SMALL, tone="faint")
        self._again = Button(again, Kind.PLAIN, name="refused_again")
        self._dismiss = IconButton(Icon.CLOSE, "Put away", name="refused_dismiss")
        strip = Surface("warn")
        column(self, margins=SMALL).addWidget(strip)
        layout = column(strip, spacing=SMALL)
        layout.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        head = row(spacing=SMALL)
        head.addWidget(self._sentence, 1)
        head.addWidget(self._dismiss)
        foot = row(spacing=SMALL)
        foot.addWidget(self._again)
        foot.addWidget(self._more)
        foot.addStretch(1)
        layout.addLayout(head)
        layout.addWidget(self._text)
        layout.addLayout(foot)
        self._again.clicked.connect(self._on_again)
        self._dismiss.clicked.connect(self._on_dismiss)
        self._show()

    @property
    def sentence(self) -> str:
        """What is told now, or nothing."""
        return self._sentence.text() if self._waiting else ""

    def add(self, receipt: Receipt) -> None:
        """Tell of one more refusal."""
        self._waiting.append(receipt)
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        receipt = self._waiting[0]
        text = meant(receipt)
        self._sentence.show_text(receipt.detail if receipt.final else f"{receipt.detail} It will be tried again.")
        self._text.show_text(f"“{plain(text, _TEXT_CHARS)}”" if text else "")
        self._text.setVisible(bool(text))
        self._again.setVisible(bool(text) and receipt.final)
        others = len(self._waiting) - 1
        self._more.show_text(f"and {others} more" if others else "")
        self._more.setVisible(bool(others))

    def _on_again(self) -> None:
        self.again_clicked.emit(self._next())

    def _on_dismiss(self) -> None:
        self._next()

    def _next(self) -> Receipt:
        receipt = self._waiting.popleft()
        self._show()
        self.put_away.emit(receipt)
        return receipt


def meant(receipt: Receipt) -> str:
    """Return the person's own words in the refused move, or nothing where it carried none."""
    wanted = receipt.command.do
    return wanted.text if isinstance(wanted, Ask | Edit | WriteAnswer) else ""
