"""The live stream and the meeting of the session whose talk is open: whether there is one now, and watching it.

The program says where they are (`Session.stream`, `Session.meeting`); `player.stream` plays. Must never open a browser
or decide how anything looks.
"""

from datetime import timedelta
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_app.conference.ids import SessionId
from personal_app.conference.program import Session
from personal_app.conference.timeline import stream_on
from personal_app.conference.web_links import host_of, meeting_fault
from personal_app.player.stream import StreamPlayer, StreamState
from personal_app.services.billed_talk import billed_talk
from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.services.program import ProgramService

#: People come to a meeting some minutes before it begins.
MEETING_OPENS = timedelta(minutes=10)
_NO_PLAYER = "Live streams need libvlc, which is not at work here. Install VLC and choose it in the preferences."


class StreamSource(Protocol):
    """Makes players of live streams, where it can."""

    def stream_player(self) -> StreamPlayer | None:
        """Return one, or None."""


class LiveState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot: `host` and `meeting_host` are empty where there is no stream, or no meeting, at the moment.

    `sentence` is what to say while it is being watched and there is no picture, or why there will be none; `waiting`
    tells that a person can have it tried at once.
    """

    session: str = ""
    host: str = ""
    meeting_host: str = ""
    watching: bool = False
    waiting: bool = False
    sentence: str = ""


class LiveStreamService(QObject):
    """Watches the stream of one session at a time; recording and stream never play together."""

    changed = Signal()

    def __init__(
        self, source: StreamSource, program: ProgramService, playback: PlaybackService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._program = program
        self._playback = playback
        self._state = LiveState()
        self._player: StreamPlayer | None = None
        self._surface: QWidget | None = None
        self._watched: SessionId | None = None
        self._offered: SessionId | None = None
        self._trouble = ""
        for signal in (program.changed, program.ticked):
            signal.connect(self._refresh)
        playback.changed.connect(self._on_playback)

    @property
    def state(self) -> LiveState:
        """The current snapshot."""
        return self._state

    @property
    def meeting(self) -> str:
        """The meeting's address, where there is a meeting now; else nothing."""
        session = self._session()
        return session.meeting if session is not None and self._state.meeting_host else ""

    def surface(self) -> QWidget:
        """Return the widget that shows the stream, to be placed in a layout once."""
        if self._surface is None:
            self._surface = QWidget()
            layout = QVBoxLayout(self._surface)
            layout.setContentsMargins(0, 0, 0, 0)
        return self._surface

    def watch(self) -> None:
        """Play the stream in the recording's place."""
        session = self._session()
        if session is None or not stream_on(session, self._program.now()):
            return
        player = self._make_player()
        if player is None:
            self._trouble = _NO_PLAYER
            self._refresh()
            return
        self._playback.pause()
        self._watched = session.id
        self._take_sound(player)
        player.open(session.stream)
        self._refresh()

    def leave(self) -> None:
        """Let go of the stream; the recording stays where it was."""
        self._watched, self._trouble = None, ""
        if self._player is not None:
            self._player.stop()
        self._refresh()

    def try_now(self) -> None:
        """Wait no longer for the next try."""
        if self._player is not None:
            self._player.try_now()

    def _make_player(self) -> StreamPlayer | None:
        if self._player is None:
            self._player = self._source.stream_player()
            if self._player is not None:
                self._player.changed.connect(self._refresh)
                layout = self.surface().layout()
                assert layout is not None
                layout.addWidget(self._player.surface)
        return self._player

    def _session(self) -> Session | None:
        return billed_talk(self._program.conference, self._playback.state.talk).session

    def _on_playback(self) -> None:
        if self._player is not None:
            self._take_sound(self._player)
        if self._watched is not None and self._playback.state.phase is PlayPhase.PLAYING:
            self.leave()
        else:
            self._refresh()

    def _take_sound(self, player: StreamPlayer) -> None:
        player.set_sound(self._playback.state.volume, muted=self._playback.state.muted)

    def _refresh(self) -> None:
        session, now = self._session(), self._program.now()
        on = session is not None and stream_on(session, now)
        if self._watched is not None and (not on or session is None or session.id != self._watched):
            # `leave` comes back here.
            self.leave()
            return
        if session is None:
            self._show(LiveState())
            return
        meeting = session.meeting if session.start - MEETING_OPENS <= now < session.end else ""
        player = self._player if self._watched is not None else None
        self._show(
            LiveState(
                session=session.title,
                host=host_of(session.stream) if on else "",
                meeting_host=host_of(meeting) if meeting and not meeting_fault(meeting) else "",
                watching=player is not None,
                waiting=player is not None and player.state is StreamState.WAITING,
                sentence=player.sentence if player is not None else self._trouble if on else "",
            )
        )
        if on and session.id != self._offered and self._playback.state.phase is PlayPhase.EMPTY:
            # Where there is nothing else to see, the stream is what people came for.
            self._offered = session.id
            self.watch()

    def _show(self, state: LiveState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
