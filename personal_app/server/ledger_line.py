"""The ledger's line to its database, and the truth that was read over it: made anew where either is lost.

After a failure nothing is kept that may not be durable; the connection is opened again at once, then after growing
pauses, and everything is read anew. What was written meanwhile, by other servers or by a COMMIT of ours whose answer
was lost, is told then, once and in order. Everything runs on the ledger's thread. This module must never decide or
write what people wish.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

import sqlalchemy as sa

from personal_app.conference.clock import Clock
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Epoch, ParticipantId
from personal_app.conference.people import Participant
from personal_app.conference.program import Conference
from personal_app.server import conference_row, mishaps, register_rows
from personal_app.server.backoff import Backoff
from personal_app.server.committed import Anew, Committed
from personal_app.server.conference_row import Place
from personal_app.server.database import Database
from personal_app.server.identity_rows import good_tokens
from personal_app.server.pages import PagesLost
from personal_app.server.truth import Truth, missing

_log = logging.getLogger(__name__)


class LeftAlone(EnvironmentTrouble):
    """The database could not be reached a moment ago, and is not tried just now."""


class Line:
    """One line. `tell` is called with everything that was committed by others, and by us where that was in doubt."""

    def __init__(
        self, database: Database, conference: Conference, clock: Clock, tell: Callable[[Committed | Anew], None]
    ) -> None:
        self.epoch = Epoch("")
        #: Everybody with the grants that are durable now; read by other threads too.
        self.people: dict[ParticipantId, Participant] = {}
        self._database = database
        self._conference = conference
        self._clock = clock
        self._tell = tell
        self._connection: sa.Connection | None = None
        self._truth: Truth | None = None
        self._told: Place | None = None
        self._backoff = Backoff()
        #: What the last transactions failed of, and how many of them; none since something was written.
        self._trouble = ""
        self._failed = 0

    def ready(self) -> tuple[sa.Connection, Truth]:
        """Return the connection and the truth, made anew where they are lost; not at once after that has failed."""
        if self._connection is not None and self._truth is not None:
            return self._connection, self._truth
        if self._backoff.left_s(monotonic()):
            raise LeftAlone("The database could not be reached and is left alone for a moment.")
        try:
            if self._connection is None:
                self._connection = self._database.connect()
            self._truth = self._read_whole(self._connection)
        except Exception:
            self._backoff.failed(monotonic())
            raise
        if self._backoff.troubled:
            _log.warning("the database is there again")
        self._backoff.succeeded()
        return self._connection, self._truth

    def look(self, connection: sa.Connection, truth: Truth, *, lock: bool) -> None:
        """Take in and tell what other servers wrote; with `lock`, keep them from writing more.

        Raises PagesLost where that is not to be had: then `read_anew`.
        """
        if self._database.shared:
            missed = truth.catch_up(connection, conference_row.read(connection, lock=lock))
            self._told = truth.place
            for committed in missed:
                self._tell(committed)

    def durable(self, truth: Truth) -> None:
        """What was decided on `truth` is durable, and the caller tells of it."""
        if self._failed and self._told is not None and truth.place.page != self._told.page:
            _log.warning("the database takes what is written again, after %d transactions that failed", self._failed)
            self._trouble, self._failed = "", 0
        self._told = truth.place

    def read_anew(self) -> None:
        """Have everything read anew by the next `ready`."""
        self._truth = None

    def forget(self) -> None:
        """After a failure: hold nothing that may not be durable.

        The connection goes too, for where a COMMIT fails the driver may still be within the transaction.
        """
        self._truth = None
        if self._connection is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                self._connection.invalidate()
        self.close()

    def close(self) -> None:
        """Close the connection if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sa.exc.SQLAlchemyError as fault:
                _log.warning("the database was not closed properly: %s", mishaps.brief(fault))

    def log_trouble(self, fault: Exception, size: int) -> None:
        """Say once that the database is lost, and once that a transaction of `size` is: a full disk needs no lines."""
        if not self._backoff.troubled:
            self._failed += 1
            trouble = mishaps.brief(fault)
            if trouble != self._trouble:
                self._trouble = trouble
                _log.error("a transaction of %d could not be made durable: %s", size, trouble)
        elif self._backoff.first and not isinstance(fault, LeftAlone):
            _log.error("the database cannot be reached, it is tried again: %s", mishaps.brief(fault))

    def _read_whole(self, connection: sa.Connection) -> Truth:
        """Read everything, and tell what is in it that has not been told yet."""
        if self._told is None:
            with connection.begin():
                conference_row.make_where_missing(connection, self._conference.id, self._clock)
        with connection.begin():
            truth = Truth.read_whole(connection, self._conference)
            untold = () if self._told is None else self._untold(connection, truth, self._told, self.people)
        self.people, self.epoch, self._told = truth.people, truth.place.epoch, truth.place
        for said in untold:
            self._tell(said)
        return truth

    def _untold(
        self, connection: sa.Connection, truth: Truth, told: Place, people: Mapping[ParticipantId, Participant]
    ) -> Sequence[Committed | Anew]:
        """Return what lies between what was told last, to these `people`, and the truth."""
        try:
            return missing(connection, told, truth.place)
        except PagesLost:
            changed = tuple(person for person in truth.people.values() if people.get(person.id) != person)
            tokens = tuple(good_tokens(connection, self._clock()))
            return [Anew(truth.place.epoch, register_rows.copied(truth.register), changed, tokens)]
