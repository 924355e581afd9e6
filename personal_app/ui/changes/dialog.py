"""The window that lists what has changed in the program, what is starred first. To have seen it is to have read it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from personal_app.conference.program_changes import ProgramChange
from personal_app.services.program_changes import NotedChange
from personal_app.services.services import Services
from personal_app.ui.cards.plain_words import ago
from personal_app.ui.changes.wording import title_of, words_of
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.empty_state import EmptyState, IconMark
from personal_app.ui.widgets.frames import Surface, column, row

_WIDTH, _LIST_HEIGHT, _MARK_SIDE = 560, 320, 16
#: More than a person reads at once; the others are older.
_SHOWN = 60


class ChangesDialog(Dialog):
    """`talk_chosen` (a TalkId) says that a person wants to see what a change is about."""

    talk_chosen = Signal(str)

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__("Changes of the program", parent)
        self.setObjectName("changes_dialog")
        self.set_least_width(_WIDTH)
        self._services = services
        self._changes = services.changes
        # What was new when the window opened stays marked as new while it is read.
        self._new = {each.change for each in self._changes.noted if not each.read}
        self._list: QVBoxLayout = column(spacing=MEDIUM)
        self._list.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        page = Surface("card")
        page.setLayout(self._list)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("changes_list")
        self._scroll.setAccessibleName("Changes")
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(_LIST_HEIGHT)
        self.body.addWidget(self._scroll, 1)
        close = Button("Close", Kind.PRIMARY, name="changes_close")
        close.clicked.connect(self.accept)
        self.add_button(close)
        self._changes.changed.connect(self.refresh)
        self.finished.connect(self._changes.mark_read)
        self.refresh()

    def refresh(self) -> None:
        """Show what is noted now."""
        noted = self._changes.noted
        self._new |= {each.change for each in noted if not each.read}
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not noted:
            sentence = "What moves, comes or goes in the program is told here, and can be read again without a network."
            self._list.addWidget(EmptyState(Icon.CALENDAR, "Nothing has changed yet", sentence))
            return
        starred = [each for each in noted if self._changes.concerns(each.change)]
        others = [each for each in noted if not self._changes.concerns(each.change)]
        self._add_group("Of what you have starred", starred[:_SHOWN], headed=bool(others))
        self._add_group("Of the rest", others[: max(0, _SHOWN - len(starred))], headed=bool(starred))
        self._list.addStretch(1)

    def _add_group(self, title: str, changes: list[NotedChange], *, headed: bool) -> None:
        if changes and headed:
            self._list.addWidget(PlainLabel(title, size=Size.SMALL, tone="soft", strong=True))
        for each in changes:
            self._list.addWidget(self._entry(each.change, new=each.change in self._new))

    def _entry(self, change: ProgramChange, *, new: bool) -> QWidget:
        entry = QWidget()
        line = row(entry, spacing=MEDIUM)
        starred = self._changes.concerns(change)
        mark = IconMark(Icon.STARRED if starred else Icon.CALENDAR, "accent" if new else "ink_faint", _MARK_SIDE)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=TIGHT)
        words.addWidget(PlainLabel(title_of(change), strong=new, wrap=True))
        words.addWidget(PlainLabel(words_of(change), tone="" if new else "soft", wrap=True))
        age = ago(change.at, self._services.program.now())
        words.addWidget(PlainLabel(f"New · {age}" if new else age, size=Size.SMALL, tone="accent" if new else "faint"))
        line.addLayout(words, 1)
        talk = change.talk
        conference = self._services.program.conference
        if talk is not None and conference is not None and conference.talk(talk) is not None:
            show = Button("Show", Kind.QUIET, name="change_show")
            show.setAccessibleName(plain(f"Show {title_of(change)}", 120))
            show.clicked.connect(lambda: self._show_talk(talk))
            line.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        line.addSpacing(SMALL)
        return entry

    def _show_talk(self, talk: str) -> None:
        self.talk_chosen.emit(talk)
        self.accept()
