"""Caption files to values, whichever of the two kinds they are: WebVTT begins by saying so, everything else is SubRip.

Must never style or place a caption.
"""

from personal_app.conference.recordings import Caption
from personal_app.formats.subrip import read_subrip
from personal_app.formats.webvtt import read_webvtt

#: What the names of caption files end in, and their media types (RFC 6838; SubRip's is not registered).
MEDIA_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}


def read_captions(text: str) -> tuple[Caption, ...]:
    """Return the captions of `text` in the order of their starts. Raises BadFormat with the line of a mistake."""
    first = text.removeprefix("\ufeff").lstrip().partition("\n")[0]
    # Whatever a person may have meant by a first line with an arrow or a number, it is no WebVTT.
    return read_subrip(text) if first.strip().isdigit() or "-->" in first else read_webvtt(text)


def ending_of(media_type: str) -> str:
    """Return what the name of a caption file of that media type ends in."""
    return next((ending for ending, kind in MEDIA_TYPES.items() if kind == media_type), "vtt")
