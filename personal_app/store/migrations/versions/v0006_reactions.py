"""Reactions: how often each talk was sent each; `key` is the talk, a blank, and the reaction."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and have the view fetched anew: the server may have told of counts that nobody kept."""
    op.create_table(
        "reaction_counts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("tally", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.execute("UPDATE view_state SET epoch = NULL, view = NULL")
