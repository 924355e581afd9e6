"""A process that opens copies of older databases and dies, as by kill -9, at some or all of the steps that this takes.

Run as `python -m tests.server.crashing_migration SEED MOST DATABASE...`: for each step a copy of the database is made
at `FOLDER/STEP/` and opened by a child that ends at that step; the copy's path and the child's wait status are said on
stdout. A step is a begin, a statement, a commit, a file opened, renamed or removed.
"""

import os
import random
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from personal_app.server.database import open_database

_FILES = frozenset({"open", "os.rename", "os.remove", "sqlite3.connect"})


class Steps:
    """Counts what is done, and dies at one of the steps."""

    def __init__(self, last: int) -> None:
        self.taken = 0
        self._last = last

    def take(self) -> None:
        """Take one more."""
        self.taken += 1
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count from now on."""
        event.listen(sa.Engine, "begin", lambda *_: self.take())
        event.listen(sa.Engine, "before_cursor_execute", lambda *_: self.take())
        event.listen(sa.Engine, "commit", lambda *_: self.take())
        sys.addaudithook(self._hear)

    def _hear(self, name: str, given: tuple[Any, ...]) -> None:
        if name in _FILES and not str(given[0]).endswith((".py", ".pyc", "__pycache__")):
            self.take()


def _open(path: Path, last: int) -> int:
    steps = Steps(last)
    steps.watch()
    open_database(f"sqlite:///{path}")
    return steps.taken


def _copy(path: Path, name: str) -> Path:
    folder = path.parent / name
    folder.mkdir()
    return Path(shutil.copy(path, folder / path.name))


def _in_child(path: Path, last: int) -> tuple[int, int]:
    """Open the database in a child that dies at step `last`; return its wait status and the steps it told of."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(_open(path, last)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        taken = int(told.read() or 0)
    return os.waitpid(child, 0)[1], taken


def main(chance: random.Random, most: int, paths: list[Path]) -> None:
    """Die at `most` steps of each, the last of them always."""
    for path in paths:
        _, all_steps = _in_child(_copy(path, "whole"), 0)
        assert all_steps > 20, "nothing was counted"
        steps = list(range(1, all_steps + 1))
        if len(steps) > most:
            steps = [*chance.sample(steps[:-1], most - 1), all_steps]
        for step in steps:
            killed = _copy(path, str(step))
            print(killed, _in_child(killed, step)[0], flush=True)


if __name__ == "__main__":
    main(random.Random(sys.argv[1]), int(sys.argv[2]), [Path(path) for path in sys.argv[3:]])
