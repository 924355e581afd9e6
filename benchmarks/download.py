"""[download] A recording of 200 MB from a server on this machine, against `curl -o` + `sync` + `sha256sum`.

Both bring the same file from the same server, `personal-server serve`, in turn. Ours goes the whole way of "Save this
talk": the library, the pool, every block and then the whole checked and synced, the cache told, the state on the UI
thread. The recording is one of the demo's, made long by a box of random bytes that players pass over (ISO/IEC 14496-12,
8.1.2). The figure is MB/s, more is better, and the bar is 0.9 of the peer's. Meanwhile a timer of the UI thread ticks
each millisecond: `ui_stall_ms` is the longest time between two ticks of each round, its median and its worst; the bar
is 30. `ui_stall_beside_curl_ms` is the same while the peer is at work and the app is not: what the machine itself is
late by. MEGABYTES=50 tries it with less.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMetaObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks._figure import in_turn, report
from personal_app.bootstrap.library import Library
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.ids import RecordingId
from personal_app.conference.program import Conference
from personal_app.net.address import Address
from personal_app.net.bridge import Bridge
from personal_app.net.downloads import DownloadPool
from personal_app.net.http_api import fetch_program
from personal_app.net.network_thread import NetworkThread
from personal_app.services.recordings import RecordingKind, RecordingService
from personal_app.store.key_ring import KeyRing
from personal_app.store.search_thread import SearchThread
from personal_app.store.store import Store
from tools.driving import ROOT, Cast, Server

MEGABYTES = int(os.environ.get("MEGABYTES", "200"))
RECORDING = RecordingId("introduction")
ROUNDS = 7


def main() -> None:
    """Measure and print the figure."""
    curl = shutil.which("curl")
    if curl is None:
        sys.exit("curl is needed to measure against: apt-get install -y curl, then again")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name, Cast() as cast:
        folder = Path(name)
        conference = folder / "conference"
        shutil.copytree(ROOT / "assets" / "demo", conference)
        server = cast.add(Server(conference, folder / "data", "--rehearse=-15"))
        lengthen(next((conference / "recordings").glob(f"{RECORDING}*.mp4")), MEGABYTES * 1_000_000)
        server.start()
        program = fetch_program(Address(server.address), "")
        assert program is not None
        recording = program.conference.recording(RECORDING)
        assert recording is not None
        megabytes = recording.file.size_bytes / 1e6
        ours = Ours(folder / "profile", program.conference, Address(server.address), megabytes)

        beside_ms: list[float] = []

        def peer() -> float:
            ticks, loop = Ticks(), QEventLoop()
            job = Future[float]()
            job.add_done_callback(lambda _: QMetaObject.invokeMethod(loop, "quit", Qt.ConnectionType.QueuedConnection))
            threading.Thread(target=lambda: job.set_result(by_curl())).start()
            loop.exec()
            beside_ms.append(ticks.longest_ms())
            return job.result()

        def by_curl() -> float:
            target = folder / "peer.mp4"
            began = time.perf_counter()
            subprocess.run([curl, "-sS", "-o", target, f"{server.address}/recordings/{RECORDING}"], check=True)
            subprocess.run(["sync", target], check=True)
            told = subprocess.run(["sha256sum", target], check=True, capture_output=True, text=True)
            rate = megabytes / (time.perf_counter() - began)
            assert told.stdout.startswith(recording.file.sha256)
            target.unlink()
            return rate

        readings = in_turn(ours.rate, peer, ROUNDS)
        ours.close()
    stalls = ours.stalls_ms[-ROUNDS:]
    report(
        "download",
        *readings,
        "MB/s, checked and synced",
        megabytes=round(megabytes),
        ui_stall_ms=round(statistics.median(stalls), 1),
        ui_stall_worst_ms=round(max(stalls), 1),
        ui_stall_beside_curl_ms=round(statistics.median(beside_ms[-ROUNDS:]), 1),
    )


class Ours:
    """The app's own library, on an event loop of Qt."""

    def __init__(self, profile: Path, conference: Conference, address: Address, megabytes: float) -> None:
        self.stalls_ms: list[float] = []
        self._megabytes = megabytes
        self._application = QApplication([])
        profile.mkdir()
        store = Store(profile)
        store.opened.result(10)
        self._rooms = Rooms(store, NetworkThread(), DownloadPool(), SearchThread(profile), KeyRing())
        self._bridge = Bridge()
        self._service = RecordingService(save=lambda _: None, remove=lambda _: None)
        self._library = Library(self._service, self._rooms, self._bridge.post, profile)
        self._bridge.arrived.connect(self._library.take)
        self._library.take_kept((), {})
        self._library.take_conference(conference)
        self._library.take_address(address)

    def rate(self) -> float:
        """Save the recording and return MB/s; then remove it."""
        ticks = Ticks()
        began = time.perf_counter()
        self._library.save(RECORDING)
        self._until(RecordingKind.SAVED)
        rate = self._megabytes / (time.perf_counter() - began)
        self.stalls_ms.append(ticks.longest_ms())
        path = self._service.state(RECORDING).path
        self._library.remove(RECORDING)
        while path is not None and path.exists():
            self._application.processEvents()
        # The library forgets that it is being removed when the cache has said so.
        loop = QEventLoop()
        QTimer.singleShot(100, loop.quit)
        loop.exec()
        return rate

    def close(self) -> None:
        """End everything."""
        self._bridge.close()
        assert self._rooms.close()

    def _until(self, kind: RecordingKind) -> None:
        loop = QEventLoop()

        def look() -> None:
            if self._service.state(RECORDING).kind is kind:
                loop.quit()

        self._service.changed.connect(look)
        QTimer.singleShot(120_000, loop.quit)
        loop.exec()
        self._service.changed.disconnect()
        state = self._service.state(RECORDING)
        assert state.kind is kind, state.detail


class Ticks:
    """A timer that ticks each millisecond, and how late it was."""

    def __init__(self) -> None:
        self._gaps = [0.0]
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)

    def longest_ms(self) -> float:
        """Stop, and return the longest time between two ticks."""
        self._timer.stop()
        return max(self._gaps) * 1000

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now


def lengthen(recording: Path, size_bytes: int) -> None:
    """Make a recording `size_bytes` longer by a box that nothing is in."""
    with recording.open("ab") as file:
        file.write((size_bytes + 8).to_bytes(4, "big") + b"free")
        for _ in range(size_bytes >> 20):
            file.write(os.urandom(1 << 20))
        file.write(bytes(size_bytes % (1 << 20)))


if __name__ == "__main__":
    main()
