"""Several conferences on one computer: each its own profile, listed beside each other, one window for each."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap import profiles as profiles_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.bootstrap.main import open_profile
from personal_app.bootstrap.one_window import Door, ask_forward
from personal_app.bootstrap.profiles import start_program
from personal_app.conference.ids import TalkId
from personal_app.services.connection import ConnectionKind
from personal_app.services.profile import CodeKind, SignOutWish
from personal_app.services.services import Services
from tests.player.fake_engine import FakeSource
from tools.driving import ROOT, Server

pytestmark = [
    pytest.mark.timeout(180),
    # Qt's offscreen platform has no window system to hint at or to raise windows in.
    pytest.mark.qt_log_ignore(r"This plugin does not support (propagateSizeHints|raise)\(\)", extend=True),
]

SOON_MS = 30_000
TALK = TalkId("deeprecsys-tutorial")

Open = Callable[..., Services]


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Open]:
    """Return a function that ends the window that is open and opens the one of a profile; it returns its services."""
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    opened: list[Desktop] = []

    def start(name: str, *options: str) -> Services:
        for desktop in opened:
            desktop.close()
        (tmp_path / name).mkdir(exist_ok=True)
        desktop = Desktop(qapp, parse_arguments(["--profile", f"{tmp_path / name}/", *options]))
        opened.append(desktop)
        desktop.start()
        qtbot.waitUntil(lambda: desktop.house is not None and desktop.house._hall is not None, timeout=SOON_MS)
        assert desktop.house is not None
        return desktop.house.services

    yield start
    for desktop in opened:
        desktop.close()
    qapp.setQuitOnLastWindowClosed(True)


def live(services: Services) -> bool:
    return services.connection.state.kind is ConnectionKind.LIVE and services.program.conference is not None


def known(services: Services) -> list[tuple[str, str, bool]]:
    services.conferences.look()
    return [(each.key, each.name, each.here) for each in services.conferences.known]


def test_conferences_stand_beside_each_other_and_share_nothing(
    start: Open, server: Server, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []
    can_start = True

    def start_it(folder: Path) -> bool:
        started.append(folder)
        return can_start

    monkeypatch.setattr(profiles_module, "start_program", start_it)
    first = start("default", "--address", server.address, "--name", "Ada")
    qtbot.waitUntil(lambda: live(first), timeout=SOON_MS)
    qtbot.waitUntil(lambda: known(first) == [("default", "Ada", True)], timeout=SOON_MS)
    first.questions.ask(TALK, "Only here?")
    qtbot.waitUntil(lambda: first.questions.waiting == 0, timeout=SOON_MS)
    first.conferences.add()
    qtbot.waitUntil(lambda: started == [tmp_path / "conference-2"], timeout=SOON_MS)

    # In the process that was started for it.
    second = start("conference-2", "--address", server.address, "--name", "Bo")
    qtbot.waitUntil(lambda: live(second), timeout=SOON_MS)
    qtbot.waitUntil(lambda: known(second) == [("conference-2", "Bo", True), ("default", "Ada", False)], timeout=SOON_MS)
    assert not [each for each in second.questions.board.questions if each.mine]
    assert second.profile.identity != first.profile.identity
    second.conferences.open("default")
    second.conferences.open("../elsewhere")
    second.conferences.open("")
    assert started == [tmp_path / "conference-2", tmp_path / "default"]

    # Who has signed out is still listed, without a name.
    second.profile.sign_out(SignOutWish.HERE)
    qtbot.waitUntil(lambda: known(second)[0] == ("conference-2", "", True), timeout=SOON_MS)
    can_start = False
    with qtbot.waitSignal(second.conferences.failed, timeout=SOON_MS):
        second.conferences.open("default")
    token = json.dumps([path.read_text() for path in tmp_path.glob("*/profile.json")])
    assert server.address in token
    assert "token" not in token


def test_a_second_device_is_the_same_person(start: Open, server: Server, qtbot: QtBot) -> None:
    first = start("default", "--address", server.address, "--name", "Ada")
    qtbot.waitUntil(lambda: live(first), timeout=SOON_MS)
    first.questions.ask(TALK, "From the first one")
    qtbot.waitUntil(lambda: first.questions.waiting == 0, timeout=SOON_MS)
    with qtbot.waitSignal(first.profile.code_given, timeout=SOON_MS) as given:
        first.profile.ask_code(CodeKind.DEVICE)
    identity = first.profile.identity

    second = start("device")
    second.profile.come_back(server.address, CodeKind.DEVICE, given.args[0].code)
    qtbot.waitUntil(lambda: live(second), timeout=SOON_MS)
    assert second.profile.identity is not None
    assert identity is not None
    assert second.profile.identity.participant == identity.participant
    qtbot.waitUntil(
        lambda: [q.row.text for q in second.questions.board.questions if q.mine] == ["From the first one"],
        timeout=SOON_MS,
    )
    # A code works once, and the way back is with the device that joined first.
    with qtbot.waitSignal(second.profile.failed, timeout=SOON_MS) as failed:
        second.profile.ask_code(CodeKind.RECOVERY)
    assert "the device that joined first" in failed.args[0]
    with qtbot.waitSignal(second.profile.failed, timeout=SOON_MS):
        second.profile.come_back(server.address, CodeKind.DEVICE, given.args[0].code)
    with qtbot.waitSignal(second.profile.others_signed_out, timeout=SOON_MS) as others:
        second.profile.sign_out(SignOutWish.OTHERS)
    assert others.args == [1]


def test_the_program_is_started_on_the_other_profile(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    script = tmp_path / "script.py"
    script.write_text(f"import sys, pathlib\npathlib.Path({str(told)!r}).write_text(' '.join(sys.argv[1:]))\n")
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert start_program(tmp_path / "other")
    qtbot.waitUntil(lambda: told.exists() and told.read_text() == f"--profile {tmp_path / 'other'}/", timeout=SOON_MS)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    assert not start_program(tmp_path / "other")


def test_a_second_start_brings_the_first_window_forward(qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[bool] = []
    parent = QObject()
    assert not ask_forward(tmp_path), "nobody is there"
    door = Door(tmp_path, lambda: asked.append(True), parent)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask_forward, tmp_path)
        qtbot.waitUntil(lambda: answer.done() and bool(asked), timeout=SOON_MS)
        assert answer.result()
    door.close()
    assert not ask_forward(tmp_path)
    # What a killed process left does not keep the next one from listening.
    again = Door(tmp_path, lambda: asked.append(True), parent)
    again.close()


def test_the_sentence_of_a_second_start_says_what_became(qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[bool] = []
    parent = QObject()
    lock = open_profile(parse_arguments(["--profile", f"{tmp_path}/"]))
    assert lock is not None
    door = Door(tmp_path, lambda: asked.append(True), parent)
    command = [sys.executable, "main.py", "--profile", f"{tmp_path}/"]
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(
            subprocess.run,
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        qtbot.waitUntil(second.done, timeout=60_000)
    ended = second.result()
    assert ended.returncode == 2
    assert "is open in another window of this program already. It was brought to the front" in ended.stderr
    assert asked
    door.close()
    lock.unlock()
