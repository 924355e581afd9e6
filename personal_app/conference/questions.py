"""A question's life: its states, the one table of moves between them, and the full record that the server keeps.

Rules of the table:

1. A move is possible only from the states its row names, and only for the standings its row names.
2. A question is given its spoken number at its first approval, counted per talk, and keeps it for good.
3. At most one question of a session is being answered; to start a second is refused as busy.
4. A row whose target is None leaves the state as it is, or (unhide, split, retract, undo) takes it back to one it had.
5. Nothing is merged into what is not public, nor into another session; what is withdrawn or rejected lets go of what
   was merged into it in the same command, and what is hidden takes it out of sight.
6. A move of a chair, an author or the answerer can be undone, where nothing later of the same thing stands on it: the
   question itself is one thing, and each of its marks is another.
7. What the questions of a talk are open to (`QaState`) binds attendees alone: not its authors, not the chairs.
8. To silence an asker stops what they ask in the same way from then on: anonymously about the talk, or under their name
   in the session, and never both; what they asked already stays. It stands beside the question at which it was said.
9. A state, move or standing without a row does not exist: a command that has none cannot be dispatched.

This module must never decide who has which standing (`moderation`) or who sees what (`visibility`).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from personal_app.conference.ids import (
    Alias,
    AnswerId,
    ParticipantId,
    PersonId,
    QuestionId,
    Revision,
    SessionId,
    TalkId,
)


class QuestionState(StrEnum):
    """Where a question stands."""

    PENDING = "pending"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    QUEUED = "queued"
    ANSWERING = "answering"
    ANSWERED = "answered"
    DEFERRED = "deferred"
    MERGED = "merged"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    #: No question of a server's is ever in it: what a client makes of a state that a newer server has and it does not.
    OTHER = "other"


S = QuestionState

#: States in which everyone sees the question.
PUBLIC_STATES = frozenset({S.APPROVED, S.QUEUED, S.ANSWERING, S.ANSWERED, S.DEFERRED})
#: States in which votes are taken.
VOTABLE_STATES = frozenset({S.APPROVED, S.QUEUED})
#: States in which others may be merged into a question.
TARGET_STATES = PUBLIC_STATES
#: States that come with words for the asker.
REASONED_STATES = frozenset({S.RETURNED, S.REJECTED, S.HIDDEN})


class QaState(StrEnum):
    """What attendees may do with a talk's questions: ask and vote, read and vote, or read."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Standing(StrEnum):
    """What somebody is to a question, or to the conference."""

    JOINED = "joined"
    ASKER = "asker"
    CHAIR = "chair"
    AUTHOR = "author"
    STARTER = "starter"
    ORGANIZER = "organizer"
    ANSWERER = "answerer"


class Move(StrEnum):
    """The moves of the table; each is one command on the wire."""

    ASK = "ask"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    START = "start"
    PUT_BACK = "put_back"
    FINISH = "finish"
    DEFER = "defer"
    OFFER = "offer"
    DRAFT = "draft"
    ANSWER = "answer"
    RETRACT = "retract"
    REOPEN = "reopen"
    HIDE = "hide"
    UNHIDE = "unhide"
    MERGE = "merge"
    SPLIT = "split"
    UNDO = "undo"
    VOTE = "vote"
    UNVOTE = "unvote"
    NOTE = "note"
    FOLLOW_UP = "follow_up"
    ASSIGN = "assign"
    REPORT = "report"
    HANDLE_REPORTS = "handle_reports"
    SILENCE = "silence"
    SILENCE_NAME = "silence_name"
    LET_ASK = "let_ask"
    REGULATE = "regulate"
    ANNOUNCE = "announce"
    END_ANNOUNCEMENT = "end_announcement"
    RETIME = "retime"
    UNDO_OPENING = "undo_opening"
    MAKE_POLL = "make_poll"
    OPEN_POLL = "open_poll"
    CLOSE_POLL = "close_poll"
    DISCARD_POLL = "discard_poll"
    UNDO_POLL = "undo_poll"
    BALLOT = "ballot"


class Rule(msgspec.Struct, frozen=True):
    """One row: from which states, to which (None: as it was), and who may."""

    sources: frozenset[QuestionState]
    target: QuestionState | None
    who: frozenset[Standing]


def _rule(sources: str, target: QuestionState | None, who: str) -> Rule:
    return Rule(frozenset(map(QuestionState, sources.split())), target, frozenset(map(Standing, who.split())))


_ANY = " ".join(state for state in S if state is not S.OTHER)

TABLE: Mapping[Move, Rule] = {
    Move.ASK: _rule("", S.PENDING, "joined"),
    Move.EDIT: _rule("pending returned", S.PENDING, "asker"),
    Move.WITHDRAW: _rule("pending returned approved queued deferred merged", S.WITHDRAWN, "asker"),
    Move.APPROVE: _rule("pending", S.APPROVED, "chair"),
    Move.RETURN: _rule("pending", S.RETURNED, "chair"),
    Move.REJECT: _rule("pending approved queued deferred", S.REJECTED, "chair"),
    Move.QUEUE: _rule("approved queued deferred", S.QUEUED, "chair"),
    Move.UNQUEUE: _rule("queued", S.APPROVED, "chair"),
    Move.START: _rule("approved queued", S.ANSWERING, "chair starter"),
    Move.PUT_BACK: _rule("answering", S.QUEUED, "chair answerer"),
    Move.FINISH: _rule("answering", S.ANSWERED, "chair answerer"),
    Move.DEFER: _rule("approved queued answering", S.DEFERRED, "chair"),
    Move.OFFER: _rule("approved queued", None, "author"),
    Move.ANSWER: _rule("approved queued answering answered deferred", None, "author chair"),
    Move.DRAFT: _rule("approved queued answering answered deferred", None, "author chair"),
    Move.RETRACT: _rule("approved queued answering answered deferred", None, "author chair"),
    Move.REOPEN: _rule("answered", S.APPROVED, "chair"),
    Move.HIDE: _rule("approved queued answering answered deferred", S.HIDDEN, "chair"),
    Move.UNHIDE: _rule("hidden", None, "chair"),
    Move.MERGE: _rule("pending approved queued deferred", S.MERGED, "chair"),
    Move.SPLIT: _rule("merged", None, "chair"),
    Move.UNDO: _rule(_ANY, None, "chair"),
    Move.VOTE: _rule("approved queued merged", None, "joined"),
    Move.UNVOTE: _rule("approved queued answering answered deferred merged", None, "joined"),
    Move.NOTE: _rule(_ANY, None, "chair"),
    Move.FOLLOW_UP: _rule("approved queued answering answered deferred", None, "author chair"),
    Move.ASSIGN: _rule("pending approved queued deferred", None, "chair"),
    Move.REPORT: _rule("approved queued answering answered deferred", None, "joined"),
    Move.HANDLE_REPORTS: _rule(_ANY, None, "chair"),
    Move.SILENCE: _rule(_ANY, None, "chair"),
    Move.SILENCE_NAME: _rule(_ANY, None, "chair"),
    Move.LET_ASK: _rule(_ANY, None, "chair"),
    Move.REGULATE: _rule("", None, "chair"),
    Move.ANNOUNCE: _rule("", None, "organizer"),
    Move.END_ANNOUNCEMENT: _rule("", None, "organizer"),
    Move.RETIME: _rule("", None, "chair"),
    Move.UNDO_OPENING: _rule("", None, "chair organizer"),
    Move.MAKE_POLL: _rule("", None, "chair"),
    Move.OPEN_POLL: _rule("", None, "chair"),
    Move.CLOSE_POLL: _rule("", None, "chair"),
    Move.DISCARD_POLL: _rule("", None, "chair"),
    Move.UNDO_POLL: _rule("", None, "chair"),
    Move.BALLOT: _rule("", None, "joined"),
}

#: What is said of a question's asker.
SILENCES = frozenset({Move.SILENCE, Move.SILENCE_NAME, Move.LET_ASK})
#: What is set beside a question: nobody's look at it grows stale, and each stands apart from the others.
MARKS = SILENCES | {Move.OFFER, Move.DRAFT, Move.NOTE, Move.FOLLOW_UP, Move.ASSIGN, Move.REPORT, Move.HANDLE_REPORTS}
#: Marks that are written down and can be undone; offers and drafts are taken back, and who reports stays unknown.
RECORDED_MARKS = MARKS - {Move.OFFER, Move.DRAFT, Move.REPORT}
#: Moves of polls, whose states stand in `polls.POLL_TABLE`.
POLL_MOVES = frozenset(
    {Move.MAKE_POLL, Move.OPEN_POLL, Move.CLOSE_POLL, Move.DISCARD_POLL, Move.UNDO_POLL, Move.BALLOT}
)
#: Moves that are about no single question.
NO_QUESTIONS_MOVES = POLL_MOVES | {
    Move.REGULATE,
    Move.ANNOUNCE,
    Move.END_ANNOUNCEMENT,
    Move.RETIME,
    Move.UNDO_OPENING,
}
#: What only the asker does: it is nobody's to undo, and a record of it names nobody.
ASKERS_MOVES = frozenset({Move.ASK, Move.EDIT, Move.WITHDRAW})

#: In plain words, for people, what a state is called.
STATE_WORDS: Mapping[QuestionState, str] = {
    S.PENDING: "waiting for a chair",
    S.RETURNED: "with its asker, for another wording",
    S.APPROVED: "shown to everyone",
    S.REJECTED: "declined",
    S.QUEUED: "in the speaking order",
    S.ANSWERING: "being answered",
    S.ANSWERED: "answered",
    S.DEFERRED: "to be answered in writing",
    S.MERGED: "merged into another one",
    S.HIDDEN: "hidden",
    S.WITHDRAWN: "withdrawn",
    S.OTHER: "in a state that this version does not know",
}


#: In plain words, what somebody did to a question: they follow a name.
MOVE_WORDS: Mapping[Move, str] = {
    Move.ASK: "asked it",
    Move.EDIT: "reworded it",
    Move.WITHDRAW: "took it back",
    Move.APPROVE: "approved it",
    Move.RETURN: "returned it for another wording",
    Move.REJECT: "declined it",
    Move.QUEUE: "gave it a place in the speaking order",
    Move.UNQUEUE: "took it out of the speaking order",
    Move.START: "started it",
    Move.PUT_BACK: "put it back into the speaking order",
    Move.FINISH: "marked it as answered live",
    Move.DEFER: "promised an answer in writing",
    Move.ANSWER: "answered it in writing",
    Move.RETRACT: "took a written answer back",
    Move.REOPEN: "opened it again",
    Move.HIDE: "hid it",
    Move.UNHIDE: "showed it again",
    Move.MERGE: "merged it into another one",
    Move.SPLIT: "split it from what it was merged into",
    Move.UNDO: "undid a move of it",
    Move.NOTE: "left a note",
    Move.FOLLOW_UP: "marked that more is wanted",
    Move.ASSIGN: "asked a presenter to answer it",
    Move.HANDLE_REPORTS: "looked at what was reported",
    Move.SILENCE: "silenced its asker",
    Move.SILENCE_NAME: "silenced its asker",
    Move.LET_ASK: "let its asker ask again",
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

    `moved` is the revision of the last move (state, text, order, merge, mark), `revision` that of any change; `shown`
    is when the public first saw it and `ceased` when that last ended, both None while it never happened. `before` is
    the state that unhiding or splitting takes it back to, `unwritten` the one it had before it counted as answered in
    writing, `into` the question it is merged into with that one's number, `also_asked` who asked what is merged into
    this one (empty: anonymously). `note` is the chairs' own, `assigned` the presenter whom they ask to answer,
    `reports` who asked them to look at it, `handled` how many of those they have dealt with, and `alias` stands
    for its asker where chairs look.
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
    before: QuestionState | None = None
    unwritten: QuestionState | None = None
    into: QuestionId | None = None
    into_number: int | None = None
    also_asked: tuple[str, ...] = ()
    note: str = ""
    follow_up: bool = False
    assigned: PersonId | None = None
    reports: tuple[ParticipantId, ...] = ()
    handled: int = 0
    alias: Alias = Alias("")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A written answer. `by_author` tells a presenter's answer from a chair's; a retracted one has no text any more.

    `edited` tells that everyone has seen another wording of it.
    """

    id: AnswerId
    question: QuestionId
    writer: ParticipantId
    writer_name: str
    by_author: bool
    text: str
    written_at: datetime
    revision: Revision = Revision(0)
    retracted: bool = False
    edited: bool = False


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may not ask: anonymously about `talk`, or where that is None, under their `name` in the session.

    `question` is the one at which it was said last; `ended` that they may ask again.
    """

    id: Alias
    participant: ParticipantId
    session: SessionId
    talk: TalkId | None
    name: str
    question: QuestionId
    by: str
    at: datetime
    ended: bool = False
    revision: Revision = Revision(0)


class Was(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a move changed, as it was before: UNSET stayed. `after` is whom it followed in the speaking order."""

    state: QuestionState | UnsetType = UNSET
    answerer: Speaker | UnsetType | None = UNSET
    offers: tuple[Speaker, ...] | UnsetType = UNSET
    mark: LiveMark | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET
    before: QuestionState | UnsetType | None = UNSET
    unwritten: QuestionState | UnsetType | None = UNSET
    into: QuestionId | UnsetType | None = UNSET
    into_number: int | UnsetType | None = UNSET
    after: QuestionId | UnsetType | None = UNSET
    note: str | UnsetType = UNSET
    follow_up: bool | UnsetType = UNSET
    assigned: PersonId | UnsetType | None = UNSET
    handled: int | UnsetType = UNSET


class MoveRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is written down of every move: who, when, from which state to which, why, and what takes it back.

    `actor_name` is empty for the asker's own moves. `answer` is the written answer it changed, `was_answer` that one as
    it was, None where there was none; `undoes` are the revisions that it took back, `silence` whom it silenced or let
    ask again. Of a mark `reason` is what was written or who was chosen, and `off` tells that it was taken away.
    """

    revision: Revision
    question: QuestionId
    move: Move
    actor: ParticipantId
    at: datetime
    source: QuestionState | None
    target: QuestionState
    reason: str = ""
    actor_name: str = ""
    was: Was | None = None
    answer: AnswerId | None = None
    was_answer: Answer | None = None
    silence: Alias | None = None
    undoes: tuple[Revision, ...] = ()
    off: bool = False

    @property
    def thing(self) -> Move | None:
        """What it changed: a mark, or the question itself (None); moves of different things hinder no other's undo."""
        if self.move in SILENCES:
            return Move.SILENCE
        return self.move if self.move in MARKS else None
