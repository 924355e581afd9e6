"""A store in a folder of the test's own, closed at its end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy2

import pytest

from personal_app.store.layout import cache_file
from personal_app.store.store import Store
from tests.store.material import CLOSE_S

OpenStore = Callable[[], Store]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture(scope="session")
def empty_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty cache's file, to be copied: making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty")
    assert Store(folder).close(CLOSE_S)
    return cache_file(folder)


@pytest.fixture
def open_store(folder: Path, empty_cache: Path) -> Iterator[OpenStore]:
    """Opens the folder's store; one that is open already is closed first, as by a restart."""
    stores: list[Store] = []
    if not folder.exists():
        folder.mkdir()
        copy2(empty_cache, cache_file(folder))

    def start() -> Store:
        for store in stores:
            assert store.close(CLOSE_S)
        stores.append(Store(folder))
        return stores[-1]

    yield start
    for store in stores:
        assert store.close(CLOSE_S)


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()
