"""How a chair has stopped what the person asks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and have the view fetched anew: the server told of these and nobody kept them."""
    op.create_table(
        "own_silences",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.execute("UPDATE view_state SET epoch = NULL, view = NULL")
