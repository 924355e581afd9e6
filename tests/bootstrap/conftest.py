"""What the tests of the composition share: open rooms, a bridge, and one server process with the demo conference."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from personal_app.bootstrap.rooms import Rooms
from personal_app.net.bridge import Bridge
from personal_app.net.downloads import DownloadPool
from personal_app.net.network_thread import NetworkThread
from personal_app.store.key_ring import KeyRing
from personal_app.store.search_thread import SearchThread
from personal_app.store.store import Store
from tools.driving import ROOT, Cast, Server

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Cast() as cast:
        server = cast.add(Server(ROOT / "assets" / "demo", tmp_path_factory.mktemp("server"), "--rehearse=-15"))
        server.start()
        yield server


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    store = Store(tmp_path)
    store.opened.result(10)
    rooms = Rooms(store, NetworkThread(), DownloadPool(), SearchThread(tmp_path), KeyRing())
    yield rooms
    assert rooms.close()


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    del qapp
    bridge = Bridge()
    yield bridge
    bridge.close()
