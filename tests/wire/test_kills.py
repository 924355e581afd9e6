"""A server that is killed again and again while people work: what was acknowledged is there, once, for all."""

import random
from pathlib import Path

import pytest

from personal_app.server.data_folder import DataFolder
from tests.history.people import Crowd
from tests.history.records import Truth, truth_of
from tests.wire.server_process import ServerProcess

PEOPLE = 4


def _kill_often(server: ServerProcess, folder: Path, kills: int, work_s: float, seed: int) -> None:
    chance = random.Random(seed)
    crowd = Crowd([server], folder / "history", PEOPLE, seed)
    for _ in range(kills):
        crowd.work(chance.uniform(0, work_s))
        server.kill()
        server.restart()
    crowd.work(work_s)

    def truth() -> Truth:
        assert server.stop() == 0
        return truth_of(DataFolder(server.data).database_url)

    crowd.end(truth)
    assert "Traceback" not in server.log.read_text()


@pytest.mark.timeout(180)
def test_six_kills(server: ServerProcess, tmp_path: Path) -> None:
    _kill_often(server, tmp_path, 6, 0.2, 20200529)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_hundred_kills(server: ServerProcess, tmp_path: Path) -> None:
    _kill_often(server, tmp_path, 200, 1.0, random.randrange(2**32))
