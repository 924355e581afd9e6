"""libvlc with real output devices: a kept choice is used from the beginning, and a new one at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from personal_app.player.native_noise import is_known_stderr
from tests.player.in_a_hall import configure
from tests.player.recordings import Clip

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("libvlc")
@pytest.mark.skipif(not Path("/usr/share/alsa/alsa.conf").exists(), reason="ALSA is not installed")
def test_the_sound_comes_out_of_what_was_chosen(clip: Clip, tmp_path: Path) -> None:
    configuration = tmp_path / "asound.conf"
    configure(configuration, "hall", "booth")
    run = subprocess.run(
        [sys.executable, "-m", "tests.player.in_a_hall", str(clip.path), str(clip.duration_ms)],
        cwd=ROOT,
        # Neither a sound server nor a screen: libvlc goes on to ALSA.
        env={
            **{name: value for name, value in os.environ.items() if name not in ("PULSE_SERVER", "XDG_RUNTIME_DIR")},
            "ALSA_CONFIG_PATH": str(configuration),
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    found, *played = run.stdout.splitlines()
    assert found.startswith("found: ")
    assert "hall=The hall" in found
    assert "booth=The booth" in found
    assert played == [
        "on: booth",
        "on: booth",
        "on: hall",
        "on: default",
        "on: booth",
        "released",
    ]
    assert [line for line in run.stderr.splitlines() if not is_known_stderr(line)] == []
