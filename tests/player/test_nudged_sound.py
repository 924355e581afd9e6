"""What a nudge does to the sound: a tone is played to a file while the speed changes, and looked through for gaps."""

import array
import math
import shutil
import subprocess
import time
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from personal_app.conference.playback import nudged_rate
from personal_app.player.choice import open_libvlc
from personal_app.player.engine import EngineUnavailable

TONE_HZ = 440
#: Shorter than this nobody hears a gap, nor a click.
BOUND_S = 0.020


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A recording of one even tone."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not here to make a tone")
    path = tmp_path / "tone.mp4"
    sound = f"sine=frequency={TONE_HZ}:sample_rate=48000:duration=20"
    command = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "128k", str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def played(tone: Path, rates: tuple[float, ...], folder: Path) -> tuple[int, list[int]]:
    """Return the sample rate and the samples that libvlc gives while the speed takes these values in turn."""
    try:
        open_libvlc(sound=False).release()
    except EngineUnavailable as missing:
        pytest.skip(f"libvlc cannot be tested: {missing}")
    import vlc

    out = folder / "heard.wav"
    instance = vlc.Instance(
        ["--quiet", "--vout=dummy", "--aout=afile", f"--audiofile-file={out}", "--audiofile-format=s16"]
    )
    player, medium = instance.media_player_new(), instance.media_new_path(str(tone))
    player.set_media(medium)
    player.play()
    deadline = time.monotonic() + 10
    while player.get_time() < 500 and time.monotonic() < deadline:
        time.sleep(0.02)
    for rate in rates:
        player.set_rate(rate)
        time.sleep(0.7)
    player.stop()
    medium.release()
    player.release()
    instance.release()
    with wave.open(str(out)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        return file.getframerate(), list(samples[:: file.getnchannels()])


def longest_s(bad: list[float], apart_s: float = 0.005) -> float:
    """Return how long the longest run of instants is that lie no further than `apart_s` apart."""
    longest = began = last = 0.0
    for at in bad:
        if at - last > apart_s:
            began = at
        last = at
        longest = max(longest, last - began)
    return longest


def test_a_nudge_makes_no_gap_and_no_click_that_is_heard(tone: Path, tmp_path: Path, qapp: QApplication) -> None:
    del qapp
    rates = (nudged_rate(30), 1.0, nudged_rate(-400), 1.0, nudged_rate(300, hurry=True), 1.0)
    rate, samples = played(tone, rates, tmp_path)
    assert len(samples) > 3 * rate
    loudest = max(map(abs, samples))
    window = rate // 1000
    levels = [max(map(abs, samples[at : at + 3 * window])) for at in range(0, len(samples) - 3 * window, window)]
    begun = next(place for place, level in enumerate(levels) if level > loudest / 2)
    silent = [place / 1000 for place, level in enumerate(levels) if place > begun and level < loudest / 10]
    assert longest_s(silent) <= BOUND_S
    # Of a tone, each sample follows from the two before it; where it does not, something else is heard.
    turn = 2 * math.cos(2 * math.pi * TONE_HZ / rate)
    broken = [
        at / rate
        for at in range(begun * window + rate // 10, len(samples) - 1)
        if abs(samples[at + 1] + samples[at - 1] - turn * samples[at]) > loudest / 10
    ]
    assert longest_s(broken) <= BOUND_S
