"""Everybody follows a chair at once, a watcher whose process stood still as well: real processes, a screen, libvlc."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.player.recordings import demo_clip, movie_duration_ms
from tools.driving import Cast, Client, Server

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not here to make a long recording"),
]

TOML = """
[conference]
slug = "late"
title = "A late conference"
date = 2099-05-29
timezone = "Europe/Rome"

[[people]]
name = "Chiara Chair"

[[sessions]]
slug = "panel"
kind = "plenary"
title = "The panel"
start = 2099-05-29T12:00:00
minutes = 60
chairs = ["Chiara Chair"]

[[recordings]]
talk = "panel"
file = "panel.mp4"
duration_ms = {duration_ms}
width = 1280
height = 720
"""


@pytest.fixture
def server(cast: Cast, tmp_path: Path) -> Server:
    """A server whose one talk has run for 15 s, and runs for some minutes more."""
    folder = tmp_path / "conference"
    folder.mkdir()
    looped = ["ffmpeg", "-loglevel", "error", "-stream_loop", "14", "-i", str(demo_clip().path), "-c", "copy"]
    subprocess.run([*looped, "-movflags", "+faststart", str(folder / "panel.mp4")], check=True, timeout=60)
    length_ms = movie_duration_ms((folder / "panel.mp4").read_bytes())
    (folder / "conference.toml").write_text(TOML.format(duration_ms=length_ms))
    server = cast.add(Server(folder, tmp_path / "data", "--rehearse=-15"))
    server.start()
    return server


def behind_ms(client: Client) -> int:
    player = client.once("player")
    return abs(player["live_ms"] - player["position_ms"]) if player["live_ms"] is not None else 1_000_000


def follows(client: Client) -> bool:
    return bool(client.once("player")["following"]) and behind_ms(client) < 300


def test_all_follow_a_chair_and_who_stood_still_is_with_them_again(join: Callable[..., Client]) -> None:
    attendee = join("attendee")
    attendee.wait(follows, "following", 60)
    os.kill(attendee.process.pid, signal.SIGSTOP)
    # As a lid that is closed and opened again: the other app starts meanwhile, and 5 s are over when it has.
    stopped = time.monotonic()
    chair = join("chair", "--chair", "panel", window="chair")
    time.sleep(max(0.0, 5 - (time.monotonic() - stopped)))
    os.kill(attendee.process.pid, signal.SIGCONT)
    attendee.wait(follows, "being where everyone is", 40)

    chair.act("choose", target="times_button", text="End the video")
    attendee.wait(lambda c: c.once("player")["phase"] == "paused", "the end of the video", 10)
    player = attendee.once("player")
    assert "ended for everyone" in player["sentence"]
    assert player["live_ms"] is None
    chair.act("click", target="notice_offer")
    attendee.wait(follows, "following again", 20)
    assert [client.close() for client in (chair, attendee)] == [0, 0]
