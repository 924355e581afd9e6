"""The measured process of `apply.py`: the whole app on a full profile, scrolled, and told of changed questions.

Usage: `_apply_screen.py ROUNDS`, with the profile under $XDG_DATA_HOME. A stretch between two beats of a timer that is
due every 5 ms is time in which a person's input, a repaint or another timer would wait. Prints one JSON object.
"""

import contextlib
import gc
import json
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks._changed import QUESTIONS, changed
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.conversation import FromLink
from personal_app.bootstrap.desktop import Desktop
from personal_app.bootstrap.main import open_profile
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.ui.cards.card_list import CardList

BEAT_MS = 5
WHEEL_PX = 72


class Heart(QObject):
    """Beats every 5 ms, and keeps the longest stretch without a beat, in processor time and on the wall (ms)."""

    def __init__(self) -> None:
        super().__init__()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._last: tuple[float, float] | None = None
        self.busy_ms = self.wall_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def start_over(self) -> None:
        """Forget what was seen."""
        self.busy_ms = self.wall_ms = 0.0

    def _beat(self) -> None:
        if self._last is not None:
            now = self._now()
            self.busy_ms = max(self.busy_ms, 1000 * (now[0] - self._last[0]))
            self.wall_ms = max(self.wall_ms, 1000 * (now[1] - self._last[1]))
        self._last = self._now()

    def _now(self) -> tuple[float, float]:
        """Return this thread's processor time, and the time on the wall without that in which it was kept waiting."""
        queued_ns = 0
        with contextlib.suppress(OSError, ValueError, IndexError), self._schedule.open() as told:
            queued_ns = int(told.read().split()[1])
        return time.thread_time(), time.monotonic() - queued_ns / 1e9


def main() -> None:
    """Start the app, measure, print."""
    rounds = int(sys.argv[1])
    arguments = parse_arguments([])
    lock = open_profile(arguments)
    assert lock is not None
    application = QApplication(sys.argv[:1])
    desktop = Desktop(application, arguments)
    desktop.start()
    cards = _open(desktop)
    frames = _frames(cards)
    stalls, walls = _stalls(desktop, rounds)
    print(
        json.dumps(
            {
                "stall_ms": round(statistics.median(stalls), 1),
                "stall_most_ms": round(max(stalls), 1),
                "stall_wall_ms": round(statistics.median(walls), 1),
                "frame_p99_ms": round(statistics.quantiles(frames, n=100)[-1], 2),
                "frame_most_ms": round(max(frames), 2),
                "frames": len(frames),
            }
        ),
        flush=True,
    )
    os._exit(0)


def _wait(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def _open(desktop: Desktop) -> CardList:
    """Wait until everything stands, open the talk with the questions, and return the list of them."""
    until = time.monotonic() + 60
    while desktop.house is None or desktop.house._hall is None:
        assert time.monotonic() < until
        _wait(50)
    services = desktop.house.services
    talk = services.questions.board.questions[0].row.talk
    desktop.window.open_talk(talk)
    cards = desktop.window.findChild(CardList, "question_list")
    assert isinstance(cards, CardList)
    while not len(cards.cards.rows):
        assert time.monotonic() < until
        _wait(50)
    # What follows a start, the index of 50 transcripts above all, is not what is measured.
    _wait(12_000)
    gc.collect()
    return cards


def _frames(cards: CardList) -> list[float]:
    """Return how long each frame took while the list was scrolled, from the scroll to the painted list (ms)."""
    taken = []
    for value in _places(cards):
        began = time.thread_time()
        cards.verticalScrollBar().setValue(value)
        cards.viewport().repaint()
        taken.append(1000 * (time.thread_time() - began))
    assert cards.cards.rowCount() == len(cards.cards.rows)
    cards.verticalScrollBar().setValue(0)
    return taken


def _places(cards: CardList) -> Iterator[int]:
    """By the wheel for a while, page by page to the end, by leaps, and by the wheel back up from the end."""
    bar = cards.verticalScrollBar()
    for _ in range(500):
        yield bar.value() + WHEEL_PX
    while bar.value() < bar.maximum():
        yield bar.value() + bar.pageStep()
    chance = random.Random(3)
    for _ in range(200):
        yield chance.randrange(bar.maximum())
    yield bar.maximum()
    for _ in range(500):
        yield bar.value() - WHEEL_PX


def _stalls(desktop: Desktop, rounds: int) -> tuple[list[float], list[float]]:
    """Tell the app of changed questions, as its link does; return the longest stretch of each round, busy and wall."""
    assert desktop.house is not None
    hall = desktop.house._hall
    assert hall is not None
    service, chance = desktop.house.services.questions, random.Random(11)
    rows = tuple(question.row for question in service.board.questions)
    view = Changes(revision=Revision(QUESTIONS), tally=Tally(QUESTIONS), set=rows)
    heart, busy, walls = Heart(), [], []
    for number in range(rounds + 1):
        event = changed(view, number + 1, chance)
        gc.collect()
        _wait(300)
        heart.start_over()
        told = FromLink(hall.conversation._number, hall.conversation._life, event)
        hall._rooms.store.apply(event).add_done_callback(partial(_post, desktop, told))
        until = time.monotonic() + 30
        while service.reach != (event.changes.revision, event.changes.tally):
            assert time.monotonic() < until
            _wait(20)
        _wait(300)
        if number:
            busy.append(heart.busy_ms)
            walls.append(heart.wall_ms)
            print(f"round {number:2}: {busy[-1]:.1f} ms, on the wall {walls[-1]:.1f}", file=sys.stderr)
    return busy, walls


def _post(desktop: Desktop, told: FromLink, _: object) -> None:
    desktop.bridge.post(told)


if __name__ == "__main__":
    main()
