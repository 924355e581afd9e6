"""Which files the engines may open: a table from a file's first bytes to its container, and the look at the file.

libvlc and FFmpeg guess formats from content, so that a play list named `.mp4` makes them fetch from hosts named inside.
Hence no file goes to an engine unless its first bytes are in this table, and libvlc is told which demuxer to use. The
module must never import Qt or a decoding library.
"""

from enum import StrEnum
from pathlib import Path

from personal_app.player import failures
from personal_app.player.engine import Failure, Stream


class Container(StrEnum):
    """A container format; the value is the name of libvlc's demuxer for it."""

    MP4 = "mp4"
    MATROSKA = "mkv"
    OGG = "ogg"


#: (where, which bytes, container). ISO/IEC 14496-12 section 4.3 has "ftyp" as the type of the first box (MP4, M4A);
#: RFC 8794 section 11.2.1 the EBML header's id (Matroska and WebM); RFC 3533 section 6 Ogg's capture pattern.
_SIGNATURES = (
    (4, b"ftyp", Container.MP4),
    (0, b"\x1a\x45\xdf\xa3", Container.MATROSKA),
    (0, b"OggS", Container.OGG),
)
_HEAD_BYTES = 16


def container_of(head: bytes) -> Container | None:
    """Return the container whose signature `head`, the first 16 bytes or more of a file, carries; None if unknown."""
    for offset, signature, container in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return container
    return None


def inspect(source: Path | Stream) -> Container | Failure:
    """Return the container of a file or stream, or why it cannot be played. Reads 16 bytes of a file."""
    if isinstance(source, Stream):
        return container_of(source.head) or failures.not_a_recording(Path(source.name))
    path = source
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        return failures.missing(path)
    except OSError as error:
        return failures.unreadable(path, error)
    if not head:
        return failures.empty_file(path)
    return container_of(head) or failures.not_a_recording(path)
