"""What the end-to-end tests share: a screen nobody sees, a server process, desktop apps in processes of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.driving import ROOT, Cast, Client, Screen, Server


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    screen = Screen(1600, 1000)
    yield screen.display
    screen.close()


@pytest.fixture
def cast() -> Iterator[Cast]:
    with Cast() as cast:
        yield cast


@pytest.fixture
def server(cast: Cast, tmp_path: Path) -> Server:
    """A server with the demo conference, which began 15 s ago."""
    server = cast.add(Server(ROOT / "assets" / "demo", tmp_path / "server", "--rehearse=-15"))
    server.start()
    return server


@pytest.fixture
def open_client(cast: Cast, tmp_path: Path, display: str) -> Callable[..., Client]:
    """Return a function that starts a desktop app on the profile of that name, again where it was started before."""

    def start(name: str, *options: str) -> Client:
        environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        place = ["--geometry", "0,0,1280,800"]
        return cast.add(Client(name, tmp_path / name, *place, *options, environment=environment))

    return start


@pytest.fixture
def join(open_client: Callable[..., Client], server: Server) -> Callable[..., Client]:
    """Return a function that starts a desktop app and joins the server, with an invitation for `grant`."""

    def start(name: str, *grant: str, window: str = "main") -> Client:
        options = ["--address", server.address, "--name", name.title(), "--window", window]
        if grant:
            options += ["--invitation", server.invite(*grant)]
        client = open_client(name, *options)
        client.wait(lambda c: bool(c.once("connection") == "Live"), "the live connection", 40)
        return client

    return start
