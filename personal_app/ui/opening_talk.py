"""Which talk is open at first. Pure: no Qt."""

from datetime import datetime

from personal_app.conference import timeline
from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference


def talk_to_show(conference: Conference, now: datetime, last: TalkId | None = None) -> TalkId | None:
    """Return the talk to open at first.

    What runs now, else one of the session that is on, else the `last` one that was open, else the next, else the first.
    """
    found = timeline.now_and_next(conference.sessions, now)
    for session in found.now:
        item = timeline.item_at(session, now)
        if item is not None:
            return item[0].talk
    on = next((session.talks[0] for session in found.now if session.talks), None)
    if on is not None:
        return on
    if last is not None and conference.talk(last) is not None:
        return last
    following = (found.next,) if found.next is not None else ()
    return next((session.talks[0] for session in (*following, *conference.sessions) if session.talks), None)
