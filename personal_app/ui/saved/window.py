"""The window of saved recordings: each with its size and how far it is, what they take, and what to do about it.

Space does the likeliest thing to the chosen one, Delete removes it, Enter opens its talk. Must never bring or remove
anything itself: the service is asked.
"""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QListView, QStackedWidget

from personal_app.conference.ids import RecordingId
from personal_app.conference.stars import starred_recordings
from personal_app.services.recordings import RecordingKind
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.models.row_model import RowModel
from personal_app.ui.plain_text import PlainLabel, on_button, tip
from personal_app.ui.saved.row_face import SavedDelegate
from personal_app.ui.saved.rows import ON_THE_WAY, SavedRow, is_short_of_room, room_words, saved_rows, summary
from personal_app.ui.saved.steps import DROP, REMOVE, Step, steps_of
from personal_app.ui.schedule.times import size_words
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import Surface, column, row, rule
from personal_app.ui.widgets.notice_bar import NoticeBar

_SIZE = QSize(680, 560)
_REFRESH_MS = 200
_MISSING = frozenset({RecordingKind.ABSENT, RecordingKind.FAILED})
_QUOTAS = (
    (0, "Keep none of them"),
    (1_000_000_000, "Up to 1 GB"),
    (2_000_000_000, "Up to 2 GB"),
    (5_000_000_000, "Up to 5 GB"),
    (20_000_000_000, "Up to 20 GB"),
    (10**15, "Keep all of them"),
)


class SavedWindow(Surface):
    """`talk_chosen` (a TalkId) says that a person wants to see a talk."""

    talk_chosen = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__("panel")
        self.setObjectName("saved_window")
        self.setWindowTitle("Saved recordings")
        self.resize(_SIZE)
        self._services = services
        self._model: RowModel[SavedRow] = RowModel(SavedRow.spoken, self, page_rows=200)
        self.list = QListView()
        self._summary = PlainLabel("", strong=True)
        self._summary.setObjectName("saved_summary")
        self._room = PlainLabel("", size=Size.SMALL, tone="soft")
        self._room.setObjectName("saved_room")
        self.all_button = Button("Save all", Kind.PRIMARY, icon=Icon.SAVE_OFFLINE, name="save_all_button")
        self.starred_button = Button("Save starred", icon=Icon.STAR, name="save_starred_button")
        self.pause_button = Button("Pause all", name="pause_all_button")
        self._notice = NoticeBar()
        self.quota = QComboBox()
        self._steps = row(spacing=SMALL)
        self._shown: tuple[str, tuple[Step, ...]] = ("", ())
        self._empty = EmptyState(Icon.RECORDING, "No recordings", "They appear here once the program has some.")
        self._pages = QStackedWidget()
        self._build_list()
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the present snapshots."""
        recordings, conference = self._services.recordings, self._services.program.conference
        rows = saved_rows(conference, recordings.state)
        self._model.set_rows(rows)
        self._pages.setCurrentWidget(self.list if rows else self._empty)
        if rows and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._model.index(0, 0))
        found = summary(conference, recordings.state)
        self._summary.show_text(found.words() or "Saved recordings")
        self._room.show_text(room_words(found, recordings.room))
        short = is_short_of_room(found, recordings.room)
        self._room.set_tone("warn" if short else "soft")
        self.all_button.show_words(f"Save all, {size_words(found.absent_bytes)}" if found.absent_bytes else "Save all")
        self.all_button.setEnabled(found.absent_bytes > 0)
        self.all_button.setToolTip(tip("They take more than is free on this disk." if short else ""))
        starred = self._starred_missing()
        starred_bytes = sum(self._size(each) for each in starred)
        self.starred_button.setVisible(bool(starred))
        self.starred_button.show_words(f"Save starred, {size_words(starred_bytes)}")
        self.pause_button.show_words("Resume all" if found.paused and not found.coming else "Pause all")
        self.pause_button.setEnabled(bool(found.paused or found.coming))
        if recordings.room.halted != self._notice.sentence:
            self._notice.tell(recordings.room.halted)
        self._show_quota(recordings.room.quota_bytes)
        self._show_steps()

    def _build_list(self) -> None:
        self.list.setObjectName("saved_list")
        self.list.setAccessibleName("Recordings")
        self.list.setModel(self._model)
        self.list.setItemDelegate(SavedDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.installEventFilter(self)
        self.setFocusProxy(self.list)

    def _lay_out(self) -> None:
        words = column(spacing=TIGHT)
        words.addWidget(self._summary)
        words.addWidget(self._room)
        head = row(spacing=SMALL)
        head.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        head.addLayout(words, 1)
        head.addWidget(self.pause_button)
        head.addWidget(self.starred_button)
        head.addWidget(self.all_button)
        self.quota.setObjectName("quota_choice")
        self.quota.setAccessibleName("Recordings that were only watched")
        for _, said in _QUOTAS:
            self.quota.addItem(on_button(said))
        foot_bar = Surface("foot")
        foot = row(foot_bar, spacing=SMALL)
        foot.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        foot.addLayout(self._steps)
        foot.addStretch(1)
        foot.addWidget(PlainLabel("Only watched:", size=Size.SMALL, tone="soft"))
        foot.addWidget(self.quota)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        whole = column(self, spacing=0)
        whole.addLayout(head)
        whole.addWidget(self._notice)
        whole.addWidget(rule())
        whole.addWidget(self._pages, 1)
        whole.addWidget(foot_bar)

    def _connect(self) -> None:
        services = self._services
        # Progress comes ten times a second from each of two: the rows are made for all of it at once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REFRESH_MS)
        self._soon.timeout.connect(self.refresh)
        services.recordings.changed.connect(self._refresh_soon)
        services.recordings.room_changed.connect(self._refresh_soon)
        services.program.changed.connect(self._refresh_soon)
        self.list.selectionModel().currentChanged.connect(self._show_steps)
        self.list.activated.connect(self._open)
        self.all_button.clicked.connect(self._save_all)
        self.starred_button.clicked.connect(self._save_starred)
        services.stars.changed.connect(self._refresh_soon)
        self.pause_button.clicked.connect(self._pause_all)
        self.quota.activated.connect(self._choose_quota)
        Theme.of_app().changed.connect(self.list.doItemsLayout)

    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _chosen(self) -> SavedRow | None:
        return self._model.row(self.list.currentIndex())

    def _show_steps(self) -> None:
        """Show a button for each thing that can be done to the chosen recording."""
        chosen = self._chosen()
        steps = steps_of(self._services.recordings.state(chosen.id)) if chosen is not None else ()
        if self._shown == (shown := (chosen.id if chosen is not None else "", steps)):
            return
        self._shown = shown
        while (item := self._steps.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                # Until the loop turns it would still stand behind its successor.
                widget.hide()
                widget.deleteLater()
        for place, step in enumerate(steps):
            kind = Kind.DANGER if step in (REMOVE, DROP) else Kind.PLAIN
            button = Button(step.words, kind, name=f"{step.name}_step_button")
            button.setToolTip(tip(f"{step.why}{' (Space)' if place == 0 and step is not REMOVE else ''}"))
            button.clicked.connect(partial(self._do, step))
            self._steps.addWidget(button)

    def _do(self, step: Step, checked: bool = False) -> None:
        del checked
        chosen = self._chosen()
        if chosen is not None:
            step.act(self._services.recordings, chosen.id)
            self.refresh()
            self.list.setFocus()

    def _starred_missing(self) -> list[RecordingId]:
        conference = self._services.program.conference
        starred = starred_recordings(conference, self._services.stars.stars) if conference is not None else ()
        return [each for each in starred if self._services.recordings.state(each).kind in _MISSING]

    def _size(self, recording_id: RecordingId) -> int:
        conference = self._services.program.conference
        recording = conference.recording(recording_id) if conference is not None else None
        return recording.file.size_bytes if recording is not None else 0

    def _save_starred(self) -> None:
        for recording in self._starred_missing():
            self._services.recordings.save(recording)
        self.refresh()

    def _save_all(self) -> None:
        for each in self._model.rows:
            if each.kind in _MISSING:
                self._services.recordings.save(each.id)
        self.refresh()

    def _pause_all(self) -> None:
        recordings = self._services.recordings
        coming = [each.id for each in self._model.rows if each.kind in ON_THE_WAY]
        paused = [each.id for each in self._model.rows if each.kind is RecordingKind.PAUSED]
        for recording in coming:
            recordings.pause(recording)
        for recording in paused if not coming else ():
            recordings.resume(recording)
        self.refresh()

    def _show_quota(self, quota_bytes: int) -> None:
        place = next((at for at, (quota, _) in enumerate(_QUOTAS) if quota >= quota_bytes), len(_QUOTAS) - 1)
        self.quota.setCurrentIndex(place)

    def _choose_quota(self, place: int) -> None:
        self._services.recordings.set_quota(_QUOTAS[place][0])

    def _open(self, index: QModelIndex) -> None:
        chosen = self._model.row(index)
        if chosen is not None:
            self.talk_chosen.emit(chosen.talk)

    def _press(self, key: int) -> bool:
        chosen = self._chosen()
        steps = steps_of(self._services.recordings.state(chosen.id)) if chosen is not None else ()
        if key == Qt.Key.Key_Space and steps and steps[0] is not REMOVE:
            self._do(steps[0])
        elif key == Qt.Key.Key_Delete and steps and steps[-1] in (REMOVE, DROP):
            self._do(steps[-1])
        else:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._services.recordings.look_at_room()
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._press(event.key())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
