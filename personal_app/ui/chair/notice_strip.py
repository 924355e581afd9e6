"""One sentence across the console about what did not go as meant, until it is put away or the next one comes."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.speech import speak
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton
from personal_app.ui.widgets.frames import Surface, row


class NoticeStrip(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("console_notice")
        self._act: Callable[[], None] | None = None
        self._sentence = PlainLabel(tone="warn", wrap=True)
        self._offer = Button("", name="notice_offer")
        self._offer.clicked.connect(self.accept)
        dismiss = IconButton(Icon.CLOSE, "Put away", name="notice_dismiss")
        dismiss.clicked.connect(self.clear)
        strip = Surface("warn")
        outer = row(self)
        outer.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        outer.addWidget(strip)
        layout = row(strip)
        layout.setContentsMargins(MEDIUM, TIGHT, TIGHT, TIGHT)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._offer)
        layout.addWidget(dismiss)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is told, or nothing."""
        return self._sentence.text()

    @property
    def offer(self) -> str:
        """What is offered to be done about it, or nothing."""
        return self._offer.accessibleName() if self._act is not None else ""

    def tell(self, sentence: str, offer: str = "", act: Callable[[], None] | None = None) -> None:
        """Tell it in place of what was told before; `act` does what the button with the words `offer` offers."""
        self._act = act
        self._sentence.show_text(sentence)
        self._offer.show_words(offer)
        self._offer.setVisible(act is not None)
        self.show()
        speak(self, " ".join(filter(None, (sentence, offer))))

    def accept(self) -> bool:
        """Do what is offered, and tell nothing any more; False where nothing is."""
        act = self._act
        if act is None:
            return False
        self.clear()
        act()
        return True

    def clear(self) -> None:
        """Tell nothing."""
        self._act = None
        self._sentence.show_text("")
        self.hide()
