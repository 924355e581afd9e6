"""Several servers on one PostgreSQL: offices within the test's process, and nodes that are processes of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster, running_cluster
from tests.postgres.nodes import Nodes
from tests.server.office import Office, Offices
from tests.small_conference import write_small_conference


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for all tests, one after another."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def database(postgres: Cluster) -> str:
    """The name of an empty database."""
    return postgres.emptied_database()


@pytest.fixture
def offices(postgres: Cluster, database: str, tmp_path: Path) -> Iterator[Offices]:
    """Open servers' offices that share a database."""
    made = Offices(tmp_path, postgres.url(database))
    yield made
    made.close_all()


@pytest.fixture
def open_office(offices: Offices) -> Callable[[], Office]:
    """Return a function that opens one more office on the shared database."""
    return offices.open


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small conference on disk; not to be changed."""
    return write_small_conference(tmp_path_factory.mktemp("small"))


@pytest.fixture
def nodes(small_folder: Path, postgres: Cluster, database: str, tmp_path: Path) -> Iterator[Nodes]:
    """Server processes that share a database, none of them started yet."""
    made = Nodes(small_folder, tmp_path, postgres.url(database))
    yield made
    made.close()
