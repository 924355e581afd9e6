"""Ids: random ones are unlike each other, slugs are what may be read aloud."""

import re

import pytest

from personal_app.conference.ids import RANDOM_ID_CHARS, RANDOM_ID_PATTERN, is_slug, random_id


def test_random_ids_have_the_one_shape_and_do_not_repeat() -> None:
    made = {random_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(RANDOM_ID_PATTERN, id_) and len(id_) == RANDOM_ID_CHARS for id_ in made)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("paper-1", True),
        ("a", True),
        ("x" * 80, True),
        ("x" * 81, False),
        ("", False),
        ("-a", False),
        ("a-", False),
        ("a--b", False),
        ("Paper", False),
        ("a_b", False),
        ("a b", False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_slugs(text: str, good: bool) -> None:
    assert is_slug(text) is good
