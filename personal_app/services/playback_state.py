"""What the screens see of the player: a frozen snapshot. Must never hold anything that moves by itself."""

from enum import StrEnum

import msgspec

from personal_app.conference.ids import TalkId
from personal_app.player.engine import Engine, FailureKind, PlayerState


class PlayPhase(StrEnum):
    """What the player's place shows."""

    EMPTY = "empty"
    HOLD = "hold"
    LOADING = "loading"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


class Remedy(StrEnum):
    """What a person can do about a recording that does not play."""

    RETRY = "retry"
    DOWNLOAD = "download"
    OTHER_ENGINE = "other_engine"


class PlaybackState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot. `live_ms` is where everyone is in this recording, None while it is not running for all.

    `catching_up` is the speed at which the person catches up with everyone, 0 where they do not.
    `sentence` is what to say in the player's place: how far loading is, what failed and what to do; while it plays,
    what should be known about it. Where it does not play, `remedies` are what can be done, the likeliest first.
    `buffered` is, while it waits for data, how much of it is there in per cent. `position_ms` is as last told;
    `PlaybackService.position_ms()` gives it as of now.
    """

    talk: TalkId | None = None
    phase: PlayPhase = PlayPhase.EMPTY
    position_ms: int = 0
    duration_ms: int = 0
    live_ms: int | None = None
    following: bool = False
    catching_up: float = 0.0
    rate: float = 1.0
    volume: int = 100
    muted: bool = False
    sentence: str = ""
    buffered: int | None = None
    remedies: tuple[Remedy, ...] = ()

    @property
    def buffering(self) -> bool:
        """Whether the picture stands still because what comes next is not here yet; it goes on by itself."""
        return self.buffered is not None


#: What the player's place shows while the engine is at something; while it has nothing, the service says it.
ENGINE_PHASES = {
    PlayerState.LOADING: PlayPhase.LOADING,
    PlayerState.PLAYING: PlayPhase.PLAYING,
    PlayerState.BUFFERING: PlayPhase.PLAYING,
    PlayerState.PAUSED: PlayPhase.PAUSED,
    PlayerState.ENDED: PlayPhase.ENDED,
    PlayerState.FAILED: PlayPhase.FAILED,
}


def standing(state: PlaybackState) -> PlaybackState:
    """Return what is left of a snapshot when time does not count: whether it runs for everyone, but not where."""
    return msgspec.structs.replace(state, position_ms=0, live_ms=None if state.live_ms is None else 0)


#: What helps where: a file that is not whole comes anew; what one engine cannot read another one may.
_REMEDIES = {
    FailureKind.MISSING: (Remedy.DOWNLOAD,),
    FailureKind.UNREADABLE: (Remedy.RETRY, Remedy.DOWNLOAD),
    FailureKind.EMPTY_FILE: (Remedy.DOWNLOAD,),
    FailureKind.NOT_A_RECORDING: (Remedy.DOWNLOAD, Remedy.RETRY),
    FailureKind.DAMAGED: (Remedy.DOWNLOAD, Remedy.OTHER_ENGINE, Remedy.RETRY),
    FailureKind.ENDED_EARLY: (Remedy.DOWNLOAD, Remedy.OTHER_ENGINE, Remedy.RETRY),
    FailureKind.NO_START: (Remedy.RETRY, Remedy.OTHER_ENGINE, Remedy.DOWNLOAD),
}


def as_engine(state: PlaybackState, engine: Engine, notice: str, buffered: int) -> PlaybackState:
    """Return the snapshot as an engine that is at something stands; `notice` is what should be known meanwhile."""
    phase, failure = ENGINE_PHASES[engine.state], engine.failure
    waiting = buffered if engine.state is PlayerState.BUFFERING else None
    if phase is PlayPhase.FAILED and failure is not None:
        remedies = _REMEDIES.get(failure.kind, (Remedy.RETRY,))
        return msgspec.structs.replace(
            state, phase=phase, sentence=failure.sentence, remedies=remedies, buffered=waiting
        )
    return msgspec.structs.replace(state, phase=phase, sentence=notice, remedies=(), buffered=waiting)


def as_stream(
    state: PlaybackState, engine: Engine, begun: PlayPhase | None, detail: str, buffered: int
) -> PlaybackState:
    """Return the snapshot of a recording that comes while it plays; `detail` says why nothing of it comes, or nothing.

    One that has `begun` plays on in a moment, wherever it was sought: the controls stay as they are.
    """
    if engine.state not in (PlayerState.LOADING, PlayerState.BUFFERING):
        return state
    return msgspec.structs.replace(
        state, phase=begun or state.phase, sentence=detail or state.sentence, buffered=buffered
    )
