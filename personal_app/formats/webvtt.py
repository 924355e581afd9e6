"""WebVTT captions to values: what is said from when to when, as plain text (W3C WebVTT, parsed by webvtt-py).

Read strictly: a cue that cannot be read is told with its line, for a caption that goes missing in silence is noticed by
those alone who cannot hear it. Must never style or place a caption.
"""

import html
import re

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from personal_app.conference.errors import BadFormat
from personal_app.conference.recordings import Caption

#: More than the captions of a day-long recording need.
TEXT_CHARS = 5_000_000

_LINE_END = re.compile("\r\n|\r|\n")
_TAG = re.compile(r"<[^>]*(?:>|$)")
#: The character references of the WebVTT cue text tokenizer are those of HTML; marks of direction are not kept.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def read_webvtt(text: str) -> tuple[Caption, ...]:
    """Return the captions of `text` in the order of their starts; a byte-order mark is passed over, empty cues are too.

    Tags go, character references become their characters. Raises BadFormat with the line of the first mistake.
    """
    if len(text) > TEXT_CHARS:
        raise BadFormat(f"These captions are longer than {TEXT_CHARS} characters: give each recording its own file.")
    lines = _LINE_END.split(text.removeprefix("\ufeff").replace("\0", "\ufffd"))
    if re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) is None:
        raise BadFormat('Line 1: a caption file begins with "WEBVTT" on a line of its own: put it there.')
    try:
        cues = webvtt.from_string("\n".join(lines), strict=True).captions
    except (MalformedCaptionError, MalformedFileError):
        raise BadFormat(_mistake(lines)) from None
    captions = [_caption(cue) for cue in cues]
    return tuple(sorted((c for c in captions if c.text), key=lambda caption: (caption.start_ms, caption.end_ms)))


def _caption(cue: webvtt.Caption) -> Caption:
    start_ms, end_ms = cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds()
    if end_ms <= start_ms:
        raise BadFormat(f"The caption at {cue.start} ends before it begins: put a later time after the arrow.")
    return Caption(start_ms, end_ms, plain_cue("\n".join(cue.lines)))


def plain_cue(cue_text: str) -> str:
    """Return the words of a cue: without tags, its character references as characters, white space joined."""
    text = html.unescape(_TAG.sub("", cue_text)).translate(_UNSEEN)
    kept = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    return "\n".join(line for line in (" ".join(part.split()) for part in kept.split("\n")) if line)


def _mistake(lines: list[str]) -> str:
    """Return the sentence for the first line with which the text cannot be read any more."""
    good, bad = 0, len(lines)
    while bad - good > 1:
        middle = (good + bad) // 2
        if _readable(lines[:middle]):
            good = middle
        else:
            bad = middle
    line = lines[bad - 1].strip()
    if "-->" not in line:
        return (
            f'Line {bad}: this caption cannot be read: put its times, "00:01:02.000 --> 00:01:05.500", above its text.'
        )
    return (
        f'Line {bad}: "{line[:80]}" are no times of a caption: write "00:01:02.000 --> 00:01:05.500", with an '
        "empty line before them."
    )


def _readable(lines: list[str]) -> bool:
    try:
        webvtt.from_string("\n".join(lines), strict=True)
    except (MalformedCaptionError, MalformedFileError):
        return False
    return True
