"""That voices keep their pitch at any speed: a tone of 440 Hz stays one."""

import itertools
import wave
from array import array
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from personal_app.player.engine import MediaKind
from tests.player.recordings import Clip

# The first test waits for ffmpeg to make the recordings, which a busy machine takes its time for.
pytestmark = pytest.mark.timeout(180)

TONE_HZ = 440


def pitch_hz(path: Path) -> float:
    """Return how often the sound in a WAV file swings in a second, by how often it goes through zero upwards."""
    with wave.open(str(path)) as file:
        channels, rate = file.getnchannels(), file.getframerate()
        assert file.getsampwidth() == 2
        samples = array("h", file.readframes(file.getnframes()))[::channels]
    heard = samples[rate // 5 :]
    assert len(heard) > rate // 2
    swings = sum(before < 0 <= after for before, after in itertools.pairwise(heard))
    return float(swings * rate / len(heard))


@pytest.mark.usefixtures("libvlc")
@pytest.mark.parametrize("rate", [0.5, 3.0])
def test_libvlc_keeps_it(
    numbered: Clip, tmp_path: Path, rate: float, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into a file: what would be heard, after everything that libvlc does to it."""
    from personal_app.player import vlc_engine

    heard = tmp_path / "heard.wav"
    monkeypatch.setattr(
        vlc_engine, "OPTIONS", (*vlc_engine.OPTIONS, "--aout=afile", f"--audiofile-file={heard}", "--audiofile-wav")
    )
    library = vlc_engine.VlcLibrary(picture=False)
    engine = vlc_engine.VlcEngine(library)
    engine.set_rate(rate)
    engine.load(numbered.path, MediaKind.VIDEO, numbered.duration_ms)
    qtbot.waitUntil(lambda: heard.exists() and heard.stat().st_size > 200_000, timeout=15_000)
    engine.close()
    assert engine.wait_closed(10)
    library.release()
    qtbot.wait(10)
    engine.surface.deleteLater()
    assert pitch_hz(heard) == pytest.approx(TONE_HZ, rel=0.03)


def test_qt_is_told_to() -> None:
    """It gives nothing to listen to without a device; that it can, and does by itself, is Qt's own to say."""
    from PySide6.QtMultimedia import QMediaPlayer

    from personal_app.player.qt_engine import QtEngine

    engine = QtEngine(sound=False)
    availability = engine._player.pitchCompensationAvailability()
    assert availability is not QMediaPlayer.PitchCompensationAvailability.Unavailable
    assert engine._player.pitchCompensation()
    engine.close()
    assert engine.wait_closed(10)
    engine.surface.deleteLater()
