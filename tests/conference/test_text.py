"""What people write: kept whole, made safe to show, or refused with a sentence."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.text import clean_text


def cleaned(text: str, *, limit: int = 100, lines: bool = True, empty: bool = False) -> str:
    return clean_text(text, "your question", limit, lines=lines, empty=empty)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Why?\n", "Why?"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("left\u202eright\u202c", "leftright"),
        ("a\u202d\u0308", "\u00e4"),
        ("q" + "\u0308" * 30, "q" + "\u0308" * 4),
        ("q" + "\u0308\u200d" * 9, "q" + "\u0308\u200d" * 4 + "\u200d" * 5),
        ("شكرا", "شكرا"),
        ("نعم\u200cها", "نعم\u200cها"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("ไม่ใช่", "ไม่ใช่"),
        ("-1 = honest", "-1 = honest"),
        ("x" * 100, "x" * 100),
    ],
)
def test_it_keeps_every_letter_and_drops_tricks(written: str, kept: str) -> None:
    assert cleaned(written) == kept


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "Your question is empty: write something first."),
        (" \n\t ", "Your question is empty: write something first."),
        ("\u200b\u200b", "Your question is empty: write something first."),
        ("\u202e", "Your question is empty: write something first."),
        ("a\x00b", "Your question holds a character that cannot be kept (U+0000): take it out and send again."),
        ("a\x1bb", "Your question holds a character that cannot be kept (U+001B): take it out and send again."),
        ("a\ud800b", "Your question holds a character that cannot be kept (U+D800): take it out and send again."),
        ("x" * 101, "Your question has 101 characters, and 100 is the most: shorten it by 1."),
        ("x" * 103, "Your question has 103 characters, and 100 is the most: shorten it by 3."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        cleaned(written)
    assert (refused.value.code, refused.value.detail) == (RefusalCode.INVALID, sentence)
    assert refused.value.final


@pytest.mark.parametrize("broken", ["two\nlines", "two\tcells", "two\rlines", "two\u2028lines", "two\u2029lines"])
def test_a_name_is_one_line(broken: str) -> None:
    with pytest.raises(Refusal, match="cannot be kept"):
        cleaned(broken, lines=False)


def test_a_reason_may_be_empty() -> None:
    assert cleaned(" ", empty=True) == ""


@given(st.text(max_size=200))
def test_cleaning_ends_in_clean_text_or_a_refusal(written: str) -> None:
    try:
        kept = cleaned(written, limit=150)
    except Refusal:
        return
    assert cleaned(kept, limit=150) == kept
    assert unicodedata.is_normalized("NFC", kept)
    kept.encode("utf-8")


@given(st.text(st.characters(max_codepoint=0x7F), max_size=20), st.booleans())
def test_plain_text_is_cleaned_like_any_other(text: str, lines: bool) -> None:
    def cleaned(given_text: str) -> str | None:
        try:
            return clean_text(given_text, "your question", 100, lines=lines, empty=True)
        except Refusal:
            return None

    among_others = cleaned(f"é{text}é")
    assert cleaned(text) == (None if among_others is None else among_others[1:-1].strip())
