"""libvlc in a real window: it is chosen, its picture is on the screen, and all of it is released."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_app.player.native_noise import is_known_qt, is_known_stderr
from tests.player.on_a_screen import OTHER_ENGINE
from tests.player.recordings import Clip

ROOT = Path(__file__).parents[2]


@pytest.fixture
def display() -> Iterator[str]:
    """Start a screen of our own and return its name."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    process.terminate()
    process.wait(10)


@pytest.mark.usefixtures("libvlc")
def test_a_recording_is_seen_and_survives_its_window_and_its_engine(display: str, clip: Clip) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "PULSE_SERVER")},
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.player.on_a_screen", str(clip.path), str(clip.duration_ms)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    said = run.stdout.splitlines()
    assert run.returncode == 0, run.stdout + run.stderr
    assert said[0].startswith("chosen: libvlc libvlc 3.")
    assert sum(line.startswith("played on at ") for line in said) == 4
    assert said[-2:] == ["natives: 0", "released"]
    told = run.stderr.partition(OTHER_ENGINE)[0].splitlines()
    assert [line for line in told if not is_known_stderr(line) and not is_known_qt(line)] == []
