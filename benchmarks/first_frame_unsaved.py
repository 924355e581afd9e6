"""[first-frame-unsaved] From opening a talk that is not saved to its first picture on the screen, beside bare libvlc.

Both bring the recording from `personal-server serve` on this machine. Ours goes the whole way: service, library, pool,
the first block checked and written, the loopback endpoint, the engine. The peer is python-vlc alone, given the server's
own address, which checks nothing. The end is the first pixel that is not black, read from the screen. After each round
ours removes what it has kept. The bar is 500 ms.
"""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._player import RECORDING, Peer, a_window, hold, on_a_screen, until
from benchmarks.first_frame import peer_ms, timed
from tools.driving import ROOT, Cast, Server

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from personal_app.conference.ids import RecordingId

ROUNDS = 9
#: The recording is made so long: a small one would be here before it is looked at.
SIZE_BYTES = 50_000_000


def main() -> None:
    """Measure on a screen of our own."""
    on_a_screen(__file__, measure)


def measure() -> None:
    """Measure both in turn and print the figure."""
    from PySide6.QtWidgets import QApplication

    from benchmarks._figure import in_turn, report
    from benchmarks.download import lengthen

    application = QApplication([])
    with tempfile.TemporaryDirectory() as name, Cast() as cast:
        folder = Path(name)
        shutil.copytree(ROOT / "assets" / "demo", folder / "conference")
        server = cast.add(Server(folder / "conference", folder / "data", "--rehearse=-600"))
        lengthen(next((folder / "conference" / "recordings").glob(f"{RECORDING}*.mp4")), SIZE_BYTES)
        server.start()
        ours, peer = (
            Ours(application, folder / "profile", server.address),
            Peer(f"{server.address}/recordings/{RECORDING}"),
        )
        readings = in_turn(ours.first_picture_ms, lambda: peer_ms(application, peer), ROUNDS, warm_up=2)
        ours.close()
        peer.close()
    report("first-frame-unsaved", *readings, "ms to first picture", engine=ours.engine, streamed=ours.streamed)


class Ours:
    """The app's own way to play a talk that is not here."""

    def __init__(self, application: "QApplication", profile: Path, address: str) -> None:
        from personal_app.bootstrap.library import Library
        from personal_app.bootstrap.rooms import Rooms
        from personal_app.bootstrap.wall_clock import utc_now
        from personal_app.conference.ids import RecordingId, TalkId
        from personal_app.net.address import Address
        from personal_app.net.bridge import Bridge
        from personal_app.net.downloads import DownloadPool
        from personal_app.net.http_api import fetch_program
        from personal_app.net.network_thread import NetworkThread
        from personal_app.player.choice import EngineSource
        from personal_app.services.playback import PlaybackService
        from personal_app.services.program import ProgramService
        from personal_app.services.recordings import RecordingService, Ways
        from personal_app.store.key_ring import KeyRing
        from personal_app.store.search_thread import SearchThread
        from personal_app.store.store import Store

        self._application = application
        self.streamed = 0
        found = fetch_program(Address(address), "")
        assert found is not None
        self._recording = RecordingId(RECORDING)
        self._talk = next(talk.id for talk in found.conference.talks if talk.recording == RECORDING)
        self._other = TalkId("none")
        profile.mkdir()
        store = Store(profile)
        store.opened.result(10)
        self._rooms = Rooms(store, NetworkThread(), DownloadPool(), SearchThread(profile), KeyRing())
        self._bridge = Bridge()
        program = ProgramService(utc_now)
        self._service = RecordingService(
            save=lambda _: None,
            remove=lambda _: None,
            ways=Ways(
                watch=self._watch,
                note_watched=_leave,
                pause=_leave,
                resume=_leave,
                set_quota=_leave,
                look_at_room=_leave,
            ),
        )
        self._library = Library(self._service, self._rooms, self._bridge.post, profile)
        self._bridge.arrived.connect(self._library.take)
        self._library.take_kept((), {})
        self._library.take_conference(found.conference)
        self._library.take_address(Address(address))
        self._source = EngineSource()
        self._source.warm()
        self._playback = PlaybackService(self._source, program, self._service)
        self._playback.trust_port(self._rooms.pool.port)
        program.take(found.conference)
        self._window = a_window("ours", self._playback.surface())
        until(application, lambda: self._source.choice is not None, "the engine")
        self.engine = str(self._source.choice and self._source.choice.kind)

    def _watch(self, recording: "RecordingId") -> None:
        self._library.watch(recording)

    def first_picture_ms(self) -> float:
        """Return ms from opening the talk to its first picture."""
        from personal_app.services.recordings import RecordingKind

        taken = timed(self._application, self._window, lambda: self._playback.open(self._talk))
        self.streamed += self._service.state(self._recording).kind is RecordingKind.LOADING
        self._playback.open(self._other)
        self._library.remove(self._recording)
        hold(self._application, 0.3)
        until(self._application, lambda: not list(self._library._folder.iterdir()), "an empty folder")
        return taken

    def close(self) -> None:
        """Release the engine, then the window and the rooms."""
        self._playback.close()
        self._source.close()
        self._source.wait_closed(10)
        self._window.close()
        self._bridge.close()
        assert self._rooms.close()


def _leave(*_: object) -> None:
    """Nobody asks for it here."""


if __name__ == "__main__":
    main()
