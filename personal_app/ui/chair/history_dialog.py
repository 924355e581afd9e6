"""The window that tells who did what to a question, and when, and lets a chair take it back. Must never decide."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from personal_app.conference.ids import QuestionId, Revision
from personal_app.services.services import Services
from personal_app.ui.cards import wording
from personal_app.ui.chair.history import Entry, entries, opening_entries
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import Surface, column, row

_WIDTH, _HEIGHT = 620, 560
_NOTHING = "Nothing was done to it yet."
_NEVER = "Nobody changed by hand what they are open to."


class HistoryDialog(Dialog):
    """Follows one question, and what its talk's questions are open to, while it is open."""

    def __init__(self, services: Services, question: QuestionId, name: str, parent: QWidget) -> None:
        """`name` is how people call the question."""
        super().__init__(f"What was done to {one_line(name, 60)}", parent)
        self.setObjectName("history_dialog")
        self.resize(_WIDTH, _HEIGHT)
        self._services = services
        self._question = question
        self._shown: tuple[tuple[Entry, ...], tuple[Entry, ...]] | None = None
        self._list: QVBoxLayout = column(spacing=MEDIUM)
        self._build()
        services.questions.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        questions = self._services.questions
        drawn = questions.board.question(self._question)
        if drawn is None:
            self.accept()
            return
        talk = drawn.row.talk
        opened = questions.board.qa_of(talk)
        shown = entries(drawn.row.history), opening_entries(opened.history if opened is not None else ())
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._fill(shown[0], _NOTHING, lambda moves: questions.undo(self._question, moves))
        head = PlainLabel("All questions of this talk", strong=True)
        head.setContentsMargins(0, MEDIUM, 0, 0)
        self._list.addWidget(head)
        self._fill(shown[1], _NEVER, lambda moves: questions.undo_opening(f"qa {talk}", moves))
        self._list.addStretch(1)

    def _build(self) -> None:
        page = Surface("card")
        page.setLayout(self._list)
        self._list.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        scroll = QScrollArea()
        scroll.setObjectName("history_list")
        scroll.setAccessibleName("What was done, the latest first")
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(scroll, 1)
        self.body.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        close = Button("Close", name="history_close")
        close.clicked.connect(self.accept)
        self.add_button(close)

    def _fill(self, told: tuple[Entry, ...], nothing: str, undo: Callable[[tuple[Revision, ...]], None]) -> None:
        for entry in told:
            self._list.addWidget(self._line(entry, undo))
        if not told:
            self._list.addWidget(PlainLabel(nothing, tone="soft"))

    def _line(self, entry: Entry, undo: Callable[[tuple[Revision, ...]], None]) -> QWidget:
        line = QWidget()
        layout = row(line, spacing=MEDIUM)
        words = column(spacing=TIGHT)
        head = row(spacing=SMALL)
        head.addWidget(PlainLabel(entry.words, tone="faint" if entry.undone else "", wrap=True), 1)
        if entry.undone:
            head.addWidget(Chip("Undone", "neutral"), 0, Qt.AlignmentFlag.AlignTop)
        words.addLayout(head)
        if entry.said:
            words.addWidget(PlainLabel(f"“{entry.said}”", tone="soft", size=Size.SMALL, wrap=True))
        when = wording.ago(entry.at, self._services.program.now())
        words.addWidget(PlainLabel(when, tone="faint", size=Size.SMALL))
        layout.addLayout(words, 1)
        if entry.undo:
            later = len(entry.undo) - 1
            button = Button(f"Undo with {later} later" if later else "Undo", Kind.PLAIN, name="history_undo")
            button.setAccessibleName(f"Undo: {entry.words}")
            button.clicked.connect(lambda: undo(entry.undo))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line
