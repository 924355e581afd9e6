"""Which recordings are here, which are on their way, and their captions. Must never read files or the network."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.ids import RecordingId
from personal_app.conference.recordings import Caption
from personal_app.services.recording_kind import RecordingKind

__all__ = ["RecordingKind", "RecordingService", "RecordingState"]


class RecordingState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of one recording: how much of it is here (0 to 1), the verified file, and what is the matter."""

    kind: RecordingKind = RecordingKind.ABSENT
    fraction: float = 0.0
    size_bytes: int = 0
    path: Path | None = None
    captions: tuple[Caption, ...] = ()
    poster: bytes | None = None
    detail: str = ""


_ABSENT = RecordingState()


class RecordingService(QObject):
    """Holds what is known of each recording."""

    changed = Signal(str)

    def __init__(
        self, save: Callable[[RecordingId], None], remove: Callable[[RecordingId], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._save = save
        self._remove = remove
        self._states: dict[RecordingId, RecordingState] = {}

    def state(self, recording: RecordingId) -> RecordingState:
        """Return the snapshot of a recording; one never heard of is absent."""
        return self._states.get(recording, _ABSENT)

    def captions(self, recording: RecordingId) -> tuple[Caption, ...]:
        """Return the captions in time order, or nothing while they are not here."""
        return self.state(recording).captions

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
        """Free the room that the recording takes."""
        self._remove(recording)

    def take(self, recording: RecordingId, state: RecordingState) -> None:
        """Take in a new snapshot of a recording."""
        if state != self.state(recording):
            self._states[recording] = state
            self.changed.emit(recording)
