"""Captions, posters and preview pictures, the small files beside recordings: looked for in the cache, else brought.

The last are the largest of them, and are brought for recordings that somebody watches or has here. All methods run on
the UI thread; what blocks, and what takes long, runs in the pool. Must never bring a recording.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import msgspec

from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.errors import BadFormat, ConferenceError
from personal_app.conference.ids import RecordingId, Sha256
from personal_app.conference.program import Conference
from personal_app.conference.recordings import Caption, FileFacts, Recording
from personal_app.formats.captions import read_captions
from personal_app.net.address import Address
from personal_app.net.http_api import fetch_file
from personal_app.services.recordings import RecordingService

_log = logging.getLogger(__name__)


class SideFile(msgspec.Struct, frozen=True):
    """A caption or picture file is here and right. `captions` is what it says, where it is one of captions."""

    sha256: Sha256
    data: bytes
    captions: tuple[Caption, ...] | None = None


class Companions:
    """Keeps the captions and pictures in the snapshots of `RecordingService`."""

    def __init__(self, service: RecordingService, rooms: Rooms, post: Callable[[object], None]) -> None:
        self._service = service
        self._rooms = rooms
        self._post = post
        self._conference: Conference | None = None
        self._address: Address | None = None
        self._asked: set[Sha256] = set()
        self._held: set[Sha256] = set()
        self._previewed: set[RecordingId] = set()

    def take_conference(self, conference: Conference) -> None:
        """Take in the program: which files there are. Those of a recording that was withdrawn go from the disk."""
        self._conference = conference
        wanted = {file.sha256 for recording in conference.recordings for file in _side_files(recording)}
        self._rooms.store.keep_only_side_files(wanted)
        self._ask_all()

    def take_address(self, address: Address | None) -> None:
        """Take in where files come from, or that the server is there again."""
        self._address = address
        self._asked = set(self._held)
        self._ask_all()

    def ask_again(self, recording: Recording) -> None:
        """Ask for what belongs to a recording that has come: it may have been refused when it was first asked for."""
        self._asked -= {file.sha256 for file in _side_files(recording)} - self._held
        self._ask_all()

    def want_previews(self, recording: RecordingId) -> None:
        """Bring the preview pictures of a recording, for somebody watches it; also where they were refused before."""
        self._previewed.add(recording)
        known = self._conference.recording(recording) if self._conference is not None else None
        if known is not None and known.previews is not None:
            self._asked -= {known.previews.file.sha256} - self._held
        self._ask_all()

    def take(self, values: Iterable[object]) -> None:
        """Take in the files that were found or have come."""
        for value in values:
            if isinstance(value, SideFile):
                self._on_file(value)

    def _ask_all(self) -> None:
        for recording in self._conference.recordings if self._conference is not None else ():
            tracks = {track.file.sha256 for track in recording.captions}
            unwanted = recording.previews.file if recording.previews and recording.id not in self._previewed else None
            for facts in _side_files(recording):
                if facts is not unwanted and facts.sha256 not in self._asked:
                    self._asked.add(facts.sha256)
                    self._ask(recording.id, facts, is_captions=facts.sha256 in tracks)

    def _ask(self, recording: RecordingId, facts: FileFacts, *, is_captions: bool) -> None:
        """Look in the cache first. Captions of an hour take a while to be read: that is done in the pool too."""
        address = self._address

        def tell(data: bytes) -> None:
            self._post(SideFile(facts.sha256, data, _captions(recording, data) if is_captions else None))

        def bring() -> None:
            assert address is not None
            data = fetch_file(address, f"/files/{facts.sha256}", facts.size_bytes)
            if hashlib.sha256(data).hexdigest() != facts.sha256:
                raise BadFormat("its bytes are not those that the program promises")
            self._rooms.store.keep_side_file(facts.sha256, data)
            tell(data)

        def brought(job: "Future[None]") -> None:
            if not job.cancelled() and (fault := job.exception()) is not None:
                _log.info("a caption or picture file could not be brought: %s", fault)

        def found(job: "Future[Any]") -> None:
            data = job.result() if not job.cancelled() and job.exception() is None else None
            if data is not None:
                self._rooms.pool.run(lambda: tell(data)).add_done_callback(brought)
            elif address is not None:
                self._rooms.pool.run(bring).add_done_callback(brought)

        self._rooms.store.side_file(facts.sha256).add_done_callback(found)

    def _on_file(self, file: SideFile) -> None:
        self._held.add(file.sha256)
        for recording in self._conference.recordings if self._conference is not None else ():
            state = self._service.state(recording.id)
            if recording.poster is not None and recording.poster.sha256 == file.sha256:
                state = msgspec.structs.replace(state, poster=file.data)
            if recording.previews is not None and recording.previews.file.sha256 == file.sha256:
                state = msgspec.structs.replace(state, previews=file.data)
            for place, track in enumerate(recording.captions):
                if track.file.sha256 == file.sha256:
                    captions = file.captions or ()
                    tracks = {**state.tracks, track.language: captions}
                    first = captions if place == 0 else state.captions
                    state = msgspec.structs.replace(state, captions=first, tracks=tracks)
            self._service.take(recording.id, state)


def _side_files(recording: Recording) -> tuple[FileFacts, ...]:
    tracks = tuple(track.file for track in recording.captions)
    poster = (recording.poster,) if recording.poster is not None else ()
    return tracks + poster + ((recording.previews.file,) if recording.previews is not None else ())


def _captions(recording: RecordingId, data: bytes) -> tuple[Caption, ...]:
    try:
        return read_captions(data.decode("utf-8-sig"))
    except (ConferenceError, UnicodeDecodeError) as fault:
        _log.warning("the captions of %s cannot be read: %s", recording, fault)
        return ()
