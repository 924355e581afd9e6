"""The player's desk: which engine plays, which sound track, out of what, and pictures taken; whatever talk is on.

It holds what a person has chosen for good and has it kept. Must never know talks or recordings, nor touch the disk.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtWidgets import QWidget

from personal_app.player.choice import Choice, EngineSource
from personal_app.player.engine import AudioTrack, Engine, OutputDevice, Snapshot
from personal_app.player.kinds import EngineKind
from personal_app.player.window_systems import Outlook
from personal_app.services.engine_place import EnginePlace
from personal_app.services.player_settings import PlayerSettings, player_settings

__all__ = ["DeskState", "EngineKind", "EngineOffer", "Outlook", "PlayerDesk"]

#: A slider is let go of before what it says is written down.
KEEP_AFTER_MS = 600
_PICTURES = QStandardPaths.StandardLocation.PicturesLocation
_NAMES = {EngineKind.LIBVLC: "libvlc", EngineKind.QT: "Qt Multimedia"}


class EngineOffer(msgspec.Struct, frozen=True):
    """An engine that may be chosen, and when the choice would take effect."""

    kind: EngineKind
    name: str
    outlook: Outlook


class DeskState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot. `engine` is the one that plays, `next_engine` the one that will from the next start on, if another.

    `output` is the chosen device's id, "" for the system's own, whether it is there or not.
    """

    engine: EngineKind | None = None
    next_engine: EngineKind | None = None
    engines: tuple[EngineOffer, ...] = ()
    tracks: tuple[AudioTrack, ...] = ()
    track: int | None = None
    outputs: tuple[OutputDevice, ...] = ()
    output: str = ""


class PlayerDesk(QObject):
    """`changed` tells of a new snapshot, `said` (a sentence) what came of something that a person wished."""

    changed = Signal()
    said = Signal(str)

    def __init__(
        self,
        source: EngineSource,
        keep: Callable[[str], None] | None = None,
        pictures: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`keep` is given the settings as a text, some time after one of them was changed by a person.

        Pictures go to the folder `pictures`, by default to one of ours among the person's own.
        """
        super().__init__(parent)
        self._source = source
        self._keep = keep
        self._pictures = pictures
        self._place = EnginePlace(source)
        self._settings = self._kept = PlayerSettings()
        self._state = DeskState()
        self._wished: EngineKind | None = None
        self._next: EngineKind | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_AFTER_MS)
        self._pause.timeout.connect(self._write_down)
        source.changed.connect(self._on_choice)

    @property
    def state(self) -> DeskState:
        """The current snapshot."""
        return self._state

    @property
    def settings(self) -> PlayerSettings:
        """What is chosen for good."""
        return self._settings

    @property
    def engine(self) -> Engine | None:
        """The engine that plays, for the services alone; None until there is one."""
        return self._place.engine

    def fill(self, take: Callable[[Engine], None], give_up: Callable[[Engine], None]) -> None:
        """Have `take` called with each engine that takes the place, and `give_up` with the one that leaves it."""

        def taken(engine: Engine) -> None:
            self._take(engine)
            take(engine)
            self._refresh()

        self._place.fill(taken, give_up)

    def trust_port(self, port: int) -> None:
        """Let streams be opened from this port of 127.0.0.1."""
        self._place.trust_port(port)

    def surface(self) -> QWidget:
        """Return the widget that shows the picture, to be placed in a layout once."""
        return self._place.surface()

    def words(self) -> str:
        """Return which engine plays and why, for the About box."""
        return self._place.words()

    def take_settings(self, text: str) -> None:
        """Put on what was kept; an engine only where none was begun yet, for a person may have chosen since."""
        self._settings = self._kept = player_settings(text)
        self._source.prefer(self._settings.engine)
        if self.engine is not None:
            self._put_on(self.engine)
        self._refresh()

    def choose_engine(self, kind: EngineKind) -> None:
        """Let another engine play from now on, or from the next start where the window system has to be another."""
        self._settings = self._settings._replace(engine=kind)
        self._pause.start()
        if self._source.outlook(kind) is Outlook.NOW:
            self._wished, self._next = kind, None
            self._source.change(kind)
        else:
            self._next = kind
            self.said.emit(
                f"{_NAMES[kind]} plays recordings from the next start of this app on: it draws through X11, and this "
                "window goes through Wayland. Until then nothing changes."
            )
        self._refresh()

    def choose_track(self, number: int) -> None:
        """Play another sound track of the present recording."""
        if self.engine is not None:
            self.engine.choose_audio_track(number)

    def choose_output(self, device: str) -> None:
        """Let sound come out of the device with that id, or with "" of whatever the system uses."""
        self._change(output=device)
        if self.engine is not None:
            self.engine.choose_output_device(device)
        self._refresh()

    def look_for_outputs(self) -> None:
        """Look anew for what sound can come out of."""
        if self.engine is not None:
            self.engine.look_for_devices()

    def set_volume(self, volume: int) -> None:
        """Set the loudness, 0 to 100."""
        self._change(volume=volume)
        if self.engine is not None:
            self.engine.set_volume(volume)

    def set_muted(self, muted: bool) -> None:
        """Switch sound off or on."""
        self._change(muted=muted)
        if self.engine is not None:
            self.engine.set_muted(muted)

    def take_picture(self, name: str) -> None:
        """Write the present picture to a file of that name; `said` tells what came of it, and where it is."""
        if self._pictures is None:
            self._pictures = Path(QStandardPaths.writableLocation(_PICTURES)) / "PeRSonAl"
        if self.engine is not None:
            self.engine.take_snapshot(self._pictures / name)

    def close(self) -> None:
        """Have written down what waits, and make no engine any more."""
        if self._pause.isActive():
            self._pause.stop()
            self._write_down()
        self._place.close()

    def _take(self, engine: Engine) -> None:
        signals = engine.signals
        signals.tracks_changed.connect(self._refresh)
        signals.devices_changed.connect(self._refresh)
        signals.snapshot_taken.connect(self._on_snapshot)
        self._put_on(engine)

    def _put_on(self, engine: Engine) -> None:
        engine.set_volume(self._settings.volume)
        engine.set_muted(self._settings.muted)
        engine.choose_output_device(self._settings.output)

    def _on_choice(self, choice: Choice) -> None:
        wished, self._wished = self._wished, None
        if wished is not None and wished is not choice.kind:
            self.said.emit(f"Recordings are played by {choice.reason}.")
        self._refresh()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.said.emit(snapshot.trouble or f"The picture is saved as {snapshot.path}.")

    def _refresh(self) -> None:
        choice, engine = self._place.choice, self.engine
        state = msgspec.structs.replace(
            self._state,
            engine=choice.kind if choice is not None else None,
            next_engine=self._next,
            engines=tuple(EngineOffer(kind, _NAMES[kind], self._source.outlook(kind)) for kind in EngineKind),
            tracks=engine.audio_tracks if engine is not None else (),
            track=engine.audio_track if engine is not None else None,
            outputs=engine.output_devices if engine is not None else (),
            output=self._settings.output,
        )
        if state != self._state:
            self._state = state
            self.changed.emit()

    def _change(self, *, volume: int | None = None, muted: bool | None = None, output: str | None = None) -> None:
        before = self._settings
        self._settings = before._replace(
            volume=before.volume if volume is None else volume,
            muted=before.muted if muted is None else muted,
            output=before.output if output is None else output,
        )
        if self._settings != before:
            self._pause.start()

    def _write_down(self) -> None:
        if self._keep is not None and self._settings != self._kept:
            self._kept = self._settings
            self._keep(self._settings.text())
