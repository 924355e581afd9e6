"""What a person can do about a recording as it stands: save it, pause, resume, keep, remove. Pure: no Qt."""

from collections.abc import Callable
from typing import NamedTuple

from personal_app.conference.ids import RecordingId
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState


class Step(NamedTuple):
    """Something that can be done: what a button says, why one would, and the doing."""

    name: str
    words: str
    why: str
    act: Callable[[RecordingService, RecordingId], None]


SAVE = Step("save", "Save for offline", "Keep it here, to watch it without a network.", RecordingService.save)
AGAIN = Step("again", "Try again", "Try to save it once more.", RecordingService.save)
KEEP = Step(
    "keep",
    "Keep the recording",
    "It is here because it is watched, and may make room. Keep it for good.",
    RecordingService.save,
)
PAUSE = Step("pause", "Pause saving", "Leave what has come as it is for now.", RecordingService.pause)
RESUME = Step("resume", "Resume saving", "Go on from where it stopped.", RecordingService.resume)
REMOVE = Step(
    "remove", "Remove the recording", "Remove it from this computer and free the room.", RecordingService.remove
)
DROP = Step("drop", "Do not save it", "Remove what has come and save it no further.", RecordingService.remove)


def steps_of(state: RecordingState) -> tuple[Step, ...]:
    """Return what can be done, the likeliest first."""
    match state.kind:
        case RecordingKind.SAVED:
            return (REMOVE,) if state.by_hand else (KEEP, REMOVE)
        case RecordingKind.LOADING | RecordingKind.WAITING:
            return (PAUSE, DROP) if state.by_hand else (KEEP, PAUSE, DROP)
        case RecordingKind.PAUSED:
            return (RESUME, DROP)
        case RecordingKind.FAILED:
            return (AGAIN,)
    return (SAVE,)
