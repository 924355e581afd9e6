"""Waiting for another thread, with a deadline."""

import threading
from collections.abc import Callable
from time import monotonic

DEADLINE_S = 15.0


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail where it does not in time."""
    deadline = monotonic() + DEADLINE_S
    pause = threading.Event()
    while not holds():
        assert monotonic() < deadline, "it did not come in time"
        pause.wait(0.005)
