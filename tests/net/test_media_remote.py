"""The player on the session's bus: what a desktop sees of it, presses, and keeps lit, over a real bus."""

import os
import queue
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from jeepney import HeaderFields, MessageType, message_bus
from jeepney.io.threading import DBusRouter, Proxy, open_dbus_connection

from personal_app.net.media_remote import MediaRemote, steady_ms
from personal_app.net.mpris import (
    NAME,
    PLAYER,
    PROPERTIES,
    ROOT,
    Playing,
    Press,
    Pressed,
    RateChosen,
    Skipped,
    Sought,
    Status,
    VolumeChosen,
    Wish,
    track_of,
)
from tests.net.desktop_remote import PORTAL, SAVER, WAIT_S, Desktop
from tests.net.notice_server import DAEMON, Bus

on_a_bus = pytest.mark.skipif(DAEMON is None, reason="there is no dbus-daemon on this machine")
PAUSED = Playing(
    status=Status.PAUSED,
    talk="plenary-1",
    title="R & D",
    artists=("Ada Osei",),
    album="PeRSonAl",
    duration_ms=600_000,
    position_ms=60_000,
    slowest=0.5,
    fastest=3.0,
    chapters=True,
)


class Player:
    def __init__(self) -> None:
        self.wishes: queue.Queue[Wish] = queue.Queue()
        self.remote = MediaRemote(self.wishes.put)

    def next(self) -> Wish:
        return self.wishes.get(timeout=WAIT_S)


@pytest.fixture
def player() -> Iterator[Player]:
    player = Player()
    yield player
    assert player.remote.close(WAIT_S)


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    yield bus
    bus.end()


@pytest.fixture
def desktop(bus: Bus) -> Iterator[Desktop]:
    desktop = Desktop(bus.address)
    yield desktop
    desktop.end()


@on_a_bus
def test_a_desktop_sees_what_plays(desktop: Desktop, player: Player) -> None:
    player.remote.show(PAUSED)
    desktop.await_name()
    facts = desktop.get("Metadata")
    assert facts["mpris:trackid"] == ("o", track_of("plenary-1"))
    assert facts["mpris:length"] == ("x", 600_000_000)
    assert (facts["xesam:title"], facts["xesam:artist"]) == (("s", "R & D"), ("as", ["Ada Osei"]))
    assert desktop.get("Position") == 60_000_000
    assert desktop.get("PlaybackStatus") == "Paused"
    every = desktop.call(PROPERTIES, "GetAll", "s", (ROOT,)).body[0]
    assert (every["Identity"], every["CanQuit"]) == (("s", "PeRSonAl"), ("b", False))
    plays = msgspec.structs.replace(PAUSED, status=Status.PLAYING, moves=True, at_ms=steady_ms() - 5_000)
    player.remote.show(plays, jumped=True)
    assert desktop.heard.get(timeout=WAIT_S) == (
        "PropertiesChanged",
        (PLAYER, {"PlaybackStatus": ("s", "Playing")}, []),
    )
    member, body = desktop.heard.get(timeout=WAIT_S)
    assert member == "Seeked"
    assert body[0] >= 65_000_000
    assert desktop.get("Position") >= body[0]


@on_a_bus
def test_what_a_desktop_presses_is_wished(desktop: Desktop, player: Player) -> None:
    player.remote.show(PAUSED)
    desktop.await_name()
    for member in ("PlayPause", "Play", "Pause", "Stop", "Next", "Previous"):
        assert desktop.call(PLAYER, member).header.message_type is MessageType.method_return
        assert player.next() == Pressed(Press(member))
    desktop.call(ROOT, "Raise")
    assert player.next() == Pressed(Press.RAISE)
    desktop.call(PLAYER, "Seek", "x", (-5_000_000,))
    assert player.next() == Skipped(-5_000)
    desktop.call(PLAYER, "SetPosition", "ox", (track_of("another"), 9_000_000))
    desktop.call(PLAYER, "SetPosition", "ox", (track_of("plenary-1"), 900_000_000))
    desktop.call(PLAYER, "SetPosition", "ox", (track_of("plenary-1"), 9_000_000))
    assert player.next() == Sought(9_000), "another talk's and one beyond the end are no wish"
    for name, value, wish in (("Rate", 1.5, RateChosen(1.5)), ("Rate", 0.0, Pressed(Press.PAUSE))):
        desktop.call(PROPERTIES, "Set", "ssv", (PLAYER, name, ("d", value)))
        assert player.next() == wish
    desktop.call(PROPERTIES, "Set", "ssv", (PLAYER, "Volume", ("d", 7.0)))
    assert player.next() == VolumeChosen(100)


@on_a_bus
@pytest.mark.parametrize(
    ("interface", "member", "signature", "body", "error"),
    [
        (PLAYER, "OpenUri", "s", ("file:///etc/passwd",), "UnknownMethod"),
        (ROOT, "Quit", None, (), "UnknownMethod"),
        (PLAYER, "Seek", "s", ("far",), "InvalidArgs"),
        (PLAYER, "Seek", None, (), "InvalidArgs"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Volume", ("s", "loud")), "InvalidArgs"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Volume", ("d", float("nan"))), "InvalidArgs"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Position", ("x", 1)), "PropertyReadOnly"),
        (PROPERTIES, "Get", "ss", (PLAYER, "Shuffle"), "UnknownProperty"),
        (PROPERTIES, "GetAll", "s", ("org.mpris.MediaPlayer2.TrackList",), "UnknownInterface"),
    ],
)
def test_what_is_not_offered_is_refused(
    desktop: Desktop,
    player: Player,
    interface: str,
    member: str,
    signature: str | None,
    body: tuple[object, ...],
    error: str,
) -> None:
    player.remote.show(PAUSED)
    desktop.await_name()
    answer = desktop.call(interface, member, signature, body)
    assert answer.header.fields[HeaderFields.error_name] == f"org.freedesktop.DBus.Error.{error}"
    assert desktop.get("PlaybackStatus") == "Paused"
    assert player.wishes.empty()


@on_a_bus
@pytest.mark.parametrize(("keeps", "release"), [(SAVER, ("UnInhibit", (41,))), (PORTAL, ("Close", ()))])
def test_the_screen_stays_lit_while_it_plays(
    bus: Bus, player: Player, keeps: str, release: tuple[str, tuple[object, ...]]
) -> None:
    desktop = Desktop(bus.address, keeps)
    plays = msgspec.structs.replace(PAUSED, status=Status.PLAYING, awake=True)
    player.remote.show(plays)
    member, body = desktop.asked.get(timeout=WAIT_S)
    assert member == "Inhibit"
    assert "A recording plays" in (body[1], body[-1].get("reason", ("s", ""))[1] if isinstance(body[-1], dict) else "")
    player.remote.show(msgspec.structs.replace(plays, title="Another"))
    player.remote.show(PAUSED)
    assert desktop.asked.get(timeout=WAIT_S) == release
    player.remote.show(plays)
    assert desktop.asked.get(timeout=WAIT_S)[0] == "Inhibit", "and once only for each time it plays"
    desktop.end()


@on_a_bus
def test_a_second_copy_has_a_name_of_its_own(bus: Bus, desktop: Desktop, player: Player) -> None:
    other = open_dbus_connection(bus.address)
    with DBusRouter(other) as router:
        Proxy(message_bus, router, timeout=5).RequestName(NAME)
    player.remote.show(PAUSED)
    mine = f"{NAME}.instance{os.getpid()}"
    desktop.await_name(mine)
    desktop.call(PLAYER, "PlayPause", name=mine)
    assert player.next() == Pressed(Press.PLAY_PAUSE)
    other.close()


@on_a_bus
def test_a_bus_that_ended_is_not_waited_for(tmp_path: Path, player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    desktop = Desktop(bus.address)
    player.remote.show(PAUSED)
    desktop.await_name()
    bus.end()
    desktop.end()
    player.remote.show(msgspec.structs.replace(PAUSED, title="Another"))
    assert player.remote.close(WAIT_S)


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "nonsense", None])
def test_without_a_bus_nothing_is_missed(
    address: str | None, player: Player, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    player.remote.show(PAUSED)
    assert player.remote.close(WAIT_S)
