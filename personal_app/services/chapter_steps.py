"""Going from chapter to chapter of the talk that is open, by a key or by the desktop's own buttons."""

from personal_app.conference.recordings import chapter_start
from personal_app.services.billed_talk import billed_talk
from personal_app.services.playback import PlaybackService
from personal_app.services.program import ProgramService


def step_chapter(program: ProgramService, playback: PlaybackService, steps: int) -> None:
    """Go to the next chapter, or for negative `steps` back; where there is none, nothing happens."""
    recording = billed_talk(program.conference, playback.state.talk).recording
    start = chapter_start(recording.chapters, playback.position_ms(), steps) if recording is not None else None
    if start is not None:
        playback.seek(start)
