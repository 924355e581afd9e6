"""What the first paint needs, read with plain sqlite3 before the store's thread and its libraries are there.

It must never import SQLAlchemy or Alembic (they cost more than the window itself), and never change anything.
"""

from pathlib import Path

import msgspec

from personal_app.conference.messages import Changes, Mine
from personal_app.conference.program import Conference
from personal_app.conference.wishes import Wish
from personal_app.store.values import KeptRecording, Profile, Receipt


class StartSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All that was kept, at one moment. `changes` and `mine` are None where no view was ever kept."""

    profile: Profile | None = None
    etag: str = ""
    conference: Conference | None = None
    changes: Changes | None = None
    mine: Mine | None = None
    wishes: tuple[Wish, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    drafts: dict[str, str] = {}
    recordings: tuple[KeptRecording, ...] = ()
    settings: dict[str, str] = {}


def read_snapshot(folder: Path) -> StartSnapshot | None:
    """Return what the cache in `folder` holds.

    None where there is none, it has another schema than the newest, another process holds it, or it is damaged: these
    are for the store to deal with, which is opened next.
    """
    return None
