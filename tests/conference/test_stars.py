"""A schedule of one's own: what is in it, and what of it is at the same time."""

from datetime import timedelta

import msgspec

from personal_app.conference.ids import SessionId
from personal_app.conference.stars import overlaps, star_of_session, star_of_talk, starred_recordings, starred_sessions
from tests.ui.demo import CAUSALITY, DEEPRECSYS, INTRODUCTION, MIXED, RESEARCH, demo_conference

CONFERENCE = demo_conference()


def test_a_talk_that_is_its_session_has_its_star() -> None:
    assert star_of_talk(CONFERENCE, CAUSALITY) == star_of_session(SessionId(CAUSALITY))
    assert star_of_talk(CONFERENCE, MIXED) == f"talk {MIXED}"


def test_a_session_is_mine_when_a_talk_of_it_is() -> None:
    stars = {f"talk {MIXED}", star_of_session(SessionId(INTRODUCTION)), "session long-gone"}
    assert [session.id for session in starred_sessions(CONFERENCE, stars)] == [INTRODUCTION, RESEARCH]
    assert starred_recordings(CONFERENCE, stars) == (f"{INTRODUCTION}-video", f"{MIXED}-video")
    assert len(starred_recordings(CONFERENCE, {star_of_session(RESEARCH)})) == 3


def test_only_starred_sessions_that_share_time_overlap() -> None:
    first, second, *rest = CONFERENCE.sessions
    early = msgspec.structs.replace(second, start=second.start - timedelta(minutes=5))
    conference = msgspec.structs.replace(CONFERENCE, sessions=(first, early, *rest))
    stars = {star_of_session(first.id), star_of_session(second.id), f"talk {DEEPRECSYS}"}
    assert overlaps(CONFERENCE, stars) == {}, "one that begins when the other ends does not overlap"
    assert overlaps(conference, stars) == {first.id: (second.title,), second.id: (first.title,)}
    assert overlaps(conference, {star_of_session(first.id)}) == {}
