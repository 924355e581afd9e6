"""Recordings whose every picture carries its own number, so that what is on a screen can be held against a clock.

Made by ffmpeg when they are wanted, for tests and benchmarks; nothing of them is kept in the repository. The number of
a picture is written into it twice, as twelve bars, the lower half being the upper one inverted: a picture that is torn,
still black or half another one is told apart from one that can be read.
"""

import shutil
import subprocess
from pathlib import Path

from PySide6.QtGui import QImage

FPS = 30
BITS = 12
#: Numbers are unambiguous for this long; a longer recording begins again at 0.
LONGEST_S = 2**BITS // FPS
#: A sharp difference between black and white, out of 255.
_CLEAR = 96


def numbered_recording(
    path: Path, seconds: int, *, width: int = 384, height: int = 216, sounds: tuple[str, ...] = ("eng",)
) -> None:
    """Write a recording of `seconds` to `path`, with one sound track (a tone of 440 Hz, 880, ...) for each language.

    The ending of `path` chooses the container and with it the codecs. Raises CalledProcessError where ffmpeg cannot.
    """
    tones = [f"sine=f={440 * (number + 1)}:d={seconds}" for number in range(len(sounds))]
    inputs = [f"color=c=gray:s={width}x{height}:r={FPS}:d={seconds}", *tones]
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y"]
    for source in inputs:
        command += ["-f", "lavfi", "-i", source]
    for number in range(len(inputs)):
        command += ["-map", str(number)]
    for number, language in enumerate(sounds):
        command += [f"-metadata:s:a:{number}", f"language={language}"]
    command += ["-vf", _bars(width, height), *_CODECS.get(path.suffix, _MPEG), str(path)]
    subprocess.run(command, check=True)


def can_make() -> bool:
    """Tell whether ffmpeg is here."""
    return shutil.which("ffmpeg") is not None


def number_of(picture: QImage) -> int | None:
    """Return the number that `picture`, in any size, carries; None where it cannot be read."""
    return from_greys(
        [[picture.pixelColor(*_middle(picture, bit, half)).lightness() for bit in range(BITS)] for half in range(2)]
    )


def from_greys(halves: list[list[int]]) -> int | None:
    """Return the number whose bars have these greys (0 to 255), the lowest bit first: upper half, then lower half."""
    upper, lower = halves
    if any(abs(above - below) < _CLEAR for above, below in zip(upper, lower, strict=True)):
        return None
    return sum((above > below) << bit for bit, (above, below) in enumerate(zip(upper, lower, strict=True)))


def _middle(picture: QImage, bit: int, half: int) -> tuple[int, int]:
    return round((bit + 0.5) * picture.width() / BITS), round((half + 0.5) * picture.height() / 2)


def _bars(width: int, height: int) -> str:
    bars: list[str] = []
    for bit in range(BITS):
        left = round(bit * width / BITS)
        wide = round((bit + 1) * width / BITS) - left
        for top, on in ((0, "white"), (height // 2, "black")):
            off = "black" if on == "white" else "white"
            for colour, is_set in ((on, 1), (off, 0)):
                when = f"eq(mod(floor(n/{2**bit})\\,2)\\,{is_set})"
                bars.append(f"drawbox=x={left}:y={top}:w={wide}:h={height // 2}:color={colour}:t=fill:enable='{when}'")
    return ",".join(bars)


_MPEG = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p", "-c:a", "aac")
_CODECS = {
    ".webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "30", "-b:v", "2M", "-c:a", "libopus"),
    ".ogv": ("-c:v", "libtheora", "-g", "30", "-q:v", "7", "-c:a", "libvorbis"),
}
