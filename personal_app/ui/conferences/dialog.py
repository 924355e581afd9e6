"""The conferences of this person: which there are, a way to each, and to another one.

It looks which there are when it opens. Must never start anything itself: the service is asked.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from personal_app.services.conferences import KnownConference
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, plain
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.empty_state import IconMark
from personal_app.ui.widgets.frames import Surface, column, row

_WIDTH, _LIST_HEIGHT, _MARK_SIDE = 580, 220, 18
_SENTENCE = (
    "Each conference has a window, a cache and a sign-in of its own. They can be open beside each other; one that is "
    "open already comes forward."
)


class ConferencesDialog(Dialog):
    """Follows the service while it is open."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("Conferences", parent)
        self.setObjectName("conferences_dialog")
        self.set_least_width(_WIDTH)
        self._conferences = services.conferences
        self._list: QVBoxLayout = column(spacing=MEDIUM)
        self._list.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        page = Surface("card")
        page.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setAccessibleName("Conferences")
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(_LIST_HEIGHT)
        self._detail = PlainLabel("", tone="live", wrap=True)
        self._detail.setObjectName("conferences_detail")
        self._detail.hide()
        for widget in (PlainLabel(_SENTENCE, tone="soft", wrap=True), scroll, self._detail):
            self.body.addWidget(widget)
        add = Button("Add a conference…", icon=Icon.ADD, name="conference_add")
        add.clicked.connect(lambda: self._go(self._conferences.add))
        close = Button("Close", Kind.PRIMARY, name="conferences_close")
        close.clicked.connect(self.accept)
        self.add_button(add)
        self.add_button(close)
        self._conferences.changed.connect(self.refresh)
        self._conferences.failed.connect(self._on_failed)
        self.refresh()
        self._conferences.look()

    def refresh(self) -> None:
        """Show which there are."""
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for known in self._conferences.known:
            self._list.addWidget(self._entry(known))
        if not self._conferences.known:
            words = "This window has joined no conference yet. Join one by its address, or add one beside it."
            self._list.addWidget(PlainLabel(words, tone="soft", wrap=True))
        self._list.addStretch(1)

    def _entry(self, known: KnownConference) -> QWidget:
        entry = QWidget()
        line = row(entry, spacing=MEDIUM)
        mark = IconMark(
            Icon.CHECK if known.here else Icon.CALENDAR, "accent" if known.here else "ink_faint", _MARK_SIDE
        )
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=TIGHT)
        title = known.title or "A conference"
        words.addWidget(PlainLabel(title, strong=True, wrap=True))
        who = f"as {known.name}" if known.name else "not signed in"
        words.addWidget(ElidedLabel(" · ".join(filter(None, (who, known.address))), size=Size.SMALL, tone="soft"))
        line.addLayout(words, 1)
        if known.here:
            line.addWidget(PlainLabel("This window", size=Size.SMALL, tone="accent"))
            return entry
        beside = Button("Open beside", name="conference_beside")
        beside.setAccessibleName(plain(f"Open {title} beside this one", 160))
        beside.clicked.connect(lambda: self._go(lambda: self._conferences.open(known.key)))
        switch = Button("Switch to it", name="conference_switch")
        switch.setAccessibleName(plain(f"Close this window and open {title}", 160))
        switch.clicked.connect(lambda: self._go(lambda: self._conferences.open(known.key, leave=True)))
        buttons = row(spacing=SMALL)
        buttons.addWidget(beside)
        buttons.addWidget(switch)
        line.addLayout(buttons)
        return entry

    def _go(self, act: Callable[[], None]) -> None:
        self._detail.hide()
        act()

    def _on_failed(self, sentence: str) -> None:
        self._detail.show_text(sentence)
        self._detail.show()
        self.fit()
