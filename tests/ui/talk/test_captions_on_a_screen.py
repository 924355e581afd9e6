"""Captions over the picture are seen above a picture that has a window of its own, and go where the picture goes."""

import os
import shutil
import subprocess
import sys

import pytest

from tools.driving import ROOT, Screen


def test_captions_over_the_picture_are_seen() -> None:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    screen = Screen(1280, 720)
    try:
        environment = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
        run = subprocess.run(
            [sys.executable, "-m", "tests.ui.talk.caption_on_a_screen"],
            cwd=ROOT,
            env=environment | {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            text=True,
            timeout=55,
            check=False,
        )
    finally:
        screen.close()
    assert run.stdout.splitlines() == ["seen", "seen"], run.stderr
