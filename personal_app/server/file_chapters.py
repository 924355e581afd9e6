"""The chapters that a recording's own file holds, as ffprobe reads them from MP4 and Matroska; none without it.

The file comes from whoever made the recording, so it is read by a process of its own that may use so much processor
time, memory and output and no more, and that opens no network and no other kind of file. This module must never fail:
chapters are a comfort, and what goes wrong is a line in the log.
"""

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from personal_app.conference.errors import ConferenceError
from personal_app.conference.recordings import Chapter
from personal_app.conference.text import clean_text
from personal_app.server.bounded_program import INPUT_BOUNDS, Bounds, run_bounded

_log = logging.getLogger(__name__)

MOST_CHAPTERS = 200
TITLE_CHARS = 200
PROBE_S = 15
_CPU_S, _MEMORY_BYTES, _OUTPUT_BYTES = 10, 1 << 30, 1 << 20


class _Found(msgspec.Struct, frozen=True):
    """A chapter as `ffprobe -show_chapters -of json` writes it: seconds as a decimal text, and tags of any kind."""

    start_time: str
    tags: dict[str, str] = {}


class _Answer(msgspec.Struct, frozen=True):
    chapters: list[_Found] = []


def chapters_in(path: Path) -> tuple[Chapter, ...] | None:
    """Return the chapters in the file at `path`, in the order of time; None where they could not be looked for."""
    program = shutil.which("ffprobe")
    if program is None:
        return None
    try:
        with tempfile.TemporaryFile() as output:
            source = f"file:{path.absolute()}"
            command = [program, "-v", "quiet", *INPUT_BOUNDS, "-show_chapters", "-of", "json", "-i", source]
            bounds = Bounds(wall_s=PROBE_S, cpu_s=_CPU_S, memory_bytes=_MEMORY_BYTES, output_bytes=_OUTPUT_BYTES)
            run_bounded(command, output, bounds)
            output.seek(0)
            answer = msgspec.json.decode(output.read(), type=_Answer)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError) as fault:
        _log.info("no chapters were read from %s: %s", path.name, fault)
        return ()
    return tuple(_in_order(answer.chapters))


def _in_order(found: list[_Found]) -> Iterator[Chapter]:
    latest_ms = -1
    for number, each in enumerate(found[:MOST_CHAPTERS], 1):
        try:
            start_ms = round(float(each.start_time) * 1000)
        except (ValueError, OverflowError):
            continue
        if start_ms > latest_ms:
            latest_ms = start_ms
            yield Chapter(start_ms, _title(each.tags.get("title", ""), number))


def _title(written: str, number: int) -> str:
    try:
        return clean_text(" ".join(written.split())[:TITLE_CHARS], "the title", TITLE_CHARS, lines=False)
    except ConferenceError:
        return f"Part {number}"
