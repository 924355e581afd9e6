"""Every call by which the app changes a file fails once, or for want of room from then on, or is the last one made.

Afterwards the next start is clean, all that was kept stands, and who was not kept was told so in a sentence. The quick
form draws a few harms of each life; the long one takes them all.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.faults.lives import FILM, FILM_SHA, LIVES
from tests.faults.story import Line, allowed, felt_too_often, lost, misspoken
from tests.faults.sweep import NOT_POSSIBLE, Found
from tests.net.raw_server import RawServer, Request, response

ROOT = Path(__file__).parents[2]
A_FEW, SEED = 2, 5


def give_film(request: Request, peer: socket.socket) -> None:
    """Answer as our server does."""
    span, etag = request.headers.get("range"), f'"{FILM_SHA}"'
    if span is None:
        peer.sendall(response(200, FILM, ETag=etag))
        return
    first, last = map(int, span.removeprefix("bytes=").split("-"))
    content_range = f"bytes {first}-{last}/{len(FILM)}"
    peer.sendall(response(206, FILM[first : last + 1], ETag=etag, Content_Range=content_range))


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(give_film) as server:
        yield server


def sweep(lives: str, server: RawServer, folder: Path, how_many: int, *call: str) -> Found:
    command = [sys.executable, "-m", "tests.faults.sweep", lives, server.address.base_url, str(folder)]
    done = subprocess.run(
        [*command, str(how_many), str(SEED), *call], cwd=ROOT, capture_output=True, text=True, check=False, timeout=7000
    )
    if done.returncode == NOT_POSSIBLE:
        pytest.skip("this machine does not let a process be watched by its kernel (seccomp user notification)")
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Found)


@pytest.mark.timeout(180)
def test_a_few_harms_lose_nothing_that_was_kept(server: RawServer, tmp_path: Path) -> None:
    found = sweep(",".join(LIVES), server, tmp_path, A_FEW)
    assert found.faults == []
    assert found.tried == A_FEW * len(LIVES)


@pytest.mark.timeout(120)
def test_what_a_failed_sync_left_in_the_log_does_not_come_back(server: RawServer, tmp_path: Path) -> None:
    """The pages of a refused commit lie there whole: a start after a kill would find a draft that was forgotten."""
    found = sweep("gone", server, tmp_path, 0, "fdatasync")
    assert found.faults == []
    assert found.tried >= 2


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("life", LIVES)
def test_no_harm_loses_what_was_kept(life: str, server: RawServer, tmp_path: Path) -> None:
    found = sweep(life, server, tmp_path, 0)
    print(f"\n  {life}: {found.calls} calls, {found.tried} harms")
    assert found.faults == []


def test_what_may_stand_is_what_was_kept_last_or_begun_since() -> None:
    lines = [Line("begun", "a", "1"), Line("kept", "a", "1"), Line("begun", "a", "2"), Line("told", "a", "No.")]
    assert allowed({"a": "0", "b": "0"}, lines) == {"a": {"1", "2"}, "b": {"0"}}
    assert lost({"a": {"1", "2"}, "b": {"0"}}, {"a": "2", "b": "0"}) == []
    assert lost({"a": {"1", "2"}, "b": {"0"}}, {"a": "0"}) == [
        "a is '0', and may be ['1', '2']",
        "b is '', and may be ['0']",
    ]


def test_what_is_said_is_looked_at() -> None:
    lines = [Line("kept", "a", ""), Line("told", "b", "[Errno 28] No space left on device"), Line("told", "c", "x")]
    assert misspoken(lines) == ["[Errno 28] No space left on device", "x"]
    assert felt_too_often(lines) == ["one error was felt by b, c"]
    assert felt_too_often(lines[:2]) == []
