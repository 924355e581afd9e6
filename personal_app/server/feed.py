"""The feed: hears that another server has committed something, and wakes the ledger.

A connection of its own listens (`LISTEN`) in a thread of its own; it is opened again when it is lost, and whatever was
said meanwhile costs a wake-up more. Wake-ups may be lost all the same: the ledger looks by itself every moment, so the
feed is for speed alone. The same connection says what program this server serves, for servers on one database must all
serve the same; and it tells and hears which chairs are at work at each server (`chairs_here`). This module must never
read what was committed.
"""

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server import mishaps
from personal_app.server.backoff import Backoff
from personal_app.server.database import CHAIRS_CHANNEL, Database, named

if TYPE_CHECKING:
    from personal_app.server.postgresql import BoundedConnection

#: How long the thread listens before it looks whether it is to end.
_TURN_S = 0.5
#: After so many silent turns the connection is asked whether it is still there.
_SILENT_TURNS = 20

_log = logging.getLogger(__name__)


class Feed:
    """Listens on a shared database until it is stopped; `wake` is called from its thread.

    `hear` is given what other servers tell of their chairs, on the same thread. `program` is a hash of what is served
    (four bytes of it count), or empty where that is not to be said.
    """

    def __init__(
        self,
        database: Database,
        wake: Callable[[], None],
        program: bytes = b"",
        hear: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._hear = hear
        self._to_say: bytes | None = None
        self._database = database
        self._wake = wake
        self._program = int.from_bytes(program[:4], signed=True) if program else None
        self._first: BoundedConnection | None = None
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Start listening.

        Raises EnvironmentTrouble where another server on the database serves another program, or where the database is
        not to be reached to find out.
        """
        if self._program is not None:
            self._first = self._database.listen()
            if not self._says_the_same(self._first):
                self._first.close()
                raise EnvironmentTrouble(
                    f"Another server on the database {named(self._database.engine.url)} serves another program: give "
                    "all of them the same conference folder and the same options, or stop the others first."
                )
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Listen no more; return False where that takes longer than `timeout_s`."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def say(self, payload: bytes) -> None:
        """Tell the other servers which chairs are here, within a turn. From any thread.

        What was not told yet is replaced, and what a lost connection took along is not told again: it is said soon.
        """
        self._to_say = payload

    def _run(self) -> None:
        while not self._stopping.wait(self._backoff.left_s(monotonic())):
            try:
                self._listen()
            except Exception as fault:
                self._backoff.failed(monotonic())
                if not mishaps.is_lost(fault):
                    _log.exception("listening for other servers met a bug of ours")
                elif self._backoff.first:
                    _log.warning("other servers are not heard, it is tried again: %s", mishaps.brief(fault))

    def _listen(self) -> None:
        first, self._first = self._first, None
        with first or self._database.listen() as connection:
            if first is None and self._program is not None and not self._says_the_same(connection):
                _log.error("another server on the database serves another program than this one: stop one of them")
            self._backoff.succeeded()
            # What was said before we listened is not said again.
            self._wake()
            silent = 0
            while not self._stopping.is_set():
                self._say(connection)
                heard = self._heard(connection)
                silent = 0 if heard else silent + 1
                if silent == _SILENT_TURNS:
                    connection.execute("SELECT 1")
                    silent = 0

    def _says_the_same(self, connection: "BoundedConnection") -> bool:
        from personal_app.server import postgresql

        assert self._program is not None
        try:
            return postgresql.serves_the_same(connection, self._program)
        except postgresql.DriverError as fault:
            connection.close()
            raise EnvironmentTrouble(f"The database did not answer ({mishaps.brief(fault)}): start again.") from fault

    def _say(self, connection: "BoundedConnection") -> None:
        payload, self._to_say = self._to_say, None
        if payload is not None:
            connection.execute("SELECT pg_notify(%s, %s)", (CHAIRS_CHANNEL, payload.decode()))

    def _heard(self, connection: "BoundedConnection") -> bool:
        """Listen for one turn, wake the ledger where another server spoke, and tell whether anybody did."""
        heard = list(connection.notifies(timeout=_TURN_S, stop_after=1))
        for said in heard:
            if said.channel == CHAIRS_CHANNEL:
                self._hear(said.payload.encode())
            elif said.payload != self._database.node:
                self._wake()
        return bool(heard)
