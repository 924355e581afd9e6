"""The card of a profile: what lies beside it may be anything, and no secret is in it."""

from pathlib import Path

import pytest

from personal_app.store.profile_card import CARD, ProfileCard, free_profile, keep_card, profiles_in, read_card

OURS = ProfileCard("PeRSonAl 2020", "https://a.example", "Ada")


def test_a_card_is_kept_in_place_of_the_one_before(tmp_path: Path) -> None:
    assert read_card(tmp_path) is None
    keep_card(tmp_path, OURS)
    keep_card(tmp_path, OURS._replace(name="Bo"))
    assert read_card(tmp_path) == OURS._replace(name="Bo")
    assert [each.name for each in tmp_path.iterdir()] == [CARD]
    assert (tmp_path / CARD).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "[1]", "{", "null", '{"title": 3}', "x" * 20_000, "[" * 5_000])
def test_a_card_that_is_none_says_nothing_wrong(tmp_path: Path, text: str) -> None:
    (tmp_path / CARD).write_text(text)
    assert read_card(tmp_path) in (None, ProfileCard())


def test_profiles_are_listed_by_title_and_other_folders_are_not(tmp_path: Path) -> None:
    for name, title in (("one", "Zeta"), ("two", "alpha"), ("three", "Line\nbreak\x1b[31m")):
        (tmp_path / name).mkdir()
        keep_card(tmp_path / name, ProfileCard(title))
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "elsewhere").symlink_to(tmp_path / "one")
    assert [(folder.name, card.title) for folder, card in profiles_in(tmp_path)] == [
        ("two", "alpha"),
        ("three", "Linebreak[31m"),
        ("one", "Zeta"),
    ]
    with pytest.raises(OSError, match="missing"):
        profiles_in(tmp_path / "missing")


def test_another_conference_goes_where_none_is(tmp_path: Path) -> None:
    assert free_profile(tmp_path).name == "conference-2"
    (tmp_path / "conference-2").mkdir()
    assert free_profile(tmp_path).name == "conference-2", "a window in which nobody joined left nothing"
    keep_card(tmp_path / "conference-2", OURS)
    assert free_profile(tmp_path).name == "conference-3"
