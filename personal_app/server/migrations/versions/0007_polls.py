"""Polls: each as one document, and who chose which option."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "polls",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
    )
    op.create_table(
        "ballots",
        sa.Column("poll", sa.String, nullable=False),
        sa.Column("option", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("voter", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("poll", "option", "voter", name="pk_ballots"),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_ballots_poll"),
        sa.ForeignKeyConstraint(["voter"], ["participants.id"], name="fk_ballots_voter"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_tallies",
        sa.Column("poll", sa.String, nullable=False),
        sa.Column("tally", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("poll", name="pk_poll_tallies"),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_poll_tallies_poll"),
    )
