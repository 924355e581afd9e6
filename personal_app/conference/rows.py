"""Rows as viewers hold them: what is left of a question or an answer once `visibility` has taken out the rest.

They are what the wire carries, the client's cache keeps and a board shows. This module must never hold a field that
tells who asked an anonymous question.
"""

from datetime import datetime

import msgspec

from personal_app.conference.ids import (
    Alias,
    AnnouncementId,
    AnswerId,
    ParticipantId,
    PersonId,
    PollId,
    QuestionId,
    Revision,
    SessionId,
    TalkId,
)
from personal_app.conference.polls import PollState
from personal_app.conference.questions import Move, QaState, QuestionState


class SpeakerRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who answers or offers to; `participant` is there for the session's chairs and the talk's authors alone, to accept
    an offer and to know one's own."""

    name: str
    participant: ParticipantId | None = None


class MarkRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Answered live at an instant, and at a position of the recording (ms) where one was playing."""

    at: datetime
    position_ms: int | None = None


class MoveRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A move of a question's history, for the session's chairs; `by` is empty where the asker made it.

    Of a mark `reason` is what was written or who was chosen, and `off` tells that it was taken away.
    """

    revision: Revision
    move: Move
    at: datetime
    source: QuestionState | None
    target: QuestionState
    by: str = ""
    reason: str = ""
    undone: bool = False
    off: bool = False


class OpeningMoveRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A move of what is about no question, for those who look after it: who made it what it became.

    Of a talk's questions that is `qa` and `moderated`, of an announcement its `text`, empty where taken away, and of
    a session's times what a `TimesRow` has.
    """

    revision: Revision
    move: Move
    at: datetime
    by: str
    undone: bool = False
    qa: QaState | None = None
    moderated: bool | None = None
    text: str = ""
    late_ms: int = 0
    extra_ms: int = 0
    rest_ms: int = 0
    video_ms: int | None = None


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="question"):
    """A question as one viewer may hold it. `asker` is None where it is anonymous to them.

    `history` are its latest moves, oldest first, for chairs alone; `into` and `into_number` tell its asker and the
    chairs what it is merged into, and `also_asked` everyone who asked what is merged into it. `note`, the number of
    `reports` and the `alias` of its asker are for chairs, `follow_up` and `assigned` for them and the talk's authors.
    """

    id: QuestionId
    session: SessionId
    talk: TalkId
    text: str
    state: QuestionState
    asked_at: datetime
    revision: Revision
    moved: Revision
    asker: str | None = None
    position_ms: int | None = None
    number: int | None = None
    order: int | None = None
    answerer: SpeakerRow | None = None
    offers: tuple[SpeakerRow, ...] = ()
    mark: MarkRow | None = None
    reason: str = ""
    before: QuestionState | None = None
    into: QuestionId | None = None
    into_number: int | None = None
    also_asked: tuple[str, ...] = ()
    history: tuple[MoveRow, ...] = ()
    note: str = ""
    follow_up: bool = False
    assigned: PersonId | None = None
    reports: int = 0
    alias: Alias | None = None


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="answer"):
    """A written answer; `by_author` is what the author badge is drawn from. A retracted one is to be let go of.

    `edited` tells that it had another wording, and that `written_at` is when it got this one. `participant`, who wrote
    it, is there for the session's chairs and the talk's authors alone, to know one's own.
    """

    id: AnswerId
    question: QuestionId
    writer: str
    text: str
    written_at: datetime
    revision: Revision
    by_author: bool = False
    retracted: bool = False
    edited: bool = False
    participant: ParticipantId | None = None


class QaRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="qa"):
    """What a talk's questions are open to, and whether they are moderated, once a chair has said so by hand.

    Where `qa` is None the program says when they are open to what (`timeline.scheduled_qa`).
    `history` are its latest moves, oldest first, for the session's chairs alone.
    """

    talk: TalkId
    revision: Revision
    qa: QaState | None = None
    moderated: bool = True
    history: tuple[OpeningMoveRow, ...] = ()

    @property
    def id(self) -> str:
        """The row's key among its kind."""
        return self.talk


class AnnouncementRow(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="announcement"
):
    """Something that everyone is told until an instant, or for good (None). An ended one has no text any more.

    `history` are its latest moves, oldest first, for organizers alone.
    """

    id: AnnouncementId
    text: str
    by: str
    at: datetime
    revision: Revision
    until: datetime | None = None
    ended: bool = False
    history: tuple[OpeningMoveRow, ...] = ()


class TimesRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="times"):
    """How a session's times differ from the program's, once a chair has said so by hand (`timetable.retimed`).

    All of it is `late_ms` later, its questions and its end `extra_ms` later still, what follows it `rest_ms` later; its
    video ends at `video_ms` of it, or where that is None as long as it is.
    `history` are its latest moves, oldest first, for the session's chairs alone.
    """

    session: SessionId
    revision: Revision
    late_ms: int = 0
    extra_ms: int = 0
    rest_ms: int = 0
    video_ms: int | None = None
    history: tuple[OpeningMoveRow, ...] = ()

    @property
    def id(self) -> str:
        """The row's key among its kind."""
        return self.session


class SilenceRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="silence"):
    """Somebody who may not ask, for the session's chairs: `id` is the alias on that person's questions.

    They may not ask anonymously about the `talk`, or where that is None, under their `name` in the session. `question`
    is where it was said last. An ended one is to be let go of.
    """

    id: Alias
    session: SessionId
    question: QuestionId
    by: str
    at: datetime
    revision: Revision
    talk: TalkId | None = None
    name: str = ""
    ended: bool = False


class OwnSilence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What its person is told of a silence: none asked anonymously about `talk`, or None: under their name."""

    session: SessionId
    revision: Revision
    talk: TalkId | None = None
    ended: bool = False

    @property
    def key(self) -> str:
        """Return a key that no other silence of the person has."""
        return f"session {self.session}" if self.talk is None else f"talk {self.talk}"


class DraftRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="draft"):
    """An answer in writing while it is being written, for the session's chairs and the talk's authors alone.

    There is one for each question, and `by` wrote on it last. Without text there is none any more.
    """

    question: QuestionId
    text: str
    by: str
    participant: ParticipantId
    at: datetime
    revision: Revision

    @property
    def id(self) -> str:
        """The row's key among its kind."""
        return self.question


class PollMoveRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A move of a poll's history, for the session's chairs."""

    revision: Revision
    move: Move
    at: datetime
    source: PollState | None
    target: PollState
    by: str = ""
    undone: bool = False


class PollRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="poll"):
    """A poll as one viewer may hold it; one that they may see no more has neither text nor options, and is let go of.

    Drafts and what is discarded are given to chairs alone. `results` is true where counts are told to all who are
    given this row: to chairs, and to everyone once the poll is closed. Else they are told
    to who has voted. `history` are its latest moves, oldest first, for chairs alone.
    """

    id: PollId
    session: SessionId
    revision: Revision
    state: PollState
    talk: TalkId | None = None
    text: str = ""
    options: tuple[str, ...] = ()
    multiple: bool = False
    made_at: datetime | None = None
    results: bool = False
    history: tuple[PollMoveRow, ...] = ()

    @property
    def gone(self) -> bool:
        """True where it is to be let go of."""
        return not self.options


#: What is shown as it is, so that the truth and the row are one value; only the history is added in showing it.
Open = QaRow | AnnouncementRow | DraftRow | TimesRow
#: Rows beside the questions: each is held by its key, and of two of one key the newer one.
Beside = Open | SilenceRow | PollRow
Row = QuestionRow | AnswerRow | Beside


def open_key(row: Beside) -> str:
    """Return a key that no other row of these kinds has."""
    return f"{row.__struct_config__.tag} {row.id}"


def times_key(session: SessionId) -> str:
    """Return the key of the session's times among these rows."""
    return f"times {session}"


def draft_key(question: QuestionId) -> str:
    """Return the key of the question's draft among these rows."""
    return f"draft {question}"
