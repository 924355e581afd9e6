"""Several servers on one database: the pages by which each learns what the others wrote, and a common rehearsal."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Number the transactions, and make room for what each of them said."""
    op.add_column("conference", sa.Column("page", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("conference", sa.Column("rehearsal", sa.DateTime(timezone=True)))
    op.create_table(
        "pages",
        sa.Column("page", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("page", name="pk_pages"),
    )
