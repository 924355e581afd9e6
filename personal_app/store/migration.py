"""Bringing a cache to the newest schema, in one transaction. Imported only when it has to be done: Alembic is heavy."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's settings; they come from no file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def revisions() -> tuple[str, ...]:
    """Return the revisions there are, oldest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return tuple(reversed([revision.revision for revision in script.walk_revisions()]))


def migrate(connection: Connection) -> None:
    """Bring the cache to the newest schema, inside the transaction that `connection` is in."""
    command.upgrade(alembic_config(connection), "head")
