"""Small files (captions, posters) by their hash, beside the database. A damaged one is as good as none.

Must never be given a name that is not a hash: names come from the server's program.
"""

import hashlib
import re
from collections.abc import Collection
from pathlib import Path

from personal_app.conference.ids import Sha256
from personal_app.store import layout

_HASH = re.compile(r"[0-9a-f]{64}")


def keep(folder: Path, sha256: Sha256, data: bytes) -> None:
    """Keep `data`. Raises ValueError where it does not have that hash, OSError where the disk does not let us."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"these {len(data)} bytes do not have the hash {sha256}")
    file = layout.side_file(folder, sha256)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    growing = file.with_name(f"{file.name}.part")
    growing.write_bytes(data)
    growing.chmod(0o600)
    growing.replace(file)


def keep_only(folder: Path, wanted: Collection[Sha256]) -> int:
    """Remove the files that are not wanted any more, half-written ones too; return how many went."""
    home = layout.side_folder(folder)
    going = [file for file in home.glob("*") if file.name not in wanted] if home.is_dir() else []
    for file in going:
        file.unlink(missing_ok=True)
    return len(going)


def read(folder: Path, sha256: Sha256) -> bytes | None:
    """Return the bytes of that hash, or None where they are not here as they were."""
    if _HASH.fullmatch(sha256) is None:
        return None
    try:
        data = layout.side_file(folder, sha256).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None
