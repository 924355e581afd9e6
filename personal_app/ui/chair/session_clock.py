"""What the console's clock says of a session at an instant. Pure; must never ask for the time."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from personal_app.conference.program import Session
from personal_app.conference.timeline import Phase, phase
from personal_app.ui.cards import wording

#: From here on the chair is warned that the questions' time ends.
WARN_LEFT = timedelta(minutes=2)


class Pressure(StrEnum):
    """How much the time presses, as a tone of the theme."""

    NONE = "soft"
    WARN = "warn"
    OVER = "live"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` in words, the running time and what it counts, and how much it presses."""

    phase: str
    time: str = ""
    counts: str = ""
    pressure: Pressure = Pressure.NONE


def read(session: Session, now: datetime, *, answering: bool) -> Reading:
    """Return what the clock says; after the end it counts the over-run as long as somebody is `answering`."""
    match phase(session, now):
        case Phase.BEFORE:
            return Reading(phase="Not begun", time=_length(session.start - now), counts="to the start")
        case Phase.VIDEO:
            ends = (session.video_start or session.start) + timedelta(milliseconds=session.video_ms)
            return Reading(phase="Recording", time=_length(ends - now), counts="of the recording left")
        case Phase.QA:
            left = session.qa_end - now
            pressure = Pressure.WARN if left <= WARN_LEFT else Pressure.NONE
            return Reading(phase="Q&A", time=_length(left), counts="left for questions", pressure=pressure)
        case Phase.BREAK if now < session.qa_start:
            return Reading(phase="Break", time=_length(session.qa_start - now), counts="to the questions")
    if answering:
        over = _length(now - session.qa_end)
        return Reading(phase="Over time", time=over, counts="over", pressure=Pressure.OVER)
    return Reading(phase="Over")


def _length(delta: timedelta) -> str:
    return wording.length(delta.total_seconds())
