"""Which engine plays on this machine: libvlc where it can draw into our window, Qt Multimedia otherwise or on demand.

Both libraries take longer to load than the first paint may wait, so nothing here imports them at the top: `warm` does
it on a thread of its own, and `ready` tells what was chosen and why. A person may choose again at any time (`change`).
The module must never import a decoding library at its top level.
"""

import importlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QLibraryInfo, QObject, QPluginLoader, Qt, Signal
from PySide6.QtGui import QGuiApplication

from personal_app.conference.errors import ConferenceError
from personal_app.player.engine import Engine, EngineUnavailable
from personal_app.player.kinds import EngineKind
from personal_app.player.sound import has_sound_output
from personal_app.player.window_systems import EMBEDDING_PLATFORMS, Outlook, outlook

if TYPE_CHECKING:
    from personal_app.player.stream import StreamPlayer
    from personal_app.player.vlc_engine import VlcLibrary

__all__ = ["EMBEDDING_PLATFORMS", "Choice", "EngineKind", "EngineSource", "open_libvlc"]

_log = logging.getLogger(__name__)


class Choice(msgspec.Struct, frozen=True):
    """The engine that was chosen. `reason` is a sentence for the log and the About box."""

    kind: EngineKind
    reason: str
    sound: bool


class EngineSource(QObject):
    """Chooses once, keeps one warm library, makes engines, and releases it all in the right order."""

    #: Choice: engines can be made now. Follows `warm`, on the thread this object lives in.
    ready = Signal(object)
    #: Choice: what engines are made of from now on. Follows `change`; the same as before where the wish cannot be had.
    changed = Signal(object)
    #: Every engine and the library are released. Follows `close`.
    closed = Signal()

    _loaded = Signal()

    def __init__(
        self,
        wish: EngineKind | None = None,
        *,
        platform: str | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`wish` is what the person or the command line asks for; `platform` is Qt's platform name, by default ours."""
        super().__init__()
        self._told = wish is not None
        self._wish = wish
        self._platform = platform if platform is not None else QGuiApplication.platformName()
        self._environment = environment
        self._sound = has_sound_output(environment)
        self._choice: Choice | None = None
        self._is_ready = False
        self._library: VlcLibrary | None = None
        self._engines: list[Engine] = []
        self._retired: list[Engine] = []
        self._streams: list[StreamPlayer] = []
        self._loading: threading.Thread | None = None
        self._closing: threading.Thread | None = None
        self._loaded.connect(self._on_loaded, Qt.ConnectionType.QueuedConnection)

    @property
    def choice(self) -> Choice | None:
        """What was chosen; None until `ready`."""
        return self._choice

    def warm(self) -> None:
        """Begin to load the library without holding up the caller; to be called after the first paint."""
        if self._loading is None:
            self._loading = threading.Thread(target=self._load, name="player warm-up", daemon=True)
            self._loading.start()

    def prefer(self, kind: EngineKind | None) -> None:
        """Before `warm`: let `kind` be wished where the command line says nothing else."""
        if not self._told and self._loading is None:
            self._wish = kind

    def outlook(self, kind: EngineKind) -> Outlook:
        """Return when a wish for `kind` would take effect."""
        return outlook(kind, self._platform, self._environment)

    def change(self, kind: EngineKind) -> None:
        """Begin to choose anew, with a wish for `kind`: `changed` follows, or `ready` where nothing was chosen yet."""
        if self._closing is not None:
            return
        self._wish = kind
        before = self._loading
        self._loading = threading.Thread(target=self._load, args=(before,), name="player change", daemon=True)
        self._loading.start()

    def retire(self, engine: Engine) -> None:
        """Close an engine in whose place another one plays. Its surface must live until its `closed`."""
        self._engines.remove(engine)
        engine.close()
        self._retired = [each for each in (*self._retired, engine) if not each.wait_closed(0)]

    def when_ready(self, act: Callable[[Choice], object]) -> None:
        """Call `act` with the choice: now if it is made, else as soon as it is."""
        if self._choice is not None:
            act(self._choice)
        else:
            self.ready.connect(act)

    def create(self) -> Engine:
        """Make an engine, on the UI thread. Called before `ready`, it waits for the library (up to some 200 ms)."""
        self.warm()
        assert self._loading is not None
        self._loading.join()
        assert self._choice is not None
        engine = self._make(self._choice)
        self._engines.append(engine)
        return engine

    def stream_player(self) -> "StreamPlayer | None":
        """Make a player of live streams, on the UI thread; None where there is no libvlc that draws into our window."""
        if self._library is None or self._closing is not None:
            return None
        from personal_app.player.stream import StreamPlayer

        player = StreamPlayer(self._library)
        self._streams.append(player)
        return player

    def close(self) -> None:
        """Begin to close every engine and then the library; `closed` follows. Windows must live until then."""
        if self._closing is None:
            for engine in self._engines:
                engine.close()
            for stream in self._streams:
                stream.close()
            self._closing = threading.Thread(target=self._release, name="player release", daemon=True)
            self._closing.start()

    def wait_closed(self, timeout_s: float) -> bool:
        """After `close`, wait at most `timeout_s` seconds for the release and tell whether it is done."""
        if self._closing is None:
            return False
        self._closing.join(timeout_s)
        return not self._closing.is_alive()

    def _make(self, choice: Choice) -> Engine:
        if choice.kind is EngineKind.LIBVLC and self._library is not None:
            from personal_app.player.vlc_engine import VlcEngine

            return VlcEngine(self._library)
        from personal_app.player.qt_engine import QtEngine

        return QtEngine(sound=choice.sound)

    def _load(self, before: threading.Thread | None = None) -> None:
        """On the warm-up thread: choose, and bring the library into memory."""
        if before is not None:
            before.join()
        try:
            self._choice = self._choose()
        except Exception:
            _log.exception("choosing a player broke")
            self._choice = _qt(self._sound, "libvlc could not be started")
        if self._choice.kind is EngineKind.QT:
            _warm_qt_multimedia()
        self._loaded.emit()

    def _choose(self) -> Choice:
        if self._wish is EngineKind.QT:
            return _qt(self._sound, "it was asked for")
        if self._platform not in EMBEDDING_PLATFORMS:
            return _qt(self._sound, f"libvlc cannot draw into a window on the platform “{self._platform}”")
        try:
            # Once warm it stays so: whoever changes to and fro does not wait for it again.
            self._library = self._library or open_libvlc(self._sound)
        except ConferenceError as error:
            return _qt(self._sound, str(error))
        return Choice(EngineKind.LIBVLC, f"{self._library.name} through python-vlc", self._sound)

    def _on_loaded(self) -> None:
        assert self._choice is not None
        _log.info("recordings are played by %s", self._choice.reason)
        if not self._choice.sound and not self._is_ready:
            _log.warning("no sound device was found: recordings play silently until the app is started with one")
        (self.changed if self._is_ready else self.ready).emit(self._choice)
        self._is_ready = True

    def _release(self) -> None:
        if self._loading is not None:
            self._loading.join()
        # A library that hangs while it stops must not keep the process: the threads are daemons, the wait is bounded.
        stopped = [engine.wait_closed(_RELEASE_S) for engine in (*self._engines, *self._retired)]
        stopped += [stream.wait_closed(_RELEASE_S) for stream in self._streams]
        if self._library is not None and all(stopped):
            self._library.release()
        self.closed.emit()


_RELEASE_S = 5.0


def open_libvlc(sound: bool) -> "VlcLibrary":
    """Load libvlc and create its instance, on any thread.

    Raises EngineUnavailable with the reason where python-vlc or libvlc is missing or does not start.
    """
    try:
        module = importlib.import_module("personal_app.player.vlc_engine")
    except ImportError as error:
        raise EngineUnavailable("python-vlc is not installed") from error
    # python-vlc raises NotImplementedError or OSError where it finds no library, AttributeError where it finds a broken
    # one, and calls sys.exit where its environment variables name a wrong one.
    except (NotImplementedError, OSError, AttributeError, SystemExit) as error:
        raise EngineUnavailable("libvlc is not installed (VLC brings it)") from error
    library: VlcLibrary = module.VlcLibrary(sound=sound)
    return library


def _qt(sound: bool, why: str) -> Choice:
    return Choice(EngineKind.QT, f"Qt Multimedia, because {why}", sound)


def _warm_qt_multimedia() -> None:
    """Load Qt Multimedia and its FFmpeg plugin, so that making an engine on the UI thread finds them in memory."""
    importlib.import_module("personal_app.player.qt_engine")
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "multimedia"
    for plugin in sorted(plugins.glob("*ffmpegmediaplugin*")):
        QPluginLoader(str(plugin)).load()
