"""The server's tables, one metadata, in types that SQLite and PostgreSQL both know.

Instants are aware and in UTC on both sides of the database. Secrets are here as SHA-256 alone. This module must never
run a statement.
"""

import functools
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

#: SHA-256 as raw bytes.
HASH = sa.LargeBinary(32)


class UtcInstant(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept in UTC. A naive one raises ValueError (within SQLAlchemy's StatementError)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; SQLite keeps it without the offset, which it would drop anyway."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone before it is kept: use datetime.now(UTC) or attach one")
        moved = value.astimezone(UTC)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant as an aware one in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


conference = sa.Table(
    "conference",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("epoch", sa.String, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("tally", sa.BigInteger, nullable=False),
    sa.Column("made_at", UtcInstant, nullable=False),
    sa.Column("page", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rehearsal", UtcInstant),
    #: What aliases are keyed with. It is in no message, log or error.
    sa.Column("secret", sa.LargeBinary(32)),
)

participants = sa.Table(
    "participants",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("joined_at", UtcInstant, nullable=False),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("participant", sa.ForeignKey("participants.id"), primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("scope", sa.String, primary_key=True),
    sa.Column("granted_at", UtcInstant, nullable=False),
    sa.Column("person", sa.String, nullable=False, server_default=""),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", HASH, primary_key=True),
    sa.Column("participant", sa.ForeignKey("participants.id"), nullable=False),
    sa.Column("made_at", UtcInstant, nullable=False),
    sa.Column("expires_at", UtcInstant, nullable=False),
    sa.Column("revoked_at", UtcInstant),
)

codes = sa.Table(
    "codes",
    metadata,
    sa.Column("hash", HASH, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("role", sa.String),
    sa.Column("scope", sa.String),
    sa.Column("person", sa.String, nullable=False, server_default=""),
    sa.Column("participant", sa.ForeignKey("participants.id")),
    sa.Column("made_at", UtcInstant, nullable=False),
    sa.Column("expires_at", UtcInstant),
    sa.Column("used_at", UtcInstant),
    sa.Column("used_by", sa.ForeignKey("participants.id")),
)

#: What no query asks for stands in `more`, as one document that leaves out what is usual.
questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("session", sa.String, nullable=False),
    sa.Column("talk", sa.String, nullable=False),
    sa.Column("asker", sa.ForeignKey("participants.id"), nullable=False),
    sa.Column("asker_name", sa.String, nullable=False),
    sa.Column("anonymous", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("asked_at", UtcInstant, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("position_ms", sa.BigInteger),
    sa.Column("number", sa.BigInteger),
    sa.Column("order", sa.BigInteger),
    sa.Column("answerer", sa.JSON(none_as_null=True)),
    sa.Column("offers", sa.JSON, nullable=False),
    sa.Column("mark_at", UtcInstant),
    sa.Column("mark_position_ms", sa.BigInteger),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("moved", sa.BigInteger, nullable=False),
    sa.Column("shown", sa.BigInteger),
    sa.Column("ceased", sa.BigInteger),
    sa.Column("more", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("talk", "number"),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("question", sa.ForeignKey("questions.id"), nullable=False),
    sa.Column("first_revision", sa.BigInteger, nullable=False),
    sa.Column("writer", sa.ForeignKey("participants.id"), nullable=False),
    sa.Column("writer_name", sa.String, nullable=False),
    sa.Column("by_author", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", UtcInstant, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("retracted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("edited", sa.Boolean, nullable=False, server_default=sa.false()),
)

#: What everyone sees as it is: a talk's questions opened or closed by hand, announcements.
open_rows = sa.Table(
    "open_rows",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

#: Who may not ask, and who may again.
silences = sa.Table(
    "silences",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("participant", sa.ForeignKey("participants.id"), nullable=False),
    sa.Column("session", sa.String, nullable=False),
    sa.Column("talk", sa.String),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("question", sa.ForeignKey("questions.id"), nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

#: A poll but for its ballots, as one document.
polls = sa.Table(
    "polls",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

#: Who chose which option, each once.
ballots = sa.Table(
    "ballots",
    metadata,
    sa.Column("poll", sa.ForeignKey("polls.id"), primary_key=True),
    sa.Column("option", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("voter", sa.ForeignKey("participants.id"), primary_key=True),
    sqlite_with_rowid=False,
)

#: The tally at which a poll's count last changed.
poll_tallies = sa.Table(
    "poll_tallies",
    metadata,
    sa.Column("poll", sa.ForeignKey("polls.id"), primary_key=True),
    sa.Column("tally", sa.BigInteger, nullable=False),
)

#: How often each talk was sent each reaction, and the tally at which that last changed. Of people nothing is kept.
reactions = sa.Table(
    "reactions",
    metadata,
    sa.Column("talk", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("tally", sa.BigInteger, nullable=False),
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.id"), primary_key=True),
    sa.Column("voter", sa.ForeignKey("participants.id"), primary_key=True),
    sqlite_with_rowid=False,
)

#: The tally at which a question's count last changed: who takes a vote back leaves no vote, but has changed the count.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.id"), primary_key=True),
    sa.Column("tally", sa.BigInteger, nullable=False),
)

moves = sa.Table(
    "moves",
    metadata,
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("question", sa.ForeignKey("questions.id"), primary_key=True),
    sa.Column("move", sa.String, nullable=False),
    sa.Column("actor", sa.ForeignKey("participants.id"), nullable=False),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("source", sa.String),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("more", sa.JSON(none_as_null=True)),
)

#: Who changed what is about no question, and what takes it back; each record is one document.
opening_moves = sa.Table(
    "opening_moves",
    metadata,
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
)

#: What each command came to, for its repeats. The command's id stands first: a batch is looked up by ids alone.
done = sa.Table(
    "done",
    metadata,
    sa.Column("command", sa.String, primary_key=True),
    sa.Column("participant", sa.ForeignKey("participants.id"), primary_key=True),
    sa.Column("body", HASH, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("tally", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: What each of the last transactions said, for the other servers on the same database; its number is in `conference`.
pages = sa.Table(
    "pages",
    metadata,
    sa.Column("page", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


def upsert(table: sa.Table, dialect: Dialect, *, kept: frozenset[str] = frozenset()) -> sa.Insert:
    """Return the statement that inserts rows of `table`, or replaces those of the same primary key but for `kept`."""
    return _upsert(table, dialect.name, kept)


# Making one takes longer than carrying it out.
@functools.cache
def _upsert(table: sa.Table, dialect: str, kept: frozenset[str]) -> sa.Insert:
    insert: Any = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    keys = [column.name for column in table.primary_key]
    values = {
        column.name: insert.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.name not in kept
    }
    if not values:
        return insert.on_conflict_do_nothing(index_elements=keys)  # type: ignore[no-any-return]
    return insert.on_conflict_do_update(index_elements=keys, set_=values)  # type: ignore[no-any-return]


def insert_if_new(table: sa.Table, dialect: Dialect) -> sa.Insert:
    """Return the statement that inserts rows of `table` and leaves those of the same primary key as they are."""
    return upsert(table, dialect, kept=frozenset(column.name for column in table.columns))
