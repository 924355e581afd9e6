"""Cycles with Qt objects in them are taken apart on the UI thread, whichever thread made the garbage."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import garbage
from personal_app.bootstrap.garbage import GarbageCollector


class Ring(QObject):
    """An object in a cycle with itself, with a running timer, as services and their lambdas make them."""

    def __init__(self, ends: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self)
        self.timer.start(1)
        self.destroyed.connect(lambda: ends.append(threading.get_ident()))


def test_another_thread_that_allocates_destroys_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "YOUNG", 1_000)
    monkeypatch.setattr(garbage, "CHECK_EVERY_MS", 10)
    ends: list[int] = []
    collector = GarbageCollector()
    collector.settle()
    for _ in range(50):
        Ring(ends)
    other = threading.Thread(target=lambda: [[number] for number in range(200_000)])
    other.start()
    other.join()
    assert ends == []
    qtbot.waitUntil(lambda: gc.get_count()[0] < 1_000)
    collector.close()
    assert set(ends) == {threading.get_ident()}
    gc.disable()
