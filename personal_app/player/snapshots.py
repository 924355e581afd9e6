"""Writing a picture so that a file of its name is always a whole one. Must never import Qt or a decoding library."""

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from personal_app.player import failures
from personal_app.player.engine import Snapshot

_log = logging.getLogger(__name__)


def written(path: Path, write: Callable[[Path], bool]) -> Snapshot:
    """Have `write` fill a file beside `path`, put it in the place of `path`, and return what became of it.

    `write` returns whether there was a picture. Called on the thread that may wait for a disk.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not write(part):
            return Snapshot(path, failures.no_snapshot())
        part.replace(path)
    except OSError as fault:
        _log.warning("a picture could not be written: %s", fault)
        return Snapshot(path, failures.snapshot_not_written(path))
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return Snapshot(path)
