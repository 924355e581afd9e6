"""Server processes for the wire tests: one for all that only looks and asks, a fresh one for what is killed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.small_conference import write_small_conference
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small conference on disk; not to be changed."""
    return write_small_conference(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def shared_server(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that all tests share: what one asks, another may see."""
    server = ServerProcess(small_folder, tmp_path_factory.mktemp("shared") / "data").start()
    yield server
    server.close()


@pytest.fixture
def server(small_folder: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server of this test's own."""
    server = ServerProcess(small_folder, tmp_path / "data").start()
    yield server
    server.close()


@pytest.fixture
def call() -> Iterator[Callable[..., Caller]]:
    """Return a function that connects to a server, as a participant's token or as nobody."""
    callers: list[Caller] = []

    def dial(server: ServerProcess, token: str = "") -> Caller:
        callers.append(Caller(server.address, token))
        return callers[-1]

    yield dial
    for caller in callers:
        caller.hang_up()
