"""Mistakes in a conference file: all at once, each with line, key, what is wrong and what would be right."""

import re

import pytest

from personal_app.conference.errors import BadConferenceFile
from personal_app.formats.conference_file import read_conference_file
from tests.formats.toml_texts import SMALL


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(BadConferenceFile) as caught:
        read_conference_file(text)
    return caught.value.faults


#: (what is changed in the small file, into what, the only sentence that this gives)
MISTAKES = [
    (
        'slug = "small"',
        'slug = "Small One"',
        r'line 2, conference.slug: "Small One" is no slug: .* such as "small-one"',
    ),
    ('title = "A small conference"', 'titel = "A"', r'line 3, conference.titel: there is no such key.* mean "title"\?'),
    (
        'title = "A small conference"',
        "title = 3",
        r"line 3, conference.title: this is a number \(3\): it takes text in quo",
    ),
    ('title = "A small conference"', 'title = " "', r"line 3, conference.title: the text is empty"),
    ('title = "A small conference"', 'title = "a\\nb"', r"line 3, conference.title: the text has several lines"),
    (
        'title = "A small conference"',
        'title = "a\\u0007"',
        r"line 3, conference.title: .* control character \(U\+0007\)",
    ),
    ('title = "A small conference"', f'title = "{"a" * 301}"', r"line 3, .* has 301 characters, and 300 is the most"),
    ('title = "A small conference"\n', "", r'line 1, conference: "title" is missing: it takes text in quotes'),
    (
        "date = 2020-05-29",
        'date = "2020-05-29"',
        r'line 4, conference.date: this is text \("2020-05-29"\): it takes a day',
    ),
    ("date = 2020-05-29", "date = 0020-05-29", r"line 4, conference.date: 20 is out of range: .* 1970 to 2199"),
    (
        "America/New_York",
        "America/New_Yrok",
        r'line 5, conference.timezone: there is no time zone .* "America/New_York"\?',
    ),
    ("America/New_York", "../etc/passwd", r'line 5, conference.timezone: there is no time zone "../etc/passwd"'),
    (
        'timezone = "',
        'organizers = ["Ada Bryon"]\ntimezone = "',
        r'line 5, conference.organizers\[1\]: .* mean "Ada Byron"\?',
    ),
    (
        "[[people]]\n",
        '[[people]]\nname = "ADA BYRON"\n\n[[people]]\n',
        r'line 11, people\[2\].name: "ada-byron" is taken by line 7',
    ),
    (
        'name = "Ada Byron"\n',
        'name = "Ada Byron"\nbio = "x"\nbioo = "x"\n',
        r'line 10, people\[1\].bioo: .* mean "bio"\?',
    ),
    (
        "[[people]]\n",
        '[[people]]\nname = "李"\n\n[[people]]\n',
        r'line 8, people\[1\].name: no slug can be made of "李"',
    ),
    ('kind = "talk"', 'kind = "tlak"', r'line 12, sessions\[1\].kind: there is no kind "tlak": .* mean "talk"\?'),
    ('kind = "talk"\n', "", r'line 10, sessions\[1\]: "kind" is missing: it takes one of "talk", "plenary", "qa"'),
    ('slug = "papers-qa"', 'slug = "opening"', r'line 19, sessions\[2\].slug: "opening" is taken by line 10'),
    (
        "2020-05-29T12:00:00",
        "2020-05-29",
        r"line 14, sessions\[1\].start: this is a day \(2020-05-29\): it takes a day and a",
    ),
    ("2020-05-29T12:00:00", "2020-03-08T02:30:00", r"line 14, sessions\[1\].start: 02:30 on 2020-03-08 does not exist"),
    ("2020-05-29T12:00:00", "2020-11-01T01:30:00", r"line 14, sessions\[1\].start: 01:30 on 2020-11-01 happens twice"),
    (
        "2020-05-29T12:00:00",
        "2020-05-29T12:00:00Z",
        r"line 14, sessions\[1\].start: the offset is not that of America/New_",
    ),
    ("minutes = 15", "minutes = 15.5", r"line 15, sessions\[1\].minutes: this is a number with a fraction \(15.5\)"),
    (
        "minutes = 15",
        "minutes = true",
        r"line 15, sessions\[1\].minutes: this is true or false \(true\): it takes a whole",
    ),
    ("minutes = 15", "minutes = 0", r"line 15, sessions\[1\].minutes: 0 is out of range: .* from 1 to 1440"),
    (
        "minutes = 15",
        "minutes = 1",
        r"line 15, sessions\[1\].minutes: the video is 0:30 longer than the slot: make it 2 minu",
    ),
    (
        "minutes = 15",
        "minutes = 15\nqa_start = 2020-05-29T12:16:00",
        r"line 16, sessions\[1\].qa_start: .* outside the slot, 12:00 to 12:15",
    ),
    (
        "minutes = 15",
        "minutes = 15\nqa_end = 2020-05-29T12:01:00",
        r"line 16, sessions\[1\].qa_end: the Q&A ends before it be",
    ),
    (
        "minutes = 15",
        "minutes = 15\nquestions_open = 2020-05-29T12:00:00\nquestions_close = 2020-05-29T12:00:00",
        r"line 17, sessions\[1\].questions_close: questions_close is to come after questions_open, and does not",
    ),
    (
        "minutes = 15",
        "minutes = 15\nquestions_pause = 2020-03-08T02:30:00",
        r"line 16, sessions\[1\].questions_pause: 02:30 on 2020-03-08 does not exist",
    ),
    (
        'presenters = ["Ada Byron"]',
        'presenters = "Ada Byron"',
        r"line 16, sessions\[1\].presenters: this is text .* a list of",
    ),
    (
        'presenters = ["Ada Byron"]',
        'presenters = ["Ada Byron", "ada-byron"]',
        r"line 16, sessions\[1\].presenters\[2\]: .* twice",
    ),
    (
        'presenters = ["Ada Byron"]',
        'papers = ["x"]',
        r"line 16, sessions\[1\].papers: a talk session has one talk, its own",
    ),
    ("minutes = 30", "minutes = 30\nmoderated = false", r"line 24, sessions\[2\].moderated: .* at each of them"),
    (
        "minutes = 30",
        "minutes = 30\nvideo_start = 2020-05-29T12:15:00",
        r"line 24, sessions\[2\].video_start: there is no rec",
    ),
    (
        'papers = ["first"]',
        'papers = ["first", "frist"]',
        r'line 24, sessions\[2\].papers\[2\]: no paper .* mean "first"\?',
    ),
    (
        'papers = ["first"]',
        'papers = ["first", "first"]',
        r'line 24, sessions\[2\].papers\[2\]: "first" is in a session al',
    ),
    ('papers = ["first"]\n', "", r"line 26, papers\[1\].slug: no session takes the questions of this paper"),
    (
        'papers = ["first"]',
        'papers = ["first"]\nvideo = [{ talk = "opening", start = "0:00" }]',
        r"line 25, .* no talk of this",
    ),
    (
        'papers = ["first"]',
        'papers = ["first"]\nvideo = [{ talk = "first", start = "0:00" }]',
        r'"first" has no recording',
    ),
    ("[[papers]]\n", "[[papers]]\nnumber = 0\n", r"line 27, papers\[1\].number: 0 is out of range"),
    ("[[papers]]\n", '[[papers]]\nopening = "never"\n', r'line 27, papers\[1\].opening: there is no opening "never"'),
    (
        'talk = "opening"',
        'talk = "openning"',
        r'line 31, recordings\[1\].talk: no session or paper .* mean "opening"\?',
    ),
    (
        'talk = "opening"',
        'talk = "papers-qa"',
        r'line 31, recordings\[1\].talk: the talks of "papers-qa" are its papers',
    ),
    (
        "recordings/opening.mp4",
        "../opening.mp4",
        r"line 32, recordings\[1\].file: .* leads out of the conference's folder",
    ),
    ("recordings/opening.mp4", "/opening.mp4", r"line 32, recordings\[1\].file: .* is absolute"),
    ("recordings/opening.mp4", "c:\\\\opening.mp4", r"line 32, recordings\[1\].file: .* has a backslash"),
    ("recordings/opening.mp4", "what?.mp4", r"line 32, recordings\[1\].file: .* has \? in it"),
    ("recordings/opening.mp4", "a//b.mp4", r"line 32, recordings\[1\].file: .* has an empty part"),
    ("recordings/opening.mp4", "opening.m3u8", r"line 32, recordings\[1\].file: .* ends in .mp4"),
    ("duration_ms = 90_000\n", "", r'line 30, recordings\[1\]: "duration_ms" is missing'),
    ("height = 720", 'height = 720\ncaptions = ["a.vtt"]', r"line 36, recordings\[1\].captions\[1\]: this is text"),
    ("height = 720", 'height = 720\ncaptions = [{ language = "english!", file = "a.vtt" }]', r"is no language tag"),
    ("height = 720", 'height = 720\nchapters = [{ start = "0:75", title = "x" }]', r'line 36, .*"0:75" is no position'),
    (
        "height = 720",
        'height = 720\nchapters = [{ start = "1:30", title = "x" }]',
        r"line 36, .* the recording ends at 1:30",
    ),
    (
        "height = 720",
        'height = 720\nchapters = [\n  { start = "0:10", title = "x" },\n  { start = "0:10", title = "y" },\n]',
        r"line 38, recordings\[1\].chapters\[2\].start: chapters are in the order of time.* at 0:10",
    ),
    ("[[people]]", '[[important_dates]]\nwhat = "x"\n\n[[people]]', r'line 7, important_dates\[1\]: "on" is missing'),
    ("[[people]]", "[call_for_participation]\n\n[[people]]", r'line 7, call_for_participation: "summary" is missing'),
    ("[[people]]", "[[poeple]]\n\n[[people]]", r'line 7, poeple: there is no such key.* mean "people"\?'),
]


@pytest.mark.parametrize(("old", "new", "sentence"), MISTAKES, ids=[f"{new[:40]!r}" for _, new, _ in MISTAKES])
def test_a_mistake_has_one_sentence_with_its_place(old: str, new: str, sentence: str) -> None:
    assert old in SMALL
    found = faults(SMALL.replace(old, new, 1))
    assert len(found) == 1, found
    assert found[0].startswith("conference.toml, line ")
    assert re.search(sentence, found[0]), found[0]


def test_two_people_of_one_name_are_told_apart_by_slug() -> None:
    two = 'name = "Ada Byron"\n\n[[people]]\nname = "Ada Byron"\nslug = "ada-two"\n'
    found = faults(SMALL.replace('name = "Ada Byron"\n', two, 1))
    assert len(found) == 1
    assert found[0].startswith('conference.toml, line 20, sessions[1].presenters[1]: 2 people are called "Ada Byron"')
    assert found[0].endswith('write the slug, one of "ada-byron", "ada-two".')


def test_what_belongs_to_one_talk_is_not_given_to_two() -> None:
    other = 'number = 1\nslug = "other"\ntitle = "Other"\n\n[[papers]]\nnumber = 1\nslug = "first"\n'
    text = SMALL.replace('papers = ["first"]', 'papers = ["first", "other"]').replace('slug = "first"\n', other)
    recording = SMALL[SMALL.index("[[recordings]]") :].replace('talk = "opening"', 'talk = "other"')

    number, file = faults(f"{text}\n{recording}")
    assert "line 32, papers[2].number: 1 is taken by line 27" in number
    assert 'line 45, recordings[2].file: "recordings/opening.mp4" stands on line 38 already' in file


def test_all_mistakes_come_at_once_in_the_order_of_their_lines() -> None:
    text = SMALL
    changes = [mistake for mistake in MISTAKES if mistake[0] in ("America/New_York", "minutes = 0", 'kind = "talk"')]
    changes += [mistake for mistake in MISTAKES if mistake[0] in ("recordings/opening.mp4", 'papers = ["first"]')]
    for old, new, _ in changes:
        text = text.replace(old, new, 1)
    found = faults(text)
    lines = [int(match[1]) for match in (re.search(r"line (\d+)", fault) for fault in found) if match]
    assert len(found) == 4
    assert lines == sorted(lines)


def test_an_empty_file_is_told_what_it_needs() -> None:
    found = faults("")
    assert (
        'conference.toml, conference: "slug" is missing: it takes a slug in quotes, such as "lower-case-words".'
        in found
    )
    assert "conference.toml: there are no sessions: add each as [[sessions]]." in found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[conference]\nslug = small\n",
            r"line 2, column 8: this is not TOML \(invalid value\): text stands in quotes",
        ),
        ('[conference]\nslug = "small\n', r"line 2, column 14: .*: close the quotes on the same line"),
        ("[conference]\nslug\n", r"line 2, column 5: .*: a line is a key, an equals sign and a value"),
        ("a = 1\na = 2\n", r"line 2, .*: this key stands there already: keep one of the two"),
        ("[a]\n[a]\n", r"line 2, .*: this table stands there already"),
        ("a = [1\n", r"line 2: .*: put a comma between two elements"),
        ("a = " + "[" * 5_000, r"conference.toml: its values are nested too deeply"),
        ("a = " + "9" * 5_000, r"conference.toml: a number in it is too long"),
        ("#" * 2_000_001, r"conference.toml: this file is longer than 2000000 characters"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_not_toml_is_told_with_its_place(text: str, sentence: str) -> None:
    found = faults(text)
    assert len(found) == 1
    assert re.search(sentence, found[0]), found[0]


def test_a_file_of_mistakes_alone_is_read_in_reasonable_time() -> None:
    text = "".join(f'[[sessions]]\nslug = "s-{number}"\npresenters = ["nobody {number}"]\n' for number in range(2_000))
    assert len(faults(text)) > 2_000
