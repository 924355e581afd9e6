"""Writes the folder of a talk, whole or not at all, and never over what is there.

It grows under another name beside its place; every byte of the recording is checked while it is copied, and the folder
gets its name when all of it is on the disk. Runs on a thread that may wait. Must never ask a server.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from personal_app.conference.errors import BadFormat, EnvironmentTrouble
from personal_app.conference.recordings import FileFacts

_PIECE_BYTES = 1 << 20
#: Two folders of one name are told apart by a number; more than so many is no accident.
_MOST_OF_A_NAME = 1_000


class Stopped(Exception):
    """The program ends, and the folder is not written."""


class BigFile(msgspec.Struct, frozen=True):
    """A file that is copied from `source`, and must have the size and the hash of `facts` when it has been."""

    name: str
    source: Path
    facts: FileFacts


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the folder: `name` is that of the folder, `files` are small ones by their name."""

    name: str
    recording: BigFile | None
    files: dict[str, bytes]

    @property
    def size_bytes(self) -> int:
        """How much room it takes."""
        big = self.recording.facts.size_bytes if self.recording is not None else 0
        return big + sum(map(len, self.files.values()))


def write_bundle(bundle: Bundle, folder: Path, stopped: Callable[[], bool]) -> Path:
    """Write the bundle into a new folder in `folder` and return it.

    Raises OSError where the disk does not let us, EnvironmentTrouble where there is no room for it, BadFormat where the
    recording is not what it should be, and Stopped; nothing of it is left then.
    """
    free = shutil.disk_usage(folder).free
    if free < bundle.size_bytes:
        raise EnvironmentTrouble(
            f"There is no room for it in {folder}: it takes {_megabytes(bundle.size_bytes)}, and {_megabytes(free)} "
            "are free."
        )
    growing = Path(tempfile.mkdtemp(dir=folder, prefix=f".{bundle.name[:40]}.", suffix=".part"))
    try:
        for name, data in bundle.files.items():
            _write(growing / name, data)
        if bundle.recording is not None:
            _copy(bundle.recording, growing / bundle.recording.name, stopped)
        # A folder made for one's own use alone; this one is for whoever it is given to.
        growing.chmod(0o755)
        _sync(growing)
        place = _claim(folder, bundle.name)
        try:
            _move(growing, place)
        except BaseException:
            with contextlib.suppress(OSError):
                place.rmdir()
            raise
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    # Its bytes are on the disk already; should its name not get there, it is under the other one.
    with contextlib.suppress(OSError):
        _sync(folder)
    return place


def _copy(file: BigFile, target: Path, stopped: Callable[[], bool]) -> None:
    digest = hashlib.sha256()
    size = 0
    with file.source.open("rb") as source, target.open("xb") as copy:
        while piece := source.read(_PIECE_BYTES):
            if stopped():
                raise Stopped
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    if (digest.hexdigest(), size) != (file.facts.sha256, file.facts.size_bytes):
        raise BadFormat(
            "The saved recording is damaged, so nothing was written: remove it under Saved recordings, save it again, "
            "then export once more."
        )


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _claim(folder: Path, name: str) -> Path:
    """Make an empty folder of that name, or of the name with a number where there is one, and return it."""
    for number in range(1, _MOST_OF_A_NAME):
        place = folder / (name if number == 1 else f"{name} ({number})")
        with contextlib.suppress(FileExistsError):
            place.mkdir()
            return place
    raise EnvironmentTrouble(f"There are too many folders named {name} in {folder}: choose another place.")


def _move(source: Path, place: Path) -> None:
    """Put a folder in the place of an empty one."""
    if os.name != "posix":
        # There a folder is never replaced, not even an empty one.
        place.rmdir()
    source.rename(place)


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
