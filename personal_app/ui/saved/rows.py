"""The recordings of a conference as rows, and how saving goes in all, in words. Pure: no Qt."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.program import Conference
from personal_app.conference.saving import left_s
from personal_app.services.recording_kind import RecordingKind
from personal_app.services.recordings import RecordingState, Room
from personal_app.ui.schedule.times import length_words, size_words

StateOf = Callable[[RecordingId], RecordingState]
#: Those that a person waits for.
ON_THE_WAY = frozenset({RecordingKind.LOADING, RecordingKind.WAITING})


class SavedRow(NamedTuple):
    """A row. `fraction` is how much of the recording is here, None where there is nothing to draw."""

    id: RecordingId
    talk: TalkId
    title: str
    words: str
    kind: RecordingKind
    by_hand: bool = False
    fraction: float | None = None

    def spoken(self) -> str:
        """Return the row in one sentence, for those who hear the list."""
        return f"{self.title}. {self.words}"


class Summary(NamedTuple):
    """How it stands in all: recordings here of how many, and what is missing of those that were asked for, in bytes.

    `absent_bytes` is what all the others would take. `coming` and `paused` count those that were asked for.
    """

    here: int
    all: int
    coming: int
    paused: int
    wanted_bytes: int
    missing_bytes: int
    absent_bytes: int
    rate_bytes_s: int

    def words(self) -> str:
        """Return how saving goes, or nothing where nothing is on its way."""
        if not self.coming:
            return ""
        parts = [f"Saving {self.coming} {'recording' if self.coming == 1 else 'recordings'}: {self.share_words()}"]
        if self.rate_bytes_s:
            parts.append(_rate_words(self.rate_bytes_s))
        left = left_s(self.missing_bytes, self.rate_bytes_s)
        return ", ".join([*parts, _left_words(left)] if left is not None else parts)

    def share_words(self) -> str:
        """Return how much of what was asked for is here."""
        return f"{round(100 * (1 - self.missing_bytes / max(1, self.wanted_bytes)))} %"


def saved_rows(conference: Conference | None, state_of: StateOf) -> tuple[SavedRow, ...]:
    """Return a row for each recording, in the order of the program."""
    if conference is None:
        return ()
    found = []
    for talk in conference.talks:
        recording = conference.recording(talk.recording) if talk.recording is not None else None
        if recording is None:
            continue
        state = state_of(recording.id)
        found.append(
            SavedRow(
                id=recording.id,
                talk=talk.id,
                title=talk.title,
                words=_words(state, recording.file.size_bytes),
                kind=state.kind,
                by_hand=state.by_hand,
                fraction=state.fraction if state.kind in (*ON_THE_WAY, RecordingKind.PAUSED) else None,
            )
        )
    return tuple(found)


def summary(conference: Conference | None, state_of: StateOf) -> Summary:
    """Return how it stands in all."""
    here = coming = paused = wanted = missing = absent = rate = 0
    recordings = conference.recordings if conference is not None else ()
    for recording in recordings:
        state, size = state_of(recording.id), recording.file.size_bytes
        match state.kind:
            case RecordingKind.SAVED:
                here += 1
            case RecordingKind.LOADING | RecordingKind.WAITING:
                coming += 1
                wanted += size
                missing += round(size * (1 - state.fraction))
                rate += state.rate_bytes_s
            case RecordingKind.PAUSED:
                paused += 1
            case _:
                absent += size
    return Summary(here, len(recordings), coming, paused, wanted, missing, absent, rate)


def room_words(found: Summary, room: Room) -> str:
    """Return what recordings take and what is free, in one line."""
    parts = [f"{found.here} of {found.all} here, {size_words(room.saved_bytes + room.watched_bytes)}"]
    if room.watched_bytes and room.saved_bytes:
        parts.append(f"{size_words(room.watched_bytes)} of it only watched")
    if room.free_bytes is not None:
        parts.append(f"{size_words(room.free_bytes)} free on this disk")
    return " · ".join(parts)


def is_short_of_room(found: Summary, room: Room) -> bool:
    """Tell whether all that is not here would not fit on the disk."""
    return room.free_bytes is not None and found.absent_bytes + found.missing_bytes > room.free_bytes


def _words(state: RecordingState, size_bytes: int) -> str:
    size = size_words(size_bytes)
    match state.kind:
        case RecordingKind.SAVED:
            return f"Saved, {size}" if state.by_hand else f"Here because it was watched, {size}; may make room"
        case RecordingKind.LOADING:
            parts = [f"{round(state.fraction * 100)} % of {size}"]
            parts += [_rate_words(state.rate_bytes_s)] if state.rate_bytes_s else []
            parts += [_left_words(state.left_s)] if state.left_s is not None else []
            return " · ".join(parts)
        case RecordingKind.WAITING:
            return f"{size} · {state.detail or 'Waits for its turn.'}"
        case RecordingKind.PAUSED:
            return f"Paused at {round(state.fraction * 100)} % of {size}{f' · {state.detail}' if state.detail else ''}"
        case RecordingKind.FAILED:
            return f"Not saved, {size} · {state.detail}"
    return f"Not here, {size}"


def _rate_words(bytes_a_second: int) -> str:
    return f"{size_words(bytes_a_second)}/s"


def _left_words(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s left"
    return f"{length_words(timedelta(minutes=round(seconds / 60)))} left"
