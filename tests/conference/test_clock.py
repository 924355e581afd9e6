"""Instants and the estimate of the server's clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.clock import ClockSample, ServerOffset, SteadyClock, from_epoch_ms, sample, to_epoch_ms


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


def test_the_least_delays_of_either_way_are_believed_apart() -> None:
    known = ServerOffset()
    # The server is 5,000 ahead; one sample was quick on the way there, the other on the way back.
    for sent, server, received in ((0, 5_004, 204), (1_000, 6_200, 1_206)):
        known = known.add(sample(sent, server, received))
    assert known.offset_ms == pytest.approx(4_999, abs=0.1)


def test_what_is_long_ago_counts_no_more() -> None:
    known = ServerOffset().add(ClockSample(offset_ms=100, round_trip_ms=1))
    for _ in range(63):
        known = known.add(ClockSample(offset_ms=110, round_trip_ms=50))
    assert known.offset_ms == 100
    for _ in range(8):
        known = known.add(ClockSample(offset_ms=110, round_trip_ms=50))
    assert known.offset_ms == 110
    assert len(known.samples) == 8


def test_clocks_part_by_themselves_and_what_is_new_is_believed_more() -> None:
    known = ServerOffset().add(ClockSample(offset_ms=100, round_trip_ms=2, at_ms=0))
    known = known.add(ClockSample(offset_ms=110, round_trip_ms=4, at_ms=200_000))
    assert known.offset_ms == 109.5


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=60, max_size=60))
def test_of_sixty_jittery_rounds_the_least_of_either_way_decide(delays: list[tuple[float, float]]) -> None:
    known = ServerOffset()
    for second, (there, back) in enumerate(delays):
        sent = 1_000 * second
        known = known.add(ClockSample((there - back) / 2, there + back, sent + there + back))
    least_there, least_back = min(delay[0] for delay in delays), min(delay[1] for delay in delays)
    assert abs(known.offset_ms - (least_there - least_back) / 2) < 5


def test_samples_that_may_both_be_true_are_both_kept() -> None:
    known = (
        ServerOffset().add(ClockSample(offset_ms=0, round_trip_ms=40)).add(ClockSample(offset_ms=40, round_trip_ms=60))
    )
    assert known.samples[0].of == 2
    assert 0 <= known.offset_ms <= 20
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


class Machine:
    """A wall clock that can be set, and one that runs, each moved by hand."""

    def __init__(self) -> None:
        self.wall = datetime(2020, 9, 21, 16, 0, tzinfo=UTC)
        self.running_ms = 1_000.0
        self.steady = SteadyClock(lambda: self.wall, lambda: self.running_ms)

    def go(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.running_ms += 1000 * seconds


def test_a_steady_clock_goes_as_the_wall_clock_does() -> None:
    machine = Machine()
    machine.go(3_600)
    assert machine.steady() == machine.wall


@pytest.mark.parametrize("set_by", [timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=2)])
def test_a_wall_clock_that_is_set_moves_nothing_once_it_is_trusted(set_by: timedelta) -> None:
    machine = Machine()
    machine.steady.trust()
    machine.go(10)
    was = machine.steady()
    machine.wall += set_by
    machine.go(10)
    assert machine.steady() == was + timedelta(seconds=10)


def test_until_then_the_wall_clock_is_all_there_is() -> None:
    machine = Machine()
    machine.wall += timedelta(hours=1)
    assert machine.steady() == machine.wall
    machine.go(5)
    assert machine.steady() == machine.wall


def test_sleep_of_the_machine_counts() -> None:
    machine = Machine()
    machine.steady.trust()
    machine.go(8 * 3_600)
    assert machine.steady() == machine.wall
