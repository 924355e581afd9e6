"""The schema's versions: which one a database has, and how it comes to the newest.

Alembic's migrations stand in `migrations/versions`, one file each, from the first table on. This module must never
import the tables: a migration says itself what it makes, for the tables move on and it must not.
"""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from personal_app.conference.errors import EnvironmentTrouble

MIGRATIONS = Path(__file__).with_name("migrations")
#: The number of PostgreSQL's advisory lock under which the schema is changed; any that nobody else uses.
SCHEMA_LOCK = 7_377_002_005


def upgrade(
    connection: sa.Connection,
    where: str,
    migrations: Path = MIGRATIONS,
    keep: Callable[[str], None] | None = None,
) -> None:
    """Bring the database to the newest schema in one transaction; nothing is written where it is there already.

    `where` names the database in sentences. `keep` is called with the schema's version before an older database is
    changed, outside of any transaction. Raises EnvironmentTrouble for a schema from a newer version of PeRSonAl and for
    a database that holds other tables than ours.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    if keep is not None and (older := _older(connection, scripts)) is not None:
        keep(older)
    with connection.begin():
        if connection.dialect.name == "postgresql":
            # Several servers may start on one new database at once; the second waits, and finds it made.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SCHEMA_LOCK)))
        present = _present(connection)
        if present is None and sa.inspect(connection).get_table_names():
            raise EnvironmentTrouble(
                f"The database {where} is not a database of a PeRSonAl server, or its schema's version is lost: "
                "give another folder, or start from a backup."
            )
        if present is not None and present not in _known(scripts):
            raise EnvironmentTrouble(
                f"The database {where} was written by a newer version of PeRSonAl (schema {present}): "
                "install that version or a later one. Nothing was changed."
            )
        if present != scripts.get_current_head():
            command.upgrade(config, "head")


def _older(connection: sa.Connection, scripts: ScriptDirectory) -> str | None:
    """Return the version of a database that is to be changed, or None."""
    with connection.begin():
        present = _present(connection)
    return present if present in _known(scripts) and present != scripts.get_current_head() else None


def _present(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"transactional_ddl": True}).get_current_revision()


def _known(scripts: ScriptDirectory) -> set[str | None]:
    return {script.revision for script in scripts.walk_revisions()}
