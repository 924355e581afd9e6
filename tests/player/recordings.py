"""Recordings for the tests: one of the demo conference's, and ways to spoil it."""

import struct
from pathlib import Path

import msgspec

DEMO = Path(__file__).parents[2] / "assets" / "demo" / "recordings"


class Clip(msgspec.Struct, frozen=True):
    """A recording and its length."""

    path: Path
    duration_ms: int


def demo_clip() -> Clip:
    """Return the smallest recording of the demo conference."""
    path = min(DEMO.glob("*.mp4"), key=lambda candidate: candidate.stat().st_size)
    return Clip(path, movie_duration_ms(path.read_bytes()))


def boxes(data: bytes, start: int, end: int) -> dict[bytes, tuple[int, int]]:
    """Return where the contents of each box between `start` and `end` lie (ISO/IEC 14496-12 section 4.2)."""
    found: dict[bytes, tuple[int, int]] = {}
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        assert size >= 8, "a box reaches to the end of the file or is longer than 4 GiB: not one of ours"
        found.setdefault(kind, (start + 8, start + size))
        start += size
    return found


def movie_duration_ms(data: bytes) -> int:
    """Return the length an MP4 file states in its movie header (section 8.2.2), in ms."""
    movie = boxes(data, *boxes(data, 0, len(data))[b"moov"])
    header = movie[b"mvhd"][0]
    timescale, duration = (
        struct.unpack_from(">IQ", data, header + 20) if data[header] else struct.unpack_from(">II", data, header + 12)
    )
    return int(duration * 1000 // timescale)


def cut_short(clip: Clip, folder: Path) -> Path:
    """Return a copy whose index is whole and whose pictures stop half way."""
    data = clip.path.read_bytes()
    copy = folder / "cut.mp4"
    copy.write_bytes(data[: len(data) // 2])
    return copy


def without_picture(clip: Clip, folder: Path) -> Path:
    """Return a copy in which no player finds the picture's track: the track's box is renamed to "free"."""
    data = bytearray(clip.path.read_bytes())
    start, end = boxes(bytes(data), 0, len(data))[b"moov"]
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if kind == b"trak" and b"vmhd" in data[start : start + size]:
            data[start + 4 : start + 8] = b"free"
        start += size
    copy = folder / "sound.mp4"
    copy.write_bytes(data)
    return copy
