"""The first tables: profile, program, the view, the outbox, notes and recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    _singles()
    _view()
    _outbox()
    _notes()


def _slot() -> sa.Column[int]:
    return sa.Column("slot", sa.Integer, sa.CheckConstraint("slot = 1"), primary_key=True)


def _text(name: str, *, key: bool = False, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=null)


def _number(name: str, *, key: bool = False, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _body() -> sa.Column[bytes]:
    return sa.Column("body", sa.LargeBinary, nullable=False)


def _singles() -> None:
    op.create_table("profile", _slot(), _text("participant"), _body())
    op.create_table("program", _slot(), _text("etag"), _body())
    op.create_table(
        "view_state",
        _slot(),
        _text("epoch", null=True),
        _text("view", null=True),
        _number("revision"),
        _number("tally"),
    )
    op.create_table("sweep_due", _slot())


def _view() -> None:
    op.create_table("questions", _text("id", key=True), _number("revision"), _body())
    op.create_table("answers", _text("id", key=True), _text("question"), _number("revision"), _body())
    op.create_index("ix_answers_question", "answers", ["question"])
    op.create_table("counts", _text("question", key=True), _number("tally"), _number("votes"))
    op.create_table("gone", _text("question", key=True), _number("revision"))
    op.create_table("own_questions", _text("id", key=True), _number("revision"), _body())
    op.create_table("own_votes", _text("question", key=True), _number("tally"), _flag("held"))


def _outbox() -> None:
    op.create_table(
        "outbox",
        _number("seq", key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        _text("participant"),
        _body(),
        _number("done_revision", null=True),
        _number("done_tally", null=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_participant", "outbox", ["participant"])
    op.create_table(
        "receipts",
        _number("seq", key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        _text("participant"),
        _body(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receipts_participant", "receipts", ["participant"])


def _notes() -> None:
    op.create_table("drafts", _text("key", key=True), _text("text"))
    op.create_table("settings", _text("key", key=True), _text("value"))
    op.create_table(
        "recordings",
        _text("id", key=True),
        _text("sha256"),
        _text("path"),
        _number("size_bytes"),
        _flag("saved_by_hand"),
    )
