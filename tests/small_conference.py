"""A conference's folder as small as can be: one talk that opens with its session, two papers that are always open."""

import struct
from pathlib import Path

#: Far ahead, so that the talk of the opening is not open yet unless it is rehearsed.
TOML = """
[conference]
slug = "small"
title = "A Small Conference"
date = 2099-05-29
timezone = "Europe/Rome"

[[people]]
name = "Ada Author"

[[people]]
name = "Chiara Chair"

[[sessions]]
slug = "opening"
kind = "plenary"
title = "Opening"
start = 2099-05-29T12:00:00
minutes = 15
presenters = ["Ada Author"]

[[sessions]]
slug = "research"
kind = "qa"
title = "Research"
start = 2099-05-29T12:15:00
minutes = 30
chairs = ["Chiara Chair"]
papers = ["paper-1", "paper-2"]

[[papers]]
slug = "paper-1"
number = 1
title = "On Embeddings"
authors = ["Ada Author"]

[[papers]]
slug = "paper-2"
number = 2
title = "On Schedulers"
authors = ["Ada Author"]
moderated = false

[[recordings]]
talk = "opening"
file = "opening.mp4"
duration_ms = 60000
width = 320
height = 180
captions = [{ language = "en", file = "opening.vtt" }]
poster = "opening.png"

[[recordings]]
talk = "paper-1"
file = "paper-1.mp4"
duration_ms = 61000
width = 320
height = 180
"""

#: The same without its recordings, and the talk whose questions are shown at once.
PROGRAM = TOML[: TOML.index("[[recordings]]")]
OPEN_TALK = "paper-2"
OPENING_BYTES, PAPER_BYTES = 3_000, 2_500_000


def video(size: int, seed: int) -> bytes:
    """Return `size` bytes that have the boxes of an MP4 file and cannot be played."""
    boxes = [(b"ftyp", b"isom\0\0\0\0"), (b"moov", b"\0" * 32)]
    head = b"".join(struct.pack(">I4s", 8 + len(body), kind) + body for kind, body in boxes)
    rest = size - len(head) - 8
    body = bytes((index * 31 + seed + (index >> 8)) & 0xFF for index in range(4096))
    return head + struct.pack(">I4s", rest + 8, b"mdat") + (body * (rest // 4096 + 1))[:rest]


def write_small_conference(folder: Path) -> Path:
    """Write the conference into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conference.toml").write_text(TOML)
    (folder / "opening.mp4").write_bytes(video(OPENING_BYTES, 1))
    (folder / "paper-1.mp4").write_bytes(video(PAPER_BYTES, 2))
    (folder / "opening.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:04.000\nA caption canary.\n")
    (folder / "opening.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    return folder
