"""What everyone sees as it is: a talk's questions opened or closed by hand, and announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and have the view fetched anew: the server told of these rows and nobody kept them."""
    op.create_table(
        "open_rows",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.execute("UPDATE view_state SET epoch = NULL, view = NULL")
