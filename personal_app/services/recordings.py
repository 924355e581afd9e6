"""Which recordings are here, which are on their way, and their captions. Must never read files or the network."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.ids import RecordingId
from personal_app.conference.recordings import Caption
from personal_app.player.engine import Stream
from personal_app.services.recording_kind import RecordingKind

__all__ = ["RecordingKind", "RecordingService", "RecordingState", "Room", "Ways"]


class RecordingState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of one recording: how much of it is here (0 to 1), the verified file, and what is the matter.

    `poster` and `previews`, the sheet of small pictures of a recording that is watched or here, are as encoded.

    While it is on its way, `spans` are the stretches that are here, each from and to a share of its bytes (0 to 1), and
    `stream` is where it can be played from already.

    `by_hand`: a person asked to keep it, so that it never goes to make room. While it is on its way, `left_s` is how
    many seconds it will take at the present rate, None while that cannot be told.
    """

    kind: RecordingKind = RecordingKind.ABSENT
    fraction: float = 0.0
    size_bytes: int = 0
    path: Path | None = None
    spans: tuple[tuple[float, float], ...] = ()
    stream: Stream | None = None
    captions: tuple[Caption, ...] = ()
    tracks: dict[str, tuple[Caption, ...]] = {}
    poster: bytes | None = None
    previews: bytes | None = None
    detail: str = ""
    by_hand: bool = False
    rate_bytes_s: int = 0
    left_s: int | None = None


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What recordings take on this computer, in bytes: saved by hand, kept because they were watched (at most the
    quota), and what is free (None while it is not known). `halted` says why nothing is brought at present."""

    saved_bytes: int = 0
    watched_bytes: int = 0
    free_bytes: int | None = None
    quota_bytes: int = 0
    halted: str = ""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """What can be asked of whoever keeps recordings, beyond saving and removing them."""

    watch: Callable[[RecordingId], None]
    note_watched: Callable[[RecordingId], None]
    pause: Callable[[RecordingId], None]
    resume: Callable[[RecordingId], None]
    set_quota: Callable[[int], None]
    look_at_room: Callable[[], None]


_ABSENT = RecordingState()


class RecordingService(QObject):
    """Holds what is known of each recording."""

    changed = Signal(str)
    room_changed = Signal()

    def __init__(
        self,
        save: Callable[[RecordingId], None],
        remove: Callable[[RecordingId], None],
        parent: QObject | None = None,
        *,
        ways: Ways | None = None,
    ) -> None:
        """Without `ways` nothing can be paused, and what is to be watched is saved."""
        super().__init__(parent)
        self._save = save
        self._remove = remove
        self._ways = ways
        self._room = Room()
        self._states: dict[RecordingId, RecordingState] = {}

    def state(self, recording: RecordingId) -> RecordingState:
        """Return the snapshot of a recording; one never heard of is absent."""
        return self._states.get(recording, _ABSENT)

    def captions(self, recording: RecordingId, language: str = "") -> tuple[Caption, ...]:
        """Return the captions in a language, of the first track where none is named, in time order.

        Nothing while they are not here.
        """
        state = self.state(recording)
        return state.tracks.get(language, ()) if state.tracks and language else state.captions

    def poster(self, recording: RecordingId) -> bytes | None:
        """Return the poster picture as it was encoded, or None while it is not here."""
        return self.state(recording).poster

    def save(self, recording: RecordingId) -> None:
        """Bring the recording here and keep it; one that is here is checked. A failure before is forgotten at once."""
        state = self.state(recording)
        if state.kind is RecordingKind.FAILED:
            self.take(recording, msgspec.structs.replace(state, kind=RecordingKind.LOADING, fraction=0.0, detail=""))
        self._save(recording)

    def remove(self, recording: RecordingId) -> None:
        """Free the room that the recording takes; one that is on its way is not brought any more."""
        self._remove(recording)

    def watch(self, recording: RecordingId) -> None:
        """Bring the recording here before all others, for somebody waits for it; one that is here is checked."""
        if self._ways is None:
            self.save(recording)
            return
        self._ways.watch(recording)

    def note_watched(self, recording: RecordingId) -> None:
        """Note that the recording is watched from its file: it is not the next to go."""
        if self._ways is not None:
            self._ways.note_watched(recording)

    def pause(self, recording: RecordingId) -> None:
        """Leave what has come of the recording as it is, until it is resumed or watched."""
        if self._ways is not None:
            self._ways.pause(recording)

    def resume(self, recording: RecordingId) -> None:
        """Go on with the recording in its turn."""
        if self._ways is not None:
            self._ways.resume(recording)

    def set_quota(self, quota_bytes: int) -> None:
        """Let recordings that were only watched take no more than this."""
        if self._ways is not None:
            self._ways.set_quota(quota_bytes)

    def look_at_room(self) -> None:
        """Find out how much is free on the disk; `room_changed` follows."""
        if self._ways is not None:
            self._ways.look_at_room()

    @property
    def room(self) -> Room:
        """What recordings take, and what is free."""
        return self._room

    def take_room(self, room: Room) -> None:
        """Take in what recordings take."""
        if room != self._room:
            self._room = room
            self.room_changed.emit()

    def take(self, recording: RecordingId, state: RecordingState) -> None:
        """Take in a new snapshot of a recording."""
        if state != self.state(recording):
            self._states[recording] = state
            self.changed.emit(recording)
