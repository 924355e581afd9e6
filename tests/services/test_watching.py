"""What is watched is taken down while it plays, and where a talk was left is offered when it is opened again."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import TalkId
from personal_app.conference.watching import Watched
from personal_app.services.playback import PlayPhase
from personal_app.services.watching import KEEP_EVERY_MS, WatchingService
from tests.factories import PAPER_1, WELCOME
from tests.services.stage import LENGTH_MS, PAPER, TALK, Stage

Reach = Callable[[Stage, PlayPhase], None]


class Watcher:
    """The service on a stage, with what it wrote down."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.kept: list[tuple[TalkId, Watched]] = []
        self.service = WatchingService(
            stage.playback, lambda talk, watched: self.kept.append((talk, watched)), clock_ms=stage.clock_ms
        )

    def watch(self, seconds: int) -> None:
        """Let so much time pass, with a report of the player every half second."""
        for _ in range(2 * seconds):
            self.stage.go(500)
            self.stage.engine._on_time()
            QApplication.processEvents()
            self.stage.engine.signals.position_changed.emit(self.stage.playback.position_ms())


def offered(service: WatchingService) -> int | None:
    """Return what is offered now: of a property mypy believes that it stays."""
    return service.offer_ms


@pytest.fixture
def watcher(stage: Stage) -> Watcher:
    stage.have(TALK, PAPER)
    return Watcher(stage)


def test_parts_are_taken_down_while_it_plays_and_a_seek_begins_another(watcher: Watcher, reach: Reach) -> None:
    stage, service = watcher.stage, watcher.service
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    watcher.watch(30)
    stage.playback.seek(300_000)
    watcher.watch(20)
    stage.playback.pause()
    reach(stage, PlayPhase.PAUSED)
    found = service.watched(PAPER_1)
    assert [(round(start, -3), round(end, -3)) for start, end in found.spans] == [(0, 30_000), (300_000, 320_000)]
    assert watcher.kept[-1] == (PAPER_1, found), "a pause writes it down"
    stage.go(60_000)
    service.flush()
    assert service.watched(PAPER_1) == found, "nothing is watched in a pause"


def test_a_kill_while_it_plays_costs_some_seconds(watcher: Watcher, reach: Reach, qtbot: QtBot) -> None:
    stage, service = watcher.stage, watcher.service
    service._timer.setInterval(0)
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    watcher.watch(5)
    qtbot.waitUntil(lambda: bool(watcher.kept))
    assert KEEP_EVERY_MS <= 5_000
    assert watcher.kept[-1][1].spans


def test_at_three_times_the_speed_it_is_one_part(watcher: Watcher, reach: Reach) -> None:
    stage = watcher.stage
    stage.playback.set_rate(3.0)
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    watcher.watch(20)
    watcher.service.flush()
    (part,) = watcher.service.watched(PAPER_1).spans
    assert part[1] - part[0] > 55_000


def test_where_a_talk_was_left_is_offered_and_stays_so_until_it_is_taken(watcher: Watcher, reach: Reach) -> None:
    stage, service = watcher.stage, watcher.service
    left = Watched(((0, 200_000),), 200_000, LENGTH_MS)
    service.take({PAPER_1: left})
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    watcher.watch(10)
    service.flush()
    assert (service.offer_ms, service.watched(PAPER_1).last_ms) == (200_000, 200_000)
    service.resume()
    assert service.offer_ms is None
    watcher.watch(10)
    service.flush()
    (part,) = service.watched(PAPER_1).spans
    assert (part[0], round(part[1], -3)) == (0, 210_000)


def test_who_watches_on_from_elsewhere_is_not_offered_the_way_back_for_ever(watcher: Watcher, reach: Reach) -> None:
    stage, service = watcher.stage, watcher.service
    service.take({PAPER_1: Watched(((0, 200_000),), 200_000, LENGTH_MS)})
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    watcher.watch(70)
    assert offered(service) is None
    service.flush()
    assert round(service.watched(PAPER_1).last_ms, -3) == 70_000
    stage.playback.open(WELCOME)
    reach(stage, PlayPhase.PLAYING)
    assert watcher.kept[-1][0] == PAPER_1
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    watcher.watch(1)
    assert offered(service) is not None
    stage.playback.seek(400_000)
    watcher.watch(1)
    assert offered(service) is None, "who goes elsewhere by themselves needs no way back"


def test_with_everyone_there_is_nothing_to_go_on_with(watcher: Watcher, reach: Reach) -> None:
    stage, service = watcher.stage, watcher.service
    stage.playback.open(WELCOME)
    reach(stage, PlayPhase.PLAYING)
    service.take({WELCOME: Watched(((0, 60_000),), 60_000, LENGTH_MS)})
    assert service.offer_ms is None
    service.resume()
    watcher.watch(4)
    service.flush()
    assert len(service.watched(WELCOME).spans) == 2


def test_a_talk_that_was_seen_to_its_end_begins_anew(watcher: Watcher, reach: Reach) -> None:
    stage, service = watcher.stage, watcher.service
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    stage.playback.seek(LENGTH_MS - 20_000)
    watcher.watch(22)
    reach(stage, PlayPhase.ENDED)
    found = service.watched(PAPER_1)
    assert found.resume_ms is None
    assert LENGTH_MS - found.spans[-1][1] < 1_000
