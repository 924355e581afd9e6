"""What both engines must do with sound tracks and snapshots, and that a position is that of the picture on the screen.

The pictures carry their numbers, and a snapshot is what is shown at the moment that it is taken.
"""

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from personal_app.player.engine import Engine, MediaKind, PlayerState
from tests.player.evidence import Evidence
from tests.player.recordings import Clip
from tests.player.test_engine_contract import close_to
from tools.numbered import FPS, number_of

# The first test waits for ffmpeg to make the recordings, which a busy machine takes its time for.
pytestmark = pytest.mark.timeout(180)

Reach = Callable[[PlayerState], None]
PLAYING, PAUSED, ENDED = PlayerState.PLAYING, PlayerState.PAUSED, PlayerState.ENDED
#: How far the position may be from the picture that is shown, beyond the picture's own 33 ms.
NEAR_MS = 100


def load(engine: Engine, clip: Clip, *, start_ms: int = 0, paused: bool = False) -> None:
    engine.load(clip.path, MediaKind.VIDEO, clip.duration_ms, start_ms=start_ms, paused=paused)


class Watcher:
    """Takes snapshots and holds their numbers against the engine's positions."""

    def __init__(self, engine: Engine, evidence: Evidence, qtbot: QtBot, folder: Path) -> None:
        self._engine, self._evidence, self._qtbot, self._folder = engine, evidence, qtbot, folder

    def picture(self) -> QImage:
        path, before = self._folder / "picture.png", len(self._evidence.snapshots)
        self._engine.take_snapshot(path)
        self._qtbot.waitUntil(lambda: len(self._evidence.snapshots) > before, timeout=10_000)
        assert self._evidence.snapshots[-1].trouble == ""
        return QImage(str(path))

    def error_ms(self) -> float:
        """Return by how much the position is ahead of the picture (negative: behind it), at the least."""
        before = self._engine.position()
        number = number_of(self.picture())
        after = self._engine.position()
        assert number is not None
        shown_ms = number * 1000 / FPS
        if before > shown_ms + 1000 / FPS:
            return before - shown_ms - 1000 / FPS
        return min(0.0, after - shown_ms)

    def typical_error_ms(self) -> float:
        """Return the median of some errors: a busy machine is late once, an engine that is wrong is so each time."""
        found: list[float] = []
        for _ in range(5):
            self._qtbot.wait(60)
            found.append(abs(self.error_ms()))
        return statistics.median(found)


@pytest.fixture
def watcher(engine: Engine, evidence: Evidence, qtbot: QtBot, tmp_path: Path) -> Watcher:
    return Watcher(engine, evidence, qtbot, tmp_path)


def test_the_position_is_that_of_the_picture(
    engine: Engine, numbered: Clip, watcher: Watcher, qtbot: QtBot, reach: Reach
) -> None:
    load(engine, numbered)
    reach(PLAYING)
    for rate in (1.0, 3.0, 0.5):
        engine.set_rate(rate)
        # libvlc settles in a second after the speed has changed in its first moments; after a seek it is quicker.
        engine.seek(10_000)
        qtbot.wait(700)
        close_to(0, watcher.typical_error_ms, NEAR_MS)


def test_what_is_held_is_the_picture_of_the_position(
    engine: Engine, numbered: Clip, watcher: Watcher, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(engine.signals.first_frame, timeout=15_000):
        load(engine, numbered, start_ms=12_000, paused=True)
    qtbot.wait(300)
    picture = watcher.picture()
    assert (picture.width(), picture.height()) == (384, 216)
    close_to(0, lambda: abs(watcher.error_ms()), NEAR_MS)


def test_a_snapshot_replaces_a_file_and_leaves_none_beside_it(
    engine: Engine, evidence: Evidence, numbered: Clip, tmp_path: Path, qtbot: QtBot, reach: Reach
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"older")
    engine.take_snapshot(path)
    qtbot.waitUntil(lambda: len(evidence.snapshots) == 1)
    assert "no picture" in evidence.snapshots[0].trouble
    assert path.read_bytes() == b"older"
    load(engine, numbered)
    reach(PLAYING)
    qtbot.waitUntil(lambda: evidence.first_frames == 1, timeout=15_000)
    engine.take_snapshot(path / "picture.png")
    qtbot.waitUntil(lambda: len(evidence.snapshots) == 2, timeout=15_000)
    assert evidence.snapshots[1].trouble.endswith(".")
    engine.take_snapshot(path)
    qtbot.waitUntil(lambda: len(evidence.snapshots) == 3, timeout=15_000)
    assert evidence.snapshots[2].trouble == ""
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [path]


def test_sound_tracks_are_listed_and_chosen(
    engine: Engine, evidence: Evidence, numbered: Clip, qtbot: QtBot, reach: Reach
) -> None:
    told: list[int | None] = []
    engine.signals.tracks_changed.connect(lambda: told.append(engine.audio_track))
    assert (engine.audio_tracks, engine.audio_track) == ((), None)
    load(engine, numbered)
    reach(PLAYING)
    # Their names are in the language of libvlc.
    assert [track.number for track in engine.audio_tracks] == [0, 1]
    assert len({track.name for track in engine.audio_tracks if track.name.endswith(")")}) == 2
    assert engine.audio_track == 0
    engine.choose_audio_track(1)
    engine.choose_audio_track(7)
    assert engine.audio_track == 1
    before = engine.position()
    qtbot.waitUntil(lambda: engine.position() > before + 500, timeout=15_000)
    assert engine.position() < before + 3_000
    engine.stop()
    qtbot.waitUntil(lambda: told == [0, 1, None])
    assert evidence.failures == []


def test_a_sound_track_wished_while_loading_is_played_and_stays_for_the_recording(
    engine: Engine, numbered: Clip, reach: Reach
) -> None:
    load(engine, numbered, start_ms=numbered.duration_ms - 600)
    engine.choose_audio_track(1)
    reach(ENDED)
    engine.play()
    reach(PLAYING)
    assert engine.audio_track == 1
    load(engine, numbered, paused=True)
    reach(PAUSED)
    assert engine.audio_track == 0


def test_an_output_that_is_not_there_is_waited_for(
    engine: Engine, evidence: Evidence, numbered: Clip, qtbot: QtBot, reach: Reach
) -> None:
    engine.choose_output_device("headphones of yesterday")
    load(engine, numbered)
    reach(PLAYING)
    assert engine.output_device == "headphones of yesterday"
    before = engine.position()
    qtbot.waitUntil(lambda: engine.position() > before + 300, timeout=15_000)
    assert (evidence.failures, evidence.notices) == ([], [])
