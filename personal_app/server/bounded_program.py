"""A program of ffmpeg's that reads a file of somebody's making: it may use so much and no more, and reads nothing else.

This module must never decide what a failure means.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from typing import IO, NamedTuple

#: ffmpeg's options in front of an input: no network, and of its formats ("ffmpeg -formats") those that are served here.
INPUT_BOUNDS = ("-protocol_whitelist", "file", "-format_whitelist", "mov,matroska,ogg")
_NICE = 10


class Bounds(NamedTuple):
    """What a program may use: seconds by the clock and of a processor, bytes of memory and of each file it writes."""

    wall_s: float
    cpu_s: int
    memory_bytes: int
    output_bytes: int


def run_bounded(command: Sequence[str], output: IO[bytes], bounds: Bounds) -> None:
    """Run `command` to its end with `output` as what it writes to, behind whatever else the machine has to do.

    Raises OSError where it cannot be started and subprocess.SubprocessError where it fails or takes too long; it is
    over then.
    """
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL) as process:
        try:
            _bound(process.pid, bounds)
            status = process.wait(bounds.wall_s)
        except BaseException:
            process.kill()
            raise
    if status != 0:
        raise subprocess.CalledProcessError(status, command[0])


def _bound(pid: int, bounds: Bounds) -> None:
    """Let the process have no more than its share; only Linux lets us say so from outside, elsewhere time bounds it."""
    if sys.platform == "linux":
        for what, most in (
            (resource.RLIMIT_CPU, bounds.cpu_s),
            (resource.RLIMIT_AS, bounds.memory_bytes),
            (resource.RLIMIT_FSIZE, bounds.output_bytes),
        ):
            resource.prlimit(pid, what, (most, most))
        os.setpriority(os.PRIO_PROCESS, pid, _NICE)
