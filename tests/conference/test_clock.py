"""Instants and the estimate of the server's clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.clock import ClockSample, ServerOffset, from_epoch_ms, sample, to_epoch_ms


def test_an_instant_is_the_same_in_every_zone() -> None:
    there = datetime(2020, 9, 21, 12, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert to_epoch_ms(there) == to_epoch_ms(datetime(2020, 9, 21, 16, 0, tzinfo=UTC)) == 1_600_704_000_000


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        to_epoch_ms(datetime(2020, 9, 21))  # noqa: DTZ001


@given(st.integers(-(10**12), 10**13))
def test_milliseconds_and_instants_are_two_forms_of_one(epoch_ms: int) -> None:
    assert to_epoch_ms(from_epoch_ms(epoch_ms)) == epoch_ms


def test_nothing_is_known_before_the_first_sample() -> None:
    assert ServerOffset().offset_ms == 0.0


def test_the_sample_with_the_least_delay_is_believed() -> None:
    known = ServerOffset()
    for sent, server, received in ((0, 5_400, 800), (1_000, 6_020, 1_040), (2_000, 7_300, 2_600)):
        known = known.add(sample(sent, server, received))
    assert known.offset_ms == 5_000


def test_only_the_last_eight_samples_count() -> None:
    known = ServerOffset().add(ClockSample(offset_ms=100, round_trip_ms=1))
    for _ in range(8):
        known = known.add(ClockSample(offset_ms=110, round_trip_ms=50))
    assert known.offset_ms == 110
    assert len(known.samples) == 8


def test_samples_that_may_both_be_true_are_both_kept() -> None:
    known = (
        ServerOffset().add(ClockSample(offset_ms=0, round_trip_ms=40)).add(ClockSample(offset_ms=100, round_trip_ms=60))
    )
    assert len(known.samples) == 2
    assert known.offset_ms == 0
    assert sample(1_000, 5_000, 1_200).round_trip_ms == 200


def test_a_clock_that_was_set_is_believed_at_once() -> None:
    known = ServerOffset()
    for _ in range(8):
        known = known.add(ClockSample(offset_ms=0, round_trip_ms=2))
    known = known.add(ClockSample(offset_ms=-3_600_000, round_trip_ms=40))
    assert known.offset_ms == -3_600_000


def test_an_answer_from_before_its_question_is_passed_over() -> None:
    known = ServerOffset().add(ClockSample(offset_ms=12, round_trip_ms=20))
    assert known.add(ClockSample(offset_ms=9_000, round_trip_ms=-5)) == known


@given(
    ahead_ms=st.integers(-(10**7), 10**7),
    delays=st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)), min_size=1, max_size=20),
)
def test_the_error_is_at_most_half_of_the_least_delay(ahead_ms: int, delays: list[tuple[int, int]]) -> None:
    known = ServerOffset()
    for there, back in delays:
        known = known.add(sample(0, there + ahead_ms, there + back))
    least = min(sum(delay) for delay in delays[-8:])
    assert abs(known.offset_ms - ahead_ms) <= least / 2
