"""The thread "search": it looks things up while somebody types, and reads in what can be found when nobody does.

It has its own file and its own connection, so that neither the screen nor the cache waits for it, and it for neither.
A query that comes before the last one was looked at takes its place. Must never import Qt or SQLAlchemy.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from personal_app.conference.finding import Hit, Term
from personal_app.conference.program import Conference
from personal_app.store.inspection import DAMAGE_CODES, primary_code
from personal_app.store.search_file import SearchFile, Transcript, forget_search_file

_log = logging.getLogger(__name__)


_TELL_EVERY_S = 0.5


class _Query(NamedTuple):
    terms: Sequence[Term]
    found: "Future[tuple[Hit, ...]]"


class SearchThread:
    """Every method may be called from any thread and returns at once, but for `close`."""

    def __init__(self, folder: Path) -> None:
        """Start the thread; its file is made in `folder` when there is something to put into it or to look up."""
        self._folder = folder
        self._wake = threading.Condition()
        self._query: _Query | None = None
        self._conference: Conference | None = None
        self._known: Conference | None = None
        self._look = False
        self._closing = False
        self._busy = False
        self._missing: list[Transcript] = []
        self._absent: list[Transcript] = []
        self._file: SearchFile | None = None
        self._learned: Callable[[], None] | None = None
        self._news = False
        self._told_at = 0.0
        self._thread = threading.Thread(target=self._work, name="search", daemon=True)
        self._thread.start()

    def take_conference(self, conference: Conference) -> None:
        """Take in the program: from now on what is in it is found, and nothing else."""
        with self._wake:
            self._conference = conference
            self._wake.notify_all()

    def look_again(self) -> None:
        """Look for caption files that were not here before."""
        with self._wake:
            self._look = True
            self._wake.notify_all()

    def when_learned(self, tell: Callable[[], None]) -> None:
        """Have `tell` called, on the thread, when there is more to be found: soon after, not for every file."""
        self._learned = tell

    def find(self, terms: Sequence[Term]) -> "Future[tuple[Hit, ...]]":
        """Return what of the program and of what is said holds every term.

        The future is cancelled where another query comes first, or `close`. Where the index cannot be read, nothing is
        found; the log says why.
        """
        query = _Query(terms, Future())
        with self._wake:
            before, self._query = self._query, query
            closed = self._closing
            self._wake.notify_all()
        for given_up in ([before] if before is not None else []) + ([query] if closed else []):
            given_up.found.cancel()
        return query.found

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until everything handed over is read in; tell whether that came within `timeout_s`."""
        with self._wake:
            return self._wake.wait_for(self._is_idle, timeout_s)

    def close(self, timeout_s: float) -> bool:
        """End after what is being done; tell whether that came within `timeout_s`."""
        with self._wake:
            self._closing = True
            query, self._query = self._query, None
            self._wake.notify_all()
        if query is not None:
            query.found.cancel()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _is_idle(self) -> bool:
        return not self._busy and not self._has_work()

    def _has_work(self) -> bool:
        return bool(self._query or self._conference or self._look or self._missing)

    def _work(self) -> None:
        while True:
            with self._wake:
                self._busy = False
                self._wake.notify_all()
                self._wake.wait_for(lambda: self._closing or self._has_work())
                if self._closing:
                    break
                self._busy = True
                conference, self._conference = self._conference, None
                query = None
                if conference is None:
                    query, self._query = self._query, None
                look = self._look and query is None and conference is None
                self._look = self._look and not look
            self._take_turn(query, conference, look)
            self._tell_news()
        if self._file is not None:
            self._file.close()

    def _take_turn(self, query: _Query | None, conference: Conference | None, look: bool) -> None:
        """Do one thing. The program comes first, for it takes no time; then what somebody waits for; then the rest."""
        try:
            if query is not None:
                self._answer(query)
            elif conference is not None:
                self._known, self._news = conference, True
                self._missing, self._absent = list(self._opened().take_conference(conference)), []
            elif look:
                self._missing, self._absent = [*self._missing, *self._absent], []
            elif self._missing:
                transcript = self._missing.pop()
                if self._opened().take_transcript(transcript):
                    self._news = True
                else:
                    self._absent.append(transcript)
        except (sqlite3.Error, OSError) as fault:
            _log.warning("something was not taken into the search: %s", fault)
            self._mend(fault)
        except Exception:
            _log.exception("a turn of the search broke")

    def _tell_news(self) -> None:
        """Many files come one after the other: who looks is told at most twice a second, and when all are read in."""
        now = time.monotonic()
        with self._wake:
            due = self._news and (not self._has_work() or now - self._told_at >= _TELL_EVERY_S)
        if due and self._learned is not None:
            self._news, self._told_at = False, now
            self._learned()

    def _answer(self, query: _Query) -> None:
        if not query.found.set_running_or_notify_cancel():
            return
        try:
            found = self._opened().find(query.terms)
        except Exception as fault:
            _log.warning("nothing could be looked up: %s", fault, exc_info=not isinstance(fault, sqlite3.Error))
            self._mend(fault)
            found = ()
        query.found.set_result(found)

    def _mend(self, fault: Exception) -> None:
        """Where the file itself is to blame, begin another one and read everything in again."""
        if self._file is None or not isinstance(fault, sqlite3.Error) or primary_code(fault) not in DAMAGE_CODES:
            return
        self._file.close()
        self._file = None
        try:
            forget_search_file(self._folder)
        except OSError as trouble:
            _log.warning("the damaged index could not be removed: %s", trouble)
            return
        with self._wake:
            self._conference = self._conference or self._known

    def _opened(self) -> SearchFile:
        if self._file is None:
            self._file = SearchFile(self._folder)
        return self._file
