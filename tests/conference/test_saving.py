"""Whose turn it is to be brought, what goes to make room, and how fast it goes."""

from personal_app.conference.ids import RecordingId
from personal_app.conference.saving import Held, Order, Pace, left_s, to_forget, to_run

A, B, C, D = (RecordingId(name) for name in "abcd")


def test_two_at_a_time_in_their_order_and_paused_ones_not() -> None:
    assert to_run([], None) == ()
    assert to_run([Order(A), Order(B), Order(C)], None) == (A, B)
    assert to_run([Order(A, paused=True), Order(B), Order(C)], None) == (B, C)


def test_what_somebody_waits_to_watch_has_the_line_for_itself() -> None:
    orders = [Order(A), Order(B), Order(C, by_hand=False)]
    assert to_run(orders, C) == (C,)
    assert to_run(orders, D) == (A, B)
    assert to_run([Order(A), Order(C, paused=True)], C) == (A,)


def held(recording: RecordingId, watched_at: float, *, by_hand: bool = False, size: int = 10) -> Held:
    return Held(recording=recording, size_bytes=size, by_hand=by_hand, watched_at=watched_at)


def test_the_longest_unwatched_go_first_and_what_was_saved_by_hand_never() -> None:
    kept = [held(A, 1, by_hand=True, size=1000), held(B, 3), held(C, 2), held(D, 4)]
    assert to_forget(kept, 30, None) == ()
    assert to_forget(kept, 29, None) == (C,)
    assert to_forget(kept, 10, None) == (C, B)
    assert to_forget(kept, 10, C) == (B, D)
    assert to_forget(kept, 0, None) == (C, B, D)
    assert to_forget([held(A, 1, by_hand=True, size=1000)], 0, None) == ()


def test_the_rate_is_that_of_the_last_seconds() -> None:
    pace = Pace()
    assert pace.bytes_a_second() == 0
    for second in range(10):
        pace.take(second * 1000.0, second * 500)
    assert pace.bytes_a_second() == 500
    for second in range(10, 20):
        pace.take(second * 1000.0, 5000 + (second - 10) * 100)
    assert pace.bytes_a_second() == 100
    assert left_s(1000, 100) == 10
    assert left_s(1, 100) == 1
    assert left_s(1000, 0) is None


def test_one_that_begins_again_has_no_rate_below_nothing() -> None:
    pace = Pace()
    pace.take(0, 5000)
    pace.take(1000, 0)
    assert pace.bytes_a_second() == 0
