"""The program with the times that chairs have said by hand: sessions delayed, lengthened, their videos ended early.

Everyone computes it alike from the program and the rows, so all follow at the same second. Pure; must never decide who
may change a time (`openings`) or ask for the present.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.ids import Revision, SessionId
from personal_app.conference.program import Conference, Item, QuestionTimes, Session
from personal_app.conference.rows import TimesRow

#: What begins so long after a session's end at most is what follows it; the next day stays as it is.
FOLLOWS_WITHIN = timedelta(hours=12)


def retimed(conference: Conference, rows: Iterable[TimesRow]) -> Conference:
    """Return `conference` with its sessions moved as `rows` say, in the order of their new starts.

    Rows of sessions that it does not have are passed over.
    """
    said = {row.session: row for row in rows}
    if not said:
        return conference
    late = _late(conference, said)
    moved = [_moved(session, late[session.id], said.get(session.id)) for session in conference.sessions]
    moved.sort(key=lambda session: session.start)
    return msgspec.structs.replace(conference, sessions=tuple(moved))


def drawn_times(known: TimesRow | None, wanted: do.Retime) -> TimesRow:
    """Return what `wanted` makes of the times that are known, before anybody has looked whether it may."""
    row = known or TimesRow(session=do.session_of(wanted), revision=Revision(0))
    return msgspec.structs.replace(
        row,
        late_ms=row.late_ms + wanted.late_ms,
        extra_ms=row.extra_ms + wanted.extra_ms,
        rest_ms=row.rest_ms + wanted.rest_ms,
        video_ms=row.video_ms if wanted.video_ms is None else wanted.video_ms,
    )


def following(conference: Conference, session: Session) -> tuple[Session, ...]:
    """Return what follows `session` in the program: what begins at its end or within 12 hours of it."""
    return tuple(
        other
        for other in conference.sessions
        if other.id != session.id and session.end <= other.start <= session.end + FOLLOWS_WITHIN
    )


def run_into(program: Conference, timetable: Conference, session: SessionId) -> Session | None:
    """Return which of what follows a session in the program begins, as things are now, before that one ends."""
    listed, now = program.session(session), timetable.session(session)
    if listed is None or now is None:
        return None
    rest = {other.id for other in following(program, listed)}
    return next((other for other in timetable.sessions if other.id in rest and other.start < now.end), None)


def _late(conference: Conference, said: dict[SessionId, TimesRow]) -> dict[SessionId, timedelta]:
    late = {session.id: timedelta() for session in conference.sessions}
    for session in conference.sessions:
        row = said.get(session.id)
        if row is None:
            continue
        late[session.id] += timedelta(milliseconds=row.late_ms)
        for other in following(conference, session) if row.rest_ms else ():
            late[other.id] += timedelta(milliseconds=row.rest_ms)
    return late


def _moved(session: Session, late: timedelta, row: TimesRow | None) -> Session:
    extra = timedelta(milliseconds=row.extra_ms if row is not None else 0)
    cut_ms = session.video_ms if row is None or row.video_ms is None else min(row.video_ms, session.video_ms)
    saved = timedelta(milliseconds=session.video_ms - cut_ms)
    if not (late or extra or saved):
        return session
    video_end = (session.video_start or session.start) + timedelta(milliseconds=session.video_ms)
    # Questions that wait for the video's end begin when it ends.
    sooner = saved if session.qa_start >= video_end else timedelta()
    return msgspec.structs.replace(
        session,
        start=session.start + late,
        end=session.end + late + extra,
        video_start=None if session.video_start is None else session.video_start + late,
        qa_start=session.qa_start + late - sooner,
        qa_end=session.qa_end + late + extra,
        items=tuple(_cut(item, cut_ms) for item in session.items if item.offset_ms < cut_ms),
        questions=_questions_moved(session, late, extra),
    )


def _cut(item: Item, cut_ms: int) -> Item:
    return msgspec.structs.replace(item, duration_ms=min(item.duration_ms, cut_ms - item.offset_ms))


def _questions_moved(session: Session, late: timedelta, extra: timedelta) -> QuestionTimes:
    """Return when questions open, pause and close: what lies within the slot moves with it, all else stays."""

    def moved(at: datetime | None) -> datetime | None:
        if at is None or not session.start <= at <= session.end:
            return at
        return at + late + (extra if at >= session.qa_end else timedelta())

    times = session.questions
    return QuestionTimes(opens=moved(times.opens), pauses=moved(times.pauses), closes=moved(times.closes))
