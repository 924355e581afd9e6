"""Drafts and settings: small texts by key. This module must never open a transaction of its own."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.store import tables


def keep_draft(connection: Connection, key: str, text: str) -> None:
    """Keep a draft; an empty text forgets it."""
    if text:
        statement = upsert(tables.drafts).values(key=key, text=text)
        connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"text": text}))
    else:
        connection.execute(delete(tables.drafts).where(tables.drafts.c.key == key))


def drafts(connection: Connection) -> dict[str, str]:
    """Return every draft by its key."""
    return {row.key: row.text for row in connection.execute(select(tables.drafts))}


def keep_setting(connection: Connection, key: str, value: str) -> None:
    """Keep a setting."""
    statement = upsert(tables.settings).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def forget_setting(connection: Connection, key: str) -> None:
    """Forget a setting."""
    connection.execute(delete(tables.settings).where(tables.settings.c.key == key))


def settings(connection: Connection) -> dict[str, str]:
    """Return every setting by its key."""
    return {row.key: row.value for row in connection.execute(select(tables.settings))}
