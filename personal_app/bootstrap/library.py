"""The recordings of this profile: which are here and right, bringing and removing them, captions and posters beside.

A file counts only when its SHA-256 was found right: once when it came, and again whenever its size or time of change
is not what it was then. All methods run on the UI thread; blocking work runs in the pool. Must never play anything.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import msgspec

from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.errors import BadFormat, ConferenceError
from personal_app.conference.ids import RecordingId, Sha256
from personal_app.conference.program import Conference
from personal_app.conference.recordings import Caption, FileFacts, Recording
from personal_app.formats.webvtt import read_webvtt
from personal_app.net.address import Address
from personal_app.net.downloads import Cancelled, Download
from personal_app.net.http_api import fetch_file
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState
from personal_app.store.values import KeptRecording

_log = logging.getLogger(__name__)

_ENDINGS = {"video/mp4": ".mp4", "audio/mp4": ".m4a", "video/x-matroska": ".mkv", "video/webm": ".webm"}
_NO_SERVER = "This recording is not saved on this machine, and there is no connection: connect, then try again."


class Progress(msgspec.Struct, frozen=True):
    """So many bytes of a recording are here."""

    recording: RecordingId
    held_bytes: int


class Ready(msgspec.Struct, frozen=True):
    """A recording is here and its bytes are right."""

    recording: RecordingId
    path: Path


class Trouble(msgspec.Struct, frozen=True):
    """A recording is not here; the sentence says why, or is empty where that is no failure."""

    recording: RecordingId
    sentence: str


class Removed(msgspec.Struct, frozen=True):
    """The cache has forgotten a recording and removed its file."""

    recording: RecordingId


class SideFile(msgspec.Struct, frozen=True):
    """The bytes of a caption or poster file, checked."""

    sha256: Sha256
    data: bytes


class Library:
    """Answers the intentions of `RecordingService` and keeps its snapshots true."""

    def __init__(self, service: RecordingService, rooms: Rooms, post: Callable[[object], None], folder: Path) -> None:
        self._service = service
        self._rooms = rooms
        self._post = post
        self._folder = folder / "recordings"
        self._conference: Conference | None = None
        self._address: Address | None = None
        self._kept: dict[RecordingId, KeptRecording] = {}
        self._checked: dict[str, str] = {}
        self._busy: set[RecordingId] = set()
        # Those being removed, and whether they were asked for again meanwhile.
        self._removing: dict[RecordingId, bool] = {}
        self._asked: set[Sha256] = set()
        self._held: set[Sha256] = set()

    def take_kept(self, kept: Iterable[KeptRecording], settings: dict[str, str]) -> None:
        """Take in which files the cache knows of, and how they were when last checked."""
        self._kept = {each.recording: each for each in kept}
        self._checked = {key: value for key, value in settings.items() if key.startswith("checked:")}
        self._look()

    def take_conference(self, conference: Conference) -> None:
        """Take in the program: which recordings there are and which bytes they must have."""
        self._conference = conference
        self._look()
        self._ask_side_files()

    def take_address(self, address: Address | None) -> None:
        """Take in where recordings come from, or that the server is there again; None while we have joined nothing."""
        self._address = address
        self._asked = set(self._held)
        self._ask_side_files()

    def save(self, recording_id: RecordingId) -> None:
        """Check the file that is here, or bring it here; the service hears of every step."""
        recording = self._recording(recording_id)
        if recording_id in self._removing:
            self._removing[recording_id] = True
            return
        if recording is None or recording_id in self._busy:
            return
        kept = self._kept.get(recording_id)
        if kept is not None and kept.sha256 == recording.file.sha256 and kept.path.exists():
            self._check(recording, kept)
        elif self._address is None:
            self._tell(recording_id, kind=RecordingKind.FAILED, detail=_NO_SERVER)
        else:
            self._bring(recording, self._address)

    def remove(self, recording_id: RecordingId) -> None:
        """Free the room that the recording takes."""
        if recording_id not in self._kept or recording_id in self._busy:
            return
        del self._kept[recording_id]
        self._tell(recording_id, kind=RecordingKind.ABSENT, fraction=0.0, path=None, detail="")
        # The cache removes the file. Until then none may be brought, or it would be that one which is removed.
        self._removing[recording_id] = False
        self._rooms.store.forget_recording(recording_id).add_done_callback(lambda _: self._post(Removed(recording_id)))

    def take(self, values: Iterable[object]) -> None:
        """Take in what the pool found out."""
        for value in values:
            match value:
                case Progress():
                    self._on_progress(value)
                case Ready():
                    self._on_ready(value)
                case Trouble():
                    self._on_trouble(value)
                case Removed(recording=recording):
                    if self._removing.pop(recording, False):
                        self.save(recording)
                case SideFile():
                    self._on_side_file(value)

    def _look(self) -> None:
        """Show what is here before anything is asked for: the files whose size and time are as when last checked."""
        for recording in self._conference.recordings if self._conference is not None else ():
            kept = self._kept.get(recording.id)
            known = self._service.state(recording.id)
            if known.kind is RecordingKind.ABSENT:
                self._tell(recording.id, size_bytes=recording.file.size_bytes)
            if kept is None or kept.sha256 != recording.file.sha256 or known.kind is RecordingKind.SAVED:
                continue
            if self._checked.get(f"checked:{kept.sha256}") == stamp(kept.path):
                self._tell(recording.id, kind=RecordingKind.SAVED, fraction=1.0, path=kept.path)
            elif kept.path.exists():
                self._check(recording, kept)

    def _check(self, recording: Recording, kept: KeptRecording) -> None:
        """Check the bytes of a file that is here; wrong ones are removed and brought again where that can be done."""

        def work() -> None:
            if not has_bytes(kept.path, recording.file):
                _log.warning("the saved file of %s is damaged and is brought again", recording.id)
                kept.path.unlink(missing_ok=True)
                raise BadFormat("The saved recording was damaged and has been removed.")

        def done(job: "Future[None]") -> None:
            try:
                job.result()
            except (CancelledError, Cancelled):
                return
            except (ConferenceError, OSError) as trouble:
                self._post(Trouble(recording.id, str(trouble)))
                return
            self._post(Ready(recording.id, kept.path))

        self._busy.add(recording.id)
        self._tell(recording.id, kind=RecordingKind.LOADING, fraction=0.0, detail="")
        self._rooms.pool.run(work).add_done_callback(done)

    def _bring(self, recording: Recording, address: Address) -> None:
        name = recording.file.sha256 + _ENDINGS.get(recording.file.media_type, ".bin")
        wanted = Download(path=f"/recordings/{recording.id}", facts=recording.file, target=self._folder / name)

        def done(job: "Future[Path]") -> None:
            try:
                self._post(Ready(recording.id, job.result()))
            except (CancelledError, Cancelled):
                return
            except ConferenceError as trouble:
                self._post(Trouble(recording.id, str(trouble)))

        self._busy.add(recording.id)
        self._tell(recording.id, kind=RecordingKind.LOADING, fraction=0.0, detail="")
        progress = self._rooms.pool.fetch(address, wanted, lambda held: self._post(Progress(recording.id, held)))
        progress.add_done_callback(done)

    def _on_progress(self, progress: Progress) -> None:
        recording = self._recording(progress.recording)
        if recording is not None and progress.recording in self._busy:
            self._tell(progress.recording, fraction=progress.held_bytes / max(1, recording.file.size_bytes))

    def _on_ready(self, ready: Ready) -> None:
        self._busy.discard(ready.recording)
        recording = self._recording(ready.recording)
        if recording is None:
            return
        facts = recording.file
        kept = KeptRecording(
            recording=recording.id,
            sha256=facts.sha256,
            path=ready.path,
            size_bytes=facts.size_bytes,
            saved_by_hand=True,
        )
        self._kept[recording.id] = kept
        self._rooms.store.keep_recording(kept)
        seen = stamp(ready.path)
        if seen and self._checked.get(f"checked:{facts.sha256}") != seen:
            self._checked[f"checked:{facts.sha256}"] = seen
            self._rooms.store.keep_setting(f"checked:{facts.sha256}", seen)
        self._tell(recording.id, kind=RecordingKind.SAVED, fraction=1.0, path=ready.path, detail="")
        # Captions open with their recording, and may have been refused when they were first asked for.
        self._asked -= {file.sha256 for file in _side_files(recording)} - self._held
        self._ask_side_files()

    def _on_trouble(self, trouble: Trouble) -> None:
        self._busy.discard(trouble.recording)
        recording = self._recording(trouble.recording)
        kept = self._kept.pop(trouble.recording, None)
        if kept is not None and not kept.path.exists() and recording is not None and self._address is not None:
            # What comes takes the place of what the cache remembers; a file that is missing it does not hand out.
            self._bring(recording, self._address)
            return
        self._tell(trouble.recording, kind=RecordingKind.FAILED, detail=trouble.sentence)

    # Captions and posters.

    def _ask_side_files(self) -> None:
        """Look for the captions and posters in the cache, and bring those that are not there."""
        for recording in self._conference.recordings if self._conference is not None else ():
            for facts in _side_files(recording):
                if facts.sha256 not in self._asked:
                    self._asked.add(facts.sha256)
                    self._ask_side_file(facts)

    def _ask_side_file(self, facts: FileFacts) -> None:
        address = self._address

        def bring() -> None:
            assert address is not None
            data = fetch_file(address, f"/files/{facts.sha256}", facts.size_bytes)
            if hashlib.sha256(data).hexdigest() != facts.sha256:
                raise BadFormat("its bytes are not those that the program promises")
            self._rooms.store.keep_side_file(facts.sha256, data)
            self._post(SideFile(facts.sha256, data))

        def brought(job: "Future[None]") -> None:
            if not job.cancelled() and (fault := job.exception()) is not None:
                _log.info("a caption or poster file could not be brought: %s", fault)

        def found(job: "Future[Any]") -> None:
            data = job.result() if not job.cancelled() and job.exception() is None else None
            if data is not None:
                self._post(SideFile(facts.sha256, data))
            elif address is not None:
                self._rooms.pool.run(bring).add_done_callback(brought)

        self._rooms.store.side_file(facts.sha256).add_done_callback(found)

    def _on_side_file(self, file: SideFile) -> None:
        self._held.add(file.sha256)
        for recording in self._conference.recordings if self._conference is not None else ():
            if recording.poster is not None and recording.poster.sha256 == file.sha256:
                self._tell(recording.id, poster=file.data)
            if recording.captions and recording.captions[0].file.sha256 == file.sha256:
                self._tell(recording.id, captions=_captions(recording.id, file.data))

    def _recording(self, recording_id: RecordingId) -> Recording | None:
        return self._conference.recording(recording_id) if self._conference is not None else None

    def _tell(self, recording: RecordingId, **fields: Any) -> None:
        state: RecordingState = msgspec.structs.replace(self._service.state(recording), **fields)
        self._service.take(recording, state)


def stamp(path: Path) -> str:
    """Return the file's size and time of change, by which a change is noticed; empty where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}"


def has_bytes(path: Path, facts: FileFacts) -> bool:
    """Tell whether the file at `path` has the size and the SHA-256 of `facts`."""
    if path.stat().st_size != facts.size_bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == facts.sha256


def _side_files(recording: Recording) -> tuple[FileFacts, ...]:
    posters = (recording.poster,) if recording.poster is not None else ()
    return tuple(track.file for track in recording.captions) + posters


def _captions(recording: RecordingId, data: bytes) -> tuple[Caption, ...]:
    try:
        return read_webvtt(data.decode("utf-8-sig"))
    except (ConferenceError, UnicodeDecodeError) as fault:
        _log.warning("the captions of %s cannot be read: %s", recording, fault)
        return ()
