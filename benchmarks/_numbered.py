"""A recording whose every picture bears its number, and the reading of such numbers from a screen.

The picture is magenta with a row of blocks across its middle: a white one, a black one, and a bit of the number in each
of the others, lowest first. Magenta is found by its colour wherever a window shows the picture; no library is needed.
"""

import mmap
import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

FRAMES_PER_S = 50
FRAME_MS = 1000 / FRAMES_PER_S
BITS = 16
_BLOCK, _HEIGHT = 16, 176
_WIDTH = _BLOCK * (BITS + 4)
_TOP, _TALL = 64, 48
_MAGENTA = "0xff00ff"


class Box(NamedTuple):
    """A rectangle on the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int


def make_numbered(path: Path, seconds: int) -> tuple[int, int]:
    """Write an MP4 of `seconds` with sound; return width and height of its picture."""
    blocks = [f"drawbox=x={_BLOCK}:y={_TOP}:w={_BLOCK}:h={_TALL}:color=white:t=fill"]
    blocks.append(f"drawbox=x={2 * _BLOCK}:y={_TOP}:w={_BLOCK * (BITS + 1)}:h={_TALL}:color=black:t=fill")
    for bit in range(BITS):
        lit = f"gte(mod(n\\,{2 << bit})\\,{1 << bit})"
        where = f"x={_BLOCK * (bit + 3)}:y={_TOP}:w={_BLOCK}:h={_TALL}"
        blocks.append(f"drawbox={where}:color=white:t=fill:enable='{lit}'")
    source = f"color=c={_MAGENTA}:s={_WIDTH}x{_HEIGHT}:r={FRAMES_PER_S}:d={seconds}"
    command = [
        *("ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source),
        *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}"),
        *("-vf", ",".join(blocks), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p"),
        *("-g", str(FRAMES_PER_S), "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", "-shortest", str(path)),
    ]
    subprocess.run(command, check=True, timeout=600)
    return _WIDTH, _HEIGHT


class ScreenPicture:
    """What is on an Xvfb screen, read from the file that it keeps it in (the X Window Dump format, XWDFile.h)."""

    def __init__(self, folder: Path) -> None:
        file = folder / "Xvfb_screen0"
        with file.open("rb") as opened:
            self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack_from(">20I", self._map)
        self.width, self.height = header[4], header[5]
        self._line = header[12]
        self._start = header[0] + 12 * header[19]

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Return red, green and blue."""
        at = self._start + y * self._line + 4 * x
        blue, green, red = self._map[at : at + 3]
        return red, green, blue

    def find(self, left: int, right: int) -> Box | None:
        """Return where the numbered picture is between two columns, or None where it is not."""
        step = 4
        rows = [y for y in range(0, self.height, step) if self._run(left, right, y)]
        if not rows:
            return None
        run = self._run(left, right, rows[1] if len(rows) > 1 else rows[0])
        assert run is not None
        top, bottom = rows[0], rows[-1] + step
        while top > 0 and _is_magenta(self.pixel(run[0] + 8, top - 1)):
            top -= 1
        while bottom > top and not _is_magenta(self.pixel(run[0] + 8, bottom - 1)):
            bottom -= 1
        return Box(run[0], top, run[1] - run[0], bottom - top)

    def number(self, box: Box) -> int | None:
        """Return the number of the picture shown in `box`, or None where none can be read."""
        y = box.top + round(box.height * (_TOP + _TALL / 2) / _HEIGHT)

        def bright(block: int) -> int:
            return sum(self.pixel(box.left + round(box.width * (block + 0.5) / (BITS + 4)), y))

        white, black = bright(1), bright(2)
        if white - black < 300:
            return None
        middle = (white + black) / 2
        return sum(1 << bit for bit in range(BITS) if bright(bit + 3) > middle)

    def _run(self, left: int, right: int, y: int) -> tuple[int, int] | None:
        """Return the first and last magenta columns of a line, where there are many."""
        found = [x for x in range(left, right, 4) if _is_magenta(self.pixel(x, y))]
        if len(found) < 20:
            return None
        first, last = found[0], found[-1]
        while first > left and _is_magenta(self.pixel(first - 1, y)):
            first -= 1
        while last + 1 < right and _is_magenta(self.pixel(last + 1, y)):
            last += 1
        return first, last + 1


def _is_magenta(colour: tuple[int, int, int]) -> bool:
    red, green, blue = colour
    return red > 180 and blue > 180 and green < 90
