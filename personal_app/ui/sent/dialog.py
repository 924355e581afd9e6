"""The window that lists what a person has sent and what became of each: a receipt for everything."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from personal_app.services.sent import Fate, SentEntry
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.sent.wording import fate, text, what
from personal_app.ui.tokens import MEDIUM, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.empty_state import EmptyState, IconMark
from personal_app.ui.widgets.frames import Surface, column, row

_WIDTH, _LIST_HEIGHT, _MARK_SIDE = 580, 340, 16
#: More than a person reads at once; the others are older.
_SHOWN = 60
_MARKS = {
    Fate.WAITING: (Icon.CLOCK, "warn"),
    Fate.RECEIVED: (Icon.CHECK, "good"),
    Fate.REFUSED: (Icon.WARNING, "live"),
}
_TONES = {Fate.WAITING: "warn", Fate.RECEIVED: "soft", Fate.REFUSED: "live"}


class SentDialog(Dialog):
    """Follows what is sent while it is open."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("What I have sent", parent)
        self.setObjectName("sent_dialog")
        self.set_least_width(_WIDTH)
        self._services = services
        self._shown: tuple[SentEntry, ...] | None = None
        self._list: QVBoxLayout = column(spacing=MEDIUM)
        self._list.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        page = Surface("card")
        page.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setObjectName("sent_list")
        scroll.setAccessibleName("What I have sent")
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(_LIST_HEIGHT)
        self.body.addWidget(scroll, 1)
        close = Button("Close", Kind.PRIMARY, name="sent_close")
        close.clicked.connect(self.accept)
        self.add_button(close)
        services.sent.changed.connect(self.refresh)
        self.refresh()
        services.sent.look()

    def refresh(self) -> None:
        """Show what was sent until now."""
        entries = self._services.sent.entries[:_SHOWN]
        if entries == self._shown:
            return
        self._shown = entries
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for entry in entries:
            self._list.addWidget(self._entry(entry))
        if not entries:
            sentence = (
                "Questions, votes, answers and moves stand here with what became of them, also without a network."
            )
            self._list.addWidget(EmptyState(Icon.SEND, "Nothing sent yet", sentence))
        else:
            self._list.addStretch(1)

    def _entry(self, entry: SentEntry) -> QWidget:
        services = self._services
        widget = QWidget()
        line = row(widget, spacing=MEDIUM)
        icon, tone = _MARKS[entry.fate]
        line.addWidget(IconMark(icon, tone, _MARK_SIDE), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=TIGHT)
        words.addWidget(PlainLabel(what(entry, services.program.conference), strong=True, wrap=True))
        said = text(entry, services.questions.board)
        if said:
            words.addWidget(PlainLabel(said, wrap=True))
        became = PlainLabel(fate(entry, services.program.now()), size=Size.SMALL, tone=_TONES[entry.fate], wrap=True)
        became.let_select()
        words.addWidget(became)
        line.addLayout(words, 1)
        return widget
