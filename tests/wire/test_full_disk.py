"""A server process whose disk really is full: commands wait and are told so, everything else goes on, nothing is lost.

The data folder is a small disk in memory that only the process sees (a mount namespace of its own), so no rights are
needed and nothing is left behind.
"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
import requests

from personal_app.conference import commands as do
from personal_app.conference.errors import EnvironmentTrouble, RefusalCode
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.net import http_api
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess

Call = Callable[..., Caller]

DISK_KIB, FILLER_KIB = 3_000, 1_400
_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")
_OTHERS = 4


def _may_mount() -> bool:
    try:
        return subprocess.run([*_UNSHARE, "true"], capture_output=True, timeout=20, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small(small_folder: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server on a small disk, half of which is taken by a file."""
    if not _may_mount():
        pytest.skip("this machine gives no mount namespaces to its users")
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    mount = f"mount -t tmpfs -o size={DISK_KIB}k,mode=700 tmpfs '{data}'"
    fill = f"head -c {FILLER_KIB * 1024} /dev/zero >'{data}/filler'"
    server = ServerProcess(small_folder, data, within=(*_UNSHARE, "sh", "-c", f'{mount} && {fill} && exec "$@"', "sh"))
    server.start()
    yield server
    server.close()


def _make_room(server: ServerProcess) -> None:
    (server.root / server.data.relative_to("/") / "filler").unlink()


def _fill(callers: list[Caller]) -> tuple[list[str], Command]:
    """Ask until there is no room; return the questions that were acknowledged, and the command that was refused."""
    kept: list[str] = []
    deadline = monotonic() + 40
    while True:
        for caller in callers:
            command = Command(
                id=random_id(), do=do.Ask(question=random_id(), talk="paper-2", text=f"{len(kept)} " + "word " * 190)
            )
            answer = caller.say(command.do, id_=command.id)
            if isinstance(answer, Done):
                kept.append(command.do.question)  # type: ignore[union-attr]
            elif answer.code == RefusalCode.STORAGE_FULL:
                _look_at(answer)
                return kept, command
            else:
                assert answer.code == RefusalCode.SLOW_DOWN, answer
            assert monotonic() < deadline, "the disk has no end"


def _look_at(refusal: Refused) -> None:
    assert not refusal.final
    assert (refusal.retry_after_ms or 0) > 0
    assert "disk is full" in refusal.detail


def _until_done(caller: Caller, command: Command) -> Done:
    deadline = monotonic() + 20
    while True:
        answer = caller.say(command.do, id_=command.id)
        if isinstance(answer, Done):
            return answer
        assert not answer.final, answer
        assert monotonic() < deadline, answer


def test_a_full_disk_is_told_and_all_goes_on_when_there_is_room(small: ServerProcess, call: Call) -> None:
    asker = call(small, small_join(small, "Ada"))
    others = [call(small, small_join(small, f"Person {number}")) for number in range(_OTHERS)]
    kept, refused = _fill([asker, *others])
    assert len(kept) > 5
    for _ in range(3):
        again = asker.say(refused.do, id_=refused.id)
        assert isinstance(again, Refused)
        _look_at(again)
    # Whoever comes now is let in and shown everything; only what would have to be kept is not.
    late = call(small)
    assert set(late.board.shared) == set(kept)
    with pytest.raises(EnvironmentTrouble, match="disk is full"):
        _join_many(small)
    assert http_api.fetch_program(small.address, "") is not None
    _make_room(small)
    done = _until_done(asker, refused)
    assert asker.say(refused.do, id_=refused.id) == done
    late.until(lambda: late.holds(done), "what was refused before")
    assert set(late.board.shared) == {*kept, refused.do.question}  # type: ignore[union-attr]
    http_api.join(small.address, "Bob", "")
    assert requests.get(f"{small.base_url}/healthz", timeout=20).status_code == 200
    first, *rest = small.log.read_text().splitlines()
    assert "could not be made durable: database or disk is full" in first
    assert any("takes what is written again" in line for line in rest)
    assert len(rest) < 4, "each of them is told once, however often it is tried"
    assert small.stop() == 0


def _join_many(server: ServerProcess) -> None:
    for number in range(100):
        small_join(server, f"Late {number} " + "x" * 40)


def small_join(server: ServerProcess, name: str) -> str:
    """Return the token of somebody new."""
    return http_api.join(server.address, name, "").token
