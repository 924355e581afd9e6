"""Which other times a chair can give a session at an instant, in words. Pure; must never give one."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from personal_app.conference.program import Conference, Session
from personal_app.conference.questions import Move
from personal_app.conference.rows import OpeningMoveRow, TimesRow
from personal_app.conference.timeline import Phase, phase
from personal_app.conference.timetable import following

MINUTE_MS = 60_000
_STEPS_MS = (MINUTE_MS, 5 * MINUTE_MS)
_OVERRUN = timedelta(hours=1)


class TimeWish(StrEnum):
    """What is done to a session's times."""

    DELAY = "delay"
    DELAY_ALL = "delay_all"
    DELAY_REST = "delay_rest"
    EXTEND = "extend"
    END_VIDEO = "end_video"


class TimeOffer(msgspec.Struct, frozen=True):
    """An entry of the menu: what it says, and what it does, by how much."""

    words: str
    wish: TimeWish
    by_ms: int = 0


def offers(program: Conference, timetable: Conference, session: Session, now: datetime) -> tuple[TimeOffer, ...]:
    """Return what can be done to `session`, which has its present times, at `now`."""
    found: list[TimeOffer] = []
    rest = _rest(program, timetable, session)
    may_move_rest = bool(rest) and all(other.start > now for other in rest)
    if session.start > now:
        found += [TimeOffer(f"Begin {minutes(by)} later", TimeWish.DELAY, by) for by in _STEPS_MS]
        if may_move_rest:
            found += [
                TimeOffer(f"Begin {minutes(by)} later, and all that follows", TimeWish.DELAY_ALL, by)
                for by in _STEPS_MS
            ]
    if phase(session, now) is Phase.VIDEO:
        found.append(TimeOffer("End the video now, and begin with the questions", TimeWish.END_VIDEO))
    if now < session.end + _OVERRUN:
        found += [TimeOffer(f"{minutes(by)} more for questions", TimeWish.EXTEND, by) for by in _STEPS_MS]
    if may_move_rest:
        found += [TimeOffer(f"Delay what follows by {minutes(by)}", TimeWish.DELAY_REST, by) for by in _STEPS_MS]
    return tuple(found)


def extension_ms(session: Session, now: datetime, by_ms: int) -> int:
    """Return by how much the questions' end is to move so that `by_ms` more are left, from now on where it is past."""
    over = max(timedelta(), now - session.qa_end)
    return by_ms + over // timedelta(milliseconds=1)


def words(row: TimesRow | None) -> str:
    """Return how the session's times differ from the program's ("5 min late, video ended"), or nothing."""
    if row is None:
        return ""
    said = (
        f"{minutes(row.late_ms)} late" if row.late_ms else "",
        f"+{minutes(row.extra_ms)}" if row.extra_ms else "",
        "video ended" if row.video_ms is not None else "",
        f"rest {minutes(row.rest_ms)} late" if row.rest_ms else "",
    )
    return ", ".join(filter(None, said))


def change_words(move: OpeningMoveRow) -> str:
    """Return what a change made of the times, and who made it: "Chiara: 5 min late"."""
    row = TimesRow(
        session="",  # type: ignore[arg-type]
        revision=move.revision,
        late_ms=move.late_ms,
        extra_ms=move.extra_ms,
        rest_ms=move.rest_ms,
        video_ms=move.video_ms,
    )
    undid = "undid a change: " if move.move is Move.UNDO_OPENING else ""
    return f"{move.by}: {undid}{words(row) or 'as in the program'}"


def minutes(length_ms: int) -> str:
    """Return a length in minutes, or where it is none in whole, in seconds: "5 min", "90 s"."""
    whole, rest = divmod(length_ms, MINUTE_MS)
    return f"{round(length_ms / 1000)} s" if rest and whole < 3 else f"{round(length_ms / MINUTE_MS)} min"


def _rest(program: Conference, timetable: Conference, session: Session) -> list[Session]:
    listed = program.session(session.id)
    found = () if listed is None else following(program, listed)
    return [now for now in (timetable.session(other.id) for other in found) if now is not None]
