"""What the cache hands out beyond the conference's own values. Must never import SQLAlchemy: the first paint waits."""

from pathlib import Path

import msgspec

from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import RecordingId, Sha256
from personal_app.conference.people import Grant
from personal_app.conference.wishes import Wish


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are at which server. `token` and `recovery_code` are secrets.

    They lie in the cache's file (0600), or in the system's key store under the name `key_entry` (`key_ring`); then the
    file holds neither.
    """

    address: str
    participant: str
    name: str
    token: str
    recovery_code: str
    grants: tuple[Grant, ...] = ()
    key_entry: str = ""

    def __repr__(self) -> str:
        """Return the profile without its secrets, for logs and failing tests."""
        return f"Profile(address={self.address!r}, participant={self.participant!r}, name={self.name!r})"


class KeptRecording(msgspec.Struct, frozen=True, kw_only=True):
    """A verified recording on this computer. `path` lies inside the cache's folder of recordings.

    `saved_by_hand` tells what a person asked to keep from what was kept because it was watched.
    """

    recording: RecordingId
    sha256: Sha256
    path: Path
    size_bytes: int
    saved_by_hand: bool = False


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A move of ours that was refused for good: the wish with its words, the code, and the server's sentence."""

    wish: Wish
    code: RefusalCode
    detail: str


class Opened(msgspec.Struct, frozen=True):
    """The cache is open. `rescued` is nothing, or the sentence that tells what happened to a damaged one."""

    rescued: str = ""
