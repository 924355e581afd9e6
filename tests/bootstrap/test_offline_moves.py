"""Everybody's moves without a network: asked, voted, answered, moderated, and found once each when the server is back.

Three whole apps and one real server, which is killed while it is being told of what was done without it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import PersonId, QuestionId, TalkId
from personal_app.conference.questions import QaState, QuestionState
from personal_app.services.connection import ConnectionKind
from personal_app.services.questions import QuestionService, Receipt
from personal_app.services.sent import Fate
from personal_app.services.services import Services
from tests.player.fake_engine import FakeSource
from tools.driving import ROOT, Cast, Server

pytestmark = [
    # Qt's offscreen platform has no window system to hint at.
    pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True),
    pytest.mark.timeout(240),
]

TALK, OTHER = TalkId("introduction"), TalkId("deeprecsys-tutorial")
PAUSED = TalkId("compositional-embeddings")
PRESENTER = PersonId("carole-jean-wu")
SOON_MS = 60_000


class Seat:
    """One person at their app, which can be left and opened again."""

    def __init__(self, qapp: QApplication, profile: Path, *options: str) -> None:
        profile.mkdir()
        self._qapp = qapp
        self._profile = profile
        self.refused: list[Receipt] = []
        self.open(*options)

    def open(self, *options: str) -> None:
        self.desktop = Desktop(self._qapp, parse_arguments(["--profile", f"{self._profile}/", *options]))
        self.desktop.start()

    @property
    def opened(self) -> bool:
        return self.desktop.house is not None and self.desktop.house._hall is not None

    @property
    def services(self) -> Services:
        assert self.desktop.house is not None
        return self.desktop.house.services

    @property
    def questions(self) -> QuestionService:
        return self.services.questions

    @property
    def live(self) -> bool:
        return self.opened and self.services.connection.state.kind is ConnectionKind.LIVE

    @property
    def at_rest(self) -> bool:
        return self.live and self.services.program.conference is not None and self.questions.waiting == 0

    def found(self, text: str) -> list[DrawnQuestion]:
        return [question for question in self.questions.board.questions if question.row.text == text]

    def named(self, text: str) -> QuestionId:
        (question,) = self.found(text)
        return question.id

    def state(self, text: str) -> QuestionState | None:
        found = self.found(text)
        return found[0].row.state if len(found) == 1 else None


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with Cast() as cast:
        server = cast.add(Server(ROOT / "assets" / "demo", tmp_path / "server", "--rehearse=-15"))
        server.start()
        yield server


@pytest.fixture
def sit(
    qapp: QApplication, tmp_path: Path, own_server: Server, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[Callable[..., Seat]]:
    """Return a function that seats somebody of that name, with the grant of an invitation or none."""
    monkeypatch.setattr(house_module, "EngineSource", lambda _: FakeSource())
    seats: list[Seat] = []

    def seated(name: str, *grant: str) -> Seat:
        invitation = ["--invitation", own_server.invite(*grant)] if grant else []
        seat = Seat(qapp, tmp_path / name, "--address", own_server.address, "--name", name, *invitation)
        seats.append(seat)
        qtbot.waitUntil(lambda: seat.at_rest, timeout=SOON_MS)
        return seat

    yield seated
    for seat in seats:
        seat.desktop.close()
    qapp.setQuitOnLastWindowClosed(True)


def prepare(ada: Seat, olga: Seat, carole: Seat, qtbot: QtBot) -> None:
    """Ask, approve and queue while everybody is there."""
    for text in ("edited", "to vote for", "to answer", "to offer", "to withdraw", "to approve", "to decline", "a twin"):
        ada.questions.ask(TALK, text)
    qtbot.waitUntil(lambda: ada.at_rest and len(olga.questions.board.questions) == 8, timeout=SOON_MS)
    for text in ("to vote for", "to answer", "to offer", "to withdraw", "a twin"):
        olga.questions.approve(olga.named(text))
    qtbot.waitUntil(
        lambda: olga.at_rest and all(carole.state(text) is QuestionState.APPROVED for text in ("to offer", "a twin")),
        timeout=SOON_MS,
    )


def act(ada: Seat, olga: Seat, carole: Seat) -> None:
    """Do everything that each may do, while the server is away."""
    ada.questions.vote(ada.named("to vote for"))
    ada.questions.ask(OTHER, "asked offline", anonymous=True)
    ada.questions.edit(ada.named("edited"), "edited twice")
    ada.questions.withdraw(ada.named("to withdraw"))
    approved = olga.named("to approve")
    olga.questions.approve(approved)
    olga.questions.queue(approved, None)
    olga.questions.note(approved, "canary: among chairs")
    olga.questions.follow_up(approved)
    olga.questions.assign(approved, PRESENTER)
    olga.questions.reject(olga.named("to decline"), "Asked before.")
    olga.questions.merge(olga.named("a twin"), olga.named("to vote for"))
    # What its asker has edited meanwhile a chair cannot have looked at.
    olga.questions.approve(olga.named("edited"))
    olga.questions.regulate(PAUSED, QaState.PAUSED)
    olga.questions.announce("Announced offline.")
    carole.questions.answer(carole.named("to answer"), "Answered offline.")
    carole.questions.offer(carole.named("to offer"))


def drawn(ada: Seat, olga: Seat, carole: Seat) -> None:
    """What was done is seen at once by who did it, and in the next start too."""
    assert ada.found("to vote for")[0].voted
    assert ada.state("edited twice") is QuestionState.PENDING
    assert ada.state("asked offline") is QuestionState.PENDING
    assert olga.state("to approve") is QuestionState.QUEUED
    assert olga.state("to decline") is QuestionState.REJECTED
    assert olga.questions.qa(PAUSED).qa is QaState.PAUSED
    assert [row.text for row in olga.services.announcements.standing] == ["Announced offline."]
    assert [answer.text for answer in carole.found("to answer")[0].answers] == ["Answered offline."]


@pytest.mark.parametrize("left", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_what_each_did_without_a_network_is_found_once_when_it_is_back(
    sit: Callable[..., Seat], own_server: Server, qtbot: QtBot, left: bool
) -> None:
    """With `left` the apps are left and opened again meanwhile, and the server goes once more while it is told."""
    ada, olga, carole = sit("Ada"), sit("Olga", "--organizer"), sit("Carole", "--author", TALK)
    seats = (ada, olga, carole)
    prepare(*seats, qtbot)
    own_server.kill()
    qtbot.waitUntil(lambda: not any(seat.live for seat in seats), timeout=SOON_MS)
    act(*seats)
    drawn(*seats)
    unsent = [seat.questions.waiting for seat in seats]
    assert unsent == [4, 10, 2]

    # Whoever leaves hides all windows of the process, in which there is one person everywhere else.
    for seat in seats if left else ():
        seat.desktop.close()
    for seat in seats if left else ():
        seat.open()
    qtbot.waitUntil(lambda: all(seat.opened for seat in seats), timeout=SOON_MS)
    drawn(*seats)
    assert [seat.questions.waiting for seat in seats] == unsent
    for seat in seats:
        seat.questions.refused.connect(seat.refused.append)

    own_server.start()
    for seat in seats:
        seat.services.connection.retry_now()
    qtbot.waitUntil(lambda: sum(seat.questions.waiting for seat in seats) < sum(unsent), timeout=SOON_MS)
    if left:
        own_server.kill()
        own_server.start()
    qtbot.waitUntil(lambda: all(seat.at_rest for seat in seats), timeout=SOON_MS)

    qtbot.waitUntil(lambda: len(olga.found("asked offline")) == 1, timeout=SOON_MS)
    qtbot.waitUntil(lambda: olga.state("to answer") is QuestionState.ANSWERED, timeout=SOON_MS)
    qtbot.waitUntil(lambda: bool(olga.found("to offer")[0].row.offers), timeout=SOON_MS)
    qtbot.waitUntil(lambda: olga.found("to vote for")[0].votes == 1, timeout=SOON_MS)
    assert len(olga.questions.board.questions) == 9
    (voted,) = olga.found("to vote for")
    assert (voted.votes, voted.row.also_asked) == (1, ("Ada",))
    assert [answer.text for answer in olga.found("to answer")[0].answers] == ["Answered offline."]
    assert [offer.name for offer in olga.found("to offer")[0].row.offers] == ["Carole"]
    (approved,) = olga.found("to approve")
    assert (approved.row.state, approved.row.note) == (QuestionState.QUEUED, "canary: among chairs")
    assert (approved.row.follow_up, approved.row.assigned) == (True, PRESENTER)
    assert olga.state("to decline") is QuestionState.REJECTED
    assert olga.state("a twin") is QuestionState.MERGED
    qtbot.waitUntil(lambda: carole.questions.qa(PAUSED).qa is QaState.PAUSED, timeout=SOON_MS)
    qtbot.waitUntil(lambda: len(carole.services.announcements.standing) == 1, timeout=SOON_MS)
    assert [row.text for row in carole.services.announcements.standing] == ["Announced offline."]

    # Of two who could not know of each other one is told so, and keeps their words.
    refused = [receipt for seat in seats for receipt in seat.refused if receipt.final]
    texts = [getattr(receipt.command.do, "text", "") for receipt in refused]
    assert len(refused) >= 1
    assert all(receipt.detail for receipt in refused)
    if "edited twice" in texts:
        qtbot.waitUntil(lambda: ada.state("edited") is QuestionState.APPROVED, timeout=SOON_MS)
        assert [receipt.command.do for receipt in ada.questions.receipts.kept]
    else:
        qtbot.waitUntil(lambda: olga.state("edited twice") is QuestionState.PENDING, timeout=SOON_MS)

    # Each has a receipt for all of it.
    for seat in seats:
        seat.services.sent.look()
    qtbot.waitUntil(
        lambda: all(len(seat.services.sent.entries) >= count for seat, count in zip(seats, unsent, strict=True)),
        timeout=SOON_MS,
    )
    told = {each.fate for seat in seats for each in seat.services.sent.entries}
    assert told == {Fate.RECEIVED, Fate.REFUSED}
