"""When rounds go out, on a clock that is moved by hand."""

from collections.abc import Callable

from personal_app.server.pace import LONGEST_S, SHORTEST_S, Pace
from tests.server.hand_timers import HandTimers


class Rounds:
    """Counts rounds, each of which takes `cost_s`; they end by themselves unless `in_pieces`."""

    def __init__(self, timers: HandTimers) -> None:
        self.timers = timers
        self.cost_s = 0.0
        self.at: list[float] = []
        self.alone: list[bool] = []
        self.in_pieces = False
        self.pace: Pace

    def __call__(self, rows_alone: bool) -> None:
        self.at.append(self.timers.time())
        self.alone.append(rows_alone)
        self.timers.now += self.cost_s
        if not self.in_pieces:
            self.pace.ended(self.cost_s, rows_alone=rows_alone)


def paced() -> tuple[HandTimers, Rounds, Callable[[bool], None], Pace]:
    timers = HandTimers()
    rounds = Rounds(timers)
    pace = rounds.pace = Pace(timers, rounds)
    return timers, rounds, lambda urgent: pace.due(urgent=urgent), pace


def test_the_first_count_after_a_rest_goes_at_once_and_the_next_ones_share_a_tick() -> None:
    timers, rounds, due, _ = paced()
    for _ in range(5):
        due(False)
    assert len(rounds.at) == 1
    timers.run_until(SHORTEST_S)
    assert rounds.at == [0.0, SHORTEST_S]
    timers.run_until(1.0)
    assert len(rounds.at) == 2


def test_rows_go_at_once_while_that_is_cheap() -> None:
    _, rounds, due, _ = paced()
    for _ in range(5):
        due(True)
    assert len(rounds.at) == 5


def test_rows_that_come_while_counts_wait_take_the_counts_along() -> None:
    timers, rounds, due, _ = paced()
    due(False)
    due(False)
    due(True)
    assert len(rounds.at) == 2
    timers.run_until(1.0)
    assert len(rounds.at) == 2


def test_costly_rounds_widen_the_tick_and_make_rows_wait_too() -> None:
    timers, rounds, due, pace = paced()
    rounds.cost_s = 0.2
    for _ in range(10):
        due(False)
        timers.run_until(timers.now + LONGEST_S)
    assert pace.tick_s == LONGEST_S
    before = len(rounds.at)
    due(True)
    due(True)
    assert rounds.alone[before:] == [True, False], "the rows first, the counts of the tick behind them"
    rounds.cost_s = 0.0
    for _ in range(20):
        due(False)
        timers.run_until(timers.now + LONGEST_S)
    assert pace.tick_s == SHORTEST_S


def test_a_closed_pace_calls_no_more() -> None:
    timers, rounds, due, pace = paced()
    due(False)
    due(False)
    pace.close()
    due(True)
    timers.run_until(10.0)
    assert len(rounds.at) == 1


def test_what_falls_due_during_a_round_makes_up_the_next_one() -> None:
    timers, rounds, due, pace = paced()
    rounds.in_pieces = True
    due(False)
    due(False)
    timers.run_until(0.1)
    assert rounds.at == [0.0]
    pace.ended(0.0, rows_alone=False)
    assert rounds.at == [0.0, 0.1]
    pace.ended(0.0, rows_alone=False)
    timers.run_until(10.0)
    assert rounds.alone == [False, False]


def test_rows_overtake_the_counts_that_are_under_way() -> None:
    timers, rounds, due, pace = paced()
    rounds.in_pieces = True
    due(False)
    due(True)
    assert rounds.alone == [False, True]
    due(True)
    assert len(rounds.at) == 2
    pace.ended(0.0, rows_alone=True)
    assert rounds.alone == [False, True, True]
    pace.ended(0.0, rows_alone=True)
    pace.ended(0.0, rows_alone=False)
    timers.run_until(10.0)
    assert rounds.alone == [False, True, True, False]


def test_where_rounds_are_dear_rows_go_alone_until_the_tick_is_over() -> None:
    timers, rounds, due, _ = paced()
    rounds.cost_s = 0.04
    due(False)
    due(True)
    timers.run_until(timers.now + 10.0)
    assert rounds.alone == [False, True, False]


def test_counts_take_their_share_of_the_time_and_no_more() -> None:
    timers, rounds, due, _ = paced()
    rounds.cost_s = 0.02
    while timers.now < 10.0:
        due(False)
        timers.run_until(timers.now + 0.001)
    assert 0.08 < len(rounds.at) * rounds.cost_s / 10.0 < 0.17


def test_rows_without_end_leave_half_of_the_time() -> None:
    timers, rounds, due, _ = paced()
    rounds.cost_s = 0.05
    while timers.now < 10.0:
        due(True)
        timers.run_until(timers.now + 0.001)
    assert 0.3 < sum(rounds.alone) * rounds.cost_s / 10.0 < 0.55
    assert len(rounds.at) * rounds.cost_s / 10.0 < 0.7


def test_rows_do_not_wait_for_what_counts_cost() -> None:
    timers, rounds, due, _ = paced()
    rounds.cost_s = 0.2
    due(False)
    timers.run_until(timers.now + 10.0)
    rounds.cost_s = 0.03
    due(False)
    due(True)
    asked = timers.now
    due(True)
    rounds.cost_s = 0.2
    timers.run_until(asked + 10.0)
    assert rounds.alone[2:] == [True, True, False]
    assert rounds.at[3] <= asked + 0.06


def test_rows_that_come_as_a_tick_ends_are_not_held_up_by_its_counts() -> None:
    timers, rounds, due, pace = paced()
    rounds.cost_s = 0.04
    due(False)
    timers.run_until(timers.now + 0.02)
    due(False)
    timers.now = rounds.at[0] + pace.tick_s
    due(True)
    assert rounds.alone == [False, True, False]


def test_rows_without_counts_need_one_round_however_dear() -> None:
    timers, rounds, _, pace = paced()
    rounds.cost_s = 0.04
    for _ in range(3):
        pace.due(urgent=True, counts=False)
        timers.run_until(timers.now + 10.0)
    assert rounds.alone == [False, False, False]
