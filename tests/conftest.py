"""What all tests share: where Qt's objects may be destroyed."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How quickly inputs are made and an example runs says something of the machine and nothing of the code.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

# No test reaches into the key store of whoever runs it, nor does any process that a test starts.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

ROOM = Path(__file__).parent
QT_ROOMS = frozenset({"ui", "services", "player", "net", "bootstrap"})
#: New objects that may pile up before they are collected between two tests.
PILE = 50_000


def _has_qt(item: pytest.Item) -> bool:
    return item.path.relative_to(ROOM).parts[0] in QT_ROOMS


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep Python from destroying Qt's objects on another thread (see bootstrap/garbage.py): collect between tests."""
    if _has_qt(item):
        gc.disable()
    elif not gc.isenabled():
        # Only now has the last test with Qt let go of everything: while it is torn down, its fixtures are still held.
        gc.collect()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """Collect on the main thread what a test left, when enough of it has piled up or Qt is left for a while."""
    yield
    if _has_qt(item) and (nextitem is None or not _has_qt(nextitem) or gc.get_count()[0] > PILE):
        gc.collect()
