"""Naps at every hand-over between the threads, while somebody asks, becomes another and comes back: no wish is lost."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.bootstrap.hall import Hall
from personal_app.bootstrap.identity import Joined
from personal_app.conference.ids import TalkId
from personal_app.net.bridge import Bridge
from personal_app.net.live_link import LiveLink
from personal_app.net.network_thread import NetworkThread
from personal_app.services.services import Services
from personal_app.store.store import Store
from personal_app.store.values import Profile
from tests.player.fake_engine import FakeSource
from tools.driving import Server

pytestmark = [
    pytest.mark.timeout(300),
    # Qt's offscreen platform has no window system to hint at.
    pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True),
]

TALK = TalkId("deeprecsys-tutorial")
HAND_OVERS = ((Store, "_next"), (Store, "_do"), (NetworkThread, "call"), (NetworkThread, "spawn"), (Bridge, "post"))
NAP_S, SEND_S = 0.03, 0.05


def slow_down(chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each hand-over take its time, now and then."""

    def slow(real: Callable[..., Any]) -> Callable[..., Any]:
        def sometimes_late(*arguments: Any, **named: Any) -> Any:
            if chance.random() < 0.3:
                time.sleep(chance.uniform(0, NAP_S))
            return real(*arguments, **named)

        return sometimes_late

    for kind, name in HAND_OVERS:
        monkeypatch.setattr(kind, name, slow(getattr(kind, name)))
    send_all = LiveLink._send_all

    async def send_late(*arguments: Any) -> None:
        await asyncio.sleep(chance.uniform(0, SEND_S))
        await send_all(*arguments)

    monkeypatch.setattr(LiveLink, "_send_all", send_late)


class Restless:
    """Two people at one computer, and what each of them has asked."""

    def __init__(
        self, hall: Hall, services: Services, qtbot: QtBot, chance: random.Random, people: list[Profile]
    ) -> None:
        self._hall = hall
        self._services = services
        self._qtbot = qtbot
        self._chance = chance
        self._people = people
        self._asked: dict[str, list[str]] = {person.participant: [] for person in people}

    def act(self, number: int) -> None:
        """Ask something, and then do one of the things that change or end the connection, or nothing."""
        hall, chance = self._hall, self._chance
        me = hall.profile
        assert me is not None
        for _ in range(chance.randrange(3)):
            text = f"{me.name}, {number}, {len(self._asked[me.participant])}"
            self._services.questions.ask(TALK, text)
            self._asked[me.participant].append(text)
        self._qtbot.wait(chance.choice([0, 5, 30, 150, 400]))
        what = chance.choice(["another", "another", "stop", "anew", "nothing"])
        if what == "another":
            other = next(each for each in self._people if each.participant != me.participant)
            hall._rooms.store.keep_profile(other)
            self._qtbot.wait(chance.choice([0, 10, 50, 200]))
            hall.take([Joined(other)])
        elif what == "stop":
            hall.conversation.stop()
        elif what == "anew":
            hall.conversation.start(me)

    def come_to_rest(self) -> None:
        """Be each of them again, and wait until all they asked is there, as theirs and once."""
        for person in self._people:
            self._hall._rooms.store.keep_profile(person).result(30)
            self._hall.take([Joined(person)])
            self._qtbot.waitUntil(lambda person=person: self._all_there(person), timeout=60_000)  # type: ignore[misc]

    def _all_there(self, person: Profile) -> bool:
        questions = self._services.questions
        mine = [each.row for each in questions.board.questions if each.mine and not each.unsent]
        there = sorted(row.text for row in mine if row.asker == person.name) == sorted(self._asked[person.participant])
        return there and questions.waiting == 0 and not self._hall._rooms.store.wishes(person.participant).result(30)


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    options = ["--profile", str(tmp_path), "--address", server.address, "--name", "Gil"]
    desktop = Desktop(qapp, parse_arguments(options))
    desktop.start()
    yield desktop
    desktop.close()
    qapp.setQuitOnLastWindowClosed(True)


def be_restless(
    desktop: Desktop, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, seed: int, turns: int
) -> None:
    chance = random.Random(seed)
    qtbot.waitUntil(lambda: desktop.house is not None and desktop.house._hall is not None, timeout=30_000)
    assert desktop.house is not None
    services, hall = desktop.house.services, desktop.house._hall
    assert hall is not None
    qtbot.waitUntil(lambda: services.program.conference is not None, timeout=30_000)
    gil = hall.profile
    services.profile.join(server.address, "Hal")
    qtbot.waitUntil(lambda: hall.profile != gil, timeout=30_000)
    people = [each for each in (gil, hall.profile) if each is not None]
    slow_down(chance, monkeypatch)
    restless = Restless(hall, services, qtbot, chance, people)
    for number in range(turns):
        restless.act(number)
    restless.come_to_rest()


def test_no_wish_is_lost_between_the_threads(
    desktop: Desktop, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_restless(desktop, server, qtbot, monkeypatch, 2, 8)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_no_wish_is_ever_lost_between_the_threads(
    desktop: Desktop, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    be_restless(desktop, server, qtbot, monkeypatch, seed, 25)
