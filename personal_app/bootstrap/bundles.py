"""Gathers all there is of a talk on this computer, and has it written to a folder of the person's choice.

Gathering is done on the UI thread from what the services hold; the writing on a thread of its own, for a recording may
take minutes to copy. Must never bring anything from the server: what is not here is named as missing.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from datetime import datetime
from pathlib import Path
from threading import Event

import msgspec

from personal_app.bootstrap.bundle_writer import BigFile, Bundle, Stopped, write_bundle
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.errors import ConferenceError
from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference, Talk
from personal_app.conference.recordings import FileFacts, Recording
from personal_app.formats.captions import ending_of
from personal_app.formats.chapters_webvtt import write_chapters
from personal_app.formats.file_names import safe_name
from personal_app.formats.talk_markdown import write_talk
from personal_app.net.crew import Crew
from personal_app.services.recordings import RecordingKind
from personal_app.services.services import Services

_log = logging.getLogger(__name__)

_RECORDINGS = {"video/mp4": ".mp4", "audio/mp4": ".m4a", "video/x-matroska": ".mkv", "video/webm": ".webm"}
_PICTURES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


class BundleTold(msgspec.Struct, frozen=True):
    """What became of a folder: a sentence for the person."""

    sentence: str


class _Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What was gathered when a person asked."""

    conference: Conference
    talk: Talk
    questions: tuple[DrawnQuestion, ...]
    now: datetime
    recording: Recording | None
    file: Path | None


class Bundles:
    """Answers the intentions of `BundleService`."""

    def __init__(self, services: Services, rooms: Rooms, post: Callable[[object], None]) -> None:
        self._services = services
        self._rooms = rooms
        self._post = post
        self._crew: Crew | None = None
        self._stopped = Event()

    def export(self, talk_id: TalkId, folder: Path) -> None:
        """Write all there is of a talk into a new folder in `folder`."""
        wanted = self._gather(talk_id)
        if wanted is None:
            self._services.bundles.tell("This talk is not in the program any more, so there is nothing to export.")
            return
        if self._crew is None:
            self._crew = Crew("export", 1)
        self._services.bundles.tell(f"“{wanted.talk.title}” is being written to {folder}…")
        job = self._crew.submit(lambda: self._write(wanted, folder))
        job.add_done_callback(lambda done: self._on_done(done, folder))

    def take(self, values: Iterable[object]) -> None:
        """Take in what became of folders."""
        for value in values:
            if isinstance(value, BundleTold):
                self._services.bundles.tell(value.sentence)

    def close(self) -> None:
        """Write no further: a folder that is not whole is taken away."""
        self._stopped.set()
        if self._crew is not None:
            self._crew.close()

    @property
    def running(self) -> bool:
        """Whether something has not ended yet."""
        return self._crew is not None and not self._crew.join(0)

    def _gather(self, talk_id: TalkId) -> _Wanted | None:
        services = self._services
        conference = services.program.conference
        talk = conference.talk(talk_id) if conference is not None else None
        if conference is None or talk is None:
            return None
        recording = conference.recording(talk.recording) if talk.recording is not None else None
        state = services.recordings.state(recording.id) if recording is not None else None
        saved = state is not None and state.kind is RecordingKind.SAVED
        return _Wanted(
            conference=conference,
            talk=talk,
            questions=tuple(services.questions.board.of_talk(talk_id)),
            now=services.program.now(),
            recording=recording,
            file=state.path if state is not None and saved else None,
        )

    def _write(self, wanted: _Wanted, folder: Path) -> str:
        """On the thread of exports: write it and return the sentence that says so."""
        missing: list[str] = []
        files = {"talk.md": write_talk(wanted.conference, wanted.talk, wanted.questions, wanted.now).encode()}
        big = None
        if wanted.recording is not None:
            files |= self._beside(wanted.recording, missing)
            big = _big_file(wanted.recording, wanted.file)
            if big is None:
                missing.append("its recording")
        name = safe_name(wanted.talk.title, "talk")
        place = write_bundle(Bundle(name=name, recording=big, files=files), folder, self._stopped.is_set)
        if not missing:
            return f"“{wanted.talk.title}” is in {place}."
        lacks = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        return (
            f"“{wanted.talk.title}” is in {place}, without {lacks}: not on this computer yet. Save the talk for "
            "offline, then export it again."
        )

    def _beside(self, recording: Recording, missing: list[str]) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        if recording.chapters:
            files["recording.chapters.vtt"] = write_chapters(recording.chapters, recording.duration_ms).encode()
        for track in recording.captions:
            data = self._side_file(track.file)
            if data is None:
                missing.append(f"its captions ({track.language})")
            else:
                files[f"recording.{safe_name(track.language, 'captions')}.{ending_of(track.file.media_type)}"] = data
        if recording.poster is not None:
            data = self._side_file(recording.poster)
            if data is None:
                missing.append("its poster")
            else:
                files[f"poster{_PICTURES.get(recording.poster.media_type, '.img')}"] = data
        return files

    def _side_file(self, facts: FileFacts) -> bytes | None:
        return self._rooms.store.side_file(facts.sha256).result()

    def _on_done(self, job: "Future[str]", folder: Path) -> None:
        try:
            sentence = job.result()
        except (CancelledError, Stopped):
            return
        except ConferenceError as trouble:
            sentence = str(trouble)
        except OSError as fault:
            sentence = (
                f"The talk could not be written to {folder} ({fault.strerror or 'the disk does not let us'}), and "
                "nothing of it is left there: make room or choose another place, then try again."
            )
        except Exception:
            _log.exception("a talk could not be exported")
            sentence = "The talk could not be exported; the log says why."
        self._post(BundleTold(sentence))


def _big_file(recording: Recording, file: Path | None) -> BigFile | None:
    if file is None:
        return None
    return BigFile(f"recording{_RECORDINGS.get(recording.file.media_type, file.suffix)}", file, recording.file)
