"""A schedule of one's own: which sessions and talks a person has starred, and which of them are at the same time.

A star is the name of a session ("session research-qa") or of a talk ("talk deeprecsys-tutorial"). Pure: who keeps them
is another's business, and a star of something that is not in the program any more does no harm.
"""

from collections.abc import Collection
from itertools import combinations

from personal_app.conference.ids import RecordingId, SessionId, TalkId
from personal_app.conference.program import Conference, Session

Stars = Collection[str]


def star_of_session(session: SessionId) -> str:
    """Return the star of a session."""
    return f"session {session}"


def star_of_talk(conference: Conference, talk: TalkId) -> str:
    """Return the star of a talk: that of its session where it is the only one, as the program shows them as one."""
    found = conference.talk(talk)
    session = conference.session(found.session) if found is not None else None
    return star_of_session(session.id) if session is not None and len(session.talks) == 1 else f"talk {talk}"


def starred_sessions(conference: Conference, stars: Stars) -> tuple[Session, ...]:
    """Return the sessions that are starred, or a talk of which is, in the order of the program."""
    return tuple(
        session
        for session in conference.sessions
        if star_of_session(session.id) in stars or any(f"talk {talk}" in stars for talk in session.talks)
    )


def starred_recordings(conference: Conference, stars: Stars) -> tuple[RecordingId, ...]:
    """Return the recordings of what is starred: of a talk its own, of a session those of all its talks."""
    return tuple(
        talk.recording
        for session in conference.sessions
        for talk in map(conference.talk, session.talks)
        if talk is not None and talk.recording is not None
        if star_of_session(session.id) in stars or f"talk {talk.id}" in stars
    )


def overlaps(conference: Conference, stars: Stars) -> dict[SessionId, tuple[str, ...]]:
    """Return for each starred session the titles of the starred ones that it shares time with, where there are any."""
    found: dict[SessionId, list[str]] = {}
    for one, other in combinations(starred_sessions(conference, stars), 2):
        if one.start < other.end and other.start < one.end:
            found.setdefault(one.id, []).append(other.title)
            found.setdefault(other.id, []).append(one.title)
    return {session: tuple(titles) for session, titles in found.items()}
