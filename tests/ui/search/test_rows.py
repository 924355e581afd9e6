"""What was found as rows."""

from personal_app.conference.finding import Excerpt, Hit, HitKind
from personal_app.ui.search.rows import found_rows
from tests.ui.demo import CAUSALITY, demo_conference, question_id


def test_hits_stand_under_the_heading_of_their_kind_and_say_where_they_are() -> None:
    conference = demo_conference()
    hits = (
        Hit(kind=HitKind.TALK, ref=CAUSALITY, head=Excerpt("Time"), talk=CAUSALITY),
        Hit(kind=HitKind.CHAPTER, ref="r 1", head=Excerpt("The usual view"), talk=CAUSALITY, position_ms=120_000),
        Hit(kind=HitKind.QUESTION, ref="q", body=Excerpt("Why?"), talk=CAUSALITY, question=question_id(1)),
        Hit(kind=HitKind.SPOKEN, ref="3", body=Excerpt("So we ask"), talk=CAUSALITY, position_ms=600_000),
        Hit(kind=HitKind.SPOKEN, ref="3", body=Excerpt("So we ask"), talk=None, position_ms=600_000),
    )
    rows = found_rows(hits, conference)
    assert [row.title.text or row.context.text for row in rows] == [
        "Talks",
        "Time",
        "Chapters",
        "The usual view",
        "Questions",
        "Why?",
        "Said in talks",
        "So we ask",
        "So we ask",
    ]
    title = conference.talks[1].title
    assert [row.foot for row in rows if row.hit] == ["", f"2:00 · {title}", title, f"10:00 · {title}", "10:00"]
    assert len({row.id for row in rows}) == len(rows)
    assert rows[3].words() == f"The usual view. 2:00 · {title}"


def test_nothing_found_is_no_row() -> None:
    assert found_rows((), None) == ()
