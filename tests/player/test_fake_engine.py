"""The fake engine is as honest as the real ones: the contract's quicker tests, on it."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from personal_app.player.deck import START_DEADLINE_MS
from personal_app.player.engine import Engine
from tests.player.fake_engine import FakeEngine
from tests.player.test_engine_contract import (
    test_a_new_engine_is_empty_and_wishes_change_nothing,
    test_a_seek_to_the_very_end_ends_it,
    test_after_a_failure_play_tries_again,
    test_no_signal_comes_from_within_a_call,
    test_the_end_is_told_and_play_begins_again,
    test_values_out_of_bounds_are_refused,
    test_wishes_uttered_while_loading_are_carried_out,
)

__all__ = [
    "test_a_new_engine_is_empty_and_wishes_change_nothing",
    "test_a_seek_to_the_very_end_ends_it",
    "test_after_a_failure_play_tries_again",
    "test_no_signal_comes_from_within_a_call",
    "test_the_end_is_told_and_play_begins_again",
    "test_values_out_of_bounds_are_refused",
    "test_wishes_uttered_while_loading_are_carried_out",
]


@pytest.fixture
def make_engine(qapp: QApplication) -> Iterator[Callable[..., Engine]]:
    """Return a function that makes fake engines, in place of the one that makes real ones."""
    made: list[FakeEngine] = []

    def make(start_deadline_ms: int = START_DEADLINE_MS) -> Engine:
        made.append(FakeEngine(start_deadline_ms=start_deadline_ms))
        return made[-1]

    yield make
    for engine in made:
        engine.close()
        assert engine.wait_closed(10)
        qapp.processEvents()
        engine.surface.deleteLater()
    qapp.processEvents()
