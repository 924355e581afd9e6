"""The migrations make what the tables say, whole or not at all, and are only looked at when they are needed."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from personal_app.store import migration, tables
from personal_app.store.database import Database
from personal_app.store.layout import VERSIONS
from personal_app.store.store import Store
from personal_app.store.text_index import statements
from tests.store.material import CLOSE_S

INDEXES = ("asked", "noted")


def test_the_revisions_are_the_versions_that_the_start_knows() -> None:
    assert migration.revisions() == VERSIONS


def test_the_migrations_make_the_tables_as_they_are_written(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.sqlite")
    with database.transaction() as connection:
        migration.migrate(connection)
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_no_index})
        assert compare_metadata(context, tables.metadata) == []
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema")
        made: dict[str, str] = {row.name: row.sql for row in rows}
        # What SQLite keeps of a statement differs in nothing but the words before the name.
        for index in INDEXES:
            assert [made[index], made[f"{index}_words"]] == list(statements(index)[:2])
        migration.migrate(connection)
    database.close()


def _is_no_index(name: str | None, kind: str, _: object) -> bool:
    """Tables of an index of words are made by statements of their own, and some of them by SQLite itself."""
    return kind != "table" or name is None or name.partition("_")[0] not in INDEXES


def test_a_migration_that_breaks_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    create = op.create_table

    def break_late(name: str, *columns: object, **options: object) -> object:
        if name == "recordings":
            raise RuntimeError("as if the power had gone")
        made.append(name)
        return create(name, *columns, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", break_late)
    path = tmp_path / "new.sqlite"
    database = Database(path)
    with pytest.raises(RuntimeError, match="power"), database.transaction() as connection:
        migration.migrate(connection)
    database.close()
    assert "outbox" in made
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def run_python(source: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source, *arguments], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_the_first_paint_imports_is_light() -> None:
    loaded = run_python(
        "import sys, personal_app.store.snapshot, personal_app.store.store\n"
        "print(*(name for name in ('sqlalchemy', 'alembic', 'PySide6', 'asyncio') if name in sys.modules))"
    )
    assert loaded.strip() == ""


def test_alembic_is_imported_only_where_the_schema_is_not_the_newest(folder: Path) -> None:
    source = (
        "import sys; from pathlib import Path; from personal_app.store.store import Store\n"
        "store = Store(Path(sys.argv[1])); store.opened.result(30); print('alembic' in sys.modules); store.close(30)"
    )
    assert run_python(source, str(folder)).strip() == "True"
    assert run_python(source, str(folder)).strip() == "False"


def test_a_path_with_signs_that_mean_something_elsewhere_is_a_path(tmp_path: Path) -> None:
    for name in ("100% ?mode=memory", "a#b&c", "Größe ☂"):
        store = Store(tmp_path / name)
        store.keep_draft("key", "text")
        assert store.close(CLOSE_S)
        again = Store(tmp_path / name)
        assert again.drafts().result(CLOSE_S) == {"key": "text"}
        assert again.close(CLOSE_S)
