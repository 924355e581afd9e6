"""docs/conference-file.md says the truth: its example is read, its mistakes read as shown, and no key is left out."""

import re
from pathlib import Path

import pytest

from personal_app.conference.errors import BadConferenceFile
from personal_app.formats.conference_file import read_conference_file

PAGE = (Path(__file__).parents[2] / "docs" / "conference-file.md").read_text(encoding="utf-8")
NAME = "small/conference.toml"

#: What is changed in the page's example to make the mistakes that the page shows.
MISTAKES = (
    ('title = "A small conference"', 'titel = "A small conference"'),
    ('timezone = "Europe/Berlin"', 'timezone = "Europe/Berlinn"'),
    ('kind = "talk"', 'kind = "tlak"'),
    ("minutes = 15", "minutes = 5"),
    ("minutes = 30", 'minutes = "30"'),
    ('papers = ["compilers"]', 'papers = ["compiler"]'),
    ("recordings/opening.mp4", "../opening.mp4"),
)


def example() -> str:
    match = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    return match[1]


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(BadConferenceFile) as caught:
        read_conference_file(text, NAME)
    return caught.value.faults


def test_the_example_is_a_conference() -> None:
    file = read_conference_file(example())
    assert [session.id for session in file.program.sessions] == ["opening", "papers-qa"]


def test_the_mistakes_read_as_the_page_shows_them() -> None:
    text = example()
    for old, new in MISTAKES:
        assert old in text
        text = text.replace(old, new, 1)
    shown = [line for line in PAGE.splitlines() if line.startswith(f"{NAME}, line ") and "TOML" not in line]
    assert list(faults(text)) == shown


def test_what_is_not_toml_reads_as_the_page_shows_it() -> None:
    (fault,) = faults("[conference]\nslug = small\n")
    assert fault in PAGE.splitlines()


@pytest.mark.parametrize(
    "table",
    ["conference", "call_for_participation", "important_dates", "people", "sessions", "papers", "recordings"],
)
def test_every_key_is_on_the_page(table: str) -> None:
    heading = f"[[{table}]]" if f"## `[[{table}]]`" in PAGE else f"[{table}]"
    text = f"{heading}\nqqqqqqqq = 1\n"
    known = next(match[1] for fault in faults(text) if (match := re.search(r"Known here: (.*)\.$", fault)))
    section = PAGE[PAGE.index(f"## `{heading}`") :].partition("\n## ")[0]
    assert [key for key in known.split(", ") if f"`{key}`" not in section] == []
