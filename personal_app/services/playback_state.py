"""What the screens see of the player: a frozen snapshot. Must never hold anything that moves by itself."""

from enum import StrEnum

import msgspec

from personal_app.conference.ids import TalkId
from personal_app.player.engine import PlayerState


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

    `sentence` is what to say in the player's place: how far loading is, what failed and what to do; while it plays,
    what should be known about it. `position_ms` is as last told; `PlaybackService.position_ms()` gives it as of now.
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
