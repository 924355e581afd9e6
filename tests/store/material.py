"""What the store's tests are made of: rows, frames, wishes, profiles; what matters is named, the rest filled in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from personal_app.conference import commands as do
from personal_app.conference.board import Board
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import (
    Alias,
    AnswerId,
    CommandId,
    ConferenceId,
    Epoch,
    ParticipantId,
    QuestionId,
    Revision,
    SessionId,
    TalkId,
    Tally,
    random_id,
)
from personal_app.conference.messages import Changes, Command, Done, Mine, Refused, Since
from personal_app.conference.program import Conference, Session, SessionKind, Talk
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import AnswerRow, DraftRow, OwnSilence, QuestionRow, Row, SilenceRow
from personal_app.conference.session_client import Applied, Replaced, ResumePoint
from personal_app.conference.wishes import Wish
from personal_app.store.values import Profile

CLOSE_S = 30.0
RESULT_S = 30.0
NOON = datetime(2020, 9, 13, 12, 0, tzinfo=UTC)
ANN = Profile(
    address="http://127.0.0.1:8020",
    participant="ann-participant-000000",
    name="Ann",
    token="secret-token-of-ann",
    recovery_code="secret-recovery-of-ann",
)
BOB = Profile(
    address="http://127.0.0.1:8020",
    participant="bob-participant-000000",
    name="Bob",
    token="secret-token-of-bob",
    recovery_code="secret-recovery-of-bob",
)


def question_id(number: int) -> QuestionId:
    return QuestionId(f"question{number:014d}")


def question(number: int, revision: int, text: str = "Why?", **fields: Any) -> QuestionRow:
    return QuestionRow(
        id=question_id(number),
        session=SessionId("research"),
        talk=TalkId("paper"),
        text=text,
        state=fields.pop("state", QuestionState.APPROVED),
        asked_at=NOON + timedelta(seconds=number),
        revision=Revision(revision),
        moved=Revision(revision),
        **fields,
    )


def answer(number: int, of: int, revision: int, text: str = "Because.") -> AnswerRow:
    return AnswerRow(
        id=AnswerId(f"answer{number:016d}"),
        question=question_id(of),
        writer="Samuel",
        text=text,
        written_at=NOON + timedelta(minutes=number),
        revision=Revision(revision),
    )


def silence(number: int, revision: int, *, ended: bool = False) -> SilenceRow:
    return SilenceRow(
        id=Alias(f"alias{number}"),
        session=SessionId("research"),
        question=question_id(number),
        by="Chiara",
        at=NOON,
        revision=Revision(revision),
        talk=TalkId("paper"),
        ended=ended,
    )


def own_silence(talk: str | None, revision: int, *, ended: bool = False) -> OwnSilence:
    about = None if talk is None else TalkId(talk)
    return OwnSilence(session=SessionId("research"), talk=about, revision=Revision(revision), ended=ended)


def draft(of: int, revision: int, text: str) -> DraftRow:
    return DraftRow(
        question=question_id(of),
        text=text,
        by="Samuel",
        participant=ParticipantId("samuel"),
        at=NOON,
        revision=Revision(revision),
    )


def resume_at(revision: int, tally: int, epoch: str = "epoch-1", view: str = "view-1") -> ResumePoint:
    return ResumePoint(since=Since(epoch=Epoch(epoch), revision=Revision(revision), tally=Tally(tally)), view=view)


def changes(
    revision: int,
    tally: int = 0,
    rows: Iterable[Row] = (),
    gone: Iterable[int] = (),
    counts: Iterable[tuple[int, int]] = (),
) -> Changes:
    return Changes(
        revision=Revision(revision),
        tally=Tally(tally),
        set=tuple(rows),
        gone=tuple(question_id(number) for number in gone),
        tallies=tuple((question_id(number), votes) for number, votes in counts),
    )


def applied(frame: Changes, mine: Mine | None = None, *, epoch: str = "epoch-1", view: str = "view-1") -> Applied:
    return Applied(resume=resume_at(frame.revision, frame.tally, epoch, view), changes=frame, mine=mine)


def replaced(frame: Changes, mine: Mine | None = None, *, epoch: str = "epoch-1", view: str = "view-1") -> Replaced:
    return Replaced(resume=resume_at(frame.revision, frame.tally, epoch, view), changes=frame, mine=mine)


def mine(
    revision: int,
    tally: int = 0,
    rows: Iterable[QuestionRow] = (),
    votes: Iterable[tuple[int, bool]] = (),
    *,
    full: bool = False,
    silences: Iterable[OwnSilence] = (),
) -> Mine:
    held = tuple((question_id(number), vote) for number, vote in votes)
    return Mine(
        revision=Revision(revision),
        tally=Tally(tally),
        full=full,
        set=tuple(rows),
        votes=held,
        silences=tuple(silences),
    )


def ask(text: str = "Why?", second: int = 0) -> Wish:
    wanted = do.Ask(question=random_id(), talk="paper", text=text)
    return Wish(command=Command(id=random_id(), do=wanted), at=NOON + timedelta(seconds=second))


def done(wish: Wish, revision: int, tally: int) -> Done:
    return Done(id=CommandId(wish.command.id), revision=Revision(revision), tally=Tally(tally))


def refused(wish: Wish, code: RefusalCode = RefusalCode.WRONG_STATE, *, final: bool = True) -> Refused:
    return Refused(id=CommandId(wish.command.id), code=code, final=final, detail="It is too late for that.")


def conference(title: str = "PeRSonAl") -> Conference:
    session = Session(
        id=SessionId("research"),
        kind=SessionKind.TALK,
        title="Research",
        start=NOON,
        end=NOON + timedelta(hours=1),
        qa_start=NOON,
        qa_end=NOON + timedelta(hours=1),
        talks=(TalkId("paper"),),
    )
    return Conference(
        id=ConferenceId("personal-2020"),
        title=title,
        timezone="UTC",
        day=NOON.date(),
        sessions=(session,),
        talks=(Talk(id=TalkId("paper"), session=session.id, title="A paper"),),
        people=(),
    )


def board_of(frame: Changes, own: Mine | None) -> Board:
    board = Board()
    board.apply(frame, own)
    return board


def bytes_of(folder: Path) -> bytes:
    """All that lies in the cache's folder itself: the database, its log, whatever else SQLite put there."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())
