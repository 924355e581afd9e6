"""The search: a field over the main window, and below it what was found, from the first letters on.

The keyboard stays in the field: the arrows move in the list, Enter opens, Escape puts it away. It is a window of its
own, because nothing of ours can stand above a picture that libvlc draws. Must never open anything itself.
"""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QStackedWidget, QWidget

from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.models.row_model import RowModel
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.search.hit_face import HitDelegate
from personal_app.ui.search.rows import FoundRow, found_rows
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import IconButton
from personal_app.ui.widgets.empty_state import EmptyState, IconMark
from personal_app.ui.widgets.frames import Surface, column, row, rule

_WIDTH, _HEIGHT = 680, 520
_MARK_SIDE = 18
_AGAIN_MS = 1_000
_START = (
    "Look for anything that is here",
    "Titles, abstracts, people, chapters, speech, questions, answers, your notes. Quotation marks keep words together.",
)
_NOTHING = (
    "Nothing found",
    "Nothing on this computer has these words: try fewer. What is said in a talk is found once its captions are here.",
)
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}


class SearchPanel(QDialog):
    """`chosen` carries the Hit that a person wants to see."""

    chosen = Signal(object)

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("search_panel")
        self.setWindowTitle("Search")
        self._services = services
        self._theme = Theme.of_app()
        self.field = QLineEdit()
        self.field.setObjectName("search_field")
        self.field.setAccessibleName("Search")
        self.field.setPlaceholderText("Search talks, people, transcripts and questions")
        self.field.setClearButtonEnabled(False)
        self.field.installEventFilter(self)
        self._model: RowModel[FoundRow] = RowModel(FoundRow.words, self)
        self.list = _HitList(self._model)
        self._empty = EmptyState(Icon.SEARCH, *_START)
        self._count = PlainLabel("", size=Size.SMALL, tone="faint")
        self._count.setObjectName("search_count")
        self._pages = QStackedWidget()
        self._told = ""
        # What is asked, answered and noted meanwhile is found too, without a letter more; not once for each of many.
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._look_again)
        self._lay_out()
        self.field.textChanged.connect(services.search.look_for)
        self.list.clicked.connect(self._choose)
        services.search.changed.connect(self.refresh)
        services.program.changed.connect(self.refresh)
        services.questions.changed.connect(self._on_news)
        services.notes.changed.connect(self._on_news)
        self._theme.changed.connect(self.list.doItemsLayout)
        self.refresh()

    def open_at(self, top_middle: QPoint, room_px: int) -> None:
        """Show it with its upper edge's middle at a place on the screen, no wider or higher than `room_px` allows."""
        width = min(self._theme.scaled(_WIDTH), room_px)
        self._services.search.look_again()
        self.resize(width, min(self._theme.scaled(_HEIGHT), room_px))
        self.move(top_middle - QPoint(width // 2, 0))
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()
        self.field.selectAll()

    def refresh(self) -> None:
        """Show what was found."""
        state = self._services.search.state
        rows = found_rows(state.hits, self._services.program.conference)
        current = self._model.row(self.list.currentIndex())
        if state.text != self._told:
            self._told, current = state.text, None
            self._model.start_over()
        self._model.set_rows(rows)
        self._pages.setCurrentWidget(self.list if rows else self._empty)
        if not rows:
            self._empty.show_words(*(_NOTHING if state.asked and not state.waiting else _START))
        hits = [row for row in rows if row.hit is not None]
        kept = next((row for row in hits if current is not None and row.id == current.id), None)
        if hits and not state.waiting:
            self._go_to(kept or hits[0])
        self._count.show_text(_count_words(len(hits)) if state.asked and not state.waiting else "")

    def _lay_out(self) -> None:
        head = row(spacing=SMALL)
        head.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        head.addWidget(IconMark(Icon.SEARCH, "ink_faint", _MARK_SIDE))
        head.addWidget(self.field, 1)
        close = IconButton(Icon.CLOSE, "Close the search", name="search_close_button", keys="Esc")
        close.clicked.connect(self.reject)
        head.addWidget(close)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        foot = row(spacing=LARGE)
        foot.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(PlainLabel("Up, Down: move · Enter: open · Esc: close", size=Size.SMALL, tone="faint"))
        card = Surface("card")
        inside = column(card, spacing=0)
        inside.addLayout(head)
        inside.addWidget(rule())
        inside.addWidget(self._pages, 1)
        inside.addWidget(rule())
        inside.addLayout(foot)
        column(self, spacing=0).addWidget(card)

    def _on_news(self) -> None:
        if self.isVisible() and not self._again.isActive():
            self._again.start()

    def _look_again(self) -> None:
        if self.isVisible() and self._services.search.state.asked:
            self._services.search.look_again()

    def _choose(self, index: QModelIndex) -> None:
        chosen = self._model.row(index)
        if chosen is not None and chosen.hit is not None:
            self.reject()
            self.chosen.emit(chosen.hit)

    def _go_to(self, wanted: FoundRow) -> None:
        index = self._model.index_of(wanted.id)
        self.list.setCurrentIndex(index)
        self.field.setAccessibleDescription(one_line(wanted.words()))
        first = next((row for row in self._model.rows if row.hit is not None), None)
        # With the first hit its heading is to be seen as well.
        self.list.scrollToTop() if wanted == first else self.list.scrollTo(index)

    def _step(self, steps: int) -> None:
        hits = [row for row in self._model.rows if row.hit is not None]
        current = self._model.row(self.list.currentIndex())
        if not hits:
            return
        place = hits.index(current) if current in hits else 0
        self._go_to(hits[min(max(0, place + steps), len(hits) - 1)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _STEPS:
                self._step(_STEPS[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def reject(self) -> None:
        super().reject()
        parent = self.parentWidget()
        if parent is not None:
            # Not every window manager gives the keyboard back to where it came from.
            parent.activateWindow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Whoever goes back to the main window has finished looking.
        if event.type() is QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow():
            self.hide()


class _HitList(QListView):
    """What was found; it never takes the keyboard from the field."""

    def __init__(self, model: RowModel[FoundRow]) -> None:
        super().__init__()
        self.setObjectName("search_list")
        self.setAccessibleName("What was found")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setModel(model)
        self.setItemDelegate(HitDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.doItemsLayout()


def _count_words(count: int) -> str:
    return "Nothing found" if count == 0 else "1 found" if count == 1 else f"{count} found"
