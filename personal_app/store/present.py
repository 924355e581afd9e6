"""What lies in the cache's folder beside the database, looked at as it is now. Must never import SQLAlchemy."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from personal_app.conference.ids import RecordingId, Sha256
from personal_app.store.layout import recordings_folder
from personal_app.store.values import KeptRecording


def present(folder: Path, rows: Iterable[tuple[Any, ...]]) -> tuple[KeptRecording, ...]:
    """Return the recordings of rows (id, sha256, path, size in bytes, saved by hand) whose files are there and whole.

    A path that leads out of the folder is none of ours, whoever wrote it.
    """
    home = recordings_folder(folder)
    kept = []
    for id_, sha256, path, size_bytes, saved_by_hand in rows:
        file = home / path
        if ".." in file.parts or not file.is_relative_to(home) or _size(file) != size_bytes:
            continue
        kept.append(
            KeptRecording(
                recording=RecordingId(id_),
                sha256=Sha256(sha256),
                path=file,
                size_bytes=size_bytes,
                saved_by_hand=bool(saved_by_hand),
            )
        )
    return tuple(kept)


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size if file.is_file() else None
    except OSError:
        return None
