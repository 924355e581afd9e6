"""What RFC 9110 says of ranges and entity tags, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.server.conditional import Span, Unsatisfiable, asked_span, fails_match, names_tag


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, None),
        ("bytes=0-0", (0, 0)),
        ("bytes=0-9", (0, 9)),
        ("bytes=5-", (5, 99)),
        ("bytes=99-", (99, 99)),
        ("bytes=90-1000", (90, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-100", (0, 99)),
        ("bytes=-5000", (0, 99)),
        ("BYTES=1-2", (1, 2)),
        ("bytes= 1-2 ", (1, 2)),
        ("bytes=1-99999999999999999999999999", (1, 99)),
        # Passed over, so that the whole is sent: another unit, a malformed range, more than one.
        ("items=0-9", None),
        ("bytes", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=500-300", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=0x1-2", None),
        ("bytes=-+5", None),
        ("bytes=0-1,5-6", None),
        ("bytes=0-1;5-6", None),
        ("", None),
    ],
)
def test_of_100_bytes(header: str | None, span: tuple[int, int] | None) -> None:
    assert asked_span(header, 100) == (None if span is None else Span(*span))


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=999999999999-", "bytes=-0"])
def test_beyond_the_end_is_unsatisfiable(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_span(header, 100)


@given(st.text(max_size=30) | st.from_regex(r"bytes=[0-9]{0,25}-[0-9]{0,25}", fullmatch=True), st.integers(1, 1000))
def test_a_span_always_lies_within(header: str, size: int) -> None:
    try:
        span = asked_span(header, size)
    except Unsatisfiable:
        return
    if span is not None:
        assert 0 <= span.first <= span.last < size
        assert span.length == span.last - span.first + 1


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (None, False),
        ("*", True),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ('"x"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_if_none_match(header: str | None, named: bool) -> None:
    assert names_tag(header, '"abc"') is named


@pytest.mark.parametrize(
    ("header", "fails"),
    [
        (None, False),
        ("*", False),
        ('"a"', False),
        ('"b", "a"', False),
        ('"b"', True),
        # Comparison is strong here: a weak tag says nothing of the bytes.
        ('W/"a"', True),
        ("a", True),
        ("", True),
    ],
)
def test_a_condition_on_the_tag(header: str | None, fails: bool) -> None:
    assert fails_match(header, '"a"') is fails
