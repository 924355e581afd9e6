"""The recordings of this profile: which are here and right, which are to be brought and whose turn it is.

A file counts only when its SHA-256 was found right: once when it came, and again whenever its size or time of change
is not what it was then. What a person asked to save is remembered across restarts and goes on when the server is there
again; what was only watched is kept as long as there is room. All methods run on the UI thread; blocking work runs in
the pool. Must never play anything.
"""

import logging
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from personal_app.bootstrap.companions import Companions
from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.wall_clock import utc_now
from personal_app.conference import timeline
from personal_app.conference.clock import Clock
from personal_app.conference.errors import BadFormat, ConferenceError
from personal_app.conference.ids import RecordingId
from personal_app.conference.program import Conference
from personal_app.conference.recordings import Recording
from personal_app.conference.saving import Order, Pace, left_s
from personal_app.net.address import Address
from personal_app.net.downloads import Cancelled, Coming, DiskFull, Download, map_of, part_of
from personal_app.player.engine import Stream
from personal_app.services.kept_recordings import KeptRecordings
from personal_app.services.recording_orders import RecordingOrders
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState
from personal_app.store.recording_files import has_bytes, stamp
from personal_app.store.values import KeptRecording

_log = logging.getLogger(__name__)

_ENDINGS = {"video/mp4": ".mp4", "audio/mp4": ".m4a", "video/x-matroska": ".mkv", "video/webm": ".webm"}
_NO_SERVER = "This recording is not saved on this machine, and there is no connection: connect, then try again."


class Progress(msgspec.Struct, frozen=True):
    """So much of a recording is here. `run` numbers the tries, so that a former one is not listened to."""

    recording: RecordingId
    coming: Coming
    run: int = 0


class Ready(msgspec.Struct, frozen=True):
    """A recording is here and its bytes are right."""

    recording: RecordingId
    path: Path


class Trouble(msgspec.Struct, frozen=True):
    """A recording is not here; the sentence says why. `full`: there is no room for any other either."""

    recording: RecordingId
    sentence: str
    run: int = 0
    full: bool = False


class Removed(msgspec.Struct, frozen=True):
    """The cache has forgotten a recording and removed its file."""

    recording: RecordingId


class RoomSeen(msgspec.Struct, frozen=True):
    """So much is free on the disk that recordings lie on."""

    free_bytes: int


class Library:
    """Answers the intentions of `RecordingService` and keeps its snapshots true."""

    def __init__(
        self,
        service: RecordingService,
        rooms: Rooms,
        post: Callable[[object], None],
        folder: Path,
        now: Clock = utc_now,
    ) -> None:
        """`now` is the server's clock: it tells which talks are open."""
        self.companions = Companions(service, rooms, post)
        self._service = service
        self._rooms = rooms
        self._post = post
        self._now = now
        self._folder = folder / "recordings"
        self._conference: Conference | None = None
        self._address: Address | None = None
        self._kept = KeptRecordings(rooms.store.keep_setting)
        self._orders = RecordingOrders(rooms.store.keep_setting)
        self._running: dict[RecordingId, int] = {}
        self._targets: dict[RecordingId, Path] = {}
        self._runs = 0
        self._pace: dict[RecordingId, Pace] = {}
        self._checking: set[RecordingId] = set()
        # Of those being checked the ones that were removed meanwhile.
        self._unwanted: set[RecordingId] = set()
        self._watched: RecordingId | None = None
        self._unopened = False
        # Those being removed, and whether they were asked for again meanwhile.
        self._removing: dict[RecordingId, Order | None] = {}

    def take_kept(self, kept: Iterable[KeptRecording], settings: dict[str, str]) -> None:
        """Take in which files the cache knows of, how they were when last checked, and what was to be saved."""
        self._kept.take(kept, settings)
        self._orders.take(settings)
        self._look()

    def take_conference(self, conference: Conference) -> None:
        """Take in the program: which recordings there are and which bytes they must have."""
        self._conference = conference
        for recording_id in tuple(self._running):
            recording = self._recording(recording_id)
            if recording is None or self._download(recording).target != self._targets[recording_id]:
                self._stop(recording_id)
        self._look()
        self._tidy()
        self.companions.take_conference(conference)
        self._run()

    def take_address(self, address: Address | None) -> None:
        """Take in where recordings come from, or that the server is there again; None while we have joined nothing."""
        if address != self._address:
            # Whoever waits for the old one, patiently because somebody watches, would wait for ever.
            for recording_id in tuple(self._running):
                self._stop(recording_id)
        self._address = address
        self._orders.forgive()
        self.companions.take_address(address)
        self._run()

    def take_timetable(self, conference: Conference) -> None:
        """Take in the same program with other times: nothing that it names has changed."""
        if self._conference is not None:
            self._conference = conference

    def look_at_time(self) -> None:
        """Bring what waited for its talk to open."""
        if self._unopened:
            self._run()

    def save(self, recording_id: RecordingId) -> None:
        """Check the file that is here and keep it for good, or bring it here in its turn."""
        kept = self._kept.get(recording_id)
        if kept is not None and not kept.saved_by_hand:
            kept = msgspec.structs.replace(kept, saved_by_hand=True)
            self._kept.put(kept)
            self._rooms.store.keep_recording(kept)
            self._tell(recording_id, by_hand=True)
        self._want(Order(recording_id))

    def watch(self, recording_id: RecordingId) -> None:
        """Check the file that is here, or bring it here before all others: somebody waits for it."""
        self._watched = recording_id
        self.companions.want_previews(recording_id)
        known = self._orders.get(recording_id)
        self._want(Order(recording_id, by_hand=known is not None and known.by_hand))

    def note_watched(self, recording_id: RecordingId) -> None:
        """Note that a recording is being watched from its file."""
        self._watched = recording_id
        self.companions.want_previews(recording_id)
        self._kept.note_watched(recording_id, self._now().timestamp())

    def pause(self, recording_id: RecordingId) -> None:
        """Leave what has come of a recording as it is."""
        if self._orders.pause(recording_id):
            self._run()

    def resume(self, recording_id: RecordingId) -> None:
        """Go on with a recording in its turn."""
        order = self._orders.get(recording_id)
        if order is not None:
            self._want(msgspec.structs.replace(order, paused=False))

    def remove(self, recording_id: RecordingId) -> None:
        """Free the room that the recording takes, or what has come of it; it is not brought any more."""
        if self._orders.drop(recording_id) is not None:
            self._forget_part(recording_id)
        if recording_id in self._checking:
            self._unwanted.add(recording_id)
        elif self._kept.drop(recording_id) is not None:
            self._tell(recording_id, kind=RecordingKind.ABSENT, fraction=0.0, path=None, detail="", by_hand=False)
            # The cache removes the file. Until then none may be brought, or it would be that one which is removed.
            self._removing[recording_id] = None
            removed = self._rooms.store.forget_recording(recording_id)
            removed.add_done_callback(lambda _: self._post(Removed(recording_id)))
        self._run()

    def set_quota(self, quota_bytes: int) -> None:
        """Let recordings that were only watched take no more than this."""
        self._kept.set_quota(quota_bytes)
        self._make_room()

    def look_at_room(self) -> None:
        """Find out how much is free on the disk."""
        self._tell_room()

        def work() -> None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._post(RoomSeen(shutil.disk_usage(self._folder).free))

        self._rooms.pool.run(work)

    def take(self, values: Iterable[object]) -> None:
        """Take in what the pool found out."""
        values = list(values)
        for value in values:
            match value:
                case Progress():
                    self._on_progress(value)
                case Ready():
                    self._on_ready(value)
                case Trouble():
                    self._on_trouble(value)
                case Removed(recording=recording):
                    if (order := self._removing.pop(recording, None)) is not None:
                        self._want(order)
                case RoomSeen(free_bytes=free_bytes):
                    self._tell_room(free_bytes)
        self.companions.take(values)

    # What is here.

    def _look(self) -> None:
        """Show what is here before anything is asked for: the files whose size and time are as when last checked."""
        for recording in self._conference.recordings if self._conference is not None else ():
            kept = self._kept.get(recording.id)
            known = self._service.state(recording.id)
            if known.kind is RecordingKind.ABSENT:
                self._tell(recording.id, size_bytes=recording.file.size_bytes)
            if kept is None or kept.sha256 != recording.file.sha256 or known.kind is RecordingKind.SAVED:
                continue
            if self._kept.checked(kept.sha256) == stamp(kept.path):
                self._orders.drop(recording.id)
                self._tell(
                    recording.id, kind=RecordingKind.SAVED, fraction=1.0, path=kept.path, by_hand=kept.saved_by_hand
                )
            elif kept.path.exists():
                self._check(recording, kept)
        self._tell_room()

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
            except ConferenceError as trouble:
                self._post(Trouble(recording.id, str(trouble)))
                return
            except OSError as fault:
                reason = fault.strerror or type(fault).__name__
                sentence = (
                    f"The saved recording cannot be read ({reason}): check the disk, or remove it and save it again."
                )
                self._post(Trouble(recording.id, sentence))
                return
            self._post(Ready(recording.id, kept.path))

        self._checking.add(recording.id)
        self._tell(recording.id, kind=RecordingKind.LOADING, fraction=0.0, detail="")
        self._rooms.pool.run(work).add_done_callback(done)

    def _tidy(self) -> None:
        """Remove what nobody will ask for again: the beginnings and the files of recordings that were replaced."""
        recordings = self._conference.recordings if self._conference is not None else ()
        ours = {self._download(recording).target for recording in recordings}
        ours |= {name(target) for target in tuple(ours) for name in (part_of, map_of)}
        ours |= {kept.path for kept in self._kept.all()}

        def work() -> None:
            for file in self._folder.glob("*"):
                if file not in ours and file.is_file():
                    _log.info("%s belongs to no recording of the program any more and is removed", file.name)
                    file.unlink(missing_ok=True)

        self._rooms.pool.run(work)

    # What is to be brought.

    def _want(self, order: Order) -> None:
        recording = self._recording(order.recording)
        if order.recording in self._removing:
            self._removing[order.recording] = order
            return
        self._unwanted.discard(order.recording)
        if recording is None or order.recording in self._checking:
            return
        kept = self._kept.get(order.recording)
        if kept is not None and kept.sha256 == recording.file.sha256 and kept.path.exists():
            self._check(recording, kept)
            return
        self._orders.put(order, _NO_SERVER if self._address is None else "")
        self._run()

    def _run(self) -> None:
        """Let those be on their way whose turn it is, and no others; show of each order how it stands."""
        self._unopened = not all(self._is_open(order.recording) for order in self._orders)
        can = self._address is not None and self._conference is not None
        wanted = self._orders.to_run(self._watched, self._is_open) if can else ()
        for recording_id in tuple(self._running):
            if recording_id not in wanted:
                self._stop(recording_id)
        for recording_id in wanted:
            recording = self._recording(recording_id)
            if recording_id not in self._running and recording is not None and self._address is not None:
                self._bring(recording, self._address)
        for order in self._orders:
            self._tell_order(order)
        self._tell_room()

    def _is_open(self, recording_id: RecordingId) -> bool:
        """Tell whether the recording may be watched, and therefore brought; one that nobody knows may not."""
        recording, conference = self._recording(recording_id), self._conference
        talk = conference.talk(recording.talk) if recording is not None and conference is not None else None
        session = conference.session(talk.session) if talk is not None and conference is not None else None
        return talk is not None and session is not None and timeline.may_watch(talk, session, self._now())

    def _bring(self, recording: Recording, address: Address) -> None:
        self._runs += 1
        wanted = self._download(recording)
        run = self._running[recording.id] = self._runs
        self._targets[recording.id] = wanted.target
        self._pace[recording.id] = Pace()

        def done(job: "Future[Path]") -> None:
            try:
                self._post(Ready(recording.id, job.result()))
            except (CancelledError, Cancelled):
                return
            except ConferenceError as trouble:
                self._post(Trouble(recording.id, str(trouble), run, full=isinstance(trouble, DiskFull)))

        progress = self._rooms.pool.fetch(
            address, wanted, lambda coming: self._post(Progress(recording.id, coming, run))
        )
        progress.add_done_callback(done)

    def _stop(self, recording_id: RecordingId) -> None:
        del self._running[recording_id]
        self._rooms.pool.stop(self._targets.pop(recording_id))

    def _forget_part(self, recording_id: RecordingId) -> None:
        """Remove what has come of a recording that is not wanted any more."""
        if recording_id in self._running:
            self._stop(recording_id)
        self._orders.keep()
        self._tell(
            recording_id,
            kind=RecordingKind.ABSENT,
            fraction=0.0,
            spans=(),
            stream=None,
            detail="",
            by_hand=False,
        )
        recording = self._recording(recording_id)
        if recording is not None:
            self._rooms.pool.forget_part(self._download(recording))

    def _download(self, recording: Recording) -> Download:
        name = recording.file.sha256 + _ENDINGS.get(recording.file.media_type, ".bin")
        return Download(
            path=f"/recordings/{recording.id}",
            facts=recording.file,
            blocks=recording.blocks,
            target=self._folder / name,
        )

    def _on_progress(self, progress: Progress) -> None:
        recording = self._recording(progress.recording)
        if recording is None or self._running.get(progress.recording) != progress.run:
            return
        coming, size = progress.coming, max(1, recording.file.size_bytes)
        pace = self._pace[progress.recording]
        pace.take(monotonic() * 1000, coming.held_bytes)
        rate = pace.bytes_a_second()
        self._tell(
            progress.recording,
            fraction=coming.held_bytes / size,
            spans=tuple((first / size, end / size) for first, end in coming.spans),
            stream=self._stream(recording, coming),
            detail=coming.trouble,
            rate_bytes_s=rate,
            left_s=left_s(size - coming.held_bytes, rate),
        )

    def _stream(self, recording: Recording, coming: Coming) -> Stream | None:
        talk = self._conference.talk(recording.talk) if self._conference is not None else None
        if coming.offer is None:
            return None
        name = talk.title if talk is not None else recording.id
        return Stream(port=coming.offer.port, token=coming.offer.token, head=coming.head, name=name)

    def _on_ready(self, ready: Ready) -> None:
        self._checking.discard(ready.recording)
        if self._removed_meanwhile(ready.recording):
            return
        recording = self._recording(ready.recording)
        if recording is None or not ready.path.name.startswith(recording.file.sha256):
            # The program names another file by now: that one is on its way, or nobody has asked for it.
            if self._orders.get(ready.recording) is None:
                self._tell(ready.recording, kind=RecordingKind.ABSENT, fraction=0.0, path=None)
            return
        self._running.pop(ready.recording, None)
        order, known = self._orders.drop(ready.recording), self._kept.get(ready.recording)
        facts = recording.file
        kept = KeptRecording(
            recording=recording.id,
            sha256=facts.sha256,
            path=ready.path,
            size_bytes=facts.size_bytes,
            saved_by_hand=(known is not None and known.saved_by_hand) or (order is not None and order.by_hand),
        )
        self._kept.put(kept)
        self._rooms.store.keep_recording(kept)
        if seen := stamp(ready.path):
            self._kept.note_checked(facts.sha256, seen)
        self._tell(
            recording.id,
            kind=RecordingKind.SAVED,
            fraction=1.0,
            path=ready.path,
            spans=(),
            stream=None,
            detail="",
            by_hand=kept.saved_by_hand,
            rate_bytes_s=0,
            left_s=None,
        )
        self.companions.ask_again(recording)
        self.companions.want_previews(recording.id)
        self._orders.keep()
        self._make_room()
        self._run()
        self.look_at_room()

    def _removed_meanwhile(self, recording_id: RecordingId) -> bool:
        """Remove a recording now that was to be removed while its file was checked; tell whether it was."""
        unwanted = recording_id in self._unwanted
        if unwanted:
            self._unwanted.discard(recording_id)
            self.remove(recording_id)
        return unwanted

    def _on_trouble(self, trouble: Trouble) -> None:
        checked = trouble.recording in self._checking
        self._checking.discard(trouble.recording)
        if self._removed_meanwhile(trouble.recording):
            return
        if not checked and self._running.get(trouble.recording) != trouble.run:
            return
        self._running.pop(trouble.recording, None)
        kept = self._kept.drop(trouble.recording)
        if kept is not None and not kept.path.exists() and self._address is not None:
            # What comes takes the place of what the cache remembers; a file that is missing it does not hand out.
            self._want(Order(trouble.recording, by_hand=kept.saved_by_hand))
            return
        if trouble.full:
            self._orders.halted = trouble.sentence
        elif not self._orders.fail(trouble.recording, trouble.sentence):
            # Whoever wanted to watch it is told, and asks again.
            self._tell(trouble.recording, kind=RecordingKind.FAILED, detail=trouble.sentence)
        self._run()

    # What is kept and told.

    def _make_room(self) -> None:
        """Let the longest unwatched go where those that were only watched take more than they may."""
        for recording_id in self._kept.to_forget(self._watched):
            _log.info("the recording %s was watched longest ago and makes room", recording_id)
            self.remove(recording_id)
        self._tell_room()

    def _tell_order(self, order: Order) -> None:
        if order.recording in self._running:
            self._tell(order.recording, kind=RecordingKind.LOADING, detail="", by_hand=order.by_hand)
            return
        kind, detail = self._orders.standing(order, self._is_open(order.recording))
        self._tell(order.recording, kind=kind, detail=detail, by_hand=order.by_hand, rate_bytes_s=0, left_s=None)

    def _tell_room(self, free_bytes: int | None = None) -> None:
        if free_bytes is None:
            free_bytes = self._service.room.free_bytes
        self._service.take_room(self._kept.room(free_bytes, self._orders.halted))

    def _recording(self, recording_id: RecordingId) -> Recording | None:
        return self._conference.recording(recording_id) if self._conference is not None else None

    def _tell(self, recording: RecordingId, **fields: Any) -> None:
        state: RecordingState = msgspec.structs.replace(self._service.state(recording), **fields)
        self._service.take(recording, state)
