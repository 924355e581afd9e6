"""Which sessions a person chairs, and which of them is shown when nobody has chosen. Pure."""

from collections.abc import Sequence
from datetime import datetime

from personal_app.conference.ids import SessionId
from personal_app.conference.people import Audience
from personal_app.conference.program import Conference, Session
from personal_app.conference.timeline import now_and_next


def own_sessions(conference: Conference | None, audience: Audience) -> list[Session]:
    """Return the sessions that `audience` chairs, in the order of the program."""
    if conference is None:
        return []
    return [session for session in conference.sessions if audience.chairs(session.id)]


def session_to_show(sessions: Sequence[Session], chosen: SessionId | None, now: datetime) -> Session | None:
    """Return the chosen session while it is among them, else the one that is on, the next, the last; None of none."""
    found = next((session for session in sessions if session.id == chosen), None)
    if found is None and sessions:
        about = now_and_next(sessions, now)
        found = next(iter(about.now), about.next) or sessions[-1]
    return found
