"""Times in words: in the viewer's zone, with the conference's beside it."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from personal_app.ui.schedule.times import Clockface, length_words, position_words, size_words, until_words
from tests.ui.demo import DAY, demo_conference

BERLIN = timezone(timedelta(hours=2), "CEST")
NEW_YORK = timezone(timedelta(hours=-4), "EDT")


def test_both_times_are_said_where_they_differ() -> None:
    face = Clockface(demo_conference(), BERLIN)
    assert face.both(DAY) == "12:00 EDT · 18:00 here"
    assert (face.here(DAY), face.there(DAY)) == ("18:00", "12:00 EDT")
    assert face.zones(DAY) == "CEST here, EDT below"


def test_one_time_is_said_where_they_agree() -> None:
    face = Clockface(demo_conference(), NEW_YORK)
    assert face.same(DAY)
    assert face.both(DAY) == "12:00 EDT"
    assert face.zones(DAY) == "Times in EDT"


def test_the_day_is_the_viewers() -> None:
    tokyo = timezone(timedelta(hours=9), "JST")
    assert Clockface(demo_conference(), tokyo).day(DAY) == "Saturday 30 May 2020"
    assert Clockface(demo_conference(), tokyo).brief_day(DAY) == "Sat 30 May"


@pytest.mark.parametrize("name", ["Middle/Earth", "../../etc/passwd", ""])
def test_an_unknown_zone_leaves_the_viewers_time(name: str) -> None:
    conference = msgspec.structs.replace(demo_conference(), timezone=name)
    face = Clockface(conference, BERLIN)
    assert face.both(DAY) == "18:00 here"
    assert face.there(DAY) == ""
    assert face.zones(DAY) == "Times in CEST"


def test_a_zone_without_letters_is_told_by_its_offset() -> None:
    conference = msgspec.structs.replace(demo_conference(), timezone="America/Sao_Paulo")
    assert Clockface(conference, BERLIN).there(DAY) == "13:00 UTC-03"


def test_without_a_zone_of_ones_own_the_machines_is_taken() -> None:
    assert Clockface(demo_conference()).here(DAY) == f"{DAY.astimezone():%H:%M}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (40, "40 s"), (59.6, "1 min"), (60, "1 min"), (1800, "30 min"), (3600, "1 h"), (4500, "1 h 15 min")],
)
def test_lengths(seconds: float, words: str) -> None:
    assert length_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=40), "in 40 s"),
        (timedelta(minutes=6), "in 6 min"),
        (timedelta(hours=3), "in 3 h"),
        (timedelta(days=3), "in 3 days"),
    ],
)
def test_how_far_away(away: timedelta, words: str) -> None:
    assert until_words(away) == words


@pytest.mark.parametrize(("ms", "words"), [(-5, "0:00"), (751_900, "12:31"), (3_725_000, "1:02:05")])
def test_positions(ms: int, words: str) -> None:
    assert position_words(ms) == words


@pytest.mark.parametrize(
    ("size", "words"), [(0, "1 KB"), (640_400, "640 KB"), (1_480_000, "1.5 MB"), (2_500_000_000, "2.5 GB")]
)
def test_sizes(size: int, words: str) -> None:
    assert size_words(size) == words


def test_an_instant_of_any_zone_is_the_same_instant() -> None:
    face = Clockface(demo_conference(), BERLIN)
    assert face.both(datetime(2020, 5, 29, 18, 0, tzinfo=BERLIN)) == face.both(datetime(2020, 5, 29, 16, 0, tzinfo=UTC))
