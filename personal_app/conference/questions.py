"""A question's life: its states, the one table of moves between them, and the full record that the server keeps.

Rules of the table:

1. A move is possible only from the states its row names, and only for the standings its row names.
2. A question is given its spoken number at its first approval, counted per talk, and keeps it for good.
3. At most one question of a session is being answered; to start a second is refused as busy.
4. A row whose target is None leaves the state as it is.
5. A state, move or standing without a row does not exist: a command that has none cannot be dispatched.

This module must never decide who has which standing (`moderation`) or who sees what (`visibility`).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from personal_app.conference.ids import AnswerId, ParticipantId, QuestionId, Revision, SessionId, TalkId


class QuestionState(StrEnum):
    """Where a question stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    QUEUED = "queued"
    ANSWERING = "answering"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


S = QuestionState

#: States in which everyone sees the question.
PUBLIC_STATES = frozenset({S.APPROVED, S.QUEUED, S.ANSWERING, S.ANSWERED})
#: States in which votes are taken.
VOTABLE_STATES = frozenset({S.APPROVED, S.QUEUED})


class Standing(StrEnum):
    """What somebody is to a question."""

    JOINED = "joined"
    ASKER = "asker"
    CHAIR = "chair"
    AUTHOR = "author"
    STARTER = "starter"
    ANSWERER = "answerer"


class Move(StrEnum):
    """The moves of the table; each is one command on the wire."""

    ASK = "ask"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    START = "start"
    PUT_BACK = "put_back"
    FINISH = "finish"
    OFFER = "offer"
    ANSWER = "answer"
    REOPEN = "reopen"
    VOTE = "vote"
    UNVOTE = "unvote"


class Rule(msgspec.Struct, frozen=True):
    """One row: from which states, to which (None: as it was), and who may."""

    sources: frozenset[QuestionState]
    target: QuestionState | None
    who: frozenset[Standing]


def _rule(sources: str, target: QuestionState | None, who: str) -> Rule:
    return Rule(frozenset(map(QuestionState, sources.split())), target, frozenset(map(Standing, who.split())))


TABLE: Mapping[Move, Rule] = {
    Move.ASK: _rule("", S.PENDING, "joined"),
    Move.EDIT: _rule("pending", S.PENDING, "asker"),
    Move.WITHDRAW: _rule("pending approved queued", S.WITHDRAWN, "asker"),
    Move.APPROVE: _rule("pending", S.APPROVED, "chair"),
    Move.REJECT: _rule("pending approved queued", S.REJECTED, "chair"),
    Move.QUEUE: _rule("approved queued", S.QUEUED, "chair"),
    Move.UNQUEUE: _rule("queued", S.APPROVED, "chair"),
    Move.START: _rule("approved queued", S.ANSWERING, "chair starter"),
    Move.PUT_BACK: _rule("answering", S.QUEUED, "chair answerer"),
    Move.FINISH: _rule("answering", S.ANSWERED, "chair answerer"),
    Move.OFFER: _rule("approved queued", None, "author"),
    Move.ANSWER: _rule("approved queued answering answered", None, "author chair"),
    Move.REOPEN: _rule("answered", S.APPROVED, "chair"),
    Move.VOTE: _rule("approved queued", None, "joined"),
    Move.UNVOTE: _rule("approved queued answering answered", None, "joined"),
}

#: In plain words, for people, what a state is called.
STATE_WORDS: Mapping[QuestionState, str] = {
    S.PENDING: "waiting for a chair",
    S.APPROVED: "shown to everyone",
    S.REJECTED: "declined",
    S.QUEUED: "in the speaking order",
    S.ANSWERING: "being answered",
    S.ANSWERED: "answered",
    S.WITHDRAWN: "withdrawn",
}


class Speaker(msgspec.Struct, frozen=True):
    """Who answers or offers to: a participant where one is known, and the name that is shown."""

    name: str
    participant: ParticipantId | None = None


class LiveMark(msgspec.Struct, frozen=True):
    """When a question was answered live: the instant, and the position in the recording (ms) where one was playing."""

    at: datetime
    position_ms: int | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The whole truth of a question, for the server alone: `visibility` makes what others may hold of it.

    `moved` is the revision of the last move (state, text, order, mark), `revision` that of any change; `shown` is
    when the public first saw it and `ceased` when that last ended, both None while it never happened.
    """

    id: QuestionId
    session: SessionId
    talk: TalkId
    asker: ParticipantId
    asker_name: str
    anonymous: bool
    text: str
    asked_at: datetime
    state: QuestionState
    position_ms: int | None = None
    number: int | None = None
    order: int | None = None
    answerer: Speaker | None = None
    offers: tuple[Speaker, ...] = ()
    mark: LiveMark | None = None
    reason: str = ""
    revision: Revision = Revision(0)
    moved: Revision = Revision(0)
    shown: Revision | None = None
    ceased: Revision | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A written answer. `by_author` tells a presenter's answer from a chair's."""

    id: AnswerId
    question: QuestionId
    writer: ParticipantId
    writer_name: str
    by_author: bool
    text: str
    written_at: datetime
    revision: Revision = Revision(0)


class MoveRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is written down of every move: who, when, from which state to which, and why."""

    revision: Revision
    question: QuestionId
    move: Move
    actor: ParticipantId
    at: datetime
    source: QuestionState | None
    target: QuestionState
    reason: str = ""
