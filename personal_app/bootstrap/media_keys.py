"""Between the player and the desktop's media keys: tells what plays, and does what is pressed.

Must never speak to a bus itself; what is pressed comes to `take`, on the loop.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from personal_app.player.clock import monotonic_ms
from personal_app.player.engine import FASTEST, SLOWEST
from personal_app.services.billed_talk import billed_talk
from personal_app.services.chapter_steps import step_chapter
from personal_app.services.playback import PlayPhase
from personal_app.services.services import Services
from personal_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from personal_app.net.media_remote import MediaRemote
    from personal_app.net.mpris import Playing, Press

#: A position so far from where it would have come to was jumped to.
_JUMP_MS = 1_500


class MediaKeys(QObject):
    """Follows the services; begins with the first recording that plays."""

    def __init__(self, services: Services, window: MainWindow, post: Callable[[object], None], parent: QObject) -> None:
        """`post` brings what the remote's thread tells to `take`."""
        super().__init__(parent)
        self._services = services
        self._window = window
        self._post = post
        self._remote: MediaRemote | None = None
        self._shown: Playing | None = None
        self._closing = False
        services.playback.changed.connect(self._show)
        services.playback.moved.connect(self._on_moved)
        services.streams.changed.connect(self._show)

    @property
    def running(self) -> bool:
        """Whether something has not ended yet."""
        return self._remote is not None and not self._remote.close(0)

    def close(self) -> None:
        """Be on no bus any more."""
        self._closing = True
        if self._remote is not None:
            self._remote.close(0)

    def take(self, values: Iterable[object]) -> None:
        """Do what is pressed, as a person's own hand in the window would."""
        if self._remote is None or self._closing:
            return
        from personal_app.net.mpris import Pressed, RateChosen, Skipped, Sought, VolumeChosen

        playback = self._services.playback
        for value in values:
            match value:
                case Pressed(what):
                    self._press(what)
                case Skipped(delta_ms):
                    playback.seek(min(playback.position_ms() + delta_ms, playback.state.duration_ms))
                case Sought(position_ms):
                    playback.seek(position_ms)
                case RateChosen(rate):
                    playback.set_rate(rate)
                case VolumeChosen(volume):
                    playback.set_muted(False)
                    playback.set_volume(volume)
                case _:
                    pass

    def _press(self, what: "Press") -> None:
        from personal_app.net.mpris import Press

        playback, program = self._services.playback, self._services.program
        match what:
            case Press.PLAY:
                playback.play()
            case Press.PAUSE | Press.STOP:
                playback.pause()
            case Press.PLAY_PAUSE:
                playback.toggle()
            case Press.NEXT:
                step_chapter(program, playback, 1)
            case Press.PREVIOUS:
                step_chapter(program, playback, -1)
            case Press.RAISE:
                self._window.come_forward()

    def _show(self, *, jumped: bool = False) -> None:
        playing = self._services.playback.state.phase is PlayPhase.PLAYING
        if self._closing or not (self._remote or playing or self._services.streams.state.watching):
            return
        from personal_app.net.media_remote import MediaRemote

        if self._remote is None:
            self._remote = MediaRemote(self._post)
        self._shown = self._playing()
        self._remote.show(self._shown, jumped=jumped)

    def _on_moved(self, position_ms: int) -> None:
        if self._shown is not None and abs(self._shown.position(monotonic_ms()) - position_ms) > _JUMP_MS:
            self._show(jumped=True)

    def _playing(self) -> "Playing":
        from personal_app.net.mpris import Playing, Status

        state, conference = self._services.playback.state, self._services.program.conference
        billed = billed_talk(conference, state.talk)
        status = {PlayPhase.EMPTY: Status.STOPPED, PlayPhase.PLAYING: Status.PLAYING}.get(state.phase, Status.PAUSED)
        moves = state.phase is PlayPhase.PLAYING and not state.buffering
        presenters = billed.talk.presenters if billed.talk is not None else ()
        people = [conference.person(presenter) for presenter in presenters] if conference is not None else []
        return Playing(
            status=status,
            talk=state.talk or "",
            title=billed.talk.title if billed.talk is not None else "",
            artists=tuple(person.name for person in people if person is not None),
            album=conference.title if conference is not None else "",
            duration_ms=state.duration_ms,
            position_ms=self._services.playback.position_ms(),
            at_ms=monotonic_ms(),
            moves=moves,
            rate=state.catching_up or state.rate,
            slowest=SLOWEST,
            fastest=FASTEST,
            volume=0 if state.muted else state.volume,
            chapters=billed.recording is not None and bool(billed.recording.chapters),
            awake=moves or self._services.streams.state.watching,
        )
