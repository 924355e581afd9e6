"""Notes as Markdown: by talk and moment, with nothing that somebody else wrote taken for markup."""

from datetime import UTC, datetime, timedelta

import msgspec

from personal_app.conference.ids import TalkId
from personal_app.conference.notes import Note, NoteId
from personal_app.formats.notes_markdown import write_notes
from tests.ui.demo import CAUSALITY, MIXED, demo_conference

NOON = datetime(2020, 5, 29, 12, tzinfo=UTC)


def note(talk: TalkId, text: str, at_ms: int | None, said: str = "", after: int = 0) -> Note:
    made_at = NOON + timedelta(seconds=after)
    return Note(id=NoteId(f"{talk}{at_ms}{after}"), talk=talk, text=text, position_ms=at_ms, said=said, made_at=made_at)


def test_talks_come_in_the_order_of_the_program_and_notes_in_that_of_their_moments() -> None:
    notes = (
        note(MIXED, "second talk", 3_725_000),
        note(CAUSALITY, "later", 751_000),
        note(CAUSALITY, "first line\n\n  second line", 60_000),
        note(CAUSALITY, "", 90_000, said="a *bold* claim"),
        note(CAUSALITY, "of the whole", None),
        note(TalkId("gone-by-now"), "still mine", 0),
    )
    conference = demo_conference()
    odd = msgspec.structs.replace(conference, title="PeRSonAl <2020> #1")
    text = write_notes(odd, notes)
    assert text.startswith("# My notes on PeRSonAl \\<2020\\> \\#1\n")
    lines = text.splitlines()
    at = lines.index("## Plenary Talk 1: Time, Context and Causality in Recommender Systems")
    assert lines[at + 2 : at + 11] == [
        "Yves Raimond",
        "",
        "- of the whole",
        "- **1:00** first line",
        "",
        "    second line",
        "- **1:30** Bookmark: “a \\*bold\\* claim”",
        "- **12:31** later",
        "",
    ]
    assert lines[-3:] == ["## gone-by-now", "", "- **0:00** still mine"]
    assert "- **1:02:05** second talk" in lines


def test_nothing_noted_is_a_heading_alone() -> None:
    assert write_notes(None, ()) == "# My notes on the conference\n"
