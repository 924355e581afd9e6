"""The first tables: identities, questions with their votes and moves, and what each command came to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _conference_and_people()
    _questions()
    _votes_and_moves()


def _conference_and_people() -> None:
    op.create_table(
        "conference",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("epoch", sa.String, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("tally", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conference"),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
    )
    op.create_table(
        "grants",
        sa.Column("participant", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        _of("grants", "participant", "participants"),
        sa.PrimaryKeyConstraint("participant", "role", "scope", name="pk_grants"),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("participant", sa.String, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        _of("tokens", "participant", "participants"),
        sa.PrimaryKeyConstraint("hash", name="pk_tokens"),
    )
    op.create_table(
        "codes",
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("role", sa.String),
        sa.Column("scope", sa.String),
        sa.Column("participant", sa.String),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("used_by", sa.String),
        _of("codes", "participant", "participants"),
        _of("codes", "used_by", "participants"),
        sa.PrimaryKeyConstraint("hash", name="pk_codes"),
    )


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.Column("talk", sa.String, nullable=False),
        sa.Column("asker", sa.String, nullable=False),
        sa.Column("asker_name", sa.String, nullable=False),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("position_ms", sa.BigInteger),
        sa.Column("number", sa.BigInteger),
        sa.Column("order", sa.BigInteger),
        sa.Column("answerer", sa.JSON(none_as_null=True)),
        sa.Column("offers", sa.JSON, nullable=False),
        sa.Column("mark_at", sa.DateTime(timezone=True)),
        sa.Column("mark_position_ms", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("moved", sa.BigInteger, nullable=False),
        sa.Column("shown", sa.BigInteger),
        sa.Column("ceased", sa.BigInteger),
        _of("questions", "asker", "participants"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.UniqueConstraint("talk", "number", name="uq_questions_talk"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("first_revision", sa.BigInteger, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("writer_name", sa.String, nullable=False),
        sa.Column("by_author", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _of("answers", "question", "questions"),
        _of("answers", "writer", "participants"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )


def _votes_and_moves() -> None:
    op.create_table(
        "votes",
        sa.Column("question", sa.String, nullable=False),
        sa.Column("voter", sa.String, nullable=False),
        _of("votes", "question", "questions"),
        _of("votes", "voter", "participants"),
        sa.PrimaryKeyConstraint("question", "voter", name="pk_votes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tallies",
        sa.Column("question", sa.String, nullable=False),
        sa.Column("tally", sa.BigInteger, nullable=False),
        _of("tallies", "question", "questions"),
        sa.PrimaryKeyConstraint("question", name="pk_tallies"),
    )
    op.create_table(
        "moves",
        sa.Column("revision", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("move", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        _of("moves", "question", "questions"),
        _of("moves", "actor", "participants"),
        sa.PrimaryKeyConstraint("revision", "question", name="pk_moves"),
    )
    op.create_table(
        "done",
        sa.Column("command", sa.String, nullable=False),
        sa.Column("participant", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary(32), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("tally", sa.BigInteger, nullable=False),
        _of("done", "participant", "participants"),
        sa.PrimaryKeyConstraint("command", "participant", name="pk_done"),
        sqlite_with_rowid=False,
    )


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
