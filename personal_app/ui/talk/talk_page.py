"""The middle of the main window: one talk, played, with what is written about it below.

It shows what the services hold; which talk is open is the window's to say.
"""

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from personal_app.conference.notes import NoteId
from personal_app.conference.program import Conference, Session, Talk
from personal_app.services.captions import CaptionPlace
from personal_app.services.playback import PlayPhase
from personal_app.services.recordings import RecordingState
from personal_app.services.services import Services
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.schedule.times import position_words
from personal_app.ui.talk.captions import CaptionBox, CaptionStrip
from personal_app.ui.talk.controls import Controls
from personal_app.ui.talk.details import Details, recording_of
from personal_app.ui.talk.live_bar import LiveBar
from personal_app.ui.talk.markers import MarkerActs, explain_marker, marker_menu, markers_of
from personal_app.ui.talk.notes_page import NotesPage
from personal_app.ui.talk.on_now import OnNow
from personal_app.ui.talk.question_moments import question_moments
from personal_app.ui.talk.reactions import ReactionRow
from personal_app.ui.talk.resting_controls import RestingControls
from personal_app.ui.talk.seek_bar import Marker, SeekBar
from personal_app.ui.talk.spoken import PlayerSpeech
from personal_app.ui.talk.stage import Stage
from personal_app.ui.talk.transcript import TranscriptPage
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import MEDIUM, TIGHT
from personal_app.ui.widgets.frames import Surface, column, row

_LEAST_BELOW = 210
#: A page lower than this has no room for a line of reactions.
_REACTIONS_FROM = 560
_RATIO = 9 / 16
_SEEKABLE = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})


class TalkPage(Surface):
    """`talk_chosen` (a TalkId) asks for another talk, `full_screen_wanted` for the whole screen or back.

    `preferences_wanted` asks for the place where the player is chosen for good.
    """

    talk_chosen = Signal(str)
    #: A moment (ms) that a person wants to ask about, and a question (QuestionId) that they want to see.
    ask_wanted = Signal(int)
    question_wanted = Signal(str)
    full_screen_wanted = Signal()
    preferences_wanted = Signal()

    def __init__(self, services: Services, *, stage: Stage | None = None, controls: Controls | None = None) -> None:
        """`stage` and `controls` may have been made beforehand, each in a turn of the loop of its own."""
        super().__init__("panel")
        self._services = services
        self._full = False
        self._theme = Theme.of_app()
        self.setMinimumWidth(430)
        self.on_now = OnNow(services)
        self.notice = _Notice()
        self.stage = stage or Stage(services)
        self.captions = CaptionStrip(services.captions, services.playback)
        self.caption_box: CaptionBox | None = None
        self.live_bar: LiveBar | None = None
        self.seek_bar = SeekBar()
        self.controls = controls or Controls(services)
        self._details: Details | None = None
        self._transcript: TranscriptPage | None = None
        self._notes: NotesPage | None = None
        self._reactions: ReactionRow | None = None
        self._below = QWidget()
        self._placed: QWidget | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        self._details_soon = QTimer(self, singleShot=True, interval=0)
        self._details_soon.timeout.connect(self._on_details_soon)
        self._here = PlainLabel("0:00", size=Size.SMALL, tone="soft")
        self._total = PlainLabel("", size=Size.SMALL, tone="faint")
        PlayerSpeech(self.stage, services.playback, services.captions)
        self._lay_out()
        self._resting = RestingControls(self._player, self._may_rest)
        self._connect()
        self._on_captions()
        self._on_live()
        self.refresh()

    def make_details(self) -> None:
        """Build what stands under the player, for `add_details` to place: both at once would hold up the screen."""
        if self._details is None:
            self.make_transcript()
            self.make_notes()
            self._details = Details(self._services, transcript=self._transcript, notes=self._notes)
            self._details.sought.connect(self._services.playback.seek)
            self._details.notes.left.connect(self.stage.setFocus)
            self._details.show_talk(*self._open())

    def make_transcript(self) -> None:
        """Build the transcript, for `make_details` to put among the rest."""
        if self._transcript is None:
            self._transcript = TranscriptPage(self._services.captions)

    def make_notes(self) -> None:
        """Build the person's notes, likewise."""
        if self._notes is None:
            self._notes = NotesPage(self._services)

    def make_reactions(self) -> None:
        """Build the line of reactions under the controls."""
        if self._reactions is None:
            self._reactions = ReactionRow(self._services)
            self._reactions.show_talk(self._services.playback.state.talk)
            self._controls_box.addWidget(self._reactions)
            self._fit_stage()

    def add_details(self) -> None:
        """Place what stands under the player; until then there is room for it."""
        self.make_details()
        self.make_reactions()
        if self._details is not None and self._below is not self._details:
            self._below = self._details
            self._place_below()
            self._details.setVisible(not self._full)
            self.refresh()

    def show_tab(self, title: str) -> None:
        """Turn to the tab of that title: About, Chapters, Transcript, My notes or Review."""
        if (details := self._details_now) is not None:
            details.show_tab(title)

    def show_note(self, note: NoteId) -> None:
        """Bring a note of the person's own into sight."""
        if (details := self._details_now) is not None:
            details.notes.show_note(note)

    def write_note(self, position_ms: int | None = None) -> None:
        """Have the person write a note about this moment, or a named one."""
        if (details := self._details_now) is not None and not self._full:
            self.show_tab("My notes")
            details.notes.writer.begin(position_ms)

    def find_in_transcript(self) -> None:
        """Let the person look for words in the transcript."""
        if (details := self._details_now) is not None and not self._full:
            self.show_tab("Transcript")
            details.transcript.begin_to_find()

    def review(self) -> None:
        """Show each question at its moment, as the recording plays."""
        if not self._full:
            self.show_tab("Review")

    def bookmark(self, position_ms: int | None = None) -> None:
        """Set a bookmark at this moment, or a named one."""
        if (details := self._details_now) is not None and self._services.playback.state.phase in _SEEKABLE:
            details.notes.bookmark(position_ms)

    def toggle_picture_window(self) -> None:
        """Give the picture a window of its own above all others, or take it back."""
        if self.stage.lent:
            self.stage.take_picture_back()
        elif not self._full:
            self.stage.lend_picture()

    def show_full(self, full: bool) -> None:
        """Give the picture the whole page, or the words their place again."""
        self._full = full
        if full:
            self.stage.take_picture_back()
        self._below.setVisible(not full)
        self.controls.show_full_screen(full)
        self._fit_stage()
        self._resting.show_full(full)
        self.refresh_time()

    def _may_rest(self) -> bool:
        return self._services.playback.state.phase is PlayPhase.PLAYING or self._services.streams.state.watching

    def _on_resting(self) -> None:
        resting = self._resting.resting
        focus = QApplication.focusWidget()
        if resting and focus is not None and self._player.isAncestorOf(focus):
            self.stage.setFocus()
        conference, _, talk = self._open()
        self._player.setVisible(recording_of(conference, talk) is not None and not resting)
        if resting:
            self.setCursor(Qt.CursorShape.BlankCursor)
        else:
            self.unsetCursor()

    def refresh(self) -> None:
        """Show the present snapshot of everything."""
        conference, session, talk = self._open()
        self.stage.refresh()
        playback = self._services.playback.state
        self.notice.tell(playback.sentence if playback.phase in _SEEKABLE or playback.buffering else "")
        self._show_details(conference, session, talk)
        if self._reactions is not None:
            self._reactions.show_talk(talk.id if talk is not None else None)
        recording = recording_of(conference, talk)
        duration_ms = recording.duration_ms if recording is not None else 0
        self.seek_bar.show_recording(duration_ms, recording.chapters if recording is not None else ())
        state = self._services.recordings.state(recording.id) if recording is not None else RecordingState()
        self.seek_bar.show_held(state.spans or None)
        previews = recording.previews if recording is not None else None
        self.seek_bar.show_previews(previews.grid if previews is not None else None, state.previews)
        self.seek_bar.setEnabled(self._services.playback.state.phase in _SEEKABLE)
        self._total.show_text(position_words(duration_ms))
        self._player.setVisible(recording is not None and not self._resting.resting)
        self.refresh_markers()
        self.refresh_watched()
        self.refresh_position()
        self.refresh_time()

    def _show_details(self, conference: Conference | None, session: Session | None, talk: Talk | None) -> None:
        """Show what stands under the player; all of another talk at once with its picture would hold up the screen."""
        if self._details is None:
            return
        other = talk is not None and self._details.talk not in (None, talk.id)
        if other and self._details.isVisible():
            self._details_soon.start()
        else:
            self._details.show_talk(conference, session, talk)

    def _on_details_soon(self) -> None:
        self._details_soon.stop()
        if self._details is not None:
            self._details.show_talk(*self._open())

    @property
    def _details_now(self) -> Details | None:
        """What stands under the player, of the talk that is open whether its turn has come or not."""
        if self._details_soon.isActive():
            self._on_details_soon()
        return self._details

    def _on_recording(self, recording_id: str) -> None:
        """Many recordings change at once when a cache is looked through; one of them is shown here."""
        conference, _, talk = self._open()
        recording = recording_of(conference, talk)
        if recording is not None and recording.id == recording_id:
            # The playback may have told of the same already, and more may come in this turn.
            self._soon.start()

    def refresh_markers(self) -> None:
        """Put the markers of the talk's questions and of the person's notes on the seek bar."""
        talk_id = self._services.playback.state.talk
        questions = self._services.questions.board.of_talk(talk_id) if talk_id is not None else ()
        notes = self._services.notes.of_talk(talk_id) if talk_id is not None else ()
        self.seek_bar.show_markers(markers_of(question_moments(questions), notes))

    def _show_marker_menu(self, position_ms: int, marker: Marker | None, where: QPoint) -> None:
        acts = MarkerActs(
            seek=self._services.playback.seek,
            ask=self.ask_wanted.emit,
            show_question=self.question_wanted.emit,
            write_note=self.write_note,
            bookmark=self.bookmark,
        )
        marker_menu(self, self._services, acts, position_ms, marker).popup(where)

    def refresh_watched(self) -> None:
        """Show which parts the person has watched."""
        talk_id = self._services.playback.state.talk
        self.seek_bar.show_watched(self._services.watching.watched(talk_id).spans if talk_id is not None else ())

    def _on_watched(self, talk: str) -> None:
        if talk == self._services.playback.state.talk:
            self.refresh_watched()

    def refresh_position(self) -> None:
        """Follow the recording."""
        state = self._services.playback.state
        position_ms = self._services.playback.position_ms()
        self.seek_bar.show_position(position_ms, state.live_ms)
        self._here.show_text(position_words(position_ms))
        if self._details is not None:
            self._details.show_position(position_ms)

    def refresh_time(self) -> None:
        """Follow the clock."""
        self.stage.refresh_time()
        self.on_now.refresh(hidden=self._full)
        self._fit_stage()

    def _lay_out(self) -> None:
        self._player = QWidget()
        bar = row(spacing=TIGHT)
        bar.setContentsMargins(MEDIUM, TIGHT, MEDIUM, 0)
        bar.addWidget(self._here)
        bar.addWidget(self.seek_bar, 1)
        bar.addWidget(self._total)
        player = self._controls_box = column(self._player, spacing=0)
        player.addLayout(bar)
        player.addWidget(self.controls)
        self._whole = column(self, spacing=0)
        for part in (self.on_now, self.notice, self.stage, self.captions, self._player):
            self._whole.addWidget(part)
        self._place_below()

    def _place_below(self) -> None:
        """Whatever stands under the player takes what the picture leaves, and never less than some lines."""
        if self._placed is not None:
            self._whole.removeWidget(self._placed)
            self._placed.deleteLater()
        self._placed = self._below
        self._below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._keep_room()
        self._whole.addWidget(self._below, 1)

    def _keep_room(self) -> None:
        self._below.setMinimumHeight(self._theme.scaled(_LEAST_BELOW))

    def _connect(self) -> None:
        services = self._services
        self._theme.changed.connect(self._keep_room)
        services.playback.changed.connect(self.refresh)
        services.playback.moved.connect(lambda _: self.refresh_position())
        services.program.changed.connect(self.refresh)
        services.program.ticked.connect(self.refresh_time)
        services.questions.changed.connect(self.refresh_markers)
        services.notes.changed.connect(self.refresh_markers)
        services.captions.changed.connect(self._on_captions)
        services.watching.changed.connect(self._on_watched)
        services.streams.changed.connect(self._on_live)
        services.recordings.changed.connect(self._on_recording)
        self.seek_bar.sought.connect(services.playback.seek)
        self.seek_bar.menu_wanted.connect(self._show_marker_menu)
        self.seek_bar.explain = partial(explain_marker, services)
        services.playback.changed.connect(self._resting.wake)
        self._resting.changed.connect(self._on_resting)
        self.controls.full_screen_wanted.connect(self.full_screen_wanted)
        self.controls.picture_window_wanted.connect(self.toggle_picture_window)
        self.controls.preferences_wanted.connect(self.preferences_wanted)
        self.stage.full_screen_wanted.connect(self.full_screen_wanted)
        self.on_now.chosen.connect(self.talk_chosen)

    def _on_captions(self) -> None:
        """The box over the picture is made for those who want it."""
        captions = self._services.captions
        if self.caption_box is None and captions.settings.place is CaptionPlace.OVER:
            self.caption_box = CaptionBox(captions, self._services.playback, self.stage)

    def _on_live(self) -> None:
        """The line about live streams and meetings is made when there is one."""
        state = self._services.streams.state
        if self.live_bar is None and (state.host or state.meeting_host):
            self.live_bar = LiveBar(self._services.streams)
            self._whole.insertWidget(self._whole.indexOf(self.stage), self.live_bar)
        self.stage.refresh()
        self.captions.setHidden(state.watching)

    def _open(self) -> tuple[Conference | None, Session | None, Talk | None]:
        conference, talk_id = self._services.program.conference, self._services.playback.state.talk
        talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
        session = conference.session(talk.session) if conference is not None and talk is not None else None
        return conference, session, talk

    def _fit_stage(self) -> None:
        """As high as the picture is at this width; where room is short the picture gives way before the words do."""
        self.stage.fit(None if self._full else round(self.width() * _RATIO))
        if self._reactions is not None:
            above = self.on_now.sizeHint().height() if self.on_now.isVisible() else 0
            self._reactions.setVisible(self.height() - above >= self._theme.scaled(_REACTIONS_FROM))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_stage()


class _Notice(Surface):
    """What a person should know of a recording although it plays."""

    def __init__(self) -> None:
        super().__init__("notice")
        self._words = PlainLabel("", size=Size.SMALL, wrap=True)
        self._words.setObjectName("playback_notice")
        line = row(self)
        line.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        line.addWidget(self._words)
        self.setVisible(False)

    def tell(self, sentence: str) -> None:
        """Say it, or nothing."""
        self._words.show_text(sentence)
        self.setVisible(bool(sentence))
