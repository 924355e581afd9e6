"""Playing a talk: which recording, from where, held to the second everyone is at or free, and what to say meanwhile.

The engine decodes (`player`), the plan decides where everyone is (`conference.playback`); this service connects them to
the program's clock and to the recordings that are here. Must never decode or download anything itself.
"""

from enum import StrEnum
from time import monotonic

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_app.conference import timeline
from personal_app.conference.clock import to_epoch_ms
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.playback import Keep, Nudge, On, Open, PlayerReading, Seek, plan
from personal_app.conference.program import Session, Talk
from personal_app.conference.recordings import Recording, caption_at
from personal_app.player.choice import Choice, EngineSource
from personal_app.player.engine import Engine, Failure, MediaKind, PlayerState
from personal_app.services.program import ProgramService
from personal_app.services.recordings import RecordingKind, RecordingService

FOLLOW_EVERY_MS = 250
#: So near to where everyone is, somebody who seeks there means to be with them.
LIVE_EDGE_MS = 1500


class PlayPhase(StrEnum):
    """What the player's place shows."""

    EMPTY = "empty"
    HOLD = "hold"
    LOADING = "loading"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


class PlaybackState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot. `live_ms` is where everyone is in this recording, None while it is not running for all.

    `sentence` is what to say in the player's place: why it holds, how far loading is, what failed and what to do.
    """

    talk: TalkId | None = None
    phase: PlayPhase = PlayPhase.EMPTY
    position_ms: int = 0
    duration_ms: int = 0
    live_ms: int | None = None
    following: bool = False
    rate: float = 1.0
    volume: int = 100
    muted: bool = False
    captions_on: bool = True
    sentence: str = ""


_ENGINE_PHASES = {
    PlayerState.LOADING: PlayPhase.LOADING,
    PlayerState.PLAYING: PlayPhase.PLAYING,
    PlayerState.BUFFERING: PlayPhase.PLAYING,
    PlayerState.PAUSED: PlayPhase.PAUSED,
    PlayerState.ENDED: PlayPhase.ENDED,
    PlayerState.FAILED: PlayPhase.FAILED,
}


class PlaybackService(QObject):
    """One player for the window."""

    changed = Signal()
    moved = Signal(int)

    def __init__(
        self,
        source: EngineSource,
        program: ProgramService,
        recordings: RecordingService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._program = program
        self._recordings = recordings
        self._engine: Engine | None = None
        self._choice: Choice | None = None
        self._surface: QWidget | None = None
        self._state = PlaybackState()
        self._rate = 1.0
        self._loaded: RecordingId | None = None
        self._asked_save: RecordingId | None = None
        self._moved_at = monotonic()
        self._follow_timer = QTimer(self)
        self._follow_timer.setInterval(FOLLOW_EVERY_MS)
        self._follow_timer.timeout.connect(self._follow)
        source.ready.connect(self._on_ready)
        recordings.changed.connect(self._on_recording)
        program.changed.connect(self._refresh)
        program.ticked.connect(self._refresh)

    @property
    def state(self) -> PlaybackState:
        """The current snapshot; `position_ms` as of now."""
        return self._state

    def position_ms(self) -> int:
        """Return where the recording is at this moment, in ms."""
        return self._engine.position() if self._engine is not None and self._loaded is not None else 0

    def surface(self) -> QWidget:
        """Return the widget that shows the picture, to be placed in a layout once."""
        if self._surface is None:
            self._surface = QWidget()
            layout = QVBoxLayout(self._surface)
            layout.setContentsMargins(0, 0, 0, 0)
            self._place_engine()
        return self._surface

    def engine_words(self) -> str:
        """Return which engine plays and why, for the About box."""
        return self._choice.reason if self._choice is not None else "not started yet"

    def caption(self) -> str:
        """Return the caption to show now, or nothing."""
        recording = self._recording()
        if recording is None or not self._state.captions_on or self._loaded != recording.id:
            return ""
        found = caption_at(self._recordings.captions(recording.id), self.position_ms())
        return found.text if found is not None else ""

    def open(self, talk: TalkId) -> None:
        """Show a talk: with everyone where it runs for all, else from its beginning when it may be watched."""
        if talk == self._state.talk and self._state.phase is not PlayPhase.FAILED:
            return
        if self._engine is not None:
            self._engine.stop()
        self._loaded = None
        self._asked_save = None
        self._state = PlaybackState(
            talk=talk,
            following=self._live_of(talk) is not None,
            rate=self._rate,
            volume=self._state.volume,
            muted=self._state.muted,
            captions_on=self._state.captions_on,
        )
        self._refresh()

    def play(self) -> None:
        """Play on."""
        if self._engine is not None and self._loaded is not None:
            self._engine.play()

    def pause(self) -> None:
        """Hold; whoever was with everyone is not any more."""
        if self._engine is not None and self._loaded is not None:
            self._set_following(False)
            self._engine.pause()

    def toggle(self) -> None:
        """Pause where it plays, play where it does not."""
        if self._state.phase is PlayPhase.PLAYING:
            self.pause()
        elif self._state.phase is PlayPhase.FAILED:
            self.retry()
        else:
            self.play()

    def seek(self, position_ms: int) -> None:
        """Go to a position, at most to where everyone is while the talk runs for all."""
        if self._engine is None or self._loaded is None:
            return
        live = self._state.live_ms
        if live is not None and position_ms >= live - LIVE_EDGE_MS:
            self.join_live()
            return
        self._set_following(False)
        self._moved_at = monotonic()
        self._engine.seek(max(0, position_ms))

    def skip(self, delta_ms: int) -> None:
        """Go forward or, negative, back."""
        self.seek(self.position_ms() + delta_ms)

    def join_live(self) -> None:
        """Go where everyone is, and stay with them."""
        live = self._live_of(self._state.talk)
        if live is None:
            return
        self._set_following(True)
        if self._engine is not None and self._loaded is not None:
            self._moved_at = monotonic()
            self._engine.set_rate(1.0)
            self._engine.seek(live)
            self._engine.play()
        self._refresh()

    def set_rate(self, rate: float) -> None:
        """Set the speed (0.5 to 3); any speed but 1 leaves the others."""
        self._rate = rate
        if rate != 1.0:
            self._set_following(False)
        if self._engine is not None:
            self._engine.set_rate(rate)
        self._update(rate=rate)

    def set_volume(self, volume: int) -> None:
        """Set the loudness (0 to 100)."""
        if self._engine is not None:
            self._engine.set_volume(volume)
        self._update(volume=volume)

    def set_muted(self, muted: bool) -> None:
        """Switch sound off or on."""
        if self._engine is not None:
            self._engine.set_muted(muted)
        self._update(muted=muted)

    def set_captions(self, shown: bool) -> None:
        """Show captions or not."""
        self._update(captions_on=shown)

    def retry(self) -> None:
        """After a failure, check the file again, bring it here again where it is gone, and play."""
        recording = self._recording()
        if recording is None:
            return
        self._loaded = None
        self._asked_save = None
        self._update(phase=PlayPhase.LOADING, sentence="")
        self._recordings.save(recording.id)

    def close(self) -> None:
        """Let go of the recording before the engine is released."""
        self._follow_timer.stop()
        if self._engine is not None:
            self._engine.stop()

    def _on_ready(self, choice: Choice) -> None:
        self._choice = choice
        self._engine = self._source.create()
        signals = self._engine.signals
        signals.state_changed.connect(self._on_engine_state)
        signals.position_changed.connect(self._on_position)
        signals.failed.connect(self._on_failed)
        self._engine.set_volume(self._state.volume)
        self._engine.set_muted(self._state.muted)
        self._place_engine()
        self._refresh()

    def _place_engine(self) -> None:
        if self._surface is not None and self._engine is not None:
            layout = self._surface.layout()
            assert layout is not None
            layout.addWidget(self._engine.surface)

    def _refresh(self) -> None:
        """Bring the player to what the talk, the clock and the recordings allow now."""
        talk, session, recording = self._talk(), self._session(), self._recording()
        if talk is None or session is None:
            return
        live = self._live_of(talk.id)
        self._update(live_ms=live, following=self._state.following and live is not None)
        if recording is None:
            self._update(phase=PlayPhase.EMPTY, sentence="This talk has no recording.")
        elif not timeline.may_watch(talk, session, self._program.now()):
            # Who waits in front of a talk wants to be there when it begins.
            self._update(phase=PlayPhase.HOLD, sentence="", following=True, duration_ms=recording.duration_ms)
        elif self._loaded != recording.id:
            self._load(recording, live)
        self._set_timer()

    def _load(self, recording: Recording, live: int | None) -> None:
        here = self._recordings.state(recording.id)
        self._update(duration_ms=recording.duration_ms)
        if here.kind is RecordingKind.FAILED:
            self._update(phase=PlayPhase.FAILED, sentence=here.detail)
        elif here.kind is not RecordingKind.SAVED or here.path is None:
            percent = f" {round(here.fraction * 100)} %" if here.fraction else ""
            self._update(phase=PlayPhase.LOADING, sentence=f"Bringing the recording here…{percent}")
            if self._asked_save != recording.id:
                self._asked_save = recording.id
                self._recordings.save(recording.id)
        elif self._engine is not None:
            self._loaded = recording.id
            self._moved_at = monotonic()
            start_ms = live if live is not None and self._state.following else 0
            kind = MediaKind.VIDEO if recording.width else MediaKind.AUDIO
            self._engine.set_rate(1.0 if self._state.following else self._rate)
            self._engine.load(here.path, kind, recording.duration_ms, start_ms=start_ms, paused=False)

    def _follow(self) -> None:
        """Hold the player to the second everyone is at."""
        session, engine = self._session(), self._engine
        if session is None or session.video_start is None or engine is None or self._loaded is None:
            return
        if self._state.phase is not PlayPhase.PLAYING:
            return
        moved_ms_ago = int((monotonic() - self._moved_at) * 1000)
        reading = PlayerReading(
            recording=self._loaded, position_ms=engine.position(), rate=engine.rate, moved_ms_ago=moved_ms_ago
        )
        now_ms, start_ms = to_epoch_ms(self._program.now()), to_epoch_ms(session.video_start)
        planned = plan(now_ms, start_ms, session.items, reading)
        if isinstance(planned, On) and planned.item.recording == self._loaded:
            self._correct(engine, planned)

    def _correct(self, engine: Engine, planned: On) -> None:
        match planned.correction:
            case Nudge(rate=rate):
                engine.set_rate(rate)
            case Seek(position_ms=position_ms) | Open(position_ms=position_ms):
                self._moved_at = monotonic()
                engine.set_rate(1.0)
                engine.seek(position_ms)
            case Keep():
                engine.set_rate(1.0)

    def _on_engine_state(self, state: PlayerState) -> None:
        if self._loaded is not None and state in _ENGINE_PHASES:
            self._update(phase=_ENGINE_PHASES[state], sentence="")
        self._set_timer()

    def _on_position(self, position_ms: int) -> None:
        live = self._live_of(self._state.talk)
        self._state = msgspec.structs.replace(self._state, position_ms=position_ms, live_ms=live)
        self.moved.emit(position_ms)

    def _on_failed(self, failure: Failure) -> None:
        self._update(phase=PlayPhase.FAILED, sentence=failure.sentence)

    def _on_recording(self, recording: str) -> None:
        mine = self._recording()
        if mine is not None and mine.id == recording:
            self._refresh()

    def _set_following(self, following: bool) -> None:
        if self._state.following and not following and self._engine is not None:
            self._engine.set_rate(self._rate)
        if following:
            self._rate = 1.0
        self._update(following=following, rate=self._rate)
        self._set_timer()

    def _set_timer(self) -> None:
        wanted = self._state.following and self._state.phase is PlayPhase.PLAYING
        if wanted != self._follow_timer.isActive():
            (self._follow_timer.start if wanted else self._follow_timer.stop)()

    def _update(self, **fields: object) -> None:
        state = msgspec.structs.replace(self._state, **fields)
        if state != self._state:
            self._state = state
            self.changed.emit()

    def _talk(self) -> Talk | None:
        conference = self._program.conference
        return conference.talk(self._state.talk) if conference is not None and self._state.talk is not None else None

    def _session(self) -> Session | None:
        conference, talk = self._program.conference, self._talk()
        return conference.session(talk.session) if conference is not None and talk is not None else None

    def _recording(self) -> Recording | None:
        conference, talk = self._program.conference, self._talk()
        if conference is None or talk is None or talk.recording is None:
            return None
        return conference.recording(talk.recording)

    def _live_of(self, talk_id: TalkId | None) -> int | None:
        conference = self._program.conference
        talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
        session = conference.session(talk.session) if conference is not None and talk is not None else None
        if talk is None or session is None:
            return None
        return timeline.live_position_ms(session, talk.id, self._program.now())
