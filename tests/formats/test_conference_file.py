"""The conference file: what it says, what it leaves to the rules, and how it is joined with its files."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_app.conference.errors import BadConferenceFile
from personal_app.conference.ids import PersonId, Sha256, TalkId
from personal_app.conference.program import Conference, Item, Opening, QuestionTimes, Session
from personal_app.conference.recordings import Chapter, FileFacts
from personal_app.formats.conference_file import ConferenceFile, MeasuredFile, assemble, read_conference_file
from tests.formats.toml_texts import DEMO, SMALL, TABLES, document, spoilt

NOON = datetime(2020, 5, 29, 16, tzinfo=UTC)


def session(file: ConferenceFile, index: int) -> Session:
    return file.program.sessions[index]


def changed(*changes: tuple[str, str]) -> ConferenceFile:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_conference_file(text)


def measured(path: str) -> MeasuredFile:
    facts = FileFacts(sha256=Sha256(path), size_bytes=len(path), media_type="video/mp4")
    return MeasuredFile(facts, (Sha256(f"block of {path}"),))


def test_a_small_file_is_read() -> None:
    file = read_conference_file(SMALL)
    program = file.program

    assert (program.id, program.title, program.timezone, program.day) == (
        "small",
        "A small conference",
        "America/New_York",
        date(2020, 5, 29),
    )
    assert [person.id for person in program.people] == ["ada-byron"]
    assert [session.id for session in program.sessions] == ["opening", "papers-qa"]
    assert [(talk.id, talk.session, talk.opening) for talk in program.talks] == [
        ("opening", "opening", Opening.START),
        ("first", "papers-qa", Opening.ALWAYS),
    ]
    assert program.talk(TalkId("opening")) == msgspec.structs.replace(
        program.talks[0], presenters=(PersonId("ada-byron"),), recording="opening", moderated=True
    )
    assert file.paths == ("recordings/opening.mp4",)


def test_questions_have_the_times_of_their_session_and_else_of_the_conference() -> None:
    file = changed(
        ('timezone = "America/New_York"', 'timezone = "America/New_York"\nquestions_open = 2020-05-22T09:00:00'),
        ("minutes = 30", "minutes = 30\nquestions_pause = 2020-05-29T13:00:00\nquestions_close = 2020-06-30T00:00:00"),
    )
    opens = NOON - timedelta(days=7, hours=3)
    assert session(file, 0).questions == QuestionTimes(opens=opens)
    closes = datetime(2020, 6, 30, 4, tzinfo=UTC)
    assert session(file, 1).questions == QuestionTimes(opens=opens, pauses=NOON + timedelta(hours=1), closes=closes)
    assert session(changed(), 0).questions == QuestionTimes()


def test_a_session_with_a_recording_plays_it_from_the_start_and_answers_from_its_end() -> None:
    opening = session(read_conference_file(SMALL), 0)

    assert (opening.start, opening.end) == (NOON, NOON + timedelta(minutes=15))
    assert opening.video_start == NOON
    assert opening.items == (
        Item(talk=TalkId("opening"), recording=opening.items[0].recording, offset_ms=0, duration_ms=90_000),
    )
    assert (opening.qa_start, opening.qa_end) == (NOON + timedelta(seconds=90), opening.end)


def test_a_session_without_a_recording_answers_for_all_of_its_slot() -> None:
    questions = session(read_conference_file(SMALL), 1)

    assert (questions.video_start, questions.items) == (None, ())
    assert (questions.qa_start, questions.qa_end) == (questions.start, questions.end)


def test_each_time_of_a_session_can_be_set() -> None:
    extra = (
        "minutes = 15\nvideo_start = 2020-05-29T12:01:00\nqa_start = 2020-05-29T12:05:00\nqa_end = 2020-05-29T12:10:00"
    )
    opening = session(changed(("minutes = 15", extra)), 0)

    minutes = [
        (at - NOON) // timedelta(minutes=1) for at in (opening.video_start or NOON, opening.qa_start, opening.qa_end)
    ]
    assert minutes == [1, 5, 10]


def test_without_a_time_of_its_own_the_qa_follows_a_video_that_starts_later() -> None:
    opening = session(changed(("minutes = 15", "minutes = 15\nvideo_start = 2020-05-29T12:01:00")), 0)
    assert opening.qa_start == NOON + timedelta(seconds=150)


def test_a_qa_session_can_play_its_papers_one_after_the_other() -> None:
    second = (
        '[[recordings]]\ntalk = "first"\nfile = "b.mp4"\nduration_ms = 60_000\nwidth = 1\nheight = 1\n\n[[recordings]]'
    )
    file = changed(
        ('papers = ["first"]', 'papers = ["first"]\nvideo = [{ talk = "first", start = "1:00" }]'),
        ("[[recordings]]", second),
    )
    questions = session(file, 1)

    assert questions.video_start == questions.start
    assert [(item.talk, item.offset_ms, item.duration_ms) for item in questions.items] == [("first", 60_000, 60_000)]
    assert questions.qa_start == questions.start + timedelta(minutes=2)


def test_a_qa_session_without_papers_has_a_talk_of_its_own() -> None:
    lines = SMALL[: SMALL.index("[[papers]]")].replace('papers = ["first"]\n', "")
    assert [talk.id for talk in read_conference_file(lines).program.talks] == ["opening", "papers-qa"]


def test_switches_of_a_talk() -> None:
    file = changed(
        ("minutes = 15", 'minutes = 15\nmoderated = false\nauthors_may_start = true\nopening = "always"'),
        ('title = "The first paper"', 'title = "The first paper"\nmoderated = false\nopening = "start"\nnumber = 7'),
    )
    opening, first = file.program.talks

    assert (opening.moderated, opening.authors_may_start, opening.opening) == (False, True, Opening.ALWAYS)
    assert (first.moderated, first.authors_may_start, first.opening, first.number) == (False, False, Opening.START, 7)


def test_people_are_named_or_called_by_slug() -> None:
    two = 'name = "Ada Byron"\n\n[[people]]\nname = "Ada Byron"\nslug = "ada-the-second"\n'
    file = changed(
        ('name = "Ada Byron"\n', two), ('presenters = ["Ada Byron"]', 'presenters = ["ada-the-second", "ada-byron"]')
    )
    assert session(file, 0).presenters == ("ada-the-second", "ada-byron")


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Zoë O’Hara-Smith", "zoe-ohara-smith"), ("Laxmikant V. Kalé", "laxmikant-v-kale"), ("Åse 2", "ase-2")],
)
def test_a_slug_is_made_of_a_name(name: str, slug: str) -> None:
    file = changed(
        ('name = "Ada Byron"', f'name = "{name}"'), ('presenters = ["Ada Byron"]', f'presenters = ["{name}"]')
    )
    assert file.program.people[0].id == slug


def test_sessions_are_ordered_by_time_and_talks_by_session() -> None:
    file = changed(("2020-05-29T12:00:00", "2020-05-29T14:00:00"))
    assert [session.id for session in file.program.sessions] == ["papers-qa", "opening"]
    assert [talk.id for talk in file.program.talks] == ["first", "opening"]


def test_what_is_written_along_a_recording() -> None:
    along = """height = 720
poster = "posters/opening.png"
captions = [{ language = "en", file = "a.vtt" }, { language = "pt-BR", file = "b.vtt" }]
chapters = [{ start = "0:00", title = "One" }, { start = "1:02.5", title = "Two" }]"""
    file = changed(("height = 720", along), ("duration_ms = 90_000", "duration_ms = 63_000"))

    entry = file.recordings[0]
    assert entry.chapters == (Chapter(0, "One"), Chapter(62_500, "Two"))
    assert [(track.language, track.file) for track in entry.captions] == [("en", "a.vtt"), ("pt-BR", "b.vtt")]
    assert file.paths == ("recordings/opening.mp4", "a.vtt", "b.vtt", "posters/opening.png")

    recording = assemble(file, {path: measured(path) for path in file.paths}).recordings[0]
    assert recording.file.sha256 == "recordings/opening.mp4"
    assert recording.blocks == ("block of recordings/opening.mp4",)
    assert [track.file.sha256 for track in recording.captions] == ["a.vtt", "b.vtt"]
    assert recording.poster is not None
    assert recording.poster.sha256 == "posters/opening.png"
    assert (recording.duration_ms, recording.width, recording.height) == (63_000, 1280, 720)


def test_files_that_were_not_measured_are_named_with_their_line() -> None:
    file = read_conference_file(SMALL, "/conf/conference.toml")
    with pytest.raises(BadConferenceFile) as caught:
        assemble(file, {})
    (fault,) = caught.value.faults
    assert fault.startswith("/conf/conference.toml, line 32, recordings[1].file: ")
    assert fault.endswith('the file "recordings/opening.mp4" is missing: put it there.')


def test_a_mark_and_windows_line_ends_make_no_difference() -> None:
    assert read_conference_file("\ufeff" + SMALL.replace("\n", "\r\n")) == read_conference_file(SMALL)


def test_a_conference_travels_as_json() -> None:
    file = read_conference_file((DEMO / "conference.toml").read_text(encoding="utf-8"))
    conference = assemble(file, {path: measured(path) for path in file.paths})
    assert msgspec.json.decode(msgspec.json.encode(conference), type=Conference) == conference


def read_or_refused(text: str) -> None:
    try:
        file = read_conference_file(text)
    except BadConferenceFile as refusal:
        faults = refusal.faults
    else:
        assert file.program.sessions
        assemble(file, {path: measured(path) for path in file.paths})
        return
    assert faults
    assert all(fault.startswith("conference.toml") and fault.endswith((".", "?")) for fault in faults)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_conference_or_refused(text: str) -> None:
    read_or_refused(text)


@settings(deadline=None)
@given(st.one_of(spoilt(SMALL), spoilt((DEMO / "conference.toml").read_text(encoding="utf-8"))))
def test_a_spoilt_file_is_a_conference_or_refused(text: str) -> None:
    read_or_refused(text)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "conference": TABLES,
            "people": st.lists(TABLES, max_size=2),
            "sessions": st.lists(TABLES, min_size=1, max_size=3),
            "papers": st.lists(TABLES, max_size=2),
            "recordings": st.lists(TABLES, max_size=2),
            "important_dates": st.lists(TABLES, max_size=1),
            "call_for_participation": TABLES,
        },
    )
)
def test_tables_of_anything_are_a_conference_or_refused(tables: dict[str, Any]) -> None:
    read_or_refused(document(tables))
