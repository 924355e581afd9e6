"""What lies in the engine, and what is wished for the next recording that comes into it: where from, held, which track.

Must never know where everyone is, nor whether a recording is here.
"""

from collections.abc import Callable
from pathlib import Path

from personal_app.conference.ids import RecordingId
from personal_app.conference.recordings import Recording
from personal_app.player.engine import Engine, MediaKind, PlayerState, Stream
from personal_app.services.playback_state import ENGINE_PHASES, PlaybackState, PlayPhase, as_engine, as_stream


class Reel:
    """Holds at most one recording in whichever engine there is."""

    def __init__(self, engine: Callable[[], Engine | None]) -> None:
        self._engine = engine
        #: Which recording is in the engine.
        self.loaded: RecordingId | None = None
        #: Whether it comes while it plays.
        self.streams = False
        #: Where the next one is to begin; None where nobody said.
        self.start_ms: int | None = None
        #: Whether it is to be held at its first picture, and held again after a wait.
        self.hold = False
        self._begun = False
        self._track: int | None = None

    @property
    def engine(self) -> Engine | None:
        """The engine where it holds a recording."""
        return self._engine() if self.loaded is not None else None

    @property
    def position_ms(self) -> int:
        """Where the recording is at this moment, in ms."""
        return self.engine.position() if self.engine is not None else 0

    def put_in(self, engine: Engine, recording: Recording, source: Path | Stream, start_ms: int) -> None:
        """Let `engine` open a recording at `start_ms`; what was wished for the next one is used up."""
        self.start_ms = None
        self.loaded = recording.id
        self.streams, self._begun = isinstance(source, Stream), False
        kind = MediaKind.VIDEO if recording.width else MediaKind.AUDIO
        engine.load(source, kind, recording.duration_ms, start_ms=start_ms, paused=self.hold)
        if self._track is not None:
            engine.choose_audio_track(self._track)
            self._track = None

    def let_go(self) -> None:
        """Take the recording out of the engine."""
        if self.engine is not None:
            self.engine.stop()
        self.loaded = None

    def leave(self, engine: Engine, *, following: bool) -> None:
        """Take it out of `engine`, so that the next engine goes on from here as this one was.

        Who is `following` everyone goes on where they are.
        """
        if self.loaded is None:
            return
        ended = engine.state is PlayerState.ENDED
        if not following:
            self.start_ms = 0 if ended else engine.position()
        self.hold = ended or engine.state is PlayerState.PAUSED
        self._track = engine.audio_track
        engine.stop()
        self.loaded = None

    def standing(self, state: PlaybackState, notice: str, buffered: int, detail: str) -> PlaybackState | None:
        """Return the snapshot as the engine stands, None where it has nothing to say; `detail` is why nothing comes."""
        engine = self.engine
        if engine is None or engine.state not in ENGINE_PHASES:
            return None
        stands = as_engine(state, engine, notice, buffered)
        if self.streams:
            begun = (PlayPhase.PAUSED if self.hold else PlayPhase.PLAYING) if self._begun else None
            stands = as_stream(stands, engine, begun, detail, buffered)
            self._begun = self._begun or stands.phase in (PlayPhase.PLAYING, PlayPhase.PAUSED)
        return stands
