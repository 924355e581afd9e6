"""What a screen reader is told of the player."""

import msgspec
import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import TalkId
from personal_app.services.playback import PlaybackState, PlayPhase
from personal_app.ui.talk.spoken import changes_in_words
from personal_app.ui.talk.talk_page import TalkPage
from tests.ui.demo import CAUSALITY
from tests.ui.workbench import Workbench

PLAYS = PlaybackState(talk=TalkId("one"), phase=PlayPhase.PLAYING, live_ms=5, following=True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"position_ms": 9, "live_ms": 9}, []),
        ({"phase": PlayPhase.PAUSED, "following": False}, ["Paused", "Not with everyone any more"]),
        ({"phase": PlayPhase.ENDED, "live_ms": None, "following": False}, ["The recording has ended"]),
        ({"phase": PlayPhase.FAILED, "sentence": "The file is damaged."}, ["The file is damaged."]),
        ({"buffered": 3}, ["Waiting for data"]),
        ({"rate": 1.25, "following": False}, ["Not with everyone any more", "Speed 1.25"]),
        ({"muted": True, "volume": 0}, ["Muted"]),
        ({"volume": 95}, ["Loudness 95 per cent"]),
        ({"talk": TalkId("two"), "following": False}, ["Playing"]),
        ({"phase": PlayPhase.LOADING}, []),
    ],
)
def test_what_changed_is_said_once_and_shortly(fields: dict[str, object], said: list[str]) -> None:
    assert changes_in_words(PLAYS, msgspec.structs.replace(PLAYS, **fields)) == said


def test_what_a_key_changed_is_heard(qtbot: QtBot, services: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: spoken.append(event.message()))
    page = TalkPage(services.services)
    qtbot.addWidget(page)
    page.show()
    services.services.playback.open(CAUSALITY)
    qtbot.waitUntil(lambda: services.services.playback.state.phase is PlayPhase.PLAYING)
    page.controls.toggle_mute()
    page.controls.toggle_captions()
    services.services.playback.toggle()
    qtbot.waitUntil(lambda: "Paused" in spoken)
    assert [words for words in spoken if words in ("Playing", "Muted", "Captions hidden", "Paused")] == [
        "Playing",
        "Muted",
        "Captions hidden",
        "Paused",
    ]
