"""What a decoding library reports to the deck that drives it, as frozen values that may cross threads.

Every report carries the number of the opening it belongs to, so that the late words of a recording that was let go are
told apart from those of the present one. The module must never import Qt or a decoding library.
"""

from pathlib import Path

import msgspec

from personal_app.player.containers import Container
from personal_app.player.engine import AudioTrack, Failure, MediaKind, OutputDevice, Snapshot, Stream


class Opening(msgspec.Struct, frozen=True):
    """One opening of a file or stream: what to open, from where, and whether to hold at the first picture."""

    number: int
    source: Path | Stream
    kind: MediaKind
    container: Container
    start_ms: int
    paused: bool


class Inspected(msgspec.Struct, frozen=True):
    """The look at the file's first bytes."""

    result: Container | Failure


class Started(msgspec.Struct, frozen=True):
    """Playing (or, where it was opened paused, holding) has begun at the wished position."""

    has_picture: bool


class Shown(msgspec.Struct, frozen=True):
    """A picture of this opening is on the surface."""


class Played(msgspec.Struct, frozen=True):
    """The library was at `media_ms` at the monotonic instant `at_ms`."""

    media_ms: float
    at_ms: float


class Waiting(msgspec.Struct, frozen=True):
    """The library waits for data, of which `percent` is there, or no longer does."""

    waiting: bool
    percent: int = 0


class TracksFound(msgspec.Struct, frozen=True):
    """The sound tracks of this opening, and which of them plays by itself."""

    tracks: tuple[AudioTrack, ...]
    playing: int | None


class DevicesFound(msgspec.Struct, frozen=True):
    """What sound can come out of; of no opening."""

    devices: tuple[OutputDevice, ...]


class SnapshotDone(msgspec.Struct, frozen=True):
    """What became of a snapshot; of no opening."""

    snapshot: Snapshot


class ReachedEnd(msgspec.Struct, frozen=True):
    """There is nothing more to play in the file."""


class Broke(msgspec.Struct, frozen=True):
    """The library gave up on the file."""


class Released(msgspec.Struct, frozen=True):
    """The library holds nothing any more."""


Report = (
    Inspected
    | Started
    | Shown
    | Played
    | Waiting
    | TracksFound
    | DevicesFound
    | SnapshotDone
    | ReachedEnd
    | Broke
    | Released
)
