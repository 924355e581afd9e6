"""Reactions: how often each talk was sent each, and nothing of people."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reactions",
        sa.Column("talk", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("tally", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("talk", "kind", name="pk_reactions"),
    )
