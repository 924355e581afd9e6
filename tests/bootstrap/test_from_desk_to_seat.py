"""What chairs and organizers do at their windows, seen by the others: whole apps, one real server between them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.conference.ids import PersonId, QuestionId, TalkId
from personal_app.conference.questions import QaState, QuestionState
from personal_app.conference.rows import AnnouncementRow, QuestionRow
from personal_app.services.announcements import PUT_AWAY
from personal_app.services.connection import ConnectionKind
from personal_app.services.services import Services
from personal_app.store.snapshot import read_snapshot
from personal_app.ui.author.desk import AuthorDesk
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.chair.lanes import Lane
from personal_app.ui.workspace import Workspace
from tests.player.fake_engine import FakeSource
from tools.driving import ROOT, Cast, Server

#: Qt's offscreen platform has no window system to hint at, to raise windows or to give one the keyboard.
pytestmark = [
    pytest.mark.qt_log_ignore(
        r"This plugin does not support propagateSizeHints\(\)", r"This plugin does not support raise\(\)", extend=True
    ),
    pytest.mark.timeout(180),
]
INTRODUCTION = TalkId("introduction")
PRESENTER, PRESENTER_NAME = PersonId("carole-jean-wu"), "Carole-Jean Wu"
SOON_MS = 60_000


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which no test of another module finds what is announced here."""
    with Cast() as cast:
        server = cast.add(Server(ROOT / "assets" / "demo", tmp_path_factory.mktemp("own"), "--rehearse=-15"))
        server.start()
        yield server


class Seat:
    """One person at their app."""

    def __init__(self, qapp: QApplication, profile: Path, *options: str) -> None:
        profile.mkdir(exist_ok=True)
        self.profile = profile
        self.desktop = Desktop(qapp, parse_arguments(["--profile", str(profile), *options]))
        self.desktop.start()

    @property
    def services(self) -> Services:
        assert self.desktop.house is not None
        return self.desktop.house.services

    @property
    def ready(self) -> bool:
        if self.desktop.house is None or self.services.connection.state.kind is not ConnectionKind.LIVE:
            return False
        return self.services.program.conference is not None and self.services.questions.waiting == 0

    def row(self, question: QuestionId) -> QuestionRow | None:
        drawn = self.services.questions.board.question(question)
        return drawn.row if drawn is not None else None


@pytest.fixture
def sit(
    qapp: QApplication, tmp_path: Path, own_server: Server, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[Callable[..., Seat]]:
    """Return a function that seats somebody of that name, with the grant of an invitation or none."""
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    seats: list[Seat] = []

    def seated(name: str, *grant: str) -> Seat:
        invitation = ["--invitation", own_server.invite(*grant)] if grant else []
        seat = Seat(
            qapp, tmp_path / name.replace(" ", "-"), "--address", own_server.address, "--name", name, *invitation
        )
        seats.append(seat)
        qtbot.waitUntil(lambda: seat.ready, timeout=SOON_MS)
        return seat

    yield seated
    for seat in seats:
        seat.desktop.close()
    qapp.setQuitOnLastWindowClosed(True)


def test_what_is_done_at_the_desks_is_seen_at_the_seats(sit: Callable[..., Seat], qtbot: QtBot) -> None:
    ada, olga = sit("Ada"), sit("Olga", "--organizer")
    carole = sit(PRESENTER_NAME, "--author", INTRODUCTION)
    ada.services.questions.ask(INTRODUCTION, "How large do the tables get?")
    asked = ada.services.questions.board.questions[-1].id
    window = olga.desktop.window
    console = window.open_chair()
    assert isinstance(console, ChairConsole)
    console.show_session(ada.services.questions.board.questions[-1].row.session)
    qtbot.waitUntil(lambda: olga.row(asked) is not None, timeout=SOON_MS)

    # By keys, as a chair does it: approve, note, follow up, ask the presenter.
    console.walk.select(Lane.INBOX, asked)
    QTest.keyClick(console.board.lists[Lane.INBOX], Qt.Key.Key_A)
    qtbot.waitUntil(lambda: console.selected is None or olga.ready, timeout=SOON_MS)
    console.walk.select(Lane.SHOWN, asked)
    olga.services.questions.note(asked, "canary: for chairs alone")
    QTest.keyClick(console.board.lists[Lane.SHOWN], Qt.Key.Key_L)
    olga.services.questions.assign(asked, PRESENTER)

    desk = carole.desktop.window.open_author()
    assert isinstance(desk, AuthorDesk)
    qtbot.waitUntil(lambda: desk.cue_strip.words == "A chair asks you to answer this one", timeout=SOON_MS)
    (shown,) = desk.list.cards.rows
    assert [flag.words for flag in shown.flags] == ["Follow-up", "Assigned to you"]

    def approved() -> bool:
        row = ada.row(asked)
        return row is not None and row.state is QuestionState.APPROVED

    qtbot.waitUntil(approved, timeout=SOON_MS)
    for seat in (ada, carole):
        row = seat.row(asked)
        assert row is not None
        assert row.note == ""
    carole.services.questions.report(asked)
    qtbot.waitUntil(lambda: bool(console._moderator.lanes.reported()), timeout=SOON_MS)

    workspace = ada.desktop.window.findChild(Workspace)
    assert workspace is not None
    workspace.complete()
    ada.desktop.window.open_talk(INTRODUCTION)
    panel = workspace.questions
    assert panel is not None
    assert panel.ask_box.text.isReadOnly() is False
    olga.services.questions.regulate(INTRODUCTION, QaState.PAUSED)
    qtbot.waitUntil(panel.ask_box.text.isReadOnly, timeout=SOON_MS)
    assert panel.ask_box._line.text().startswith("A chair has paused new questions to this talk")
    olga.services.questions.regulate(INTRODUCTION, QaState.OPEN)
    qtbot.waitUntil(lambda: not panel.ask_box.text.isReadOnly(), timeout=SOON_MS)


def test_an_announcement_is_seen_and_put_away_on_this_device_for_good(sit: Callable[..., Seat], qtbot: QtBot) -> None:
    ada, olga = sit("Ada"), sit("Olga", "--organizer")
    for text in ("Lunch is served.", "The panel begins at three."):
        olga.services.announcements.announce(text, None)
    qtbot.waitUntil(lambda: len(ada.services.announcements.standing) == 2, timeout=SOON_MS)
    banner = ada.desktop.window.banner
    assert banner is not None
    assert banner.shown is not None
    seen = banner.shown.id
    ada.services.announcements.put_away(seen)

    # What the next start reads before it has a connection holds both, and which one was put away.
    ada.desktop.close()

    def kept() -> bool:
        snapshot = read_snapshot(ada.profile)
        return snapshot is not None and seen in snapshot.settings.get(PUT_AWAY, "")

    qtbot.waitUntil(kept, timeout=SOON_MS)
    snapshot = read_snapshot(ada.profile)
    assert snapshot is not None
    assert snapshot.changes is not None
    kept_rows = [row for row in snapshot.changes.set if isinstance(row, AnnouncementRow)]
    assert {row.text for row in kept_rows} == {"Lunch is served.", "The panel begins at three."}
