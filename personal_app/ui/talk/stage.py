"""The place of the picture: the picture itself, or what to say while there is none."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QStackedLayout, QWidget

from personal_app.conference.program import Session
from personal_app.services.playback import PlaybackState, PlayPhase
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.schedule.times import Clockface, length_words, position_words, size_words, until_words
from personal_app.ui.talk.remedies import RemedyButtons
from personal_app.ui.theme import Size, set_look
from personal_app.ui.tokens import HUGE, LARGE, SMALL
from personal_app.ui.widgets.buttons import Button
from personal_app.ui.widgets.empty_state import EmptyState, IconMark
from personal_app.ui.widgets.frames import Surface, column, row

if TYPE_CHECKING:
    from personal_app.ui.talk.picture_window import PictureWindow

_PROGRESS_WIDTH = 260
_DIMMED = 150
_SOFT_WIDTH = 40
_LEAST_HEIGHT = 150
_PICTURED = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})


class Stage(Surface):
    """Shows the page that the playback's phase asks for. The picture's widget is placed once and stays.

    `full_screen_wanted` tells of a double click on the picture.
    """

    full_screen_wanted = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__("stage")
        self._services = services
        self.setObjectName("stage")
        self.setMinimumHeight(_LEAST_HEIGHT)
        self._height: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._hold = _HoldPage()
        self._loading = _LoadingPage()
        self._failed = EmptyState(Icon.WARNING, "The recording cannot be played", stage=True)
        self._remedies = RemedyButtons(services.playback)
        self._failed.add_action(self._remedies)
        self._empty = EmptyState(Icon.RECORDING, "Choose a talk", "Its recording appears here.", stage=True)
        self._surface = services.playback.surface()
        self._picture_window: PictureWindow | None = None
        self._elsewhere: EmptyState | None = None
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        for page in (self._empty, self._surface, self._hold, self._loading, self._failed):
            self._pages.addWidget(page)

    @property
    def lent(self) -> bool:
        """Whether the picture is in a window of its own."""
        return self._picture_window is not None

    def lend_picture(self) -> None:
        """Show the picture in a window of its own, until that is closed or it is taken back."""
        if self.lent or self._services.playback.state.phase not in _PICTURED or self.page is not self._surface:
            return
        from personal_app.ui.talk.picture_window import PictureWindow

        if self._elsewhere is None:
            self._elsewhere = EmptyState(Icon.RECORDING, "The picture is in a window of its own", stage=True)
            back = Button("Bring it back", name="take_picture_back_button")
            back.clicked.connect(self.take_picture_back)
            self._elsewhere.add_action(back)
            self._pages.addWidget(self._elsewhere)
        self._pages.removeWidget(self._surface)
        self._picture_window = PictureWindow(self._services.playback, self._surface, self._talk_title())
        self._picture_window.closed.connect(self._on_picture_back)
        self._picture_window.show()
        self.refresh()

    def take_picture_back(self) -> None:
        """Close the picture's own window, if there is one."""
        if self._picture_window is not None:
            self._picture_window.close()

    def _on_picture_back(self) -> None:
        window, self._picture_window = self._picture_window, None
        self._pages.addWidget(self._surface)
        if window is not None:
            window.deleteLater()
        self.refresh()
        home = self.window()
        if home.isVisible():
            home.setWindowState(home.windowState() & ~Qt.WindowState.WindowMinimized)
            home.raise_()
            home.activateWindow()

    def fit(self, height: int | None) -> None:
        """Be `height` logical pixels high or less, or with None as high as there is room."""
        if height != self._height:
            self._height = height
            vertical = QSizePolicy.Policy.Expanding if height is None else QSizePolicy.Policy.Maximum
            self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
            self.updateGeometry()

    def refresh(self) -> None:
        """Show the present snapshot."""
        state = self._services.playback.state
        if self._services.streams.state.watching:
            # Placed when it is first wanted, and then it stays.
            stream = self._services.streams.surface()
            self._pages.addWidget(stream)
            self._pages.setCurrentWidget(stream)
            return
        match state.phase:
            case PlayPhase.HOLD:
                self._pages.setCurrentWidget(self._hold)
                self.refresh_time()
            # With a sentence the recording is on its way here; without one the engine is opening it, and the picture's
            # widget has to be visible for the first frame to be seen.
            case PlayPhase.LOADING if state.sentence and not state.buffering:
                self._loading.show_state(self._recording_state(), state.sentence)
                self._pages.setCurrentWidget(self._loading)
            case PlayPhase.FAILED:
                self._failed.show_words("The recording cannot be played", state.sentence)
                self._remedies.show_remedies(state.remedies)
                self._pages.setCurrentWidget(self._failed)
            case PlayPhase.EMPTY:
                self._show_empty(state)
            case _ if self.lent and self._elsewhere is not None:
                self._pages.setCurrentWidget(self._elsewhere)
            case _:
                self._pages.setCurrentWidget(self._surface)

    def _show_empty(self, state: PlaybackState) -> None:
        if state.talk is not None:
            self._empty.show_words("Nothing to play", state.sentence)
        elif self._services.program.conference is None:
            self._empty.show_words("Waiting for the program", "The talk that is on opens here by itself.")
        else:
            self._empty.show_words("Choose a talk", "Its recording appears here.")
        self._pages.setCurrentWidget(self._empty)

    def refresh_time(self) -> None:
        """Count down while the talk has not begun."""
        if self._pages.currentWidget() is not self._hold:
            return
        session = self._session()
        conference = self._services.program.conference
        if session is not None and conference is not None:
            start = session.video_start or session.start
            poster = self._recording_state().poster
            self._hold.show_start(
                start, self._services.program.now(), Clockface(conference), poster, self._late(session)
            )

    def _late(self, session: Session) -> timedelta:
        """Return by how much chairs have put the session off."""
        given = self._services.program.given
        listed = given.session(session.id) if given is not None else None
        return session.start - listed.start if listed is not None else timedelta()

    @property
    def page(self) -> QWidget | None:
        """What is shown now."""
        return self._pages.currentWidget()

    def _talk_title(self) -> str:
        conference, talk_id = self._services.program.conference, self._services.playback.state.talk
        talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
        return talk.title if talk is not None else "Recording"

    def _session(self) -> Session | None:
        conference, talk_id = self._services.program.conference, self._services.playback.state.talk
        talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
        return conference.session(talk.session) if conference is not None and talk is not None else None

    def _recording_state(self) -> RecordingState:
        conference, talk_id = self._services.program.conference, self._services.playback.state.talk
        talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
        if talk is None or talk.recording is None:
            return RecordingState()
        return self._services.recordings.state(talk.recording)

    def sizeHint(self) -> QSize:
        return QSize(640, self._height or 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _LEAST_HEIGHT)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.page is self._surface:
            self.full_screen_wanted.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def hasHeightForWidth(self) -> bool:
        # The wrapped words of a page must not decide how high the picture is.
        return False


class _HoldPage(QWidget):
    """How long until it begins, over the recording's poster where it is here."""

    def __init__(self) -> None:
        super().__init__()
        self._poster: bytes | None = None
        self._picture = QPixmap()
        self._lead = PlainLabel("Starts in", tone="stage_soft")
        self._left = PlainLabel("", size=Size.DISPLAY, tone="stage", strong=True)
        self._left.setObjectName("countdown")
        self._when = PlainLabel("", tone="stage_soft")
        whole = column(self, margins=LARGE, spacing=0)
        whole.addStretch(1)
        for label in (self._lead, self._left, self._when):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            whole.addWidget(label)
        whole.addStretch(1)

    def show_start(
        self, start: datetime, now: datetime, face: Clockface, poster: bytes | None, late: timedelta = timedelta()
    ) -> None:
        """Count down to `start`, or say that it is about to begin, and where it was put off that it is `late`."""
        left = start - now
        far = left >= timedelta(hours=1)
        self._lead.show_text("Starts" if far else "Starts in" if left > timedelta() else "Starting")
        self._left.show_text(until_words(left) if far else position_words(_up(left)) if left > timedelta() else "now")
        when = f"{face.day(start)}, {face.both(start)}" if far else face.both(start)
        put_off = f"put off by {length_words(late)}" if late >= timedelta(minutes=1) else ""
        self._when.show_text(" · ".join(filter(None, (when, put_off))))
        if poster != self._poster:
            self._poster = poster
            self._picture = _softened(poster) if poster is not None else QPixmap()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        fitted = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        where = QRect((self.width() - fitted.width()) // 2, (self.height() - fitted.height()) // 2, 0, 0)
        where.setSize(fitted)
        painter.drawPixmap(where, self._picture)
        painter.fillRect(where, QColor(8, 10, 13, _DIMMED))
        painter.end()


def _softened(poster: bytes) -> QPixmap:
    """Return the poster without its details, a ground for words to stand on; an empty one where it is no picture."""
    image = QImage.fromData(poster)
    if image.isNull():
        return QPixmap()
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaledToWidth(_SOFT_WIDTH, smooth)
    return QPixmap.fromImage(small.scaledToWidth(16 * _SOFT_WIDTH, smooth))


def _up(left: timedelta) -> int:
    """Return whole seconds in ms, rounded up: the last second reads 0:01 and not 0:00."""
    return -(-left // timedelta(seconds=1)) * 1000


class _LoadingPage(QWidget):
    """How much of the recording is here."""

    def __init__(self) -> None:
        super().__init__()
        self._words = PlainLabel("", tone="stage")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Download")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        set_look(self._bar, role="stage")
        self._bar.setFixedWidth(_PROGRESS_WIDTH)
        self._bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._detail = PlainLabel("", size=Size.SMALL, tone="stage_soft")
        whole = column(self, margins=HUGE, spacing=SMALL)
        whole.addStretch(1)
        whole.addWidget(IconMark(Icon.SAVE_OFFLINE, "stage_soft"), 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        line = row()
        line.addStretch(1)
        line.addWidget(self._bar)
        line.addStretch(1)
        whole.addLayout(line)
        whole.addWidget(self._detail, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(1)

    def show_state(self, state: RecordingState, sentence: str) -> None:
        """Show what is being waited for and how far it is; the share is told by the bar and below it."""
        self._bar.setValue(round(state.fraction * 1000))
        what, dots, _ = sentence.partition("…")
        self._words.show_text(f"{what}{dots}")
        if state.kind is RecordingKind.ABSENT:
            self._detail.show_text(state.detail or "Waiting for the server")
        else:
            size = f" of {size_words(state.size_bytes)}" if state.size_bytes else ""
            self._detail.show_text(state.detail or f"{round(state.fraction * 100)} %{size}")
