"""All parts of one running server together: its conference, folder, ledger, identities, listeners and files.

This is the composition root of the server. It must never speak HTTP or websockets itself.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec

from personal_app.conference import timeline
from personal_app.conference.clock import Clock
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.program import Conference
from personal_app.server.committed import Anew, Committed
from personal_app.server.conference_folder import Memory, ServedFile, open_conference_folder
from personal_app.server.data_folder import DataFolder
from personal_app.server.database import open_database
from personal_app.server.hub import Hub
from personal_app.server.identity import Identity
from personal_app.server.ledger import Ledger
from personal_app.server.live_desk import LiveDesk, Patience
from personal_app.server.mailbox import Mailbox
from personal_app.server.recordings import RecordingShelf

STOP_S = 10.0

_log = logging.getLogger(__name__)


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """When a rehearsal begins: at an instant, or so long before the first start with this data folder."""

    at: datetime | None = None
    ago: timedelta = timedelta()


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """The note about what is served from a data folder, for whoever asks while no server runs."""

    NOTE: ClassVar[str] = "served.json"

    address: str
    conference: Conference


class ProgramPage(msgspec.Struct, frozen=True):
    """The program as it is sent: JSON, and its entity tag with the quotes."""

    body: bytes
    etag: str


class Venue:
    """One open server: made by `open_venue`, brought to a loop by `listen`, ended by `close`."""

    def __init__(
        self, folder: DataFolder, conference: Conference, files: Mapping[Sha256, ServedFile], clock: Clock
    ) -> None:
        self.folder = folder
        self.conference = conference
        self.clock = clock
        self.address = ""
        self.program = _program(conference)
        self.shelf = RecordingShelf(conference, files, clock)
        self.ledger = Ledger(open_database(folder.database_url), conference, clock, self._publish)
        self._register = self.ledger.start()
        self.identity = Identity(self.ledger, clock)
        self.hub: Hub | None = None
        self._mailbox: Mailbox | None = None

    def listen(self, origins: Sequence[str] = (), patience: Patience | None = None) -> LiveDesk:
        """Return the desk of the live connections; called once, on the loop's thread, before anybody may come in."""
        loop = asyncio.get_running_loop()
        self._mailbox = Mailbox(loop)
        hub = Hub(self._register, self.ledger.epoch, lambda: self.program.etag, self.clock, loop)
        self.hub = hub
        return LiveDesk(
            hub=hub,
            authenticate=self.identity.authenticate,
            participant=self.identity.participant,
            submit=self.ledger.submit,
            clock=self.clock,
            mailbox=self._mailbox,
            origins=origins,
            patience=patience,
        )

    def close(self) -> None:
        """Finish what was taken in and let go of the folder."""
        if self.hub is not None:
            self.hub.close()
        if not self.ledger.stop(STOP_S):
            _log.error("the ledger did not finish within %s s; what it had acknowledged is kept", STOP_S)
        self.folder.release()

    def _publish(self, committed: Committed | Anew) -> None:
        # The answers take the same way, so each comes after what it is about.
        if self._mailbox is not None and self.hub is not None:
            self._mailbox.put(partial(self.hub.take, committed))


def open_venue(conference_folder: Path, data: Path, clock: Clock, rehearsal: Beginning | None = None) -> Venue:
    """Open everything that can fail for a reason that a person can mend, before anything listens.

    Raises BadConferenceFile and EnvironmentTrouble, with sentences.
    """
    folder = DataFolder(data)
    folder.make()
    if not folder.claim():
        raise EnvironmentTrouble(
            f"Another server works in the data folder {data}: stop that one first, or give this one another folder."
        )
    try:
        return _opened(conference_folder, folder, clock, rehearsal)
    except BaseException:
        folder.release()
        raise


def _opened(conference_folder: Path, folder: DataFolder, clock: Clock, rehearsal: Beginning | None) -> Venue:
    memory = folder.read("measured.json", Memory) or {}
    opened = open_conference_folder(conference_folder, memory)
    if opened.memory != memory:
        folder.write("measured.json", opened.memory)
    conference = opened.conference
    if rehearsal is not None:
        conference = _rehearsed(conference, folder, clock, rehearsal)
    return Venue(folder, conference, opened.files, clock)


def _rehearsed(conference: Conference, folder: DataFolder, clock: Clock, beginning: Beginning) -> Conference:
    """Move the conference to its rehearsal, at the instant that an earlier start chose while that one is not over."""
    now = clock()
    kept = folder.read("rehearsal.json", datetime)
    if beginning.at is None and kept is not None:
        moved = timeline.rehearsal(conference, kept)
        if any(session.end > now for session in moved.sessions):
            return moved
    began = beginning.at or now - beginning.ago
    folder.write("rehearsal.json", began)
    return timeline.rehearsal(conference, began)


def _program(conference: Conference) -> ProgramPage:
    body = msgspec.json.encode(conference)
    return ProgramPage(body, f'"{hashlib.sha256(body).hexdigest()}"')
