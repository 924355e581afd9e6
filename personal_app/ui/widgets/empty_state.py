"""What a place shows while it has nothing to show: an icon, what is so, what to do, and perhaps a button for it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from personal_app.ui.icons import Icon, draw_icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import LARGE, MEDIUM, TIGHT

_MARK_SIDE = 40
_MOST_WIDTH = 420


class IconMark(QWidget):
    """A large icon in a quiet tone."""

    def __init__(self, which: Icon, tone: str = "line_strong", side: int = _MARK_SIDE) -> None:
        super().__init__()
        self._which = which
        self._tone = tone
        self._side = side
        self._theme = Theme.of_app()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, which: Icon, tone: str | None = None) -> None:
        """Show another icon, in another tone where one is given."""
        self._which = which
        self._tone = tone or self._tone
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.scaled(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        draw_icon(painter, self.rect(), self._which, self._theme.colour(self._tone))
        painter.end()


class EmptyState(QWidget):
    """Centred in its place, never wider than a line that reads well."""

    def __init__(self, which: Icon, headline: str, sentence: str = "", *, stage: bool = False) -> None:
        """`stage` is for dark ground whatever the look: the place of the picture."""
        super().__init__()
        soft = "stage_soft" if stage else "soft"
        self._mark = IconMark(which, "stage_soft" if stage else "line_strong")
        self._headline = PlainLabel(headline, strong=True, wrap=True, tone="stage" if stage else "")
        self._sentence = PlainLabel(sentence, wrap=True, tone=soft)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(MEDIUM)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        outer.setSpacing(TIGHT)
        outer.addStretch(1)
        outer.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(TIGHT)
        for label in (self._headline, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            label.setMaximumWidth(_MOST_WIDTH)
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(label, 100)
            line.addStretch(1)
            outer.addLayout(line)
        outer.addSpacing(MEDIUM)
        outer.addLayout(self._actions)
        outer.addStretch(2)
        self._sentence.setVisible(bool(sentence))

    def show_words(self, headline: str, sentence: str = "", which: Icon | None = None) -> None:
        """Say something else."""
        self._headline.show_text(headline)
        self._sentence.show_text(sentence)
        self._sentence.setVisible(bool(sentence))
        if which is not None:
            self._mark.show_icon(which)

    def add_action(self, button: QWidget) -> None:
        """Place a button under the words."""
        if self._actions.count() == 0:
            self._actions.addStretch(1)
            self._actions.addStretch(1)
        self._actions.insertWidget(self._actions.count() - 1, button)
