"""Which talk is open at first. Pure: no Qt."""

from datetime import datetime

from personal_app.conference import timeline
from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference


def talk_to_show(conference: Conference, now: datetime) -> TalkId | None:
    """Return the talk to open at first: what runs now, else the session that is on, else the next, else the first."""
    found = timeline.now_and_next(conference.sessions, now)
    for session in found.now:
        item = timeline.item_at(session, now)
        if item is not None:
            return item[0].talk
    following = (found.next,) if found.next is not None else ()
    candidates = [*found.now, *following, *conference.sessions]
    return next((session.talks[0] for session in candidates if session.talks), None)
