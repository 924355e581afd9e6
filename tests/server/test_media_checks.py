"""Files as they go wrong when they are copied about."""

import struct
from pathlib import Path

import pytest

from personal_app.conference.errors import BadFormat
from personal_app.server.media_checks import check_media, media_type
from tests.small_conference import video

GOOD = video(2000, 1)
LARGE_BOX = GOOD[:-100] + struct.pack(">I4sQ", 1, b"free", 100) + b"\0" * 84
OPEN_END = GOOD[:-100] + struct.pack(">I4s", 0, b"mdat") + b"\0" * 92
NO_INDEX = GOOD.replace(b"moov", b"free")
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


def boxes_end_at(data: bytes, end: int) -> bytes:
    """Return the file with its last box shortened so that the others end at `end`."""
    at = data.index(b"mdat") - 4
    return data[:at] + struct.pack(">I", end - at) + data[at + 4 :]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp4", GOOD),
        ("A.MP4", GOOD),
        ("a.mp4", boxes_end_at(LARGE_BOX, 1900)),
        ("a.mp4", boxes_end_at(OPEN_END, 1900)),
        ("a.webm", b"\x1a\x45\xdf\xa3" + b"\0" * 100),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.webp", b"RIFF\0\0\0\0WEBP"),
        ("a.vtt", VTT),
        ("a.vtt", b"\xef\xbb\xbf" + VTT),
        ("a.pdf", b"anything"),
    ],
)
def test_good_files(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    check_media(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.mp4", b"", "no video/mp4 file"),
        ("a.mp4", b"<html>not found</html>", "no video/mp4 file"),
        ("a.mp4", GOOD[:1500], "ends too early"),
        ("a.mp4", GOOD + b"\0\0\0", "ends too early"),
        ("a.mp4", GOOD + b"\0\0\0\x04free", "ends too early"),
        ("a.mp4", NO_INDEX, "no index"),
        ("a.mp4", GOOD[:20], "ends too early"),
        ("a.mkv", GOOD, "no video/matroska file"),
        ("a.png", b"\xff\xd8\xff\xe0", "no image/png file"),
        ("a.vtt", b"1\n00:01 --> 00:02", "WebVTT"),
        ("a.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nSubRip by another name", "WebVTT"),
        ("a.srt", b"1\n00:01 --> 00:02", "SubRip. Line 2"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nnaïve\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadFormat, match=word):
        check_media(tmp_path / name)


def test_any_end_that_is_missing_is_noticed(tmp_path: Path) -> None:
    small = video(200, 1)
    for length in range(len(small)):
        (tmp_path / "a.mp4").write_bytes(small[:length])
        with pytest.raises(BadFormat):
            check_media(tmp_path / "a.mp4")


def test_media_types() -> None:
    assert media_type(Path("x/Talk.MP4")) == "video/mp4"
    assert media_type(Path("x.vtt")) == "text/vtt"
    assert media_type(Path("x.bin")) == "application/octet-stream"
