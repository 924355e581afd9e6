"""The recordings that lie on this computer: which, how they were when last checked, when watched, and their quota.

Says what should go to make room and what all take; whoever owns the files removes them. Must never read files or the
network.
"""

from collections.abc import Callable, Iterable, Mapping

from personal_app.conference.ids import RecordingId, Sha256
from personal_app.conference.saving import QUOTA_BYTES, Held, to_forget
from personal_app.services.recordings import Room
from personal_app.store.values import KeptRecording

#: The settings that hold the quota, when something was watched, and how a file was when its hash was found right.
_QUOTA, _WATCHED, _CHECKED = "quota bytes", "watched:", "checked:"


class KeptRecordings:
    """What the cache knows of files; what changes is given to `keep_setting` (key, value)."""

    def __init__(self, keep_setting: Callable[[str, str], object]) -> None:
        self._keep_setting = keep_setting
        self._kept: dict[RecordingId, KeptRecording] = {}
        self._settings: dict[str, str] = {}

    def take(self, kept: Iterable[KeptRecording], settings: Mapping[str, str]) -> None:
        """Take in what the cache held."""
        self._kept = {each.recording: each for each in kept}
        self._settings = {
            key: value for key, value in settings.items() if key == _QUOTA or key.startswith((_CHECKED, _WATCHED))
        }

    def get(self, recording: RecordingId) -> KeptRecording | None:
        """Return what is known of the file of a recording."""
        return self._kept.get(recording)

    def all(self) -> tuple[KeptRecording, ...]:
        """Return all files that are known."""
        return tuple(self._kept.values())

    def put(self, kept: KeptRecording) -> None:
        """Note that a file is here."""
        self._kept[kept.recording] = kept

    def drop(self, recording: RecordingId) -> KeptRecording | None:
        """Forget a file and return what was known of it."""
        return self._kept.pop(recording, None)

    def checked(self, sha256: Sha256) -> str:
        """Return how the file with that hash was when its bytes were last found right; "" where they never were."""
        return self._settings.get(_CHECKED + sha256, "")

    def note_checked(self, sha256: Sha256, stamp: str) -> None:
        """Note that the bytes of a file were found right, and how it is now."""
        self._note(_CHECKED + sha256, stamp)

    def note_watched(self, recording: RecordingId, at: float) -> None:
        """Note that a recording was watched, at so many seconds since 1970."""
        self._note(f"{_WATCHED}{recording}", str(round(at)))

    @property
    def quota_bytes(self) -> int:
        """What recordings that were only watched may take."""
        return _number(self._settings.get(_QUOTA), QUOTA_BYTES)

    def set_quota(self, quota_bytes: int) -> None:
        """Let recordings that were only watched take no more than this."""
        self._note(_QUOTA, str(quota_bytes))

    def to_forget(self, in_use: RecordingId | None) -> tuple[RecordingId, ...]:
        """Return which go so that the quota holds; the one in use does not."""
        held = [
            Held(
                recording=kept.recording,
                size_bytes=kept.size_bytes,
                by_hand=kept.saved_by_hand,
                watched_at=_number(self._settings.get(f"{_WATCHED}{kept.recording}"), 0),
            )
            for kept in self._kept.values()
        ]
        return to_forget(held, self.quota_bytes, in_use)

    def room(self, free_bytes: int | None, halted: str) -> Room:
        """Return what all take."""
        return Room(
            saved_bytes=sum(kept.size_bytes for kept in self._kept.values() if kept.saved_by_hand),
            watched_bytes=sum(kept.size_bytes for kept in self._kept.values() if not kept.saved_by_hand),
            free_bytes=free_bytes,
            quota_bytes=self.quota_bytes,
            halted=halted,
        )

    def _note(self, key: str, value: str) -> None:
        if self._settings.get(key) != value:
            self._settings[key] = value
            self._keep_setting(key, value)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else otherwise
