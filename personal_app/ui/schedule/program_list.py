"""The left side of the main window: the program, and a way back to what is on now."""

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QMenu, QStackedLayout, QWidget

from personal_app.conference.ids import RecordingId, TalkId
from personal_app.services.recordings import RecordingService
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.models.row_model import RowModel
from personal_app.ui.plain_text import ElidedLabel, on_button, tip
from personal_app.ui.saved.steps import Step, steps_of
from personal_app.ui.schedule.delegate import ScheduleDelegate
from personal_app.ui.schedule.rows import RowKind, ScheduleRow, Timetable
from personal_app.ui.schedule.times import Clockface
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, SMALL
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import Surface, column, row

_NO_PROGRAM = ("No program yet", "It appears here once the conference sends it.")
_NO_STARS = (
    "Nothing starred yet",
    "Press S on a session or a talk, or its star, to have it in a schedule of your own.",
)


class ProgramList(Surface):
    """Sessions and talks on a line of time. `talk_chosen` (a TalkId) says that a person wants to see a talk."""

    talk_chosen = Signal(str)

    def __init__(self, services: Services, here: tzinfo | None = None) -> None:
        """`here` is the viewer's zone, by default the machine's."""
        super().__init__("panel")
        self._services = services
        self._zone = here
        self._face: Clockface | None = None
        self._timetable: Timetable | None = None
        self._open: TalkId | None = None
        self.setMinimumWidth(240)
        self._model: RowModel[ScheduleRow] = RowModel(ScheduleRow.words, self)
        self._view = _View(self._model)
        self._view.clicked.connect(self._choose)
        self._view.activated.connect(self._choose)
        self.setFocusProxy(self._view)
        self._view.menu_wanted.connect(self._show_menu)
        self._day = ElidedLabel("Program", strong=True)
        self._day.setObjectName("program_day")
        self._zones = ElidedLabel(size=Size.SMALL, tone="faint")
        self._zones.setObjectName("program_zones")
        self._now_button = Button("Now", Kind.QUIET, icon=Icon.CLOCK, name="program_now_button")
        self._now_button.setToolTip(tip("Go to what is on now"))
        self._now_button.clicked.connect(self.show_now)
        self.mine_button = IconButton(Icon.STAR, "Only what I have starred", name="mine_button", checkable=True)
        self.mine_button.toggled.connect(self._on_mine)
        self._empty: EmptyState | None = None
        self._lay_out()
        services.program.changed.connect(self._on_program)
        services.program.ticked.connect(self._refresh)
        # Many recordings change at once when a cache is looked through: the rows are made once for all of them.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._refresh)
        services.recordings.changed.connect(lambda _: self._soon.start(0))
        services.stars.changed.connect(lambda: self._soon.start(0))
        services.watching.changed.connect(lambda _: self._soon.start(0))
        self._view.star_wanted.connect(self._star)
        Theme.of_app().changed.connect(self._view.doItemsLayout)
        self._on_program()

    def show_open(self, talk: TalkId) -> None:
        """Mark the talk that is open."""
        self._open = talk
        self._mark_open()

    def show_now(self) -> None:
        """Scroll to what is on, or to what comes next."""
        rows = self._model.rows
        wanted = next((row for row in rows if row.elapsed is not None), None)
        wanted = wanted or next((row for row in rows if row.kind is RowKind.SESSION and not row.past), None)
        if wanted is not None:
            self._view.scrollTo(self._model.index_of(wanted.id), QListView.ScrollHint.PositionAtCenter)

    def _lay_out(self) -> None:
        words = column(spacing=0)
        words.addWidget(self._day)
        words.addWidget(self._zones)
        head = row(spacing=SMALL)
        head.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        head.addLayout(words, 1)
        head.addWidget(self.mine_button)
        head.addWidget(self._now_button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._view)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addLayout(self._pages, 1)

    def _on_program(self) -> None:
        conference = self._services.program.conference
        self._face = self._timetable = None
        if conference is not None:
            self._face = Clockface(conference, self._zone)
            self._timetable = Timetable(conference, self._face)
        self._refresh()
        self._mark_open()

    def _refresh(self) -> None:
        conference = self._services.program.conference
        known = conference is not None and bool(conference.sessions)
        self.mine_button.setVisible(known)
        self._pages.setCurrentWidget(self._view if known else self._nothing_yet())
        self._now_button.setVisible(known)
        if conference is None or self._face is None or self._timetable is None or not known:
            return
        start = conference.sessions[0].start
        self._day.show_text(self._face.brief_day(start))
        self._day.setAccessibleName(self._face.day(start))
        self._day.setToolTip(tip(self._face.day(start)))
        self._zones.show_text(self._face.zones(start))
        now = self._services.program.now()
        rows = self._timetable.rows(
            now,
            self._services.recordings.state,
            self._services.stars.stars,
            mine=self.mine_button.isChecked(),
            watched=self._services.watching.shares(),
        )
        if not rows:
            self._pages.setCurrentWidget(self._nothing_yet())
        if self._view.rows_delegate.set_gutter(max((row.there for row in rows), key=len, default="")):
            self._view.doItemsLayout()
        self._model.set_rows(rows)

    def _nothing_yet(self) -> QWidget:
        if self._empty is None:
            self._empty = EmptyState(Icon.CALENDAR, *_NO_PROGRAM)
            self._pages.addWidget(self._empty)
        mine = self.mine_button.isChecked() and self._services.program.conference is not None
        self._empty.show_words(*(_NO_STARS if mine else _NO_PROGRAM))
        return self._empty

    def _on_mine(self) -> None:
        self._model.start_over()
        self._refresh()
        self._mark_open()

    def _star(self, index: QModelIndex) -> None:
        chosen = self._model.row(index)
        if chosen is not None and chosen.kind is not RowKind.DAY:
            self._services.stars.toggle(chosen.id)

    def _mark_open(self) -> None:
        """Select the row of the open talk: its own where it has one, else its session's."""
        candidates = [row for row in self._model.rows if row.talk == self._open and row.talk is not None]
        shown = next((row for row in candidates if row.kind is RowKind.TALK), candidates[0] if candidates else None)
        if shown is not None:
            self._view.setCurrentIndex(self._model.index_of(shown.id))

    def _choose(self, index: QModelIndex) -> None:
        chosen = self._model.row(index)
        if chosen is not None and chosen.talk is not None:
            self.talk_chosen.emit(chosen.talk)

    def _show_menu(self, index: QModelIndex, where: QPoint) -> None:
        chosen = self._model.row(index)
        menu = self.menu_of(chosen) if chosen is not None else None
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(where)

    def menu_of(self, chosen: ScheduleRow) -> QMenu | None:
        """Return what can be done with a row: open it, keep its recording here or let it go."""
        conference = self._services.program.conference
        talk = conference.talk(chosen.talk) if conference is not None and chosen.talk is not None else None
        if talk is None:
            return None
        menu = QMenu(self)
        open_action = QAction("Open", menu)
        open_action.triggered.connect(lambda: self.talk_chosen.emit(talk.id))
        menu.addAction(open_action)
        star_action = QAction("Remove the star" if chosen.starred else "Star", menu)
        star_action.triggered.connect(lambda: self._services.stars.toggle(chosen.id))
        menu.addAction(star_action)
        recording = talk.recording
        if recording is None or chosen.saved is None:
            return menu
        recordings = self._services.recordings
        for step in steps_of(recordings.state(recording)):
            action = QAction(on_button(step.words), menu)
            action.triggered.connect(partial(_act, step, recordings, recording))
            menu.addAction(action)
        return menu


def _act(step: Step, recordings: RecordingService, recording: RecordingId, checked: bool = False) -> None:
    del checked
    step.act(recordings, recording)


class _View(QListView):
    """A list whose rows are as wide as it is and as high as their words need.

    `menu_wanted` carries the row's index and the place on the screen, whether mouse or keyboard asked.
    """

    menu_wanted = Signal(QModelIndex, QPoint)
    #: The row that the key of the star was pressed on.
    star_wanted = Signal(QModelIndex)

    def __init__(self, model: RowModel[ScheduleRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("program_list")
        self.setAccessibleName("Program")
        self.setModel(model)
        self.rows_delegate = ScheduleDelegate(self)
        self.setItemDelegate(self.rows_delegate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Not the width of the event: where the scroll bar comes and goes within one resizing, Qt tells the first only.
        width = self.viewport().width()
        if width != self.rows_delegate.width:
            # Titles break anew: the rows' heights are asked again.
            self.rows_delegate.width = width
            self.doItemsLayout()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            # Qt names the middle of the list, whatever row the keys are on.
            index = self.currentIndex()
            where = self.visualRect(index).center()
        else:
            where = event.pos()
            index = self.indexAt(where)
        self.menu_wanted.emit(index, self.viewport().mapToGlobal(where))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A list would look for a row that begins with the letter.
        if event.key() == Qt.Key.Key_S and not event.modifiers():
            self.star_wanted.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.rows_delegate.selected = self.currentIndex().row()
        self.rows_delegate.focused = self.hasFocus()
        super().paintEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        before, self.rows_delegate.hovered = self.rows_delegate.hovered, row
        for changed in {before, row} - {-1} if before != row else ():
            self.update(self.model().index(changed, 0))
