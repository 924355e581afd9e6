"""From whatever lies in the folder to an open cache of the newest schema: made, migrated, or saved from a damaged one.

A new file grows under another name and takes its place when it is whole, so that a process that is killed meanwhile
leaves either the old file or the new one, and never half of one.
"""

import logging
import os
from pathlib import Path

from personal_app.conference.clock import Clock
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.store.database import Database
from personal_app.store.inspection import Standing, inspect
from personal_app.store.layout import COMPANIONS, building_file, cache_file, damaged_file
from personal_app.store.rescue import Rescued, rescue, restore
from personal_app.store.values import Opened

_log = logging.getLogger(__name__)

#: A disk that damages a file at every start must not be filled with them.
KEPT_DAMAGED_FILES = 3


def open_database(folder: Path, clock: Clock) -> tuple[Database, Opened]:
    """Return the cache's database in `folder` and what happened to a damaged one.

    Raises EnvironmentTrouble for a newer schema, and sqlite3.Error, DBAPIError or OSError where the machine does not
    let us.
    """
    path = cache_file(folder)
    _adopt_finished(folder)
    finding = inspect(path)
    opened = Opened()
    if finding.standing is Standing.NEWER:
        raise EnvironmentTrouble(
            f"{path} was written by a newer version of this program and was left as it is: start that version, "
            "or update this one."
        )
    if finding.standing is Standing.MISSING:
        _build(folder, Rescued())
    elif finding.standing is Standing.DAMAGED:
        rescued = rescue(path)
        aside = _free_name(folder, clock)
        _build(folder, rescued, aside)
        opened = Opened(rescued.sentence(aside))
        _log.warning("the cache was damaged (%s) and was set aside as %s", finding.damage, aside)
        _forget_old_damage(folder)
    database = Database(path)
    try:
        if finding.standing is Standing.OLDER:
            _migrate(database)
    except BaseException:
        database.close()
        raise
    return database, opened


def _adopt_finished(folder: Path) -> None:
    """Put a new file in place that was whole when the process ended before it could do so; remove one that was not."""
    path, building = cache_file(folder), building_file(folder)
    # With a journal beside it it was just begun, and only who may write could look into it.
    begun = building.with_name(f"{building.name}-journal").exists()
    if not path.exists() and not begun and inspect(building).standing is Standing.CURRENT:
        _move(building, path)
    _remove(building)


def _build(folder: Path, rescued: Rescued, aside: Path | None = None) -> None:
    """Make a new cache with what was rescued in it, and set the damaged one aside."""
    path, building = cache_file(folder), building_file(folder)
    database = Database(building)
    try:
        _migrate(database)
        with database.transaction() as connection:
            restore(connection, rescued)
    finally:
        database.close()
    if aside is not None:
        _move(path, aside)
    else:
        # A log without its database is of no use, and SQLite would take it for the new one's.
        _remove(path)
    _move(building, path)


def _migrate(database: Database) -> None:
    from personal_app.store.migration import migrate

    with database.transaction() as connection:
        migrate(connection)


def _free_name(folder: Path, clock: Clock) -> Path:
    stamp = clock().strftime("%Y%m%dT%H%M%SZ")
    name, tries = damaged_file(folder, stamp), 1
    while name.exists():
        tries += 1
        name = damaged_file(folder, f"{stamp}-{tries}")
    return name


def _forget_old_damage(folder: Path) -> None:
    by_age = sorted(folder.glob(damaged_file(folder, "*").name), key=lambda file: file.stat().st_mtime)
    for file in by_age[:-KEPT_DAMAGED_FILES]:
        _remove(file)


def _move(source: Path, target: Path) -> None:
    for suffix in ("", *COMPANIONS):
        part = source.with_name(source.name + suffix)
        if part.exists():
            part.replace(target.with_name(target.name + suffix))
    _sync_folder(target.parent)


def _remove(path: Path) -> None:
    for suffix in ("", *COMPANIONS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the names durable where the system can (not on Windows)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
