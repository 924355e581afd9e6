"""Who may not ask, and the secret that keys the aliases by which chairs tell askers apart."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table, and a secret for the conference that is there."""
    op.add_column("conference", sa.Column("secret", sa.LargeBinary(32)))
    conference = sa.table("conference", sa.column("secret", sa.LargeBinary(32)))
    op.execute(sa.update(conference).values(secret=secrets.token_bytes(32)))
    op.create_table(
        "silences",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("participant", sa.String, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.Column("talk", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["participant"], ["participants.id"], name="fk_silences_participant"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], name="fk_silences_question"),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
    )
