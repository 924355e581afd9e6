"""Printed times to instants: summer time, its edges, and the end of a day anywhere on earth."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_app.formats.local_time import NoInstant, end_of_day_anywhere, instant

NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2020-05-29T12:00", "2020-05-29T16:00"), ("2020-01-29T12:00", "2020-01-29T17:00")],
)
def test_the_offset_is_that_of_the_day(local: str, utc: str) -> None:
    assert instant(datetime.fromisoformat(local), NEW_YORK) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_told_with_its_neighbours() -> None:
    with pytest.raises(NoInstant, match=r"02:30 on 2020-03-08 does not exist in America/New_York.*01:30 or 03:30"):
        instant(datetime.fromisoformat("2020-03-08T02:30"), NEW_YORK)


def test_a_time_that_happens_twice_is_told_with_both_offsets() -> None:
    with pytest.raises(NoInstant, match=r"01:30 on 2020-11-01 happens twice.*T01:30:00-04:00 .*T01:30:00-05:00"):
        instant(datetime.fromisoformat("2020-11-01T01:30"), NEW_YORK)


def test_half_an_hour_of_summer_time_counts_too() -> None:
    with pytest.raises(NoInstant, match="happens twice"):
        instant(datetime.fromisoformat("2020-04-05T01:45"), LORD_HOWE)


@pytest.mark.parametrize(("offset", "hour"), [("-04:00", 5), ("-05:00", 6)])
def test_an_offset_tells_which_of_two_is_meant(offset: str, hour: int) -> None:
    written = datetime.fromisoformat(f"2020-11-01T01:30:00{offset}")
    assert instant(written, NEW_YORK) == datetime(2020, 11, 1, hour, 30, tzinfo=UTC)


def test_an_offset_that_is_not_the_zones_is_told_with_the_right_one() -> None:
    with pytest.raises(NoInstant, match=r"not that of America/New_York.*2020-05-29T13:00:00-04:00"):
        instant(datetime.fromisoformat("2020-05-29T12:00:00-05:00"), NEW_YORK)


def test_a_deadline_ends_with_the_last_place_on_earth() -> None:
    assert end_of_day_anywhere(date(2020, 5, 7)) == datetime(2020, 5, 8, 11, 59, 59, tzinfo=UTC)


@settings(deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2199-12-30")),
    st.sampled_from([NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia"), ZoneInfo("UTC")]),
)
def test_an_instant_shows_the_printed_time_again(local: datetime, zone: ZoneInfo) -> None:
    try:
        at = instant(local, zone)
    except NoInstant:
        return
    assert at.tzinfo is UTC
    assert at.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(fold=0)
