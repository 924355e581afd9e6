"""Which verified recordings are on this computer. This module must never open a transaction of its own.

That a file is whole was checked when it came (`net.downloads`); that it is still there is checked whenever it is told.
"""

from pathlib import Path

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.conference.ids import RecordingId
from personal_app.store import tables
from personal_app.store.layout import recordings_folder
from personal_app.store.present import present
from personal_app.store.values import KeptRecording


def keep(connection: Connection, folder: Path, kept: KeptRecording) -> None:
    """Keep that the file is here. Raises ValueError where it lies outside the cache's folder of recordings."""
    values = {
        "sha256": kept.sha256,
        "path": kept.path.resolve().relative_to(recordings_folder(folder).resolve()).as_posix(),
        "size_bytes": kept.size_bytes,
        "saved_by_hand": kept.saved_by_hand,
    }
    statement = upsert(tables.recordings).values(id=kept.recording, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def forget(connection: Connection, folder: Path, recording: RecordingId) -> Path | None:
    """Forget a recording and return the file that is to be removed, or None where there is none."""
    table = tables.recordings
    path: str | None = connection.scalar(select(table.c.path).where(table.c.id == recording))
    connection.execute(delete(table).where(table.c.id == recording))
    others = connection.scalar(select(table.c.id).where(table.c.path == path).limit(1))
    if path is None or others is not None:
        return None
    return recordings_folder(folder) / path


def recordings(connection: Connection, folder: Path) -> tuple[KeptRecording, ...]:
    """Return the recordings whose files are here with the size they should have."""
    table = tables.recordings.c
    rows = connection.execute(
        select(table.id, table.sha256, table.path, table.size_bytes, table.saved_by_hand).order_by(table.id)
    )
    return present(folder, [tuple(row) for row in rows])
