"""Ledgers over a real database, every one of them stopped when its test ends.

A test runs on SQLite, in tmp_path; in a module that says so (`DATABASES`) on PostgreSQL as well, whose promises are the
same.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster, running_cluster
from tests.server.office import Office, Offices


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module on each database it names."""
    if "offices" in metafunc.fixturenames and hasattr(metafunc.module, "DATABASES"):
        metafunc.parametrize("offices", metafunc.module.DATABASES, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for all tests, one after another."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def offices(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Offices]:
    """Open and close servers' offices (database, ledger, identity) on one database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        made = Offices(tmp_path)
    else:
        cluster = request.getfixturevalue("postgres")
        made = Offices(tmp_path, cluster.url(cluster.emptied_database()))
    yield made
    made.close_all()


@pytest.fixture
def office(offices: Offices) -> Office:
    """An office that is open."""
    return offices.open()
