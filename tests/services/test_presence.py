"""What we have in hand is said when it rests, again while we stay, and no more when we go."""

import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import QuestionId, SessionId
from personal_app.conference.messages import Presence
from personal_app.conference.presence import PersonHere
from personal_app.services import presence as presence_module
from personal_app.services.presence import PresenceService
from tests.factories import OPENING, RESEARCH, chair, qid

Said = list[tuple[SessionId | None, QuestionId | None]]
CARLOS = PersonHere(participant=chair("Carlos").id, name="Carlos", doing=qid("q"))
ME = PersonHere(participant=chair("Chiara").id, name="Chiara")


@pytest.fixture
def said() -> Said:
    return []


@pytest.fixture
def service(said: Said, qtbot: QtBot) -> PresenceService:
    del qtbot
    return PresenceService(lambda session, question: said.append((session, question)))


def test_a_walk_through_a_lane_is_said_once(service: PresenceService, said: Said, qtbot: QtBot) -> None:
    for name in ("one", "two", "three"):
        service.be_at(OPENING, qid(name))
    assert said == []
    qtbot.waitUntil(lambda: said == [(OPENING, qid("three"))])
    service.leave()
    service.leave()
    assert said[1:] == [(None, None)]


def test_it_is_said_again_while_we_stay(said: Said, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence_module, "RENEW_S", 0.05)
    service = PresenceService(lambda session, question: said.append((session, question)))
    service.be_at(OPENING, None)
    qtbot.waitUntil(lambda: said[:3] == [(OPENING, None)] * 3)
    service.leave()
    assert said[-1] == (None, None)


def test_others_are_told_of_until_we_are_not_told_any_more(service: PresenceService, qtbot: QtBot) -> None:
    with qtbot.waitSignal(service.changed):
        service.take(Presence(session=OPENING, people=(CARLOS, ME)))
    assert service.others(OPENING, ME.participant) == (CARLOS,)
    assert service.others(RESEARCH, ME.participant) == ()
    with qtbot.assertNotEmitted(service.changed):
        service.take(Presence(session=OPENING, people=(CARLOS, ME)))
    with qtbot.waitSignal(service.changed):
        service.forget()
    assert service.others(OPENING, "") == ()
