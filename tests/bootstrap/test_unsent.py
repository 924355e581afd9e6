"""Moves that wait to be sent: made before the cache is open, left in a hurry, or left behind by becoming another."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import desktop as desktop_module
from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.bootstrap.hall import Hall
from personal_app.bootstrap.house import House
from personal_app.bootstrap.identity import Joined
from personal_app.conference.ids import TalkId
from personal_app.conference.questions import Move
from personal_app.conference.rows import QuestionRow
from personal_app.net.live_link import LiveLink
from personal_app.services.connection import ConnectionKind
from personal_app.store.first_page import Beginning
from personal_app.store.layout import early_moves_file
from personal_app.store.snapshot import read_snapshot
from personal_app.store.values import Profile
from tests.player.fake_engine import FakeSource
from tools.driving import Server

pytestmark = [
    pytest.mark.timeout(180),
    # Qt's offscreen platform has no window system to hint at.
    pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True),
]

TALK = TalkId("deeprecsys-tutorial")

Open = Callable[..., Desktop]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def open_desktop(qapp: QApplication, profile: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that starts the app on the profile, with a player that plays nothing."""
    profile.mkdir()
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    opened: list[Desktop] = []

    def start(*options: str) -> Desktop:
        desktop = Desktop(qapp, parse_arguments(["--profile", str(profile), *options]))
        opened.append(desktop)
        desktop.start()
        return desktop

    yield start
    for desktop in opened:
        desktop.close()
    qapp.setQuitOnLastWindowClosed(True)


def house_of(desktop: Desktop) -> House:
    assert desktop.house is not None
    return desktop.house


def hall_of(desktop: Desktop) -> Hall:
    hall = house_of(desktop)._hall
    assert hall is not None
    return hall


def live(desktop: Desktop) -> bool:
    return desktop.house is not None and desktop.house.services.connection.state.kind is ConnectionKind.LIVE


def test_what_was_wished_before_the_cache_was_open_survives_a_kill(
    open_desktop: Open, profile: Path, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_desktop("--address", server.address, "--name", "Ada")
    qtbot.waitUntil(lambda: live(first), timeout=30_000)
    services = house_of(first).services
    qtbot.waitUntil(lambda: services.program.conference is not None, timeout=30_000)
    services.questions.ask(TALK, "Why?")
    qtbot.waitUntil(lambda: services.questions.waiting == 0, timeout=30_000)
    question = services.questions.board.questions[0].id
    first.close()

    with monkeypatch.context() as without_rooms:
        without_rooms.setattr(desktop_module, "begin_opening", lambda *_, **__: None)
        # As after a change of the look: what was kept for the first paint is not taken.
        without_rooms.setattr(desktop_module, "read_beginning", lambda *_: Beginning())
        second = open_desktop()
        quick = house_of(second).services.questions
        quick.edit(question, "Why so?")
        quick.edit(question, "Why so often?")
        quick.ask(TALK, "And when?")
        qtbot.waitUntil(lambda: not house_of(second)._early_moves.writing, timeout=10_000)
        # All that a kill at this moment would leave.
        left = read_snapshot(profile)
        assert left is not None
        assert [wish.command.do.text for wish in left.wishes] == ["Why so?", "Why so often?", "And when?"]  # type: ignore[union-attr]
        assert [wish.after is None for wish in left.wishes] == [True, False, True]
        second.close()

    third = open_desktop()
    qtbot.waitUntil(lambda: third.house is not None, timeout=30_000)
    questions = house_of(third).services.questions
    drawn = {each.row.text: each.unsent for each in questions.board.questions}
    assert drawn == {"Why so often?": (Move.EDIT, Move.EDIT), "And when?": (Move.ASK,)}
    qtbot.waitUntil(lambda: live(third) and questions.waiting == 0, timeout=30_000)
    assert sorted(each.row.text for each in questions.board.questions) == ["And when?", "Why so often?"]
    assert not early_moves_file(profile).exists()
    assert not house_of(third).services.questions.receipts.kept


def test_who_leaves_before_the_cache_is_open_loses_no_word(
    open_desktop: Open, profile: Path, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_desktop("--address", server.address, "--name", "Bo")
    qtbot.waitUntil(lambda: live(first), timeout=30_000)
    services = house_of(first).services
    qtbot.waitUntil(lambda: services.program.conference is not None, timeout=30_000)
    first.close()
    monkeypatch.setattr(desktop_module, "read_beginning", lambda *_: Beginning())
    second = open_desktop()
    quick = house_of(second).services
    quick.questions.ask(TALK, "Is it over?")
    quick.drafts.save("ask:other", "Not yet")
    qtbot.waitUntil(lambda: second._opening is not None, timeout=10_000)
    second.close()
    left = read_snapshot(profile)
    assert left is not None
    waiting = [wish.command.do.text for wish in left.wishes]  # type: ignore[union-attr]
    arrived = [row.text for row in (left.mine.set if left.mine else ()) if isinstance(row, QuestionRow)]
    assert waiting + arrived == ["Is it over?"], "it waits, or went out while the app was left"
    assert left.drafts == {"ask:other": "Not yet"}


def test_what_a_former_connection_was_told_and_the_cache_holds_is_seen(
    open_desktop: Open, server: Server, qtbot: QtBot
) -> None:
    """The next connection goes on from the cache: what was told to the one before is not told again."""
    desktop = open_desktop("--address", server.address, "--name", "Ed")
    qtbot.waitUntil(lambda: live(desktop), timeout=30_000)
    services, hall = house_of(desktop).services, hall_of(desktop)
    qtbot.waitUntil(lambda: services.program.conference is not None, timeout=30_000)
    ed = hall.profile
    assert ed is not None
    services.questions.ask(TALK, "Who hears the end of it?")
    deadline = monotonic() + 30
    # The screen stands still meanwhile.
    while hall._rooms.store.wishes(ed.participant).result(10):
        assert monotonic() < deadline
    hall.conversation.start(ed)
    qtbot.waitUntil(lambda: services.questions.waiting == 0, timeout=30_000)
    mine = [(q.row.text, q.unsent) for q in services.questions.board.questions if q.mine and q.row.revision]
    assert mine == [("Who hears the end of it?", ())]


@pytest.fixture
def cys_question(open_desktop: Open, server: Server, qtbot: QtBot) -> Desktop:
    """An app in which Cy has asked something that waits in the outbox, for there is no connection any more."""
    desktop = open_desktop("--address", server.address, "--name", "Cy")
    qtbot.waitUntil(lambda: live(desktop), timeout=30_000)
    services, hall = house_of(desktop).services, hall_of(desktop)
    qtbot.waitUntil(lambda: services.program.conference is not None, timeout=30_000)
    hall.conversation.stop()
    services.questions.ask(TALK, "Whose is this?")
    assert [each.row.text for each in services.questions.board.questions] == ["Whose is this?"]
    return desktop


def come_back(desktop: Desktop, profile: Profile, qtbot: QtBot) -> None:
    """Be Cy again, and wait for Cy's question to be there once, as Cy's."""
    questions, hall = house_of(desktop).services.questions, hall_of(desktop)
    hall.take([Joined(profile)])
    qtbot.waitUntil(
        lambda: (
            [(q.row.asker, q.mine, q.unsent) for q in questions.board.questions if q.row.text == "Whose is this?"]
            == [("Cy", True, ())]
        ),
        timeout=30_000,
    )
    qtbot.waitUntil(lambda: questions.waiting == 0, timeout=30_000)


def test_becoming_another_takes_the_unsent_drawings_away_and_coming_back_brings_them(
    cys_question: Desktop, server: Server, qtbot: QtBot
) -> None:
    services, hall = house_of(cys_question).services, hall_of(cys_question)
    cy = hall.profile
    assert cy is not None
    services.profile.join(server.address, "Di")
    qtbot.waitUntil(lambda: hall.profile != cy and live(cys_question), timeout=30_000)
    assert "Whose is this?" not in {each.row.text for each in services.questions.board.questions}
    assert services.questions.waiting == 0
    hall._rooms.store.keep_profile(cy).result(10)
    come_back(cys_question, cy, qtbot)


def test_a_connection_that_begins_while_somebody_becomes_another_sends_nothing_of_theirs(
    cys_question: Desktop, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache is the other one's by then, and the connection of the former one has not heard of it yet."""
    services, hall = house_of(cys_question).services, hall_of(cys_question)
    cy = hall.profile
    assert cy is not None
    read_outbox, begun, go_on = LiveLink._resumed, threading.Event(), threading.Event()

    async def late(link: LiveLink) -> Any:
        begun.set()
        await asyncio.to_thread(go_on.wait, 30)
        return await read_outbox(link)

    with monkeypatch.context() as slow:
        slow.setattr(LiveLink, "_resumed", late)
        services.profile.join(server.address, "Di")
        qtbot.waitUntil(begun.is_set, timeout=30_000)
        services.questions.ask(TALK, "And what is mine?")
        hall._rooms.store.keep_profile(cy).result(10)
    go_on.set()
    qtbot.waitUntil(lambda: services.questions.waiting == 0, timeout=30_000)
    assert hall._rooms.store.profile().result(10) == cy
    come_back(cys_question, cy, qtbot)
    assert hall._rooms.store.wishes(cy.participant).result(10) == ()
