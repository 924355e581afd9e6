"""Notices on the desktop: shown and pressed over a real bus, and missed where there is nobody to show them."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_app.net.desktop_notices import (
    DesktopNotices,
    Notice,
    NoticeEvent,
    NoticeMissed,
    NoticePressed,
    NoticeShown,
    session_bus,
)
from tests.net.notice_server import DAEMON, Bus, NoticeServer

WAIT_S = 20
NOTICE = Notice(key="talk-1", title="Starts in 10 min", text="R & D <b>now</b>, at 13:20.")
on_a_bus = pytest.mark.skipif(DAEMON is None, reason="there is no dbus-daemon on this machine")


class Told:
    def __init__(self) -> None:
        self.events: queue.Queue[NoticeEvent] = queue.Queue()
        self.notices = DesktopNotices(self.events.put)

    def next(self) -> NoticeEvent:
        return self.events.get(timeout=WAIT_S)


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    assert told.notices.close(WAIT_S)


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    yield bus
    bus.end()


@on_a_bus
def test_a_notice_is_shown_as_plain_text_and_a_press_comes_back(bus: Bus, told: Told) -> None:
    desktop = NoticeServer(bus.address)
    told.notices.show(NOTICE)
    assert told.next() == NoticeShown(NOTICE)
    program, replaces, _, title, text, actions, hints, _ = desktop.shown[0]
    assert (program, replaces, title) == ("PeRSonAl", 0, NOTICE.title)
    assert text == "R &amp; D &lt;b&gt;now&lt;/b&gt;, at 13:20."
    assert actions == ["default", "Open"]
    assert hints["urgency"] == ("y", 1)
    desktop.press(99)
    desktop.press(1, "other")
    desktop.press(1)
    assert told.next() == NoticePressed("talk-1")
    desktop.end()


@on_a_bus
def test_a_desktop_without_markup_or_actions_is_given_neither(bus: Bus, told: Told) -> None:
    desktop = NoticeServer(bus.address, capabilities=("body",))
    told.notices.show(NOTICE)
    assert told.next() == NoticeShown(NOTICE)
    assert desktop.shown[0][4] == NOTICE.text
    assert desktop.shown[0][5] == []
    desktop.end()


@on_a_bus
def test_who_shows_notices_may_go_and_come_back(bus: Bus, told: Told) -> None:
    told.notices.show(NOTICE)
    assert told.next() == NoticeMissed(NOTICE), "nobody on the bus shows notices"
    first = NoticeServer(bus.address)
    told.notices.show(NOTICE)
    assert told.next() == NoticeShown(NOTICE)
    first.end()
    told.notices.show(NOTICE)
    assert told.next() == NoticeMissed(NOTICE)
    second = NoticeServer(bus.address)
    told.notices.show(NOTICE)
    assert told.next() == NoticeShown(NOTICE)
    second.end()


@on_a_bus
def test_a_bus_that_ended_is_missed_and_not_waited_for(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    desktop = NoticeServer(bus.address)
    told.notices.show(NOTICE)
    assert told.next() == NoticeShown(NOTICE)
    bus.end()
    desktop.end()
    told.notices.show(NOTICE)
    assert told.next() == NoticeMissed(NOTICE)


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=x", "nonsense"])
def test_without_a_bus_a_notice_is_missed(address: str, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    told.notices.show(NOTICE)
    assert told.next() == NoticeMissed(NOTICE)


def test_no_bus_is_looked_for_where_the_system_names_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert session_bus() is None
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert session_bus() is None
