"""What is on, when: phases of a session, now and next, overlaps, and timetables moved to another day.

All functions take the instant they are asked about. This module must never ask for the time itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from personal_app.conference.ids import SessionId, TalkId
from personal_app.conference.program import Conference, Item, Opening, QuestionTimes, Session, SessionKind, Talk
from personal_app.conference.questions import QaState


class Phase(StrEnum):
    """Where a session stands."""

    BEFORE = "before"
    VIDEO = "video"
    BREAK = "break"
    QA = "qa"
    OVER = "over"


class NowNext(msgspec.Struct, frozen=True):
    """The sessions that are on now (several where tracks run beside each other) and the next one to start."""

    now: tuple[Session, ...]
    next: Session | None


def phase(session: Session, now: datetime) -> Phase:
    """Return where `session` stands at `now`. Video wins over Q&A where an organizer lets them overlap."""
    if session.video_start is not None:
        video_end = session.video_start + timedelta(milliseconds=session.video_ms)
        if session.video_start <= now < video_end:
            return Phase.VIDEO
    if session.qa_start <= now < session.qa_end:
        return Phase.QA
    if now < session.start:
        return Phase.BEFORE
    return Phase.BREAK if now < session.end else Phase.OVER


def now_and_next(sessions: Iterable[Session], now: datetime) -> NowNext:
    """Return what is on at `now` and what starts next; both by start, then by id."""
    ordered = sorted(sessions, key=lambda session: (session.start, session.id))
    on = tuple(session for session in ordered if session.start <= now < session.end)
    following = next((session for session in ordered if session.start > now), None)
    return NowNext(on, following)


def scheduled_qa(session: Session, now: datetime) -> QaState:
    """Return what the session's questions are open to at `now` as the program says; open where it says nothing."""
    times = session.questions
    if (times.opens is not None and now < times.opens) or (times.closes is not None and now >= times.closes):
        return QaState.CLOSED
    return QaState.PAUSED if times.pauses is not None and now >= times.pauses else QaState.OPEN


def qa_change(session: Session, now: datetime) -> datetime | None:
    """Return when the program changes next what the session's questions are open to, or None."""
    times = session.questions
    return min((at for at in (times.opens, times.pauses, times.closes) if at is not None and at > now), default=None)


def may_watch(talk: Talk, session: Session, now: datetime) -> bool:
    """Tell whether the talk's recording may be watched at `now`: always, or from the start of the session's video."""
    return talk.opening is Opening.ALWAYS or now >= (session.video_start or session.start)


def item_at(session: Session, now: datetime) -> tuple[Item, int] | None:
    """Return the item of the session's video that runs at `now` and the position in it in ms, or None.

    Items may come in any order; where two overlap, the earlier one is on until it ends, as in `playback`.
    """
    if session.video_start is None:
        return None
    elapsed_ms = (now - session.video_start) // timedelta(milliseconds=1)
    for item in sorted(session.items, key=lambda item: item.offset_ms):
        if item.offset_ms <= elapsed_ms < item.offset_ms + item.duration_ms:
            return item, elapsed_ms - item.offset_ms
    return None


def live_position_ms(session: Session, talk: TalkId, now: datetime) -> int | None:
    """Return where the talk's recording runs for everyone at `now`, in ms, or None while it does not."""
    running = item_at(session, now)
    return running[1] if running is not None and running[0].talk == talk else None


def stream_on(session: Session, now: datetime) -> bool:
    """Tell whether the session's live stream is on at `now`: in its slot, but while its video runs for everyone."""
    return bool(session.stream) and session.start <= now < session.end and phase(session, now) is not Phase.VIDEO


def overlaps(sessions: Sequence[Session]) -> tuple[tuple[SessionId, SessionId], ...]:
    """Return the pairs of sessions that share time, each pair once, in the order of their starts."""
    ordered = sorted(sessions, key=lambda session: (session.start, session.id))
    return tuple(
        (first.id, second.id)
        for index, first in enumerate(ordered)
        for second in ordered[index + 1 :]
        if second.start < first.end
    )


def rehearsal(conference: Conference, began: datetime, gap_ms: int = 120_000, qa_ms: int = 300_000) -> Conference:
    """Return the conference on a short timetable that begins at `began`, everything else as it was.

    Sessions follow each other in their order: one with a video takes its video and `gap_ms` of Q&A, one without takes
    `qa_ms`. It is what a demo or a rehearsal plays instead of a whole day.
    """
    sessions = []
    start = began
    for session in conference.sessions:
        moved = _moved(session, start, gap_ms, qa_ms)
        sessions.append(moved)
        start = moved.end
    return msgspec.structs.replace(conference, sessions=tuple(sessions))


def _moved(session: Session, start: datetime, gap_ms: int, qa_ms: int) -> Session:
    has_video = session.video_ms > 0 and session.kind is not SessionKind.QA
    qa_start = start + timedelta(milliseconds=session.video_ms) if has_video else start
    end = qa_start + timedelta(milliseconds=gap_ms if has_video else qa_ms)
    return msgspec.structs.replace(
        session,
        start=start,
        end=end,
        video_start=start if has_video else None,
        qa_start=qa_start,
        qa_end=end,
        questions=_times_moved(session.questions, start - session.start),
    )


def _times_moved(times: QuestionTimes, by: timedelta) -> QuestionTimes:
    moved = {field: at + by for field in times.__struct_fields__ if (at := getattr(times, field)) is not None}
    return QuestionTimes(**moved)
