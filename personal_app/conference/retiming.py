"""Which other times a chair may give a session, and what is left of the row when they are added up.

The rules:

1. What has begun is not moved: neither a session whose start is past, nor what follows one of which a part has begun.
   Nor is anything moved so that it would have begun already.
2. Its questions can be given more time as long as they are not over for an hour.
3. A video is ended while it runs, and never before the moment at which the command comes.
4. Nothing comes earlier than the program has it, nor later than 12 hours.

Pure; must never know who asks (`openings`).
"""

from datetime import datetime, timedelta

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.program import Conference, Session
from personal_app.conference.register import Register
from personal_app.conference.rows import TimesRow, open_key
from personal_app.conference.timeline import Phase, phase
from personal_app.conference.timetable import drawn_times, following, retimed

MOST_MS = 12 * 3600 * 1000
#: So long after its end a session that runs over can still be given time.
_OVERRUN = timedelta(hours=1)


def added(known: TimesRow, wanted: do.Retime, session: Session, now: datetime) -> TimesRow:
    """Return the row as `wanted` makes it at `now`; `session` has its present times.

    Raises Refusal: wrong_state, where a video is to be ended that does not run.
    """
    row = drawn_times(known, wanted)
    if wanted.video_ms is None:
        return row
    if session.video_start is None or phase(session, now) is not Phase.VIDEO:
        raise Refusal(
            RefusalCode.WRONG_STATE, f"The video of “{session.title}” is not running: there is nothing to end."
        )
    reached_ms = (now - session.video_start) // timedelta(milliseconds=1)
    return msgspec.structs.replace(row, video_ms=max(1, reached_ms, wanted.video_ms))


def check(register: Register, known: TimesRow, row: TimesRow, now: datetime) -> None:
    """Look whether the times may become what `row` says at `now`.

    Raises Refusal: invalid (too much, or earlier than the program), wrong_state (too late for it).
    """
    if not all(0 <= each <= MOST_MS for each in (row.late_ms, row.extra_ms, row.rest_ms)):
        raise Refusal(
            RefusalCode.INVALID, "Nothing can come before its time in the program, nor more than 12 hours after it."
        )
    before = register.timetable
    after = _with(register, row)
    session = register.conference.session(row.session)
    if session is None:
        return
    if row.late_ms != known.late_ms:
        _must_not_have_begun(session, before, after, now)
    if row.rest_ms != known.rest_ms:
        _may_move_rest(register.conference, session, before, after, now)
    if row.extra_ms > known.extra_ms and _over(before, session, now):
        raise Refusal(RefusalCode.WRONG_STATE, f"“{session.title}” is over: its questions can be given no more time.")


def _with(register: Register, row: TimesRow) -> Conference:
    rows = {open_key(each): each for each in register.open.values() if isinstance(each, TimesRow)}
    return retimed(register.conference, {**rows, open_key(row): row}.values())


def _may_move_rest(program: Conference, session: Session, before: Conference, after: Conference, now: datetime) -> None:
    rest = following(program, session)
    if not rest:
        raise Refusal(RefusalCode.WRONG_STATE, f"Nothing follows “{session.title}”: there is nothing to delay.")
    for other in rest:
        _must_not_have_begun(other, before, after, now)


def _must_not_have_begun(session: Session, before: Conference, after: Conference, now: datetime) -> None:
    was, becomes = before.session(session.id), after.session(session.id)
    if was is not None and _begins(was) <= now:
        raise Refusal(RefusalCode.WRONG_STATE, f"“{session.title}” has begun, and what has begun is not moved.")
    if becomes is not None and _begins(becomes) <= now:
        raise Refusal(
            RefusalCode.WRONG_STATE, f"“{session.title}” would have begun already: leave it later, or let it begin."
        )


def _begins(session: Session) -> datetime:
    return session.start if session.video_start is None else min(session.start, session.video_start)


def _over(timetable: Conference, session: Session, now: datetime) -> bool:
    known = timetable.session(session.id)
    return known is not None and now >= known.end + _OVERRUN
