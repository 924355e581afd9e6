"""The services with everything that hangs on them: player, demo server, and the hall once the rooms are open.

It is made when its many modules are in memory, after the first paint where a first page was kept. What goes on between
the rooms is the business of `conversation`, `identity` and `library`. Must hold no rule of the conference.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from personal_app.bootstrap.arguments import Arguments, FirstWindow
from personal_app.bootstrap.demo_server import DemoServer
from personal_app.bootstrap.first_page_keeper import FirstPageKeeper
from personal_app.bootstrap.media_keys import MediaKeys
from personal_app.bootstrap.reminding import Reminding
from personal_app.bootstrap.rooms import CacheTold, RoomsOpened, RoomsShut
from personal_app.bootstrap.settings_keeper import SettingsKeeper
from personal_app.bootstrap.showing import show_snapshot
from personal_app.bootstrap.wall_clock import running_ms, utc_now
from personal_app.conference.clock import SteadyClock
from personal_app.conference.ids import QuestionId, SessionId
from personal_app.conference.wishes import Wish
from personal_app.player.choice import EngineSource
from personal_app.services.announcements import AnnouncementService
from personal_app.services.bundles import BundleService
from personal_app.services.captions import CaptionService
from personal_app.services.conferences import ConferenceService, ConferenceWays
from personal_app.services.connection import ConnectionKind, ConnectionService, ConnectionState
from personal_app.services.drafts import DraftService
from personal_app.services.live_streams import LiveStreamService
from personal_app.services.notes import NoteService, NoteWays
from personal_app.services.playback import PlaybackService
from personal_app.services.player_settings import PLAYER
from personal_app.services.presence import PresenceService
from personal_app.services.profile import JoinWish, ProfileService
from personal_app.services.program import ProgramService
from personal_app.services.program_changes import ProgramChangeService
from personal_app.services.questions import QuestionService
from personal_app.services.reactions import ReactionService
from personal_app.services.recordings import RecordingService, Ways
from personal_app.services.reminders import ReminderService
from personal_app.services.search import SearchService
from personal_app.services.sent import SentService
from personal_app.services.services import Services
from personal_app.services.shared_drafts import SharedDraftService
from personal_app.services.stars import StarService
from personal_app.services.times import keep_to_times
from personal_app.services.watching import WatchingService
from personal_app.store.early_moves import EarlyMoves
from personal_app.store.snapshot import StartSnapshot
from personal_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from personal_app.bootstrap.hall import Hall
    from personal_app.bootstrap.one_window import Door

_log = logging.getLogger(__name__)

DEFAULT_NAME = "Guest"


_UNKEPT = "Not everything can be kept on this computer just now; it is tried again by itself."
_KEPT_AGAIN = "Everything is kept on this computer again."


class House(QObject):
    """Made bare; `show_cached` gives it what the cache held, `take` what comes of the rooms."""

    #: The cache and the network are open.
    opened = Signal()

    def __init__(
        self,
        arguments: Arguments,
        window: MainWindow,
        settings: SettingsKeeper,
        post: Callable[[object], None],
        parent: QObject,
    ) -> None:
        """`post` brings a value from any thread to `take`."""
        super().__init__(parent)
        self._arguments = arguments
        self._window = window
        self._settings = settings
        self._post = post
        self._hall: Hall | None = None
        self._early: deque[Callable[[Hall], None]] = deque()
        self._steady = SteadyClock(utc_now, running_ms)
        self._early_moves = EarlyMoves(arguments.profile)
        self._snapshot: StartSnapshot | None = None
        self._closed = False
        self._halted = ""
        self._door: Door | None = None
        self.source = EngineSource(arguments.engine)
        self.demo = DemoServer(arguments.profile / "demo-server", self)
        self.services = self._make_services()
        self.demo.opened.connect(self._on_demo)
        self.demo.failed.connect(self.services.profile.take_failure)
        self._keeper = FirstPageKeeper(self.services, window, self)
        self._reminding = Reminding(self.services, window, post, self)
        self._media_keys = MediaKeys(self.services, window, post, self)

    def show_cached(self, snapshot: StartSnapshot | None) -> None:
        """Hand the services what the cache held; None where it is for the store to find out."""
        self._snapshot = snapshot
        if snapshot is not None:
            show_snapshot(self.services, snapshot)

    def rest(self) -> None:
        """Begin to end: nothing is wanted or played any more, and what was wanted goes to the outbox."""
        self._closed = True
        self.services.drafts.flush()
        self.services.watching.flush()
        self._keeper.keep()
        self._settings.keep()
        self.demo.stop()
        self._reminding.close()
        self._media_keys.close()
        if self._door is not None:
            self._door.close()
        self.services.playback.close()
        self.source.close()

    def end(self) -> Iterator[None]:
        """End network and cache, and go on stepping until they, the player and the demo server have ended."""
        closing = self._hall.begin_close() if self._hall is not None else None
        while closing is not None and closing.is_alive():
            yield
        while self._hall is not None and self._hall.bundles.running:
            yield
        while self._early_moves.writing or not self.source.wait_closed(0):
            yield
        while self.demo.running or self._reminding.running or self._media_keys.running:
            yield

    def _make_services(self) -> Services:
        program = ProgramService(self._steady, self)
        program.measured.connect(self._steady.trust)
        recordings = RecordingService(
            save=lambda recording: self._with_hall(lambda hall: hall.library.save(recording)),
            remove=lambda recording: self._with_hall(lambda hall: hall.library.remove(recording)),
            parent=self,
            ways=Ways(
                watch=lambda recording: self._with_hall(lambda hall: hall.library.watch(recording)),
                note_watched=lambda recording: self._with_hall(lambda hall: hall.library.note_watched(recording)),
                pause=lambda recording: self._with_hall(lambda hall: hall.library.pause(recording)),
                resume=lambda recording: self._with_hall(lambda hall: hall.library.resume(recording)),
                set_quota=lambda quota: self._with_hall(lambda hall: hall.library.set_quota(quota)),
                look_at_room=lambda: self._with_hall(lambda hall: hall.library.look_at_room()),
            ),
        )
        connection = ConnectionService(lambda: self._with_hall(lambda hall: hall.retry_now()), self)
        profile = ProfileService(
            join=lambda wish: self._with_hall(lambda hall: hall.desk.join(wish)),
            redeem=lambda code: self._with_hall(lambda hall: hall.redeem(code)),
            look_around=self.demo.start,
            come_back=lambda wish: self._with_hall(lambda hall: hall.desk.come_back(wish)),
            ask_code=lambda kind: self._with_hall(lambda hall: hall.ask_code(kind)),
            sign_out=lambda wish: self._with_hall(lambda hall: hall.sign_out(wish)),
            entrust=lambda: self._with_hall(lambda hall: hall.entrust()),
            parent=self,
        )
        questions = QuestionService(
            self._send,
            program.now,
            self,
            forget=lambda command: self._with_hall(lambda hall: hall.forget_receipt(command)),
        )
        announcements = AnnouncementService(questions, program.now, self._keep_setting, self)
        program.ticked.connect(announcements.look)
        stars = StarService(
            lambda stars: self._with_hall(lambda hall: hall.schedule.keep(stars)),
            lambda path, starred: self._with_hall(lambda hall: hall.export_calendar(path, starred=starred)),
            self,
        )
        playback = PlaybackService(
            self.source, program, recordings, self, keep=lambda text: self._keep_setting(PLAYER, text)
        )
        services = Services(
            program=program,
            connection=connection,
            profile=profile,
            questions=questions,
            recordings=recordings,
            playback=playback,
            drafts=DraftService(
                lambda key, text: self._with_hall(lambda hall: hall.keep_draft(key, text)),
                self,
            ),
            stars=stars,
            shared_drafts=SharedDraftService(questions, connection, profile.participant, self),
            search=SearchService(
                lambda number, terms: self._with_hall(lambda hall: hall.searching.find(number, terms)), self
            ),
            announcements=announcements,
            presence=PresenceService(self._be_here, self),
            reactions=ReactionService(
                lambda talk, kind: self._with_hall(lambda hall: hall.conversation.react(talk, kind)), questions
            ),
            notes=NoteService(
                NoteWays(
                    keep=lambda note: self._with_hall(lambda hall: hall.notebook.keep(note)),
                    forget=lambda note: self._with_hall(lambda hall: hall.notebook.forget(note)),
                    export=lambda notes, path: self._with_hall(lambda hall: hall.notebook.export(notes, path)),
                ),
                program.now,
                self,
            ),
            captions=CaptionService(
                playback,
                program,
                recordings,
                lambda key, value: self._with_hall(lambda hall: hall.keep_setting(key, value)),
                self,
            ),
            watching=WatchingService(
                playback,
                lambda talk, watched: self._with_hall(lambda hall: hall.notebook.keep_watched(talk, watched)),
                self,
            ),
            reminders=ReminderService(program, stars, questions, connection, self._keep_setting, self),
            changes=ProgramChangeService(program, stars, connection, self._keep_setting, self),
            streams=LiveStreamService(self.source, program, playback, self),
            sent=SentService(questions, lambda: self._with_hall(lambda hall: hall.look_at_sent()), self),
            conferences=ConferenceService(
                ConferenceWays(
                    look=lambda: self._with_hall(lambda hall: hall.profiles.look()),
                    open=lambda key, leave: self._with_hall(lambda hall: hall.profiles.open(key, leave)),
                    add=lambda leave: self._with_hall(lambda hall: hall.profiles.add(leave)),
                ),
                self,
            ),
            bundles=BundleService(
                lambda talk, folder: self._with_hall(lambda hall: hall.bundles.export(talk, folder)), self
            ),
        )
        services.questions.changed.connect(self._show_waiting)
        services.recordings.room_changed.connect(self._tell_halted)
        keep_to_times(program, questions)
        return services

    def _keep_setting(self, key: str, value: str) -> None:
        self._with_hall(lambda hall: hall.keep_setting(key, value))

    def _tell_halted(self) -> None:
        """Say once that nothing is brought any more, for the window of what is saved may not be open."""
        before, self._halted = self._halted, self.services.recordings.room.halted
        if self._halted and self._halted != before:
            self._window.tell(f"No recording is saved for now. {self._halted}", "Show", self._show_saved)

    def _show_saved(self) -> None:
        self._window.open_saved()

    def _show_waiting(self) -> None:
        if self._hall is not None:
            self._hall.conversation.show_waiting()
        else:
            self.services.connection.take_waiting(self.services.questions.waiting)

    def _send(self, wish: Wish) -> None:
        who = self.services.profile.identity
        if self._hall is None and who is not None:
            self._early_moves.keep(who.participant, wish)
        self._with_hall(lambda hall: hall.conversation.send(wish))

    def _be_here(self, session: SessionId | None, question: QuestionId | None) -> None:
        if self._hall is not None:
            self._hall.conversation.be_here(session, question)

    def _with_hall(self, act: "Callable[[Hall], None]") -> None:
        """Do it now, or as soon as the rooms are open: no intention is lost because a person was quick."""
        if self._hall is not None:
            act(self._hall)
        else:
            self._early.append(act)

    def take(self, values: Sequence[object]) -> None:
        """Take in what the rooms posted, in order."""
        for value in values:
            if isinstance(value, RoomsOpened):
                self._on_opened(value)
            elif isinstance(value, RoomsShut):
                self._on_shut(value)
            elif isinstance(value, CacheTold):
                self._tell_person(f"{_UNKEPT} {value.sentence}" if value.sentence else _KEPT_AGAIN)
        self._reminding.take(values)
        self._media_keys.take(values)
        if self._hall is not None:
            self._hall.take(values)

    def _on_opened(self, opened: RoomsOpened) -> None:
        snapshot = opened.late or self._snapshot
        if opened.late is not None:
            show_snapshot(self.services, opened.late)
        # Its modules come with the network's libraries; the opening thread has loaded them by now.
        from personal_app.bootstrap.hall import Hall

        self._hall = Hall(
            self.services, opened.rooms, self._post, self._steady, self._arguments.profile, self._window.close
        )
        if opened.rescued:
            self._tell_person(opened.rescued)
        opened.rooms.store.adopt_early_moves(self._early_moves.stop).add_done_callback(_log_trouble)
        self._settings.store = opened.rooms.store
        self.services.playback.trust_port(opened.rooms.pool.port)
        if self._closed:
            self._settings.keep()
        else:
            self._keeper.store = opened.rooms.store
            self._hall.begin(snapshot)
        # Whoever was quick is not made to begin again, and who has left again by now loses no word.
        while self._early:
            self._early.popleft()(self._hall)
        if self._closed:
            return
        self._join_as_told(self._hall)
        self._open_door()
        self.opened.emit()
        self._show_first_window()

    def _on_demo(self, address: str) -> None:
        self.services.changes.start_anew()
        self._with_hall(lambda hall: hall.look_around(address))

    def _open_door(self) -> None:
        from personal_app.bootstrap.one_window import Door

        self._door = Door(self._arguments.profile, self._window.come_forward, self)

    def _on_shut(self, shut: RoomsShut) -> None:
        self.services.connection.take(ConnectionState(kind=ConnectionKind.OFFLINE, detail=shut.sentence))
        self._tell_person(shut.sentence)

    def _tell_person(self, sentence: str) -> None:
        _log.warning("%s", sentence)
        self._window.tell(sentence)

    def _join_as_told(self, hall: "Hall") -> None:
        """Do what the command line says about joining, as if the person had typed it."""
        arguments, profile = self._arguments, hall.profile
        if not arguments.address and not arguments.invitation:
            return
        if profile is None or (arguments.address and not hall.is_at(arguments.address)):
            wish = JoinWish(
                address=arguments.address, name=arguments.name or DEFAULT_NAME, invitation=arguments.invitation
            )
            self.services.profile.join(wish.address, wish.name, wish.invitation)
        elif arguments.invitation:
            self.services.profile.redeem(arguments.invitation)

    def _show_first_window(self) -> None:
        """Bring the asked-for window to the front as soon as the person may have it."""
        wanted = self._arguments.window
        if wanted is FirstWindow.MAIN:
            return
        audience = self.services.profile.audience
        if wanted is FirstWindow.CHAIR and (audience.organizer or audience.chair_of):
            self._front(self._window.open_chair())
        elif wanted is FirstWindow.AUTHOR and audience.author_of:
            self._front(self._window.open_author())
        else:
            self.services.profile.changed.connect(self._show_when_granted)

    def _show_when_granted(self) -> None:
        audience = self.services.profile.audience
        if audience.organizer or audience.chair_of or audience.author_of:
            self.services.profile.changed.disconnect(self._show_when_granted)
            self._show_first_window()

    def _front(self, window: QWidget) -> None:
        place = self._arguments.geometry
        if place is not None:
            window.setGeometry(place.x, place.y, place.width, place.height)
        window.raise_()
        window.activateWindow()


def _log_trouble(job: "Future[None]") -> None:
    if not job.cancelled() and (trouble := job.exception()) is not None:
        _log.warning("what was wished in the first moments stays in its own file for now: %s", trouble)
