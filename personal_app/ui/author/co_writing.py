"""The line above an answer that is being written: who else writes on it, and whose words stay. Must never send."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row


class CoWriting(QWidget):
    """Hidden while nobody else writes."""

    mine_kept = Signal()
    theirs_taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("co_writing")
        self._strip = Surface("accent")
        self._words = PlainLabel(size=Size.SMALL, wrap=True)
        self._theirs = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._take = Button("Use theirs", Kind.PLAIN, name="take_theirs_button")
        self._keep = Button("Keep mine", Kind.PRIMARY, name="keep_mine_button")
        outer = column(self)
        outer.addWidget(self._strip)
        layout = row(self._strip)
        layout.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        words = column(spacing=TIGHT)
        words.addWidget(self._words)
        words.addWidget(self._theirs)
        layout.addLayout(words, 1)
        layout.addWidget(self._take)
        layout.addWidget(self._keep)
        self._take.clicked.connect(self.theirs_taken)
        self._keep.clicked.connect(self.mine_kept)
        self.clear()

    @property
    def words(self) -> str:
        """What is said, or nothing."""
        return self._words.text() if not self.isHidden() else ""

    def clear(self) -> None:
        """Nobody else writes."""
        self.hide()

    def tell(self, words: str) -> None:
        """Say who writes."""
        self._show(words, "", choosing=False)

    def ask(self, who: str, theirs: str) -> None:
        """Ask whose words are to stay, and show those of the other one."""
        self._show(f"{who} has written on this answer too. Whose words are to stay?", theirs, choosing=True)

    def _show(self, words: str, theirs: str, *, choosing: bool) -> None:
        self._words.show_text(words)
        self._theirs.show_text(theirs)
        self._theirs.setVisible(choosing)
        self._take.setVisible(choosing)
        self._keep.setVisible(choosing)
        self._strip.show_role("warn" if choosing else "accent")
        self.show()
