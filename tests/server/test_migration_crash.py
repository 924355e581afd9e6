"""An older database that is brought to the newest schema while the machine fails: it is either, and whole."""

import logging
import random
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server import schema
from personal_app.server.database import open_database
from tests.server.office import Offices
from tests.server.older_database import Rows, holds, older_versions, rows_of, write_older

ROOT = Path(__file__).parents[2]
NEWEST = str(ScriptDirectory(str(schema.MIGRATIONS)).get_current_head())


def _die(folder: Path, most: int) -> None:
    """Migrate from each older version with a kill at `most` steps, look at what is left, and start once more."""
    before: dict[str, Rows] = {}
    for version in older_versions():
        (folder / version).mkdir()
        path = folder / version / "conference.sqlite"
        write_older(path, version)
        before[version] = rows_of(path)[1]
    paths = [str(folder / version / "conference.sqlite") for version in before]
    command = [sys.executable, "-m", "tests.server.crashing_migration", str(random.random()), str(most), *paths]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False)
    assert (told.returncode, "Traceback" in told.stderr) == (0, False), told.stderr
    lines = [line.rsplit(" ", 1) for line in told.stdout.splitlines()]
    assert len(lines) >= min(most, 20) * len(before)
    for killed, status in lines:
        assert int(status) == signal.SIGKILL, f"{killed} was not reached"
        version = Path(killed).parents[1].name
        _look_at(Path(killed), version, before[version])


def _look_at(killed: Path, version: str, before: Rows) -> None:
    kept = killed.with_name(f"{killed.name}.schema-{version}")
    is_kept = kept.exists()
    if is_kept:
        assert rows_of(kept) == (version, before)
    found, rows = rows_of(killed)
    assert found == version or (found == NEWEST and is_kept), f"{killed} has schema {found}"
    assert rows == before if found == version else holds(rows, before)
    open_database(f"sqlite:///{killed}")
    again, rows = rows_of(killed)
    assert (again, holds(rows, before)) == (NEWEST, True)
    assert rows_of(kept) == (version, before)
    assert not kept.with_name(kept.name + ".new").exists()


def test_a_kill_while_the_schema_changes_leaves_one_or_the_other(tmp_path: Path) -> None:
    _die(tmp_path, 3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_kill_at_every_step_leaves_one_or_the_other(tmp_path: Path) -> None:
    _die(tmp_path, 10_000)


def test_the_file_as_it_was_is_kept_and_named_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "conference.sqlite"
    oldest = older_versions()[0]
    write_older(path, oldest)
    before = rows_of(path)
    with caplog.at_level(logging.INFO):
        open_database(f"sqlite:///{path}")
        open_database(f"sqlite:///{path}")
    kept = tmp_path / f"conference.sqlite.schema-{oldest}"
    assert rows_of(kept) == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (said,) = [record.getMessage() for record in caplog.records if record.name.startswith("personal_app")]
    assert str(kept) in said


def test_where_the_copy_has_no_room_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "conference.sqlite"
    oldest = older_versions()[0]
    write_older(path, oldest)
    before = rows_of(path)
    # A folder in the copy's place is as good as a disk without room, and needs no mount.
    (tmp_path / f"conference.sqlite.schema-{oldest}").mkdir()
    with pytest.raises(EnvironmentTrouble, match="cannot be opened"):
        open_database(f"sqlite:///{path}")
    assert rows_of(path) == before


def test_a_newer_schema_is_neither_changed_nor_copied(offices: Offices) -> None:
    open_database(offices.url)
    with sqlite3.connect(offices.path) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(EnvironmentTrouble, match="newer version"):
        open_database(offices.url)
    assert not list(offices.path.parent.glob("*.schema-*"))
