"""Ledgers over a real database in tmp_path, every one of them stopped when its test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.office import Office, Offices


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    """Open and close servers' offices (database, ledger, identity) on one data folder."""
    made = Offices(tmp_path)
    yield made
    made.close_all()


@pytest.fixture
def office(offices: Offices) -> Office:
    """An office that is open."""
    return offices.open()
