"""Names of files made from what other people wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.formats.file_names import NAME_BYTES, safe_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Q&A: what now?", "Q&A what now"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\Windows\\x", "C Windows x"),
        ("Ünïcode – 推薦システム", "Ünïcode 推薦システム"),
        ("...", "talk"),
        ("", "talk"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("--help", "help"),
        (".hidden", "hidden"),
        ("a\x00b\nc\u202ed", "a b c d"),
        ("ends. ", "ends"),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert safe_name(title, "talk") == name


@given(st.text(max_size=400))
def test_every_name_is_one_part_of_a_path_and_fits(title: str) -> None:
    name = safe_name(title, "talk")
    assert name
    assert len(name.encode()) <= NAME_BYTES + 1
    assert not set(name) & set('/\\:*?"<>|\x00\n')
    assert name[0] not in ".-"
    assert name[-1] not in ". "
    assert name.isprintable()
