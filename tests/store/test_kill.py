"""Killed at any moment, the cache holds every word whose future was done, and opens as if nothing had been."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from personal_app.store.snapshot import read_snapshot
from personal_app.store.values import Opened
from tests.store.conftest import OpenStore
from tests.store.material import RESULT_S

WRITER = """
import sys
from pathlib import Path
from personal_app.store.store import Store
from tests.store.material import ANN, ask, applied, changes, question, replaced

store = Store(Path(sys.argv[1]))
store.keep_profile(ANN)
store.apply(replaced(changes(1, 1, [question(1, 1)])))
for number in range(1_000_000):
    store.apply(applied(changes(2 + number, 1, [question(number % 50, 2 + number, "x" * 500)])))
    store.put(ask(f"{number}")).result(30)
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 7, 40])
def test_what_was_promised_before_a_kill_is_there(after: int, folder: Path, open_store: OpenStore) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as writer:
        assert writer.stdout is not None
        try:
            promised = [int(writer.stdout.readline()) for _ in range(after)]
        finally:
            writer.send_signal(signal.SIGKILL)
        promised += [int(line) for line in writer.stdout.read().split("\n") if line]
    assert writer.returncode == -signal.SIGKILL
    snapshot = read_snapshot(folder)
    assert snapshot is not None, "the first paint does not wait for the store after a kill"
    store = open_store()
    assert store.opened.result(RESULT_S) == Opened()
    kept = [int(wish.command.do.text) for wish in store.wishes().result(RESULT_S)]  # type: ignore[union-attr]
    assert kept[: len(promised)] == promised
    assert len(kept) - len(promised) in (0, 1), "at most the one that was just being promised"
    assert snapshot == store.snapshot().result(RESULT_S)
    assert snapshot.changes is not None
    since = store.resume().result(RESULT_S)[0].since
    assert since is not None
    assert since.revision == snapshot.changes.revision >= max(promised) + 2
