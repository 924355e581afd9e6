"""The files of saved recordings: whether one is still as it was, and whether its bytes are right.

Must never open the cache's database, nor change a file.
"""

import hashlib
from pathlib import Path

from personal_app.conference.recordings import FileFacts


def stamp(path: Path) -> str:
    """Return the file's size and time of change, by which a change is noticed; empty where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}"


def has_bytes(path: Path, facts: FileFacts) -> bool:
    """Tell whether the file at `path` has the size and the SHA-256 of `facts`. Raises OSError."""
    if path.stat().st_size != facts.size_bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == facts.sha256
