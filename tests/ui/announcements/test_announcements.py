"""Announcements as people meet them: one at a time in the main window, listed on demand, made by organizers alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import AnnouncementId, CommandId, Revision, Tally
from personal_app.conference.messages import Changes, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import Move
from personal_app.conference.rows import AnnouncementRow, OpeningMoveRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.services.announcements import PUT_AWAY
from personal_app.services.connection import ConnectionKind
from personal_app.ui.announcements.banner import AnnouncementBanner
from personal_app.ui.announcements.window import DRAFT, AnnouncementsDialog
from personal_app.ui.announcements.wording import LENGTHS, about
from personal_app.ui.main_window import MainWindow
from personal_app.ui.tokens import Look
from tests.ui.hands import click, press, write
from tests.ui.workbench import Workbench

Make = Callable[..., Workbench]
Picture = Callable[..., Path]
ORGANIZER = Grant(Role.ORGANIZER)
CTRL = Qt.KeyboardModifier.ControlModifier
LUNCH = "Lunch is served in the hall; the afternoon begins ten minutes later."
ROOM = "The panel moves to the large room."


def _told(bench: Workbench, text: str, *, minutes: int | None = None, ended: bool = False) -> AnnouncementId:
    """Let an organizer tell everyone something, or take it away."""
    revision = Revision(bench.services.questions.board.revision + 1)
    row = AnnouncementRow(
        id=AnnouncementId(text[:12]),
        text="" if ended else text,
        by="Olga Organizer",
        at=bench.clock.now + timedelta(seconds=revision),
        until=None if minutes is None else bench.clock.now + timedelta(minutes=minutes),
        ended=ended,
        revision=revision,
    )
    changes = Changes(revision=revision, tally=Tally(0), set=(row,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    return row.id


def _window(bench: Workbench, qtbot: QtBot) -> MainWindow:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    return window


def _banner(window: MainWindow) -> AnnouncementBanner:
    assert window.banner is not None
    return window.banner


def _button(window: MainWindow | AnnouncementsDialog, name: str) -> QAbstractButton:
    button = window.findChild(QAbstractButton, name)
    assert button is not None
    return button


def _dialog(window: MainWindow) -> AnnouncementsDialog:
    (dialog,) = window.findChildren(AnnouncementsDialog)
    return dialog


def _sent(bench: Workbench) -> list[do.Do]:
    return [wish.command.do for wish in bench.outside.sent]


def test_one_is_shown_at_a_time_and_put_away_for_good(services: Workbench, qtbot: QtBot) -> None:
    window = _window(services, qtbot)
    assert window.banner is None
    lunch = _told(services, LUNCH)
    assert _banner(window).isVisible()
    room = _told(services, ROOM)
    shown = _banner(window).shown
    # The one that a person may be reading stays.
    assert shown is not None
    assert shown.id == lunch
    assert _button(window, "announcement_more").text() == "and 1 more"
    click(_button(window, "announcement_close"))
    assert _banner(window).shown is not None
    assert not _button(window, "announcement_more").isVisible()
    click(_button(window, "announcement_close"))
    assert not _banner(window).isVisible()
    assert services.outside.kept[PUT_AWAY] == f'["{lunch}","{room}"]'


def test_it_ends_by_itself_and_by_its_organizer(services: Workbench, qtbot: QtBot) -> None:
    window = _window(services, qtbot)
    _told(services, LUNCH, minutes=5)
    services.go_to(services.clock.now + timedelta(minutes=5))
    assert not _banner(window).isVisible()
    _told(services, ROOM)
    assert _banner(window).isVisible()
    _told(services, ROOM, ended=True)
    assert not _banner(window).isVisible()


def test_what_was_told_before_the_window_stood_is_shown_in_it(services: Workbench, qtbot: QtBot) -> None:
    services.connect(ConnectionKind.OFFLINE)
    _told(services, LUNCH)
    assert _banner(_window(services, qtbot)).isVisible()


def test_what_comes_anew_is_spoken_once(services: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: spoken.append(event.message()))
    window = _window(services, qtbot)
    _told(services, LUNCH)
    _told(services, ROOM)
    window.setFocus()
    click(_button(window, "announcement_close"))
    assert spoken == [f"Announcement, just now: {LUNCH}", f"Announcement, just now: {ROOM}"]


def test_an_attendee_reads_them_all_and_makes_none(services: Workbench, qtbot: QtBot) -> None:
    window = _window(services, qtbot)
    assert window.top_bar.announcements_button is None
    _told(services, LUNCH)
    _told(services, ROOM)
    click(_button(window, "announcement_more"))
    dialog = _dialog(window)
    assert not dialog.text.isVisible()
    assert not _button(dialog, "announce_button").isVisible()
    assert dialog.findChild(QAbstractButton, "announcement_end") is None
    assert _button(window, "announcements_button").accessibleName() == "Announcements: 2"
    dialog.close()


def test_an_organizer_tells_everyone_and_takes_it_away(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(ORGANIZER)
    window = _window(bench, qtbot)
    click(_button(window, "announcements_button"))
    dialog = _dialog(window)
    assert not _button(dialog, "announce_button").isEnabled()
    write(dialog.text, "Coffee is ready.")
    bench.services.drafts.flush()
    assert bench.outside.kept[DRAFT] == "Coffee is ready."
    press(dialog.text, Qt.Key.Key_Return, CTRL)
    length = LENGTHS[0][1]
    assert length is not None
    (made,) = _sent(bench)
    assert isinstance(made, do.Announce)
    assert (made.text, made.until) == ("Coffee is ready.", bench.clock.now + length)
    assert bench.outside.kept[DRAFT] == ""
    assert dialog.text.text == ""
    end = _button(dialog, "announcement_end")
    qtbot.waitUntil(end.isVisible)
    click(end)
    assert _sent(bench)[1:] == [do.EndAnnouncement(announcement=made.announcement)]
    dialog.close()


def test_one_may_stand_until_it_is_taken_away(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(ORGANIZER)
    window = _window(bench, qtbot)
    window.show_announcements()
    dialog = _dialog(window)
    choice = dialog.findChild(QComboBox, "announce_length")
    assert choice is not None
    choice.setCurrentIndex(len(LENGTHS) - 1)
    write(dialog.text, "The wireless network is called personal.")
    click(_button(dialog, "announce_button"))
    (made,) = _sent(bench)
    assert isinstance(made, do.Announce)
    assert made.until is None
    dialog.close()


def test_a_refused_one_is_told_and_its_words_are_kept(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(ORGANIZER)
    window = _window(bench, qtbot)
    bench.services.announcements.announce("Coffee is ready.", None)
    detail = "Only an organizer of the conference can tell everyone something."
    id_ = CommandId(bench.outside.sent[0].command.id)
    bench.services.questions.take_refused(Refused(id=id_, code=RefusalCode.NOT_ALLOWED, final=True, detail=detail))
    assert window.notice is not None
    assert window.notice.sentence == detail
    assert bench.services.announcements.standing == ()
    assert bench.services.questions.receipts.kept == ()
    window.show_announcements()
    assert _dialog(window).text.text == "Coffee is ready."
    _dialog(window).close()


NOON = datetime(2020, 9, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (None, "Olga · 2 h ago"),
        (2.5, "Olga · 2 h ago · until 14:30"),
        (20, "Olga · 2 h ago · until tomorrow 08:00"),
        (72, "Olga · 2 h ago · until Thursday 12:00"),
        (240, "Olga · 2 h ago · until 2020-10-01 12:00"),
    ],
)
def test_who_said_it_and_until_when(hours: float | None, words: str) -> None:
    until = None if hours is None else NOON + timedelta(hours=hours)
    row = AnnouncementRow(
        id=AnnouncementId("a"), text="", by="Olga", at=NOON - timedelta(hours=2), until=until, revision=Revision(1)
    )
    assert about(row, NOON, UTC) == words


def test_pictures(make_services: Make, qtbot: QtBot, look: Look, picture: Picture) -> None:
    bench = make_services(ORGANIZER)
    window = _window(bench, qtbot)
    _told(bench, LUNCH, minutes=30)
    _told(bench, ROOM)
    picture(window, f"announcement-{look}")
    window.show_announcements()
    dialog = _dialog(window)
    dialog.text.write("The panel begins at 14:30 & not at <b>14:15</b>.")
    picture(dialog, f"announcements-{look}", 0, 0)
    dialog.close()


def _taken_away(bench: Workbench, *, undone: bool = False) -> None:
    """Let an organizer be told that the lunch was announced and taken away."""
    _told(bench, LUNCH, ended=True)
    row = bench.services.questions.board.open[-1]
    assert isinstance(row, AnnouncementRow)
    at = bench.clock.now - timedelta(minutes=2)
    history = (
        OpeningMoveRow(revision=Revision(1), move=Move.ANNOUNCE, at=at, by="Olga", text=LUNCH),
        OpeningMoveRow(revision=Revision(2), move=Move.END_ANNOUNCEMENT, at=at, by="Omar", undone=undone),
    )
    revision = Revision(row.revision + 1)
    told = msgspec.structs.replace(row, history=history, revision=revision)
    changes = Changes(revision=revision, tally=Tally(0), set=(told,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])


def test_an_organizer_undoes_what_was_taken_away(
    make_services: Make, qtbot: QtBot, look: Look, picture: Picture
) -> None:
    bench = make_services(ORGANIZER)
    _told(bench, ROOM)
    _taken_away(bench)
    window = _window(bench, qtbot)
    dialog = AnnouncementsDialog(bench.services, window)
    picture(dialog, f"announcements-taken-away-{look}", 560, 560)
    undo = _button(dialog, "announcement_undo")
    assert undo.accessibleName() == f"Tell everyone again: {LUNCH}"
    click(undo)
    undone = do.UndoOpening(row=f"announcement {AnnouncementId(LUNCH[:12])}", moves=(2,))
    assert bench.outside.sent[-1].command.do == undone


def test_what_was_undone_already_is_not_offered(make_services: Make, qtbot: QtBot) -> None:
    bench = make_services(ORGANIZER)
    _taken_away(bench, undone=True)
    dialog = AnnouncementsDialog(bench.services, _window(bench, qtbot))
    assert dialog.findChild(QAbstractButton, "announcement_undo") is None
