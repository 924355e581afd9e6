"""An engine that decodes nothing and keeps the contract: it passes the same tests as the real ones.

It is a deck like them, with a clock in place of the library. `breaks_off_ms` lets its recordings end there, and
`lacks_from_ms` stand still there without a word, as streams do; `tracks` are what they hold, and `there` is what sound
can come out of.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from personal_app.player.choice import Choice, EngineKind, EngineSource
from personal_app.player.deck import START_DEADLINE_MS, monotonic_ms
from personal_app.player.engine import AudioTrack, Engine, MediaKind, OutputDevice
from personal_app.player.reports import (
    DevicesFound,
    Opening,
    Played,
    ReachedEnd,
    Released,
    Shown,
    SnapshotDone,
    Started,
    TracksFound,
    Waiting,
)
from personal_app.player.snapshots import written
from personal_app.player.sound_deck import OF_LIBRARY, SoundDeck
from personal_app.player.window_systems import Outlook

_REPORT_MS = 20


class FakeEngine(SoundDeck):
    """Plays by the clock it is given."""

    def __init__(
        self, *, clock: Callable[[], float] = monotonic_ms, start_deadline_ms: int = START_DEADLINE_MS
    ) -> None:
        super().__init__("fake engine", QWidget(), clock=clock, start_deadline_ms=start_deadline_ms)
        self.breaks_off_ms: int | None = None
        self.lacks_from_ms: int | None = None
        self.openings: list[Opening] = []
        self.tracks: tuple[AudioTrack, ...] = (AudioTrack(0, "Track 1"),)
        self.there: tuple[OutputDevice, ...] = ()
        #: What sound came out of, and which track was played, in order.
        self.routes: list[str] = []
        self.played_tracks: list[int] = []
        self._media_ms = 0.0
        self._at_ms = 0.0
        self._runs = False
        self._applied = 1.0
        self._reports = QTimer()
        self._reports.setInterval(_REPORT_MS)
        self._reports.timeout.connect(self._on_time)

    def _open_media(self, opening: Opening) -> None:
        self.openings.append(opening)
        self._begin(not opening.paused)
        self._media_ms = float(opening.start_ms)
        self._applied = self._rate
        picture = opening.kind is MediaKind.VIDEO
        self._report(opening.number, TracksFound(self.tracks, 0 if self.tracks else None))
        self._report(opening.number, Started(picture))
        if picture:
            self._report(opening.number, Shown())
        self._reports.start()

    def _close_media(self) -> None:
        self._begin(False)
        self._reports.stop()

    def _resume_media(self) -> None:
        self._begin(True)

    def _hold_media(self) -> None:
        self._begin(False)

    def _seek_media(self, position_ms: int) -> None:
        self._begin(self._runs)
        self._media_ms = float(position_ms)

    def _apply_rate(self) -> None:
        self._begin(self._runs)
        self._applied = self._rate

    def _apply_sound(self) -> None:
        pass

    def _apply_track(self, number: int) -> None:
        self.played_tracks.append(number)

    def _apply_device(self, device: str) -> None:
        self.routes.append(device)

    def _find_devices(self) -> None:
        self._report(OF_LIBRARY, DevicesFound(self.there))

    def _snap(self, path: Path) -> None:
        def write(part: Path) -> bool:
            return part.write_bytes(b"a picture") > 0

        self._report(OF_LIBRARY, SnapshotDone(written(path, write)))

    def _release(self) -> None:
        self._close_media()
        self._report(0, Released())

    def wait_for_data(self, percent: int | None) -> None:
        """Let so much of what is played next be there; with None all of it is."""
        assert self._opened is not None
        self._begin(percent is None)
        self._report(self._opened.number, Waiting(percent is not None, percent or 0))

    def _begin(self, runs: bool) -> None:
        """Count what has passed until now, and run from now on or not."""
        now_ms = self._clock()
        if self._runs:
            self._media_ms += (now_ms - self._at_ms) * self._applied
        self._at_ms = now_ms
        self._runs = runs

    def _on_time(self) -> None:
        if self._opened is None or not self._runs:
            return
        self._begin(True)
        now_ms = self._at_ms
        if self.lacks_from_ms is not None and self._media_ms >= self.lacks_from_ms:
            self._media_ms = float(self.lacks_from_ms)
            return
        end_ms = self.breaks_off_ms if self.breaks_off_ms is not None else self.duration_ms
        if self._media_ms >= end_ms:
            self._report(self._opened.number, Played(float(end_ms), now_ms))
            self._report(self._opened.number, ReachedEnd())
            self._begin(False)
        else:
            self._report(self._opened.number, Played(self._media_ms, now_ms))


class FakeSource(EngineSource):
    """Gives fake engines, whichever is wished; `clock` is theirs. What is in `missing` cannot be had."""

    def __init__(self, clock: Callable[[], float] = monotonic_ms) -> None:
        super().__init__(EngineKind.QT, platform="offscreen", environment={})
        self.made: list[FakeEngine] = []
        self.preferred: EngineKind | None = None
        self.missing: set[EngineKind] = set()
        self.ahead = Outlook.NOW
        self._engine_clock = clock
        self._ready_choice: Choice | None = None

    @property
    def choice(self) -> Choice | None:
        return self._ready_choice

    def warm(self) -> None:
        self._ready_choice = Choice(EngineKind.QT, "a fake, for tests", sound=False)
        self.ready.emit(self._ready_choice)

    def when_ready(self, act: Callable[[Choice], object]) -> None:
        if self._ready_choice is not None:
            act(self._ready_choice)
        else:
            self.ready.connect(act)

    def prefer(self, kind: EngineKind | None) -> None:
        self.preferred = kind

    def outlook(self, kind: EngineKind) -> Outlook:
        return self.ahead if kind is EngineKind.LIBVLC else Outlook.NOW

    def change(self, kind: EngineKind) -> None:
        if kind not in self.missing:
            self._ready_choice = Choice(kind, f"a fake {kind}", sound=False)
        assert self._ready_choice is not None
        self.changed.emit(self._ready_choice)

    def retire(self, engine: Engine) -> None:
        engine.close()

    def create(self) -> Engine:
        engine = FakeEngine(clock=self._engine_clock)
        if self.made:
            engine.tracks = self.made[-1].tracks
        self.made.append(engine)
        return engine

    def close(self) -> None:
        for engine in self.made:
            engine.close()

    def wait_closed(self, timeout_s: float) -> bool:
        return all(engine.wait_closed(timeout_s) for engine in self.made)
