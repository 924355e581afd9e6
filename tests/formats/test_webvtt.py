"""WebVTT captions: what real files bring, and mistakes told with their line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_app.conference.errors import BadFormat
from personal_app.conference.recordings import Caption
from personal_app.formats.webvtt import read_webvtt

#: Captions that nobody here wrote, beside the project and not in it.
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

TWO = "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\nOne\n\n00:03.000 --> 00:04.250\nTwo\nlines\n"


def test_cues_are_read_in_milliseconds() -> None:
    assert read_webvtt(TWO) == (Caption(500, 2_000, "One"), Caption(3_000, 4_250, "Two\nlines"))


@pytest.mark.parametrize("text", ["\ufeff" + TWO, TWO.replace("\n", "\r\n"), TWO.replace("\n", "\r"), TWO.rstrip("\n")])
def test_marks_and_line_ends_make_no_difference(text: str) -> None:
    assert read_webvtt(text) == read_webvtt(TWO)


def test_header_comments_styles_and_settings_are_passed_over() -> None:
    text = """WEBVTT - about this file
Kind: captions

STYLE
::cue { color: red }

NOTE one line

NOTE
several
lines

first
00:01.000 --> 00:02.000 line:0 align:start
- Tea?
- Tea.

NOTE the end
"""
    assert read_webvtt(text) == (Caption(1_000, 2_000, "- Tea?\n- Tea."),)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("the <00:01.500>moon", "the moon"),
        ("<v.loud Ada Byron>Hello, <i>you</i></v>", "Hello, you"),
        ("<c.colorE5E5E5>amore</c>", "amore"),
        ("R&amp;D, 1 &lt; 2, &quot;x&quot;", 'R&D, 1 < 2, "x"'),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a&nbsp;b&lrm;c", "a bc"),
        ("  spaces   within ", "spaces within"),
        ("bell\x07 and turn\u202e", "bell and turn"),
    ],
)
def test_tags_and_references_become_plain_text(written: str, plain: str) -> None:
    assert read_webvtt(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{written}\n") == (Caption(1_000, 2_000, plain),)


def test_captions_come_in_the_order_of_time_without_empty_ones() -> None:
    cues = ("00:05.000 --> 00:06.000\nlater", "00:01.000 --> 00:02.000\nsooner", "00:03.000 --> 00:04.000\n<i></i>")
    text = "\n\n".join(["WEBVTT", *cues])
    assert [caption.text for caption in read_webvtt(text)] == ["sooner", "later"]


def test_a_file_may_hold_no_captions() -> None:
    assert read_webvtt("WEBVTT") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'Line 1: a caption file begins with "WEBVTT" on a line of its own'),
        ("00:00:00.500 --> 00:00:07.000\nNo header\n", "Line 1: a caption file begins"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nx\n", "Line 1: a caption file begins"),
        (TWO + "\n00:07.000 --> 00:1d.890\nThree\n", "Line 10: .*00:1d.890.* are no times of a caption"),
        (TWO + "\n00:07,000 --> 00:08,000\nComma\n", "Line 10: .*write .00:01:02.000 --> 00:01:05.500"),
        (TWO + "00:07.000 --> 00:08.000\nNo empty line\n", "Line 9: .*with an empty line before them"),
        (TWO + "\n00:09.000 --> 00:08.000\nBackwards\n", "00:00:09.000 ends before it begins"),
        (TWO + "\n00:61.000 --> 00:99.000\nSixty-one\n", "Line 10: "),
    ],
)
def test_mistakes_have_their_line(text: str, sentence: str) -> None:
    with pytest.raises(BadFormat, match=sentence):
        read_webvtt(text)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder ../shared/corpus with captions from real life is not here")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("captions_with_bom", 4),
        ("comments", 3),
        ("cue_tags", 3),
        ("sample", 16),
        ("invalid", None),
        ("invalid_timeframe", None),
    ],
)
def test_captions_from_real_life(name: str, count: int | None) -> None:
    text = (CORPUS / f"captions-{name}.vtt").read_text(encoding="utf-8")
    if count is None:
        with pytest.raises(BadFormat, match=r"^Line \d+: "):
            read_webvtt(text)
    else:
        assert len(read_webvtt(text)) == count


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from(["WEBVTT", "", "NOTE", "00:01.000 --> 00:02.000", "x", "-->", "<v", "\0"])))
def test_any_text_is_captions_or_a_bad_format(text: str | list[str]) -> None:
    written = text if isinstance(text, str) else "\n".join(["WEBVTT", "", *text])
    try:
        captions = read_webvtt(written)
    except BadFormat:
        return
    assert list(captions) == sorted(captions, key=lambda caption: caption.start_ms)
    assert all(caption.text and caption.end_ms > caption.start_ms for caption in captions)
