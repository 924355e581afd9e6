"""Waiting for what another thread or process brings about."""

from collections.abc import Callable
from time import monotonic, sleep

from tests.server.office import PATIENCE_S


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until `condition` holds."""
    deadline = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < deadline, f"{what} did not come"
        sleep(0.005)
