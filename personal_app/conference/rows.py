"""Rows as viewers hold them: what is left of a question or an answer once `visibility` has taken out the rest.

They are what the wire carries, the client's cache keeps and a board shows. This module must never hold a field that
tells who asked an anonymous question.
"""

from datetime import datetime

import msgspec

from personal_app.conference.ids import AnswerId, ParticipantId, QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState


class SpeakerRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who answers or offers to; `participant` is there for the session's chairs and the talk's authors alone, to accept
    an offer and to know one's own."""

    name: str
    participant: ParticipantId | None = None


class MarkRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Answered live at an instant, and at a position of the recording (ms) where one was playing."""

    at: datetime
    position_ms: int | None = None


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="question"):
    """A question as one viewer may hold it. `asker` is None where it is anonymous to them."""

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


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="answer"):
    """A written answer; `by_author` is what the author badge is drawn from."""

    id: AnswerId
    question: QuestionId
    writer: str
    text: str
    written_at: datetime
    revision: Revision
    by_author: bool = False


Row = QuestionRow | AnswerRow
