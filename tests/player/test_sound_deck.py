"""What sound comes out of while devices come and go: decided by the deck for both engines, tried on the fake one."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.player.engine import MediaKind, NoticeKind, OutputDevice, PlayerState
from tests.player.evidence import Evidence
from tests.player.fake_engine import FakeEngine
from tests.player.recordings import Clip

HALL, BOOTH = OutputDevice("hall", "Loudspeakers"), OutputDevice("booth", "Headphones")


@pytest.fixture
def engine(qapp: QApplication) -> Iterator[FakeEngine]:
    engine = FakeEngine()
    yield engine
    engine.close()
    assert engine.wait_closed(10)
    qapp.processEvents()
    engine.surface.deleteLater()


@pytest.fixture
def looked(engine: FakeEngine, qtbot: QtBot) -> Callable[..., None]:
    """Return a function that lets devices be there and the engine see them."""

    def look(*there: OutputDevice) -> None:
        engine.there = there
        engine.look_for_devices()
        qtbot.waitUntil(lambda: engine.output_devices == there)

    return look


def test_the_chosen_output_is_used_while_it_is_there(engine: FakeEngine, looked: Callable[..., None]) -> None:
    engine.choose_output_device(BOOTH.id)
    assert engine.routes == []
    looked(HALL, BOOTH)
    looked(HALL)
    looked(HALL, BOOTH)
    engine.choose_output_device(HALL.id)
    engine.choose_output_device("")
    assert engine.routes == [BOOTH.id, "", BOOTH.id, HALL.id, ""]


def test_a_person_is_told_when_it_goes_while_they_listen(
    engine: FakeEngine, looked: Callable[..., None], clip: Clip, qtbot: QtBot
) -> None:
    evidence = Evidence(engine)
    looked(HALL, BOOTH)
    engine.choose_output_device(BOOTH.id)
    looked(HALL)
    qtbot.wait(20)
    assert evidence.notices == []
    looked(HALL, BOOTH)
    engine.load(clip.path, MediaKind.VIDEO, clip.duration_ms)
    qtbot.waitUntil(lambda: engine.state is PlayerState.PLAYING)
    looked(HALL)
    qtbot.waitUntil(lambda: len(evidence.notices) == 1)
    assert evidence.notices[0].kind is NoticeKind.OUTPUT_GONE
    assert "Headphones" in evidence.notices[0].sentence
    assert engine.output_device == BOOTH.id
    looked(HALL, BOOTH)
    qtbot.waitUntil(lambda: len(evidence.notices) == 2)
    assert evidence.notices[1].sentence == "The sound comes out of “Headphones” again."


def test_another_output_that_goes_is_no_news(
    engine: FakeEngine, looked: Callable[..., None], clip: Clip, qtbot: QtBot
) -> None:
    evidence = Evidence(engine)
    looked(HALL, BOOTH)
    engine.choose_output_device(BOOTH.id)
    engine.load(clip.path, MediaKind.VIDEO, clip.duration_ms)
    qtbot.waitUntil(lambda: engine.state is PlayerState.PLAYING)
    looked(BOOTH)
    qtbot.wait(20)
    assert (evidence.notices, engine.routes) == ([], [BOOTH.id])


def test_the_engine_looks_by_itself_while_it_plays(engine: FakeEngine, clip: Clip, qtbot: QtBot) -> None:
    engine.choose_output_device(BOOTH.id)
    engine._watch.setInterval(10)
    engine.load(clip.path, MediaKind.VIDEO, clip.duration_ms)
    engine.there = (BOOTH,)
    qtbot.waitUntil(lambda: engine.routes == [BOOTH.id])
