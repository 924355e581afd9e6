"""Words as a search compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.folding import folded, is_sign, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Søren Kierkegaard", "soren kierkegaard"),
        ("GRÖSSE, Größe", "grosse grosse"),
        ("naïve cafe\u0301 Œuvre", "naive cafe oeuvre"),
        ("Łódź İstanbul ısı", "lodz istanbul isi"),
        ("at-scale C++ x_1 10^11", "at scale c x 1 10 11"),
        ("机器学习", "机 器 学 习"),
        ("GPUで学習する", "gpu で 学 習 す る"),
        ("ｶﾞ が", "カ\u3099 が"),
        ("한국어 강의", "한 국 어 강 의"),
        ("Ἀθῆναι αθηναι", "αθηναι αθηναι"),
        ("שָׁלוֹם שלום", "שלום שלום"),
        ("… — !?", ""),
    ],
)
def test_what_people_write_in_many_ways_is_one_word(text: str, said: str) -> None:
    assert [word.folded for word in words(text)] == folded(text).split() == folded(said).split()


def test_folding_what_is_folded_changes_nothing_and_nothing_has_to_be_quoted() -> None:
    @given(st.text())
    def holds(text: str) -> None:
        said = folded(text)
        assert folded(said).replace(" ", "") == said.replace(" ", "")
        assert not set(said) & set("\"'*()-+:^{}\0")
        found = words(text)
        assert " ".join(word.folded for word in found) == said
        assert all(0 <= word.start < word.end <= len(text) for word in found)

    holds()


def test_a_sign_says_something_alone_and_a_letter_does_not() -> None:
    assert is_sign("学")
    assert not is_sign("a")
    assert not is_sign("学习")
