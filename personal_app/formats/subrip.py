"""SubRip captions (.srt) to values: numbered blocks of times and text, parsed by webvtt-py.

There is no standard of it; it is read as players do, but strictly where a caption would go missing in silence: each
line that looks like times has to be times. Must never style or place a caption.
"""

import io
import re

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from personal_app.conference.errors import BadFormat
from personal_app.conference.recordings import Caption
from personal_app.formats.webvtt import TEXT_CHARS, plain_cue

_LINE_END = re.compile("\r\n|\r|\n")
_TIMES = re.compile(r"\s*\d{1,3}:[0-5]?\d:[0-5]?\d[,.]\d{1,3}\s*-->\s*\d{1,3}:[0-5]?\d:[0-5]?\d[,.]\d{1,3}(?:\s.*)?")
#: What somebody will have meant for times.
_NEARLY = re.compile(r"\s*\d{1,3}:\d\d:\d\d\D*\d*[^\w:]+\d{1,3}:\d\d:\d\d\D*\d*\s*")
#: Styles in braces, "{\an8}", are of other formats but found everywhere.
_BRACES = re.compile(r"\{\\[^}]*\}")


def read_subrip(text: str) -> tuple[Caption, ...]:
    """Return the captions of `text` in the order of their starts; empty ones are passed over, markup goes.

    Raises BadFormat with the line of the first mistake.
    """
    if len(text) > TEXT_CHARS:
        raise BadFormat(f"These captions are longer than {TEXT_CHARS} characters: give each recording its own file.")
    lines = _LINE_END.split(text.removeprefix("\ufeff").replace("\0", "\ufffd"))
    _check_times(lines)
    try:
        cues = webvtt.from_buffer(io.StringIO("\n".join(_numbered(lines))), format="srt").captions
    except (MalformedCaptionError, MalformedFileError):
        raise BadFormat(
            "Line 1: a caption file of this kind begins with a number, then times, then text: put them there."
        ) from None
    found = [_caption(cue) for cue in cues]
    return tuple(sorted((c for c in found if c.text), key=lambda caption: (caption.start_ms, caption.end_ms)))


def _check_times(lines: list[str]) -> None:
    for number, line in enumerate(lines, 1):
        meant = "-->" in line or _NEARLY.fullmatch(line) is not None
        if meant and _TIMES.fullmatch(line) is None:
            raise BadFormat(
                f'Line {number}: "{line.strip()[:80]}" are no times of a caption: write '
                '"00:01:02,000 --> 00:01:05,500".'
            )


def _numbered(lines: list[str]) -> list[str]:
    """Return the lines with a number before all times: where it is left out the parser would leave out the caption."""
    found: list[str] = []
    for line in lines:
        if not found and not line.strip():
            continue
        if "-->" in line and not (found and found[-1].strip().isdigit()):
            found += ["", "1"] if found else ["1"]
        found.append(line.strip())
    return found


def _caption(cue: webvtt.Caption) -> Caption:
    start_ms, end_ms = cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds()
    if end_ms <= start_ms:
        raise BadFormat(f"The caption at {cue.start} ends before it begins: put a later time after the arrow.")
    return Caption(start_ms, end_ms, plain_cue(_BRACES.sub("", "\n".join(cue.lines))))
