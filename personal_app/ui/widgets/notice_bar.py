"""A line across a window that says what happened and what to do, until a person puts it away."""

from collections.abc import Callable

from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.speech import speak
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton
from personal_app.ui.widgets.empty_state import IconMark
from personal_app.ui.widgets.frames import Surface, row

_MARK_SIDE = 18


class NoticeBar(Surface):
    """Hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__("notice")
        self.setObjectName("notice_bar")
        self._act: Callable[[], None] | None = None
        self._words = PlainLabel("", wrap=True)
        self._words.let_select()
        self._words.setAccessibleName("Notice")
        close = IconButton(Icon.CLOSE, "Put this away", name="notice_close_button")
        close.clicked.connect(self.hide)
        self._action = Button("", name="notice_action_button")
        self._action.clicked.connect(self._on_action)
        line = row(self, spacing=SMALL)
        line.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        self._mark = IconMark(Icon.WARNING, "warn", _MARK_SIDE)
        line.addWidget(self._mark)
        line.addWidget(self._words, 1)
        line.addWidget(self._action)
        line.addWidget(close)
        self.hide()

    def tell(
        self, sentence: str, action: str = "", act: Callable[[], None] | None = None, mark: Icon = Icon.WARNING
    ) -> None:
        """Say it; `act` is what the button with the words `action` does about it, `mark` the icon before the words."""
        self._act = act
        self._mark.show_icon(mark, "warn" if mark is Icon.WARNING else "accent")
        self._words.show_text(sentence)
        self._action.show_words(action)
        self._action.setVisible(act is not None)
        self.setVisible(bool(sentence))
        speak(self, sentence)

    def _on_action(self) -> None:
        act = self._act
        self.hide()
        if act is not None:
            act()

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._words.text()
