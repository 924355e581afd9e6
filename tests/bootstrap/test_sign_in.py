"""The sign-in of a profile in the system's key store, from the join to the sign-out, with a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap import sign_in as sign_in_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.conference.ids import TalkId
from personal_app.services.connection import ConnectionKind, Why
from personal_app.services.profile import CodeKind, KeptIn, OwnCode, SignOutWish
from personal_app.services.services import Services
from personal_app.store.snapshot import read_snapshot
from tests.player.fake_engine import FakeSource
from tests.store.key_stores import MemoryKeyStore
from tools.driving import Server

pytestmark = [
    pytest.mark.timeout(180),
    # Qt's offscreen platform has no window system to hint at.
    pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True),
]

SOON_MS = 30_000
TALK = TalkId("deeprecsys-tutorial")

Open = Callable[..., Services]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def system() -> Iterator[MemoryKeyStore]:
    before = keyring.get_keyring()
    store = MemoryKeyStore()
    keyring.set_keyring(store)
    yield store
    store.open.set()
    keyring.set_keyring(before)


@pytest.fixture
def start(qapp: QApplication, profile: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Open]:
    """Return a function that ends the app where it runs and starts it on the profile; it returns its services."""
    profile.mkdir()
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    monkeypatch.setattr(sign_in_module, "QUIET_MS", 0)
    opened: list[Desktop] = []

    def start(*options: str) -> Services:
        for desktop in opened:
            desktop.close()
        desktop = Desktop(qapp, parse_arguments(["--profile", str(profile), *options]))
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
    return services.connection.state.kind is ConnectionKind.LIVE


def test_the_sign_in_moves_into_the_key_store_and_comes_from_there(
    start: Open, profile: Path, system: MemoryKeyStore, server: Server, qtbot: QtBot
) -> None:
    first = start("--address", server.address, "--name", "Ada")
    qtbot.waitUntil(lambda: live(first) and first.profile.kept_in is KeptIn.KEY_STORE, timeout=SOON_MS)
    snapshot = read_snapshot(profile)
    # An open store holds the file.
    assert snapshot is None
    ((_, entry),) = system.entries

    second = start()
    qtbot.waitUntil(lambda: live(second), timeout=SOON_MS)
    codes: list[OwnCode] = []
    second.profile.code_given.connect(codes.append)
    second.profile.ask_code(CodeKind.RECOVERY)
    assert codes[0].code
    assert [name for _, name in system.entries] == [entry], "what is there is not put there again"

    # The person leaves: nothing of it is left here, and the device is nobody to the server.
    second.questions.ask(TALK, "Am I still here?")
    qtbot.waitUntil(lambda: second.questions.waiting == 0, timeout=SOON_MS)
    with qtbot.waitSignal(second.profile.left, timeout=SOON_MS):
        second.profile.sign_out(SignOutWish.HERE)
    assert second.profile.identity is None
    assert second.questions.board.questions == ()
    qtbot.waitUntil(lambda: not system.entries, timeout=SOON_MS)

    # The recovery code brings the same person back.
    second.profile.come_back(server.address, CodeKind.RECOVERY, codes[0].code)
    qtbot.waitUntil(lambda: live(second) and second.profile.kept_in is KeptIn.KEY_STORE, timeout=SOON_MS)
    qtbot.waitUntil(
        lambda: [q.row.text for q in second.questions.board.questions if q.mine] == ["Am I still here?"],
        timeout=SOON_MS,
    )
    start()
    assert codes[0].code.encode() not in every_byte(profile)


def test_a_locked_key_store_is_waited_for_offline(
    start: Open, system: MemoryKeyStore, server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start("--address", server.address, "--name", "Bo")
    qtbot.waitUntil(lambda: live(first) and first.profile.kept_in is KeptIn.KEY_STORE, timeout=SOON_MS)
    monkeypatch.setattr(sign_in_module, "SLOW_MS", 100)
    system.open.clear()
    second = start()
    qtbot.waitUntil(lambda: second.connection.state.why is Why.LOCKED, timeout=SOON_MS)
    assert second.connection.words(second.program.now()).startswith("Key store locked")
    second.questions.ask(TALK, "Does it wait?")
    assert second.questions.waiting == 1
    asks: tuple[Callable[[], None], ...] = (
        lambda: second.profile.ask_code(CodeKind.RECOVERY),
        lambda: second.profile.redeem("code"),
        lambda: second.profile.sign_out(SignOutWish.HERE),
    )
    for ask in asks:
        with qtbot.waitSignal(second.profile.failed, timeout=SOON_MS) as failed:
            ask()
        assert "unlock it" in failed.args[0]
    system.open.set()
    qtbot.waitUntil(lambda: live(second) and second.questions.waiting == 0, timeout=SOON_MS)

    # Dismissed, it is asked again when the person says so.
    system.dismissed = True
    third = start()
    qtbot.waitUntil(lambda: third.connection.state.why is Why.LOCKED, timeout=SOON_MS)
    system.dismissed = False
    third.connection.retry_now()
    qtbot.waitUntil(lambda: live(third), timeout=SOON_MS)

    # Gone from the key store, the way back is named.
    system.entries.clear()
    fourth = start()
    qtbot.waitUntil(lambda: fourth.connection.state.why is Why.NOT_KNOWN, timeout=SOON_MS)
    assert "recovery code" in fourth.connection.state.detail


def test_one_that_stays_shut_is_not_asked_at_each_start(
    start: Open, system: MemoryKeyStore, server: Server, qtbot: QtBot
) -> None:
    system.dismissed = True
    first = start("--address", server.address, "--name", "Cy")
    qtbot.waitUntil(lambda: live(first) and first.profile.kept_in is KeptIn.FILE_FOR_NOW, timeout=SOON_MS)
    asked = system.asked
    second = start()
    qtbot.waitUntil(lambda: live(second) and second.profile.kept_in is KeptIn.FILE_FOR_NOW, timeout=SOON_MS)
    assert system.asked == asked
    system.dismissed = False
    second.profile.entrust()
    qtbot.waitUntil(lambda: second.profile.kept_in is KeptIn.KEY_STORE, timeout=SOON_MS)
    assert len(system.entries) == 1


def test_other_devices_are_signed_out_and_a_server_that_is_away_is_told_of(
    start: Open, server: Server, qtbot: QtBot
) -> None:
    services = start("--address", server.address, "--name", "Di")
    qtbot.waitUntil(lambda: live(services), timeout=SOON_MS)
    assert services.profile.kept_in is KeptIn.FILE
    with qtbot.waitSignal(services.profile.others_signed_out, timeout=SOON_MS) as others:
        services.profile.sign_out(SignOutWish.OTHERS)
    assert others.args == [0]
    assert live(services)
    with qtbot.waitSignal(services.profile.left, timeout=SOON_MS):
        services.profile.sign_out(SignOutWish.HERE_ALONE)
    with qtbot.waitSignal(services.profile.failed, timeout=SOON_MS) as failed:
        services.profile.sign_out(SignOutWish.HERE)
    assert "nobody to sign out" in failed.args[0]


def every_byte(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
