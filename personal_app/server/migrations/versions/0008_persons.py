"""Whom of the program an author's invitation and grant are for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make room for the person."""
    for table in ("grants", "codes"):
        op.add_column(table, sa.Column("person", sa.String, nullable=False, server_default=""))
