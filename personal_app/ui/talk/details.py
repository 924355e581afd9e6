"""What stands under the player: title, people, the button that saves, and tabs for what is written about the talk."""

from datetime import datetime
from operator import is_

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QTabBar, QWidget

from personal_app.conference import timeline
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.program import Conference, Session, Talk
from personal_app.conference.recordings import Recording
from personal_app.conference.stars import star_of_talk
from personal_app.services.recordings import RecordingKind
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, tip
from personal_app.ui.saved.steps import steps_of
from personal_app.ui.schedule.times import size_words
from personal_app.ui.talk.about import AboutPage
from personal_app.ui.talk.moments import MomentList, moments_of
from personal_app.ui.talk.notes_page import NotesPage
from personal_app.ui.talk.review import ReviewPage
from personal_app.ui.talk.transcript import TranscriptPage
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import column, row, rule


def recording_of(conference: Conference | None, talk: Talk | None) -> Recording | None:
    """Return the talk's recording, or None."""
    if conference is None or talk is None or talk.recording is None:
        return None
    return conference.recording(talk.recording)


_LEAST_PAGE = 48
_ROOMY = 400
_ROOMY_HEIGHT = 420


class Details(QWidget):
    """`sought` (int, ms) is the chapter or the line of speech that a person wants to see."""

    sought = Signal(int)

    def __init__(
        self, services: Services, *, transcript: TranscriptPage | None = None, notes: NotesPage | None = None
    ) -> None:
        """`transcript` and `notes` may have been made beforehand, each in a turn of the loop of its own."""
        super().__init__()
        self._services = services
        self._theme = Theme.of_app()
        self._talk: TalkId | None = None
        self._save_words = ("Save", "Save")
        self._recording: RecordingId | None = None
        self._shown: tuple[object, ...] = ()
        self._title = PlainLabel("", size=Size.TITLE, strong=True, wrap=True)
        self._title.setObjectName("talk_title")
        self._short_title = ElidedLabel(size=Size.TITLE, strong=True)
        self._people = ElidedLabel(tone="soft")
        self.save_button = Button("Save for offline", Kind.QUIET, icon=Icon.SAVE_OFFLINE, name="save_button")
        self.save_button.clicked.connect(self._save)
        self.star_button = IconButton(Icon.STAR, "Star", name="star_button", keys="S in the program")
        self.star_button.clicked.connect(self._toggle_star)
        self._star = ""
        services.stars.changed.connect(self._show_star)
        self._tabs = QTabBar()
        self._tabs.setObjectName("talk_tabs")
        self._tabs.setAccessibleName("About the talk")
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self._tabs.addTab("About")
        self._tabs.addTab("Chapters")
        self._tabs.addTab("Transcript")
        self._tabs.addTab("My notes")
        self._tabs.addTab("Review")
        self._about = AboutPage()
        self._chapters = MomentList("Chapters")
        self.transcript = transcript or TranscriptPage(services.captions)
        self.notes = notes or NotesPage(services)
        self.review = ReviewPage(services)
        self._no_chapters = EmptyState(Icon.CHAPTERS, "No chapters", "This recording has none.")
        self._lay_out()

    @property
    def talk(self) -> TalkId | None:
        """The talk that is shown."""
        return self._talk

    def show_talk(self, conference: Conference | None, session: Session | None, talk: Talk | None) -> None:
        """Show what is known of a talk; with none there is nothing to see."""
        now = self._services.program.now()
        shown = self._what(conference, session, talk, now)
        if len(self._shown) == len(shown) and all(map(is_, shown, self._shown)):
            return
        self._shown = shown
        self._talk = talk.id if talk is not None else None
        known = conference is not None and session is not None and talk is not None
        self._whole.setVisible(known)
        if conference is None or session is None or talk is None:
            return
        title = f"{talk.number}. {talk.title}" if talk.number is not None else talk.title
        self._title.show_text(title)
        self._short_title.show_text(title)
        self._people.show_text(_people_words(conference, session, talk))
        self._about.show_talk(conference, session, talk)
        self._recording = talk.recording
        self.notes.show_talk(talk.id)
        self.review.show_talk(talk.id)
        self._star = star_of_talk(conference, talk.id)
        self._show_star()
        recording = recording_of(conference, talk)
        chapters = recording.chapters if recording is not None else ()
        self._chapters.show_moments(moments_of([(chapter.start_ms, chapter.title) for chapter in chapters]))
        may = timeline.may_watch(talk, session, now)
        self._show_save(recording, may=may)
        self._show_tab()

    def _what(
        self, conference: Conference | None, session: Session | None, talk: Talk | None, now: datetime
    ) -> tuple[object, ...]:
        """Return the values that are shown; the same ones again need no showing."""
        recording = recording_of(conference, talk)
        if recording is None or session is None or talk is None:
            return conference, session, talk, None, None
        may = timeline.may_watch(talk, session, now)
        return conference, session, talk, self._services.recordings.state(recording.id), may

    def show_tab(self, title: str) -> None:
        """Turn to the tab of that title; an unknown one changes nothing."""
        titles = [self._tabs.tabText(place) for place in range(self._tabs.count())]
        if title in titles:
            self._tabs.setCurrentIndex(titles.index(title))

    def show_position(self, position_ms: int) -> None:
        """Mark the chapter and the line of speech of this moment."""
        self._chapters.show_present(position_ms)
        self.transcript.show_position(position_ms)
        self.notes.show_position(position_ms)
        self.review.show_position(position_ms)

    def _show_save(self, recording: Recording | None, *, may: bool) -> None:
        self.save_button.setVisible(recording is not None)
        if recording is None:
            return
        state = self._services.recordings.state(recording.id)
        size = size_words(state.size_bytes or recording.file.size_bytes)
        match state.kind:
            case RecordingKind.SAVED:
                self.save_button.show_icon(Icon.SAVED_OFFLINE)
                self._save_words = (f"Saved, {size}" if state.by_hand else f"Keep, {size}", size)
            case RecordingKind.LOADING:
                self.save_button.show_icon(Icon.SAVE_OFFLINE)
                percent = f"{round(state.fraction * 100)} %"
                self._save_words = (f"Saving, {percent}", percent)
            case RecordingKind.WAITING:
                self.save_button.show_icon(Icon.CLOCK)
                self._save_words = ("Waits to be saved", "Waits")
            case RecordingKind.PAUSED:
                self.save_button.show_icon(Icon.PAUSE)
                self._save_words = (f"Paused, {round(state.fraction * 100)} %", "Paused")
            case _:
                self.save_button.show_icon(Icon.SAVE_OFFLINE)
                self._save_words = (f"Save, {size}", "Save")
        step = steps_of(state)[0]
        here = state.kind is RecordingKind.SAVED
        why = "Plays without a network. " if here else f"{state.detail} " if state.detail else ""
        self.save_button.setToolTip(
            tip(f"{why}Click: {step.words}." if here or may else "The recording opens when its session starts.")
        )
        self.save_button.setEnabled(here or may)

        self._fit_save()

    def _show_star(self) -> None:
        starred = self._star in self._services.stars.stars
        self.star_button.show_icon(*((Icon.STARRED, "Remove the star") if starred else (Icon.STAR, "Star")))

    def _toggle_star(self) -> None:
        if self._star:
            self._services.stars.toggle(self._star)

    def _fit_save(self) -> None:
        """Where the tabs need the room the button says less; its tooltip says the rest."""
        long, short = self._save_words
        self.save_button.show_words(long if self.width() >= self._theme.scaled(_ROOMY) else short)

    def _fit_head(self) -> None:
        """Where there is little room, or little and something else than the talk's own words is read: one line."""
        beside = self.star_button.sizeHint().width() + self.save_button.sizeHint().width() + 2 * MEDIUM + 2 * TIGHT
        lines = self._title.heightForWidth(max(1, self.width() - beside))
        reads_else = self._tabs.currentIndex() > 0 and self.height() < self._theme.scaled(_ROOMY_HEIGHT)
        low = reads_else or lines > self.height() // 3
        self._title.setVisible(not low)
        self._people.setVisible(not low)
        self._short_title.setVisible(low)

    def _save(self) -> None:
        if self._recording is None:
            return
        recordings = self._services.recordings
        steps_of(recordings.state(self._recording))[0].act(recordings, self._recording)

    def _lay_out(self) -> None:
        self._whole = QWidget()
        words = column(spacing=2)
        for label in (self._title, self._short_title, self._people):
            words.addWidget(label)
        head = row(spacing=TIGHT)
        head.setContentsMargins(MEDIUM, SMALL, SMALL, 0)
        head.addLayout(words, 1)
        head.addWidget(self.star_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        tabs = row(spacing=SMALL)
        tabs.setContentsMargins(MEDIUM, TIGHT, SMALL, 0)
        tabs.addWidget(self._tabs, 1)
        # The tabs take what the head leaves, whatever their pages would like.
        below = QWidget()
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        below.setMinimumHeight(_LEAST_PAGE)
        self._pages = QStackedLayout(below)
        for page in (
            self._about,
            self._chapters,
            self.transcript,
            self.notes,
            self.review,
            self._no_chapters,
        ):
            self._pages.addWidget(page)
        inner = column(self._whole, spacing=0)
        inner.addWidget(rule())
        inner.addLayout(head)
        inner.addLayout(tabs)
        inner.addWidget(rule())
        inner.addWidget(below, 1)
        column(self).addWidget(self._whole)
        self._tabs.currentChanged.connect(self._show_tab)
        self._chapters.chosen.connect(self.sought)
        self.transcript.sought.connect(self.sought)
        self.notes.sought.connect(self.sought)
        self.review.sought.connect(self.sought)

    def _show_tab(self) -> None:
        match self._tabs.currentIndex():
            case 1:
                page: QWidget = self._chapters if self._chapters.model().rowCount() else self._no_chapters
            case 2:
                page = self.transcript
            case 3:
                page = self.notes
            case 4:
                page = self.review
            case _:
                page = self._about
        self._pages.setCurrentWidget(page)
        self._fit_head()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_save()
        self._fit_head()

    def hasHeightForWidth(self) -> bool:
        # The words take what is left; their wrapped labels would otherwise ask for more and shrink the picture.
        return False


def _people_words(conference: Conference, session: Session, talk: Talk) -> str:
    """Return the presenters with their affiliations: "Yves Raimond (Netflix)"."""
    ids = talk.presenters or session.presenters
    people = [person for person in map(conference.person, ids) if person is not None]
    return ", ".join(
        f"{person.name} ({person.affiliation})" if person.affiliation else person.name for person in people
    )
