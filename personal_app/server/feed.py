"""The feed: hears that another server has committed something, and wakes the ledger.

A connection of its own listens (`LISTEN`) in a thread of its own; it is opened again when it is lost, and whatever was
said meanwhile costs a wake-up more. Wake-ups may be lost all the same: the ledger looks by itself every moment, so the
feed is for speed alone. This module must never read what was committed.
"""

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from personal_app.server import mishaps
from personal_app.server.backoff import Backoff
from personal_app.server.database import Database

if TYPE_CHECKING:
    from personal_app.server.postgresql import BoundedConnection

#: How long the thread listens before it looks whether it is to end.
_TURN_S = 0.5
#: After so many silent turns the connection is asked whether it is still there.
_SILENT_TURNS = 20

_log = logging.getLogger(__name__)


class Feed:
    """Listens on a shared database until it is stopped; `wake` is called from its thread."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Start listening. Returns at once."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Listen no more; return False where that takes longer than `timeout_s`."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

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
        with self._database.listen() as connection:
            self._backoff.succeeded()
            # What was said before we listened is not said again.
            self._wake()
            silent = 0
            while not self._stopping.is_set():
                heard = self._heard(connection)
                silent = 0 if heard else silent + 1
                if silent == _SILENT_TURNS:
                    connection.execute("SELECT 1")
                    silent = 0

    def _heard(self, connection: "BoundedConnection") -> bool:
        """Listen for one turn, wake the ledger where another server spoke, and tell whether anybody did."""
        heard = list(connection.notifies(timeout=_TURN_S, stop_after=1))
        if any(said.payload != self._database.node for said in heard):
            self._wake()
        return bool(heard)
