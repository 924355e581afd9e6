"""A poll: a question of the chairs' with options to choose from, the table of its moves, and the record that is kept.

Rules of the table:

1. A chair of the session makes a poll as a draft, for the whole session or for one of its talks, and may reword it
   until somebody has voted in it. Only chairs see drafts, and what is discarded.
2. Everyone sees a poll that is open or closed. A ballot is one person's set of options: one where the poll is single,
   any number where it is multiple. It may be changed while the poll is open, not taken back.
3. How many chose what is told to the chairs, to who has voted, and once the poll is closed to everyone.
4. Opening, closing and discarding can be undone, newest first; making cannot, a draft is discarded instead.

This module must never decide who has which standing (`polling`) or who sees what (`visibility`).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from personal_app.conference.ids import ParticipantId, PollId, Revision, SessionId, TalkId
from personal_app.conference.questions import Move

POLL_CHARS = 300
OPTION_CHARS = 100
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
#: How many polls of one session, and of the whole conference, may be open at once: each doubles the number of views
#: that there are.
MOST_OPEN, MOST_OPEN_IN_ALL = 3, 8
#: How many polls a session may have, and how many were ever made in it: a discarded one can be brought back, and stays.
MOST_POLLS, MOST_MADE = 100, 400


class PollState(StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DISCARDED = "discarded"


class PollRule(msgspec.Struct, frozen=True):
    """One row of the table: from which states, and to which (None: as it was, or as it was before)."""

    sources: frozenset[PollState]
    target: PollState | None


P = PollState

POLL_TABLE: Mapping[Move, PollRule] = {
    Move.MAKE_POLL: PollRule(frozenset({P.DRAFT}), P.DRAFT),
    Move.OPEN_POLL: PollRule(frozenset({P.DRAFT}), P.OPEN),
    Move.CLOSE_POLL: PollRule(frozenset({P.OPEN}), P.CLOSED),
    Move.DISCARD_POLL: PollRule(frozenset({P.DRAFT, P.CLOSED}), P.DISCARDED),
    Move.UNDO_POLL: PollRule(frozenset({P.OPEN, P.CLOSED, P.DISCARDED}), None),
    Move.BALLOT: PollRule(frozenset({P.OPEN}), None),
}

#: States in which everyone sees the poll.
SHOWN_STATES = frozenset({P.OPEN, P.CLOSED})

#: In plain words, for people, what a state is called.
POLL_STATE_WORDS: Mapping[PollState, str] = {
    P.DRAFT: "a draft",
    P.OPEN: "open",
    P.CLOSED: "closed",
    P.DISCARDED: "discarded",
}


class PollMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is written down of a move: who, when, from which state (None: it was made) to which, what it took back."""

    revision: Revision
    move: Move
    actor: ParticipantId
    actor_name: str
    at: datetime
    source: PollState | None
    target: PollState
    undoes: tuple[Revision, ...] = ()


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """The whole truth of a poll but for its ballots; `talk` is None where it is about the whole session.

    `shown` is the revision at which the public first saw it, None while it never has.
    """

    id: PollId
    session: SessionId
    talk: TalkId | None
    text: str
    options: tuple[str, ...]
    multiple: bool
    state: PollState
    made_at: datetime
    revision: Revision
    shown: Revision | None = None
    history: tuple[PollMove, ...] = ()


class PollCount(msgspec.Struct, frozen=True, array_like=True):
    """How many people have voted in a poll, and how many of them chose each option."""

    poll: PollId
    voters: int
    votes: tuple[int, ...]


def standing(poll: Poll) -> list[PollMove]:
    """Return the poll's moves that can be undone and are not, newest first."""
    undone = {revision for move in poll.history for revision in move.undoes}
    kept = (Move.OPEN_POLL, Move.CLOSE_POLL, Move.DISCARD_POLL)
    return [move for move in reversed(poll.history) if move.move in kept and move.revision not in undone]
