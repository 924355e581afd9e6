"""SubRip captions: what real files bring, and mistakes told with their line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.errors import BadFormat
from personal_app.conference.recordings import Caption
from personal_app.formats.captions import read_captions
from personal_app.formats.subrip import read_subrip

TWO = "1\n00:00:00,500 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 --> 00:00:04,250\nTwo\nlines\n"
READ = (Caption(500, 2_000, "One"), Caption(3_000, 4_250, "Two\nlines"))


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        "\ufeff" + TWO,
        "\n\n" + TWO,
        TWO.replace("\n", "\r\n"),
        TWO.replace("\n", "\r"),
        TWO.rstrip("\n"),
        TWO.replace(",", "."),
        TWO.replace("1\n0", "0", 1).replace("2\n0", "0", 1),
        TWO.replace("\n\n2", "\n2"),
        TWO.replace("02,000\n", "02,000  X1:40 X2:600 Y1:20 Y2:50\n"),
        TWO.replace("2\n00:00:03", "7\n00:00:03"),
    ],
)
def test_what_real_files_bring_makes_no_difference(text: str) -> None:
    assert read_captions(text) == READ


def test_markup_goes_and_references_become_characters() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i> {\\an8}<font color='red'>you</font> &amp; me\n"
    assert read_subrip(text)[0].text == "Hello you & me"


def test_a_year_alone_on_a_line_is_text() -> None:
    text = TWO.replace("Two\nlines", "In the year\n2020\nit was so")
    assert read_subrip(text)[1].text == "In the year\n2020\nit was so"


def test_captions_come_in_the_order_of_their_starts_and_empty_ones_not_at_all() -> None:
    first, second = TWO.split("\n\n")
    assert read_subrip(f"{second}\n\n{first}\n\n3\n00:00:09,000 --> 00:00:10,000\n<b></b>\n") == READ


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TWO.replace("00:00:03,000 -->", "00:00:03 -->"), "Line 6"),
        (TWO.replace("00:00:03,000 -->", "00:00:03,000 ->"), "Line 6"),
        (TWO.replace("00:00:00,500", "00:99:00,500"), "Line 2"),
        (TWO.replace("00:00:03,000", "00:00:05,000"), "ends before it begins"),
        ("1\nno times at all\n", "Line 1"),
        ("1", "Line 1"),
        ("nothing of the kind", "WEBVTT"),
        ("", "WEBVTT"),
        ("1\n" + "x" * 5_000_001, "longer than"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: str) -> None:
    with pytest.raises(BadFormat, match=line):
        read_captions(text)


@given(st.text(st.sampled_from("12:,.->\n abc\ufeff{\\}<>&;"), max_size=120))
def test_whatever_a_file_holds_it_is_read_or_told(text: str) -> None:
    try:
        found = read_captions(text)
    except BadFormat:
        return
    assert list(found) == sorted(found, key=lambda caption: (caption.start_ms, caption.end_ms))
