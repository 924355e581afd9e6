"""From any thread to the UI thread: in order, in lists, not too often, and over when it is over."""

import os
import threading
from collections.abc import Callable, Iterable
from itertools import pairwise
from time import monotonic

import msgspec
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from personal_app.net.bridge import INTERVAL_MS, Bridge

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


class Value(msgspec.Struct, frozen=True):
    """Something to post."""

    number: int


class Arrivals:
    """What came over a bridge: the lists, when, and on which thread."""

    def __init__(self, bridge: Bridge) -> None:
        self.lists: list[list[object]] = []
        self.at: list[float] = []
        self.threads: set[int] = set()
        bridge.arrived.connect(self._on_arrived)

    @property
    def values(self) -> list[object]:
        return [value for values in self.lists for value in values]

    def _on_arrived(self, values: list[object]) -> None:
        self.lists.append(values)
        self.at.append(monotonic())
        self.threads.add(threading.get_ident())


def beside(work: Callable[[], None]) -> threading.Thread:
    """Start `work` on a thread of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def post_all(bridge: Bridge, values: Iterable[object]) -> None:
    for value in values:
        bridge.post(value)


def test_values_arrive_in_order_on_the_ui_thread_and_are_the_same(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrivals = Arrivals(bridge)
    sent = [Value(number) for number in range(5_000)]
    thread = beside(lambda: post_all(bridge, sent))
    qtbot.waitUntil(lambda: len(arrivals.values) == len(sent), timeout=10_000)
    thread.join()
    assert all(came is went for came, went in zip(arrivals.values, sent, strict=True))
    assert arrivals.threads == {threading.get_ident()}


def test_a_signal_survives_five_thousand_emissions(qtbot: QtBot) -> None:
    """PySide6 6.12.0 aborts on Python 3.11 after some 560; the version that is installed must not."""
    bridge = Bridge()
    arrivals = Arrivals(bridge)
    for number in range(5_000):
        bridge.post(number)
        bridge.flush()
    assert arrivals.values == list(range(5_000))
    qtbot.wait(1)


def test_lists_come_at_most_once_in_thirty_milliseconds(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrivals = Arrivals(bridge)
    over = threading.Event()

    def work() -> None:
        number = 0
        while not over.wait(0.001):
            bridge.post(number)
            number += 1

    thread = beside(work)
    qtbot.waitUntil(lambda: len(arrivals.lists) >= 8, timeout=10_000)
    over.set()
    thread.join()
    # A late turn of the loop may be followed by one in time; two lists in less than two thirds of the interval never.
    assert all(later - earlier > INTERVAL_MS / 1500 for earlier, later in pairwise(arrivals.at))


def test_what_is_posted_to_a_quiet_bridge_comes_at_once(qtbot: QtBot) -> None:
    bridge = Bridge()
    began = monotonic()
    with qtbot.waitSignal(bridge.arrived, timeout=5_000):
        beside(lambda: bridge.post(1)).join()
    assert monotonic() - began < 1


def test_a_closed_bridge_takes_and_gives_nothing(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrivals = Arrivals(bridge)
    bridge.post(1)
    bridge.close()
    bridge.post(2)
    qtbot.wait(2 * INTERVAL_MS)
    assert arrivals.lists == []


def test_a_slot_that_breaks_does_not_stop_the_bridge(qtbot: QtBot) -> None:
    bridge = Bridge()
    arrivals = Arrivals(bridge)

    def broken(_: object) -> None:
        raise ValueError("a bug in a slot")

    bridge.arrived.connect(broken)
    with qtbot.captureExceptions() as caught:
        bridge.post(1)
        qtbot.waitUntil(lambda: arrivals.values == [1])
        bridge.arrived.disconnect(broken)
        bridge.post(2)
        qtbot.waitUntil(lambda: arrivals.values == [1, 2])
    assert len(caught) == 1


def test_a_storm_leaves_the_screen_time(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    """20,000 frames as fast as a thread can post them; the longest gap between two turns of the UI is printed."""
    bridge = Bridge()
    arrivals = Arrivals(bridge)
    turns = [monotonic()]
    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(lambda: turns.append(monotonic()))
    timer.start()
    thread = beside(lambda: post_all(bridge, map(Value, range(20_000))))
    qtbot.waitUntil(lambda: len(arrivals.values) == 20_000, timeout=20_000)
    thread.join()
    timer.stop()
    turns.append(monotonic())
    gap_ms = max(later - earlier for earlier, later in pairwise(turns)) * 1000
    with capsys.disabled():
        print(f"\n  bridge: 20,000 values in {len(arrivals.lists)} lists, longest UI gap {gap_ms:.1f} ms")
    assert gap_ms < 1_000
