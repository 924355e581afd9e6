"""Rates: what is let through at once, what over time, and that nobody pays for another."""

from personal_app.server.limits import Buckets, Rate


def test_a_burst_is_let_through_and_then_so_many_a_second() -> None:
    buckets = Buckets(Rate(10, 5))
    assert [buckets.take("ada", 0.0) for _ in range(5)] == [0.0] * 5
    wait = buckets.take("ada", 0.0)
    assert 0.099 < wait <= 0.1
    assert buckets.take("ada", 0.05) > 0
    assert buckets.take("ada", 0.11) == 0.0


def test_waiting_as_long_as_told_is_enough() -> None:
    buckets = Buckets(Rate(3, 1))
    now = 0.0
    for _ in range(50):
        wait = buckets.take("ada", now)
        if wait:
            now += wait + 1e-9
            assert buckets.take("ada", now) == 0.0


def test_nobody_pays_for_another() -> None:
    buckets = Buckets(Rate(1, 1))
    assert buckets.take("ada", 0.0) == 0.0
    assert buckets.take("ada", 0.0) > 0
    assert buckets.take("bob", 0.0) == 0.0


def test_rest_saves_up_no_more_than_the_burst() -> None:
    buckets = Buckets(Rate(10, 2))
    buckets.take("ada", 0.0)
    assert [buckets.take("ada", 1000.0) > 0 for _ in range(3)] == [False, False, True]


def test_many_who_have_rested_are_forgotten_and_one_who_is_held_back_is_not() -> None:
    buckets = Buckets(Rate(1, 1))
    for number in range(12_000):
        buckets.take(number, number / 1000)
    assert len(buckets._of) < 11_000
    buckets.take("ada", 12.0)
    assert buckets.take("ada", 12.0) > 0
