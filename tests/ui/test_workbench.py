"""The workbench itself: services made for tests hold a program, questions and a talk that plays."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from personal_app.services.playback import PlayPhase
from tests.ui.demo import CAUSALITY
from tests.ui.workbench import Workbench


def test_a_talk_that_is_on_plays_where_everyone_is(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services()
    playback = bench.services.playback
    playback.open(CAUSALITY)
    qtbot.waitUntil(lambda: playback.state.phase is PlayPhase.PLAYING)
    assert playback.state.following
    assert playback.position_ms() == 570_000
    assert len(bench.services.questions.board.of_talk(CAUSALITY)) == 5
