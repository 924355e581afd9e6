"""The chapters that a recording's own file holds, as ffprobe reads them from MP4 and Matroska; none without it.

The file comes from whoever made the recording, so it is read by a process of its own that may use so much processor
time, memory and output and no more, and that opens no network and no other kind of file. This module must never fail:
chapters are a comfort, and what goes wrong is a line in the log.
"""

import logging
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from personal_app.conference.errors import ConferenceError
from personal_app.conference.recordings import Chapter
from personal_app.conference.text import clean_text

_log = logging.getLogger(__name__)

MOST_CHAPTERS = 200
TITLE_CHARS = 200
PROBE_S = 15
_CPU_S, _MEMORY_BYTES, _OUTPUT_BYTES = 10, 1 << 30, 1 << 20
#: ffmpeg's names for the formats that hold chapters ("ffprobe -formats"); Ogg's are comments that it reads as well.
_FORMATS = "mov,matroska,ogg"


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
            _probe(program, path, output)
            output.seek(0)
            answer = msgspec.json.decode(output.read(), type=_Answer)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError) as fault:
        _log.info("no chapters were read from %s: %s", path.name, fault)
        return ()
    return tuple(_in_order(answer.chapters))


def _probe(program: str, path: Path, output: IO[bytes]) -> None:
    allowed = ("-protocol_whitelist", "file", "-format_whitelist", _FORMATS)
    command = [program, "-v", "quiet", *allowed, "-show_chapters", "-of", "json", "-i", f"file:{path.absolute()}"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL) as process:
        try:
            _bound(process.pid)
            status = process.wait(PROBE_S)
        except BaseException:
            process.kill()
            raise
    if status != 0:
        raise subprocess.CalledProcessError(status, program)


def _bound(pid: int) -> None:
    """Let the process have no more than its share; only Linux lets us say so from outside, elsewhere time bounds it."""
    if sys.platform == "linux":
        for what, most in (
            (resource.RLIMIT_CPU, _CPU_S),
            (resource.RLIMIT_AS, _MEMORY_BYTES),
            (resource.RLIMIT_FSIZE, _OUTPUT_BYTES),
        ):
            resource.prlimit(pid, what, (most, most))


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
