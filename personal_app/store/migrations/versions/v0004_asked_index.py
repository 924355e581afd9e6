"""The index of the words of questions and answers. It is filled when the cache is opened next."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make its tables."""
    op.execute(
        "CREATE TABLE asked (id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, "
        "UNIQUE (source, key))"
    )
    op.execute(
        "CREATE VIRTUAL TABLE asked_words USING fts5 (head, body, prefix = '2 3', "
        "tokenize = 'unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO asked_words (asked_words, rank) VALUES ('rank', 'bm25(6.0, 1.0)')")
    op.execute("CREATE TABLE asked_form (form TEXT NOT NULL)")
