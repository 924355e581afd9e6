"""The whole life of a question: what it goes back to, what it is merged into, and what takes each move back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make room in questions and moves for what no query asks for, and for answers that were taken back."""
    op.add_column("questions", sa.Column("more", sa.JSON(none_as_null=True)))
    op.add_column("moves", sa.Column("more", sa.JSON(none_as_null=True)))
    op.add_column("answers", sa.Column("retracted", sa.Boolean, nullable=False, server_default=sa.false()))
