"""Chapters of a recording as a WebVTT file of chapters (W3C WebVTT, section 1.6), which players read beside a video."""

import html
from collections.abc import Sequence

from personal_app.conference.recordings import Chapter


def write_chapters(chapters: Sequence[Chapter], duration_ms: int) -> str:
    """Return the file's text: each chapter lasts until the next one, the last one to the end of the recording."""
    ordered = sorted(chapters, key=lambda chapter: chapter.start_ms)
    ends = [*(chapter.start_ms for chapter in ordered[1:]), duration_ms]
    cues = [
        f"{_clock(chapter.start_ms)} --> {_clock(end)}\n{html.escape(' '.join(chapter.title.split()), quote=False)}\n"
        for chapter, end in zip(ordered, ends, strict=False)
        if end > chapter.start_ms
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(ms: int) -> str:
    seconds, ms = divmod(max(0, ms), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{ms:03d}"
