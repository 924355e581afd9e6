"""Connects the search field with the two indexes: what the cache holds, and the program with what is said.

All methods run on the UI thread; what the indexes find is posted. Must never rank or fold: the indexes do.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

import msgspec

from personal_app.bootstrap.companions import SideFile
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.finding import Hit, Term
from personal_app.conference.program import Conference
from personal_app.services.search import SearchService

_log = logging.getLogger(__name__)


class Found(msgspec.Struct, frozen=True):
    """What both indexes found for the query of that number."""

    number: int
    hits: tuple[Hit, ...]


class Learned(msgspec.Struct, frozen=True):
    """The index of the program and of what is said holds more than before."""


class Searching:
    """Answers the intentions of `SearchService`."""

    def __init__(self, service: SearchService, rooms: Rooms, post: Callable[[object], None]) -> None:
        self._service = service
        self._rooms = rooms
        self._post = post
        rooms.search.when_learned(lambda: post(Learned()))

    def take_conference(self, conference: Conference) -> None:
        """Take in the program."""
        self._rooms.search.take_conference(conference)

    def find(self, number: int, terms: tuple[Term, ...]) -> None:
        """Look the terms up in both indexes; what they find is shown together, so that nothing moves afterwards."""
        both = (self._rooms.search.find(terms), self._rooms.store.find(terms))
        lock, found = threading.Lock(), list[Hit]()
        left = len(both)

        def done(job: "Future[tuple[Hit, ...]]") -> None:
            nonlocal left
            hits = _hits(job)
            with lock:
                found.extend(hits)
                left -= 1
                last = left == 0
            if last:
                self._post(Found(number, tuple(found)))

        for each in both:
            each.add_done_callback(done)

    def take(self, values: Iterable[object]) -> None:
        """Take in what was found, that caption files have come, and that they can be searched."""
        for value in values:
            if isinstance(value, Found):
                self._service.take(value.number, value.hits)
            elif isinstance(value, SideFile):
                self._rooms.search.look_again()
            elif isinstance(value, Learned) and self._service.state.asked:
                # Whoever has typed something sees more of it appear, without typing again.
                self._service.look_again()


def _hits(job: "Future[tuple[Hit, ...]]") -> tuple[Hit, ...]:
    if job.cancelled():
        return ()
    if (fault := job.exception()) is not None:
        _log.warning("a part of what is kept could not be searched: %s", fault)
        return ()
    return job.result()
