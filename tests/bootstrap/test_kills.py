"""An app that is killed again and again while somebody saves, asks, stars and writes, with a real server behind it."""

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bootstrap.living import RECORDINGS
from tools.driving import ROOT, Server

SEED = 4


def app(profile: Path, server: Server, run: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.bootstrap.living", str(profile), server.address, run]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def live_and_be_killed(profile: Path, server: Server, run: int, after_s: float) -> list[dict[str, Any]]:
    """Return what the app said until it was killed, so long after it began to keep anything."""
    with app(profile, server, str(run)) as process:
        assert process.stdout is not None
        try:
            said = [process.stdout.readline()]
            time.sleep(after_s)
        finally:
            process.kill()
        said += process.stdout.read().split("\n")
    whole = [line for line in said if line.strip().endswith("}")]
    assert whole, "it ended by itself"
    return [json.loads(line) for line in whole]


def kill_and_look(profile: Path, server: Server, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    said: list[dict[str, Any]] = []
    for run in range(kills):
        said += live_and_be_killed(profile, server, run, chance.uniform(0, 1.2))
    with app(profile, server, "end") as process:
        assert process.stdout is not None
        told = process.stdout.read().strip().splitlines()
    assert process.returncode == 0
    assert told, "not everything went out, or came"
    end = json.loads(told[-1])
    kept, begun = ([each[how] for each in said if how in each] for how in ("kept", "begun"))
    for mine, found in (("asked", end["asked"]), ("star", end["stars"])):
        promised = {each[mine] for each in kept if mine in each}
        wished = {each[mine] for each in begun if mine in each}
        assert len(found) == len(set(found)), "nothing is there twice"
        assert promised <= set(found) <= wished
    drafts = [each["draft"] for each in begun if "draft" in each]
    last = max((drafts.index(each["draft"]) for each in kept if "draft" in each), default=0)
    assert end["draft"] in drafts[last:]
    for recording in RECORDINGS:
        file = Path(end["files"][recording])
        assert file.name.startswith(hashlib.sha256(file.read_bytes()).hexdigest())
    assert not list((profile / "recordings").glob("*.part"))
    assert not [*profile.glob("cache.damaged*"), *profile.glob("cache.building*")]


@pytest.mark.timeout(300)
def test_two_kills_lose_nothing(server: Server, tmp_path: Path) -> None:
    kill_and_look(tmp_path / "profile", server, 2, SEED)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_kills_lose_nothing(server: Server, tmp_path: Path) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    kill_and_look(tmp_path / "profile", server, 60, seed)
