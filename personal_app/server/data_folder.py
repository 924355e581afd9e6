"""The folder in which a server keeps everything: its lock, database, control socket, and small notes.

One process at a time works in it, held by a lock that the operating system takes back when the process ends, however it
ends. Nobody but the server's user can read it. This module must never know what the notes mean.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from personal_app.conference.errors import EnvironmentTrouble

T = TypeVar("T")

_LOCK = "lock"
#: The longest path that a unix socket's address holds, less room for the end of it (sun_path has 108 bytes on Linux).
_SOCKET_PATH_BYTES = 100


class DataFolder:
    """One folder. `claim` must be called before anything in it is changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    @property
    def database_url(self) -> str:
        """The URL of the SQLite database."""
        return f"sqlite:///{self.path / 'conference.sqlite'}"

    @property
    def claimed(self) -> bool:
        """True while this process holds the folder."""
        return self._lock is not None

    @property
    def used(self) -> bool:
        """True where a server has claimed the folder at some time."""
        return (self.path / _LOCK).exists()

    def make(self) -> None:
        """Make the folder where it is not there. Raises EnvironmentTrouble where that cannot be."""
        with self._explained():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def claim(self) -> bool:
        """Take the folder for this process; return False where another process has it."""
        with self._explained():
            lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def release(self) -> None:
        """Let another process have the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def read(self, name: str, kind: type[T]) -> T | None:
        """Return the note of that name, or None where it is not there or cannot be read as what it should be."""
        try:
            return msgspec.json.decode((self.path / name).read_bytes(), type=kind)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def write(self, name: str, note: object) -> None:
        """Keep a note, whole or not at all."""
        draft = self.path / f"{name}.new"
        with self._explained():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(note))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path / name)

    @contextlib.contextmanager
    def socket_path(self) -> Iterator[str]:
        """Give a path of the control socket that is short enough for a socket's address, while it is used.

        A long one is reached through the folder's descriptor, which Linux shows under /proc.
        """
        path = str(self.path / "control.sock")
        if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
            yield path
            return
        with self._explained():
            folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{folder}/control.sock"
        finally:
            os.close(folder)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise EnvironmentTrouble(
                f"The data folder {self.path} cannot be used ({fault.strerror}): "
                "give a folder that you may write to, with room on its disk."
            ) from None
