"""All parts of one running server together: its conference, folder, ledger, identities, listeners and files.

This is the composition root of the server. It must never speak HTTP or websockets itself.
"""

import asyncio
import hashlib
import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec

from personal_app.conference import messages, timeline
from personal_app.conference.clock import Clock
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.program import Conference
from personal_app.conference.text import ANNOUNCEMENT_CHARS, clean_text
from personal_app.server import conference_row
from personal_app.server.committed import Anew, Committed
from personal_app.server.conference_folder import Memory, ServedFile, open_conference_folder
from personal_app.server.data_folder import DataFolder
from personal_app.server.database import Database, explained, named, open_database
from personal_app.server.feed import Feed
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
    #: The database that several servers share, without its secret; "" for the file in the folder.
    database: str = ""


class ProgramPage(msgspec.Struct, frozen=True):
    """The program as it is sent: JSON, and its SHA-256."""

    body: bytes
    digest: bytes

    @property
    def etag(self) -> str:
        """The entity tag, with the quotes."""
        return f'"{self.digest.hex()}"'


class Venue:
    """One open server: made by `open_venue`, brought to a loop by `listen`, ended by `close`."""

    def __init__(
        self,
        folder: DataFolder,
        conference: Conference,
        files: Mapping[Sha256, ServedFile],
        clock: Clock,
        database: Database | None = None,
    ) -> None:
        self.folder = folder
        self.conference = conference
        self.clock = clock
        self.address = ""
        self.program = _program(conference)
        self.hub: Hub | None = None
        self.shelf = RecordingShelf(self._timetable, files, clock)
        self._desk: LiveDesk | None = None
        self._early: list[Committed | Anew] = []
        self._gate = threading.Lock()
        database = database or open_database(folder.database_url)
        self.shared_database = named(database.engine.url) if database.shared else ""
        self.ledger = Ledger(database, conference, clock, self._publish)
        self._node = database.node
        self.feed = (
            Feed(database, self.ledger.wake, self.program.digest, self._hear_chairs) if database.shared else None
        )
        if self.feed is not None:
            self.feed.start()
        try:
            self._register = self.ledger.start()
        except BaseException:
            self._stop_feed()
            raise
        self.identity = Identity(self.ledger, clock)

    def listen(self, origins: Sequence[str] = (), patience: Patience | None = None) -> LiveDesk:
        """Return the desk of the live connections; called once, on the loop's thread, before anybody may come in."""
        loop = asyncio.get_running_loop()
        hub = Hub(self._register, self.ledger.epoch, lambda: self.program.etag, self.clock, loop)
        self.hub = hub
        hub.applause.hand_to(self.ledger.count)
        if self.feed is not None:
            hub.chairs.share(self._node, self.feed.say)
        desk = LiveDesk(
            hub=hub,
            authenticate=self.identity.authenticate,
            authenticate_anew=self.identity.authenticate_anew,
            good_until=self.identity.good_until,
            catch_up=self.ledger.catch_up,
            participant=self.identity.participant,
            submit=self.ledger.take,
            clock=self.clock,
            mailbox=Mailbox(loop),
            origins=origins,
            patience=patience,
        )
        with self._gate:
            self._desk = desk
            for said in self._early:
                self._pass_on(desk, said)
            self._early.clear()
        return desk

    def say(self, text: str) -> int:
        """Say something to everyone who is connected here; return to how many connections. On the loop's thread.

        Raises Refusal where the text cannot be shown.
        """
        kept = clean_text(text, "the notice", ANNOUNCEMENT_CHARS, lines=False)
        return 0 if self.hub is None else self.hub.say(messages.Notice(text=kept, at=self.clock()))

    def close(self) -> None:
        """Finish what was taken in and let go of the folder."""
        if self.hub is not None:
            self.hub.close()
        self._stop_feed()
        if not self.ledger.stop(STOP_S):
            _log.error("the ledger did not finish within %s s; what it had acknowledged is kept", STOP_S)
        self.folder.release()

    def _timetable(self) -> Conference:
        return self.conference if self.hub is None else self.hub.timetable

    def _stop_feed(self) -> None:
        if self.feed is not None:
            self.feed.stop(STOP_S)

    def _publish(self, said: Committed | Anew) -> None:
        with self._gate:
            if self._desk is None:
                # Other servers do not wait until this one is open.
                self._early.append(said)
            else:
                self._pass_on(self._desk, said)

    def _hear_chairs(self, payload: bytes) -> None:
        with self._gate:
            desk = self._desk
        # What is said before this server is open is said again soon.
        if desk is not None:
            desk.mailbox.put(partial(desk.hub.chairs.hear, payload))

    def _pass_on(self, desk: LiveDesk, said: Committed | Anew) -> None:
        # The answers take the same way, so each comes after what it is about.
        desk.mailbox.put(partial(desk.hub.take, said))
        if isinstance(said, Committed) and said.news.revoked:
            desk.mailbox.put(partial(desk.revoked, frozenset(said.news.revoked)))


def open_venue(
    conference_folder: Path, data: Path, clock: Clock, rehearsal: Beginning | None = None, database_url: str = ""
) -> Venue:
    """Open everything that can fail for a reason that a person can mend, before anything listens.

    `database_url` names a PostgreSQL that other servers may share; without one a file in the data folder is used.
    Raises BadConferenceFile and EnvironmentTrouble, with sentences.
    """
    folder = DataFolder(data)
    folder.make()
    if not folder.claim():
        raise EnvironmentTrouble(
            f"Another server works in the data folder {data}: stop that one first, or give this one another folder."
        )
    try:
        return _opened(conference_folder, folder, clock, rehearsal, database_url)
    except BaseException:
        folder.release()
        raise


def _opened(
    conference_folder: Path, folder: DataFolder, clock: Clock, rehearsal: Beginning | None, database_url: str
) -> Venue:
    memory = folder.read("measured.json", Memory) or {}
    opened = open_conference_folder(conference_folder, memory, folder.path / "made")
    if opened.memory != memory:
        folder.write("measured.json", opened.memory)
    conference = opened.conference
    database = open_database(database_url or folder.database_url)
    if rehearsal is not None:
        conference = _rehearsed(conference, database, clock, rehearsal)
    return Venue(folder, conference, opened.files, clock, database)


def _rehearsed(conference: Conference, database: Database, clock: Clock, beginning: Beginning) -> Conference:
    """Move the conference to its rehearsal, at the instant that an earlier start chose while that one is not over.

    The instant stands in the database, so that all servers on one agree.
    """
    now = clock()

    def choose(kept: datetime | None) -> datetime:
        if beginning.at is None and kept is not None:
            moved = timeline.rehearsal(conference, kept)
            if any(session.end > now for session in moved.sessions):
                return kept
        return beginning.at or now - beginning.ago

    with explained(database.engine.url), database.connect() as connection, connection.begin():
        conference_row.make_where_missing(connection, conference.id, clock)
        return timeline.rehearsal(conference, conference_row.agree_on_rehearsal(connection, choose))


def _program(conference: Conference) -> ProgramPage:
    body = msgspec.json.encode(conference)
    return ProgramPage(body, hashlib.sha256(body).digest())
