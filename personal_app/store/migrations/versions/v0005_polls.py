"""Polls: how many chose what, and what the person chose; the polls themselves are kept beside announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and have the view fetched anew: the server may have told of polls that nobody kept."""
    for table in ("poll_counts", "own_ballots"):
        op.create_table(
            table,
            sa.Column("poll", sa.Text, primary_key=True),
            sa.Column("tally", sa.Integer, nullable=False),
            sa.Column("body", sa.LargeBinary, nullable=False),
        )
    op.execute("UPDATE view_state SET epoch = NULL, view = NULL")
