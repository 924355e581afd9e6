"""The door to the cache: one thread named "store", jobs in, futures out, in the order they were handed over.

What is handed over is done even if nobody waits for it any more: its future cannot be cancelled. Futures raise
EnvironmentTrouble with a sentence where the disk does not let us, and the thread lives on. SQLAlchemy is imported by
the thread, so that importing this module costs the window nothing. This module must never import Qt.
"""

import logging
import queue
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from personal_app.conference.clock import Clock
from personal_app.conference.errors import ConferenceError, EnvironmentTrouble
from personal_app.conference.finding import Hit, Term
from personal_app.conference.ids import CommandId, RecordingId, Revision, Sha256, TalkId, Tally
from personal_app.conference.messages import Changes, Command, Done, Mine, Refused
from personal_app.conference.notes import Note, NoteId
from personal_app.conference.program import Conference
from personal_app.conference.sent_moves import SentMove
from personal_app.conference.session_client import Applied, Replaced, ResumePoint
from personal_app.conference.watching import Watched
from personal_app.conference.wishes import Wish
from personal_app.store.snapshot import StartSnapshot
from personal_app.store.unkept import Behind, Key, Unkept
from personal_app.store.values import KeptRecording, Opened, Profile, Receipt

if TYPE_CHECKING:
    from personal_app.store.cache import Cache

T = TypeVar("T")
_Handed = tuple[Callable[["Cache"], Any], "Future[Any]", Key | None]

_log = logging.getLogger(__name__)
#: What comes from the server is not tried again but fetched again; it is told of, and when the disk takes it again.
_VIEW: Key = ("view", "")
_CLOSED = "The cache is closed: this could not be kept. Start the program again."


def _machine_clock() -> datetime:
    return datetime.now(UTC)


class Store:
    """The cache in a folder, open from its making to `close`. Every method may be called from any thread."""

    opened: "Future[Opened]"

    def __init__(
        self, folder: Path, clock: Clock = _machine_clock, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        """Start the thread and open `folder`/cache.sqlite, made where missing (folder 0700, files 0600).

        `opened` raises EnvironmentTrouble where the cache was written by a newer version of the program (it is left
        untouched), is held by another process, or cannot be written; all other futures raise the same then.

        What is small and the person's own (drafts, notes, settings, which recordings are here) is tried again where the
        disk refused it: `tell` is called with the sentence of the first refusal, and with nothing when all is kept.
        """
        self._folder = folder
        self._clock = clock
        self._jobs: queue.SimpleQueue[_Handed | None] = queue.SimpleQueue()
        self._unkept = Unkept(tell)
        self._handing = threading.Lock()
        self._closing = False
        self.opened = Future()
        self.opened.set_running_or_notify_cancel()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    def profile(self) -> "Future[Profile | None]":
        """Return who we are, or None before joining."""
        return self._do(lambda cache: cache.profile())

    def keep_profile(self, profile: Profile) -> "Future[None]":
        """Keep who we are. Another participant than before starts with an empty view; drafts and outboxes stay."""
        return self._do(lambda cache: cache.keep_profile(profile))

    def amend_profile(self, profile: Profile) -> "Future[None]":
        """Keep what is new of our address, name and grants; where we are somebody else by now, it is passed over."""
        return self._do(lambda cache: cache.amend_profile(profile))

    def entrust_profile(self, participant: str, token: str, entry: str) -> "Future[bool]":
        """Let our secrets go, which the system's key store holds under `entry`; they leave the file's bytes too.

        Return False, with nothing changed, where we are another or have another `token` by now.
        """
        return self._do(lambda cache: cache.entrust_profile(participant, token, entry))

    def forget_profile(self) -> "Future[None]":
        """Forget who we are, the secrets and the view; what waits in the outbox stays with its participant."""
        return self._do(lambda cache: cache.forget_profile())

    def program(self) -> "Future[tuple[str, Conference] | None]":
        """Return the program and its ETag, or None before one was kept."""
        return self._do(lambda cache: cache.program())

    def keep_program(self, etag: str, conference: Conference) -> "Future[None]":
        """Keep a program in place of the one before."""
        return self._do(lambda cache: cache.keep_program(etag, conference))

    def resume(self, participant: str | None = None) -> "Future[tuple[ResumePoint, tuple[Command, ...]]]":
        """Return how far the view got, and the unanswered commands of `participant` in the order they were made.

        To be asked when a connection begins: from here on changes are taken in that build on this point. Where the
        cache belongs to somebody else by now, there is no point to go on from; without a name the present one is meant.
        """
        return self._do(lambda cache: cache.resume(participant))

    def apply(self, event: Applied | Replaced, participant: str | None = None) -> "Future[None]":
        """Take in a frame and its resume point in one transaction; twice, late or out of order it does no harm.

        A frame that `participant` was told is passed over where the cache belongs to somebody else by now. After one
        that could not be kept, further changes are refused until `resume` or a full state: the cache never claims to
        hold what it lacks.
        """
        return self._do(lambda cache: cache.apply(event, participant), _VIEW)

    def view(self) -> "Future[tuple[Changes, Mine]]":
        """Return the view as one frame for an empty board."""
        return self._do(lambda cache: cache.view())

    def find(self, terms: Sequence[Term]) -> "Future[tuple[Hit, ...]]":
        """Return the questions and answers of the view, and the notes, that hold every term; of each the best first."""
        return self._do(lambda cache: cache.find(terms))

    def put(self, wish: Wish, participant: str | None = None) -> "Future[None]":
        """Keep a wish at the end of the outbox; when the future is done, it survives whatever comes.

        It belongs to `participant`, or to the present one where none is named: who we are may be another by the time
        the job is done. Raises Refusal (not_allowed) where nobody has joined.
        """
        return self._do(lambda cache: cache.put(wish, participant))

    def adopt_early_moves(self, stop: Callable[[], None]) -> "Future[None]":
        """Take what was written down before the cache was open into the outbox; `stop` ends the writing first."""

        def adopt(cache: "Cache") -> None:
            stop()
            cache.adopt_early_moves()

        return self._do(adopt)

    def settle(self, answer: Done | Refused) -> "Future[None]":
        """Take in what the server said of a command of ours; an answer to a command not held changes nothing."""
        return self._do(lambda cache: cache.settle(answer))

    def wishes(self, participant: str | None = None) -> "Future[tuple[Wish, ...]]":
        """Return the wishes of `participant` that the view does not show yet, in the order they were made.

        Those among them that wait for another one are not for `resume` to send. Without a name: the present one.
        """
        return self._do(lambda cache: cache.wishes(participant))

    def receipts(self, participant: str | None = None) -> "Future[tuple[Receipt, ...]]":
        """Return the moves of `participant`, or of the present one, that were refused for good, oldest first."""
        return self._do(lambda cache: cache.receipts(participant))

    def sent(self, participant: str) -> "Future[tuple[SentMove, ...]]":
        """Return what `participant` has sent and the server has answered, the latest first, as far as it is kept."""
        return self._do(lambda cache: cache.sent(participant))

    def forget_receipt(self, command: CommandId) -> "Future[None]":
        """Forget a refusal that the person has seen."""
        return self._do(lambda cache: cache.forget_receipt(command), ("receipt", command))

    def snapshot(self) -> "Future[StartSnapshot]":
        """Return all that is kept, at one moment: for a window that could not read it before the store was open."""
        return self._do(lambda cache: cache.snapshot())

    def keep_draft(self, key: str, text: str) -> "Future[None]":
        """Keep what somebody has begun to write; an empty text forgets it."""
        return self._do(lambda cache: cache.keep_draft(key, text), ("draft", key))

    def drafts(self) -> "Future[dict[str, str]]":
        """Return every draft by its key."""
        return self._do(lambda cache: cache.drafts())

    def keep_note(self, note: Note) -> "Future[None]":
        """Keep a note in place of the one with its id, whose words leave the file."""
        return self._do(lambda cache: cache.keep_note(note), ("note", note.id))

    def forget_note(self, note: NoteId) -> "Future[None]":
        """Forget a note; when the future is done, its words are in no byte of the file."""
        return self._do(lambda cache: cache.forget_note(note), ("note", note))

    def notes(self) -> "Future[tuple[Note, ...]]":
        """Return every note."""
        return self._do(lambda cache: cache.notes())

    def keep_watched(self, talk: TalkId, watched: Watched) -> "Future[None]":
        """Keep what was watched of a talk. It survives the end of this process, not at once that of the machine."""
        return self._do(lambda cache: cache.keep_watched(talk, watched))

    def keep_setting(self, key: str, value: str) -> "Future[None]":
        """Keep a setting."""
        return self._do(lambda cache: cache.keep_setting(key, value), ("setting", key))

    def settings(self) -> "Future[dict[str, str]]":
        """Return every setting by its key."""
        return self._do(lambda cache: cache.settings())

    def keep_first_page(self, write: Callable[[], str], revision: Revision, tally: Tally) -> "Future[None]":
        """Keep what the window is to show first at the next start, drawn from the view at `revision` and `tally`.

        `write` makes the record, on the store's thread. Where the cache holds another view by now it is passed over.
        Whatever is kept after it makes it void.
        """
        return self._do(lambda cache: cache.keep_first_page(write, revision, tally))

    def keep_recording(self, kept: KeptRecording) -> "Future[None]":
        """Keep that a verified file is here. Raises ValueError where it lies outside the folder of recordings."""
        return self._do(lambda cache: cache.keep_recording(kept), ("recording", kept.recording))

    def forget_recording(self, recording: RecordingId) -> "Future[None]":
        """Forget a recording and remove its file."""
        return self._do(lambda cache: cache.forget_recording(recording), ("recording", recording))

    def recordings(self) -> "Future[tuple[KeptRecording, ...]]":
        """Return the recordings whose files are here with the size they should have."""
        return self._do(lambda cache: cache.recordings())

    def keep_side_file(self, sha256: Sha256, data: bytes) -> "Future[None]":
        """Keep a small file (captions, a poster). Raises ValueError where `data` does not have that hash."""
        return self._do(lambda cache: cache.keep_side_file(sha256, data))

    def keep_only_side_files(self, wanted: Collection[Sha256]) -> "Future[int]":
        """Remove the small files that are not wanted any more, and return how many went."""
        return self._do(lambda cache: cache.keep_only_side_files(wanted))

    def side_file(self, sha256: Sha256) -> "Future[bytes | None]":
        """Return the small file of that hash, or None where it is not here or was damaged."""
        return self._do(lambda cache: cache.side_file(sha256))

    def close(self, timeout_s: float) -> bool:
        """Do what was handed over, close the file and end the thread; tell whether that came within `timeout_s`."""
        with self._handing:
            if not self._closing:
                self._closing = True
                self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _do(self, job: "Callable[[Cache], T]", key: Key | None = None) -> "Future[T]":
        """Hand a job over. With a `key` it is tried again where the disk refused it, unless another one came since."""
        future: Future[T] = Future()
        # A waiter that is cancelled (a connection that ends) must not take the person's words with it.
        future.set_running_or_notify_cancel()
        with self._handing:
            if self._closing:
                future.set_exception(EnvironmentTrouble(_CLOSED))
            else:
                self._jobs.put((job, future, key))
        return future

    def _work(self) -> None:
        cache = self._opened_cache()
        while (handed := self._next(cache)) is not None:
            job, future, key = handed
            if cache is None:
                future.set_exception(self.opened.exception() or EnvironmentTrouble(_CLOSED))
            else:
                self._fulfil(cache, job, future, key)
        if cache is not None:
            self._try_again(cache)
            try:
                cache.close()
            except Exception:
                _log.exception("the cache could not be closed properly; what it holds is safe in its log")

    def _next(self, cache: "Cache | None") -> _Handed | None:
        """Wait for the next job; where something was refused, try it again when it is time."""
        while cache is not None and (wait_s := self._unkept.wait_s) is not None:
            try:
                if wait_s > 0:
                    return self._jobs.get(timeout=wait_s)
            except queue.Empty:
                pass
            self._try_again(cache)
        return self._jobs.get()

    def _try_again(self, cache: "Cache") -> None:
        try:
            self._unkept.try_again(cache)
        except Exception:
            _log.exception("what the disk had refused could not be tried again")

    def _fulfil(self, cache: "Cache", job: "Callable[[Cache], Any]", future: "Future[Any]", key: Key | None) -> None:
        try:
            result = job(cache)
        except Exception as fault:
            if key is not None and isinstance(fault, EnvironmentTrouble) and not isinstance(fault, Behind):
                again = (lambda cache: cache.try_disk()) if key == _VIEW else job
                self._unkept.refused(key, again, fault)
            _tell(future, fault)
        else:
            if key is not None and key != _VIEW:
                self._unkept.kept(key)
            future.set_result(result)

    def _opened_cache(self) -> "Cache | None":
        try:
            from personal_app.store.cache import open_cache

            cache, opened = open_cache(self._folder, self._clock)
        except Exception as fault:
            _tell(self.opened, fault)
            return None
        self.opened.set_result(opened)
        return cache


def _tell(future: "Future[Any]", fault: Exception) -> None:
    """Hand a failure to who waits; what is nobody's but ours is logged too, for not everybody looks at a future."""
    if not isinstance(fault, ConferenceError):
        _log.error("a job of the store broke", exc_info=fault)
    future.set_exception(fault)
