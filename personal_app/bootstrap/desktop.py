"""The desktop app put together: services and window first, everything slow after the first paint, one order of ending.

What goes on between the rooms is the business of `conversation`, `identity` and `library`; here the parts are made,
connected and ended. Must hold no rule of the conference.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from personal_app.bootstrap.arguments import Arguments, FirstWindow, Look
from personal_app.bootstrap.demo_server import DemoServer
from personal_app.bootstrap.garbage import GarbageCollector
from personal_app.bootstrap.parting import Parting
from personal_app.bootstrap.rooms import RoomsOpened, RoomsShut, open_rooms
from personal_app.bootstrap.showing import show_snapshot
from personal_app.conference.wishes import Wish
from personal_app.net.bridge import Bridge
from personal_app.player.choice import EngineSource
from personal_app.services.connection import ConnectionKind, ConnectionService, ConnectionState
from personal_app.services.drafts import DraftService
from personal_app.services.playback import PlaybackService
from personal_app.services.profile import JoinWish, ProfileService
from personal_app.services.program import ProgramService
from personal_app.services.questions import QuestionService
from personal_app.services.recordings import RecordingService
from personal_app.services.services import Services
from personal_app.store.snapshot import StartSnapshot, read_snapshot
from personal_app.ui.main_window import MainWindow
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import Look as Shade

if TYPE_CHECKING:
    from personal_app.bootstrap.hall import Hall

_log = logging.getLogger(__name__)

PLAYER_CLOSE_S = 6.0
DEFAULT_NAME = "Guest"


def utc_now() -> datetime:
    """Return the machine's time; the one place where the client asks for it."""
    return datetime.now(UTC)


class Desktop(QObject):
    """Everything that runs while the app does. `start` returns soon; `close` ends it all before it returns."""

    #: The cache and the network are open.
    opened = Signal()

    def __init__(self, application: QApplication, arguments: Arguments) -> None:
        super().__init__()
        self._application = application
        self._arguments = arguments
        self._opening: Thread | None = None
        self._hall: Hall | None = None
        self._early: deque[Callable[[Hall], None]] = deque()
        self._snapshot: StartSnapshot | None = None
        self._closed = False
        self._garbage = GarbageCollector(self)
        self.bridge = Bridge(self)
        self.bridge.arrived.connect(self._on_arrived)
        self.source = EngineSource(arguments.engine)
        self.demo = DemoServer(arguments.profile / "demo-server", self)
        self.services = self._make_services()
        if arguments.look is not Look.SYSTEM:
            Theme.of_app().force(Shade(arguments.look.value))
        self.demo.opened.connect(lambda address: self._with_hall(lambda hall: hall.look_around(address)))
        self.demo.failed.connect(self.services.profile.take_failure)
        self.window = MainWindow(self.services)
        self._parting = Parting(application, self.window, self.services.playback, self.source)
        self._first_paint = _FirstPaint(self.window, self._after_first_paint)

    def start(self) -> None:
        """Show the window with what the cache holds; the rest begins after the first paint."""
        self._snapshot = read_snapshot(self._arguments.profile)
        if self._snapshot is not None:
            show_snapshot(self.services, self._snapshot)
        place = self._arguments.geometry
        if place is not None:
            self.window.setGeometry(place.x, place.y, place.width, place.height)
        self.window.show()

    def close(self) -> None:
        """End everything: intentions, link, network, cache, player. Nothing of the person's is lost."""
        if self._closed:
            return
        self._closed = True
        self.services.drafts.flush()
        self.services.questions.flush()
        self.demo.stop()
        for window in self._application.topLevelWidgets():
            window.hide()
        self.services.playback.close()
        self.source.close()
        if self._opening is not None:
            self._opening.join()
            self.bridge.flush()
        if self._hall is not None and not self._hall.close():
            _log.warning("the network or the cache did not end in time")
        self.bridge.close()
        if not self.source.wait_closed(PLAYER_CLOSE_S):
            _log.warning("the player did not end in time")
        self.window.close()
        self._garbage.close()

    def _make_services(self) -> Services:
        program = ProgramService(utc_now, self)
        recordings = RecordingService(
            save=lambda recording: self._with_hall(lambda hall: hall.library.save(recording)),
            remove=lambda recording: self._with_hall(lambda hall: hall.library.remove(recording)),
            parent=self,
        )
        services = Services(
            program=program,
            connection=ConnectionService(lambda: self._with_hall(lambda hall: hall.conversation.retry_now()), self),
            profile=ProfileService(
                join=lambda wish: self._with_hall(lambda hall: hall.desk.join(wish)),
                redeem=lambda code: self._with_hall(lambda hall: hall.redeem(code)),
                look_around=self.demo.start,
                come_back=lambda wish: self._with_hall(lambda hall: hall.desk.come_back(wish)),
                ask_code=lambda kind: self._with_hall(lambda hall: hall.ask_code(kind)),
                parent=self,
            ),
            questions=QuestionService(
                self._send,
                program.now,
                self,
                forget=lambda command: self._with_hall(lambda hall: hall.forget_receipt(command)),
            ),
            recordings=recordings,
            playback=PlaybackService(self.source, program, recordings, self),
            drafts=DraftService(
                lambda key, text: self._with_hall(lambda hall: hall.keep_draft(key, text)),
                self,
            ),
        )
        services.questions.changed.connect(self._show_waiting)
        return services

    def _show_waiting(self) -> None:
        if self._hall is not None:
            self._hall.conversation.show_waiting()
        else:
            self.services.connection.take_waiting(self.services.questions.waiting)

    def _send(self, wish: Wish) -> None:
        self._with_hall(lambda hall: hall.conversation.send(wish))

    def _with_hall(self, act: "Callable[[Hall], None]") -> None:
        """Do it now, or as soon as the rooms are open: no intention is lost because a person was quick."""
        if self._hall is not None:
            act(self._hall)
        else:
            self._early.append(act)

    def _after_first_paint(self) -> None:
        if self._closed:
            return
        known = self._snapshot is not None
        self._opening = open_rooms(self._arguments.profile, known, self.bridge.post)
        self.source.warm()

    def _on_arrived(self, values: list[object]) -> None:
        for value in values:
            if isinstance(value, RoomsOpened):
                self._on_opened(value)
            elif isinstance(value, RoomsShut):
                self._on_shut(value)
        if self._hall is not None:
            self._hall.take(values)

    def _on_opened(self, opened: RoomsOpened) -> None:
        snapshot = opened.late or self._snapshot
        if opened.late is not None:
            show_snapshot(self.services, opened.late)
        # Its modules come with the network's libraries; the opening thread has loaded them by now.
        from personal_app.bootstrap.hall import Hall

        self._hall = Hall(self.services, opened.rooms, self.bridge.post, utc_now, self._arguments.profile)
        if opened.rescued:
            self._tell_person(opened.rescued)
        if self._closed:
            return
        self._hall.begin(snapshot)
        while self._early:
            self._early.popleft()(self._hall)
        self._join_as_told(self._hall)
        self._garbage.settle()
        self.opened.emit()
        self._show_first_window()

    def _on_shut(self, shut: RoomsShut) -> None:
        self.services.connection.take(ConnectionState(kind=ConnectionKind.OFFLINE, detail=shut.sentence))
        self._tell_person(shut.sentence)

    def _tell_person(self, sentence: str) -> None:
        _log.warning("%s", sentence)
        self.window.tell(sentence)

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
            self._front(self.window.open_chair())
        elif wanted is FirstWindow.AUTHOR and audience.author_of:
            self._front(self.window.open_author())
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


class _FirstPaint(QObject):
    """Acts once, just after a window was painted for the first time."""

    def __init__(self, window: QWidget, act: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._act = act
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._act)
        return False
