"""The cache's tables as they are now; `migrations` brings an older file here.

What the conference's values look like inside is not the tables' business: a `body` is the JSON of the pure struct, and
beside it stand only the columns that are compared or looked up. This module must never hold a statement.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _slot() -> Column[int]:
    """A table of at most one row has this key."""
    return Column("slot", Integer, CheckConstraint("slot = 1"), primary_key=True)


def _body() -> Column[bytes]:
    return Column("body", LargeBinary, nullable=False)


profile = Table("profile", metadata, _slot(), Column("participant", Text, nullable=False), _body())

program = Table("program", metadata, _slot(), Column("etag", Text, nullable=False), _body())

#: How far the view got. `epoch` and `view` are null where it may not be resumed from.
view_state = Table(
    "view_state",
    metadata,
    _slot(),
    Column("epoch", Text),
    Column("view", Text),
    Column("revision", Integer, nullable=False),
    Column("tally", Integer, nullable=False),
)

#: A row stands here from the moment something was deleted for good until its bytes are gone from the file too.
sweep_due = Table("sweep_due", metadata, _slot())

questions = Table(
    "questions", metadata, Column("id", Text, primary_key=True), Column("revision", Integer, nullable=False), _body()
)

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("question", Text, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    _body(),
)

counts = Table(
    "counts",
    metadata,
    Column("question", Text, primary_key=True),
    Column("tally", Integer, nullable=False),
    Column("votes", Integer, nullable=False),
)

#: Questions that went away and when, so that a late frame does not bring them back.
gone = Table("gone", metadata, Column("question", Text, primary_key=True), Column("revision", Integer, nullable=False))

#: Rows beside the questions: a talk's questions opened or closed by hand, announcements, polls, for chairs who may not
#: ask.
open_rows = Table(
    "open_rows", metadata, Column("key", Text, primary_key=True), Column("revision", Integer, nullable=False), _body()
)

#: How many chose what in a poll.
poll_counts = Table(
    "poll_counts", metadata, Column("poll", Text, primary_key=True), Column("tally", Integer, nullable=False), _body()
)

#: How often a talk was sent a reaction; `key` is the talk, a blank, and the reaction.
reaction_counts = Table(
    "reaction_counts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tally", Integer, nullable=False),
    _body(),
)

#: What the person chose in a poll: the options' numbers.
own_ballots = Table(
    "own_ballots", metadata, Column("poll", Text, primary_key=True), Column("tally", Integer, nullable=False), _body()
)

own_questions = Table(
    "own_questions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    _body(),
)

own_votes = Table(
    "own_votes",
    metadata,
    Column("question", Text, primary_key=True),
    Column("tally", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
)

#: How a chair has stopped what the person asks, and no more does.
own_silences = Table(
    "own_silences",
    metadata,
    Column("key", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    _body(),
)

#: `seq` is the order in which the wishes were made; both `done` columns are null while the server has not answered.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("participant", Text, nullable=False, index=True),
    _body(),
    Column("done_revision", Integer),
    Column("done_tally", Integer),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("participant", Text, nullable=False, index=True),
    _body(),
    sqlite_autoincrement=True,
)

#: What the server has answered, for whoever sent it to read.
sent = Table(
    "sent",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("participant", Text, nullable=False, index=True),
    _body(),
    sqlite_autoincrement=True,
)

drafts = Table("drafts", metadata, Column("key", Text, primary_key=True), Column("text", Text, nullable=False))

#: What the person wrote for themselves; `noted` and what belongs to it is the index of its words.
notes = Table("notes", metadata, Column("id", Text, primary_key=True), Column("talk", Text, nullable=False), _body())

watched = Table("watched", metadata, Column("talk", Text, primary_key=True), _body())

settings = Table("settings", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

#: `path` is relative to the folder of recordings, so that the cache's folder can be moved.
recordings = Table(
    "recordings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("saved_by_hand", Boolean, nullable=False),
)
