"""Notes with the index of their words, and what was watched. The index is filled when the cache is opened next."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("talk", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "watched",
        sa.Column("talk", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.execute(
        "CREATE TABLE noted (id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, "
        "UNIQUE (source, key))"
    )
    op.execute(
        "CREATE VIRTUAL TABLE noted_words USING fts5 (head, body, prefix = '2 3', "
        "tokenize = 'unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO noted_words (noted_words, rank) VALUES ('rank', 'bm25(6.0, 1.0)')")
    op.execute("CREATE TABLE noted_form (form TEXT NOT NULL)")
