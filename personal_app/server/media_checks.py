"""Whether a file is what its ending says, and whole: looked at once, when a conference is opened.

What is checked is what goes wrong when files are copied about: another kind of file under the name, and an end that is
missing. Whether a recording can be decoded is for the people who made it to see. This module must never change a file.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from personal_app.conference.errors import BadFormat
from personal_app.formats.captions import MEDIA_TYPES
from personal_app.formats.subrip import read_subrip
from personal_app.formats.webvtt import read_webvtt

#: Media types by ending, as IANA registers them; with the bytes that each kind of file has, and where.
_KINDS: Mapping[str, tuple[str, int, bytes]] = {
    ".mp4": ("video/mp4", 4, b"ftyp"),
    ".m4v": ("video/mp4", 4, b"ftyp"),
    ".mkv": ("video/matroska", 0, b"\x1a\x45\xdf\xa3"),
    ".webm": ("video/webm", 0, b"\x1a\x45\xdf\xa3"),
    ".ogv": ("video/ogg", 0, b"OggS"),
    ".png": ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", 0, b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", 0, b"\xff\xd8\xff"),
    ".webp": ("image/webp", 8, b"WEBP"),
}
_CAPTIONS = {f".{ending}": kind for ending, kind in MEDIA_TYPES.items()}
_OTHER = "application/octet-stream"


def media_type(path: Path) -> str:
    """Return the media type that the file's ending stands for."""
    ending = path.suffix.lower()
    return _CAPTIONS.get(ending) or _KINDS.get(ending, (_OTHER, 0, b""))[0]


def check_media(path: Path) -> None:
    """Raise BadFormat, with what is wrong and what to do, where the file cannot be what its ending says; or OSError."""
    ending = path.suffix.lower()
    if ending in _CAPTIONS:
        _check_captions(path)
    elif ending in _KINDS:
        media, at, signature = _KINDS[ending]
        with path.open("rb") as file:
            file.seek(at)
            if file.read(len(signature)) != signature:
                raise BadFormat(f"is no {media} file, whatever its name says: put the right file there")
            if media == "video/mp4":
                _check_boxes(file)


def _check_captions(path: Path) -> None:
    kind, read = ("SubRip", read_subrip) if path.suffix.lower() == ".srt" else ("WebVTT", read_webvtt)
    try:
        read(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFormat("is not UTF-8: save the captions as UTF-8") from None
    except BadFormat as fault:
        raise BadFormat(f"is not good {kind}. {fault}".rstrip(".")) from None


def _check_boxes(file: BinaryIO) -> None:
    """Walk the outermost boxes (ISO/IEC 14496-12, section 4.2): they end with the file; index and media are there."""
    size = file.seek(0, 2)
    at, kinds = 0, set()
    while at < size:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            raise _cut_short(size)
        length, kind = struct.unpack(">I4s", head[:8])
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack(">Q", head[8:])
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            raise _cut_short(size)
        kinds.add(kind)
        at += length
    if b"moov" not in kinds:
        raise BadFormat("has no index (moov), so it cannot be played: the recording was not finished; export it again")
    if b"mdat" not in kinds:
        raise _cut_short(size)


def _cut_short(size: int) -> BadFormat:
    return BadFormat(f"ends too early, after {size} bytes: it was not copied whole; copy it again")
