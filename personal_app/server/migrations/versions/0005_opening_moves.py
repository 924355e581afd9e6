"""Who changed what is about no question: the history of a talk's questions opened and closed, and of announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table, and room for what says that an answer was reworded."""
    op.create_table(
        "opening_moves",
        sa.Column("revision", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("revision", "key", name="pk_opening_moves"),
    )
    op.add_column("answers", sa.Column("edited", sa.Boolean, nullable=False, server_default=sa.false()))
