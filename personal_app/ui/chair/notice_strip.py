"""One sentence across the console about what did not go as meant, until it is put away or the next one comes."""

from PySide6.QtWidgets import QWidget

from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import IconButton
from personal_app.ui.widgets.frames import Surface, row


class NoticeStrip(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("console_notice")
        self._sentence = PlainLabel(tone="warn", wrap=True)
        dismiss = IconButton(Icon.CLOSE, "Put away", name="notice_dismiss")
        dismiss.clicked.connect(self.clear)
        strip = Surface("warn")
        outer = row(self)
        outer.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        outer.addWidget(strip)
        layout = row(strip)
        layout.setContentsMargins(MEDIUM, TIGHT, TIGHT, TIGHT)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(dismiss)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is told, or nothing."""
        return self._sentence.text()

    def tell(self, sentence: str) -> None:
        """Tell it in place of what was told before."""
        self._sentence.show_text(sentence)
        self.show()

    def clear(self) -> None:
        """Tell nothing."""
        self._sentence.show_text("")
        self.hide()
