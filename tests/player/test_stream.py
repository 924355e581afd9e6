"""Live streams through libvlc: a real HLS and a real progressive one on loopback, broken off, and come again."""

import http.server
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.player.stream import StreamLibrary, StreamPlayer, StreamState
from tests.player.recordings import Clip

Make = Callable[..., StreamPlayer]
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not here to make a stream")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and the made-up file `/endless.ts` as a stream that has no length."""

    def do_GET(self) -> None:
        if self.path != "/endless.ts":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "video/mp2t")
        self.end_headers()
        data = (Path(self.directory) / "live.ts").read_bytes()
        try:
            for at in range(0, len(data), 16_384):
                self.wfile.write(data[at : at + 16_384])
                time.sleep(0.02)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


class Served:
    """A folder on a loopback port, which can be shut and opened again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = 0
        self.open()

    def open(self) -> None:
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), partial(Quiet, directory=str(self._folder))
        )
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def shut(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@pytest.fixture
def make_stream(libvlc: StreamLibrary, qapp: QApplication) -> Iterator[Make]:
    made: list[StreamPlayer] = []

    def make(**fields: Any) -> StreamPlayer:
        made.append(StreamPlayer(libvlc, **fields))
        return made[-1]

    yield make
    for player in made:
        player.close()
        assert player.wait_closed(10)
        player.surface.deleteLater()
    qapp.processEvents()


@pytest.fixture(scope="module")
def streams(tmp_path_factory: pytest.TempPathFactory, clip: Clip) -> Path:
    """A folder with an HLS stream of some seconds and the same as one MPEG transport stream."""
    folder = tmp_path_factory.mktemp("streams")
    copied = ["ffmpeg", "-loglevel", "error", "-i", str(clip.path), "-t", "8", "-c", "copy"]
    hls = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "0", str(folder / "index.m3u8")]
    subprocess.run([*copied, *hls], check=True, timeout=60)
    subprocess.run([*copied, "-f", "mpegts", str(folder / "live.ts")], check=True, timeout=60)
    return folder


@pytest.fixture
def served(streams: Path) -> Iterator[Served]:
    server = Served(streams)
    yield server
    server.shut()


@needs_ffmpeg
@pytest.mark.parametrize("name", ["index.m3u8", "endless.ts"])
def test_a_stream_plays(make_stream: Make, served: Served, qtbot: QtBot, name: str) -> None:
    player = make_stream()
    states: list[StreamState] = []
    player.changed.connect(lambda: states.append(player.state))
    player.open(served.address(name))
    assert player.sentence == f"Connecting to 127.0.0.1:{served.port}…"
    qtbot.waitUntil(lambda: player.state is StreamState.PLAYING, timeout=15_000)
    assert player.sentence == ""
    player.stop()
    assert player.state is StreamState.EMPTY
    assert states == [StreamState.CONNECTING, StreamState.PLAYING, StreamState.EMPTY]


@needs_ffmpeg
def test_what_breaks_off_comes_again_by_itself(make_stream: Make, served: Served, qtbot: QtBot) -> None:
    player = make_stream(waits_s=(0.2,))
    player.open(served.address("endless.ts"))
    qtbot.waitUntil(lambda: player.state is StreamState.PLAYING, timeout=15_000)
    served.shut()
    qtbot.waitUntil(lambda: player.state is StreamState.WAITING, timeout=20_000)
    assert "tried again" in player.sentence
    served.open()
    qtbot.waitUntil(lambda: player.state is StreamState.PLAYING, timeout=20_000)


def test_where_nobody_answers_it_is_tried_ever_later_and_at_once_when_asked(make_stream: Make, qtbot: QtBot) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    player = make_stream(waits_s=(0.05, 60.0))
    player.open(f"http://127.0.0.1:{port}/live.m3u8")
    qtbot.waitUntil(lambda: "again in 60 s" in player.sentence, timeout=20_000)
    assert f"does not come from 127.0.0.1:{port}" in player.sentence
    player.try_now()
    assert player.state is StreamState.CONNECTING
    player.stop()
    assert (player.state, player.sentence) == (StreamState.EMPTY, "")


def test_a_stream_that_says_nothing_is_given_up(make_stream: Make, qtbot: QtBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        player = make_stream(waits_s=(60.0,), silence_ms=300)
        player.open(f"http://127.0.0.1:{silent.getsockname()[1]}/live.ts")
        qtbot.waitUntil(lambda: player.state is StreamState.WAITING, timeout=10_000)
        player.stop()


@pytest.mark.parametrize("address", ["file:///etc/hostname", "/etc/hostname", "dvd:///", "https://a:b@c/"])
def test_nothing_but_a_stream_comes_through_this_door(make_stream: Make, address: str) -> None:
    player = make_stream()
    with pytest.raises(ValueError, match=r"\w"):
        player.open(address)
    assert player.state is StreamState.EMPTY
