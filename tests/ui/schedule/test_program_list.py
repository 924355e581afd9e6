"""The program list as a widget: choosing with mouse and keyboard, its menu, and many rows."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QListView, QMenu
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import SessionId, TalkId
from personal_app.conference.program import Conference
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.schedule.delegate import ScheduleDelegate
from personal_app.ui.schedule.program_list import ProgramList
from personal_app.ui.schedule.rows import ScheduleRow, Timetable
from personal_app.ui.schedule.times import Clockface
from tests.ui.demo import CAUSALITY, DAY, DURING_PLENARY, MIXED, RESEARCH, demo_conference
from tests.ui.hands import press
from tests.ui.workbench import Workbench


def shown(qtbot: QtBot, bench: Workbench) -> tuple[ProgramList, QListView, list[str]]:
    program = ProgramList(bench.services)
    qtbot.addWidget(program)
    program.resize(320, 700)
    program.show()
    view = program.findChild(QListView, "program_list")
    assert isinstance(view, QListView)
    chosen: list[str] = []
    program.talk_chosen.connect(chosen.append)
    return program, view, chosen


def middle_of(view: QListView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 0)).center()


def row_at(view: QListView, row: int) -> ScheduleRow:
    value = view.model().data(view.model().index(row, 0), int(Qt.ItemDataRole.UserRole) + 1)
    assert isinstance(value, ScheduleRow)
    return value


def test_a_click_chooses_a_talk(qtbot: QtBot, services: Workbench) -> None:
    _, view, chosen = shown(qtbot, services)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(view, 5))
    assert chosen == [MIXED]


def test_arrows_walk_and_return_chooses(qtbot: QtBot, services: Workbench) -> None:
    program, view, chosen = shown(qtbot, services)
    program.show_open(TalkId("introduction"))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert chosen == []
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [CAUSALITY]


def test_the_open_talk_is_the_current_row_of_its_own(qtbot: QtBot, services: Workbench) -> None:
    program, view, _ = shown(qtbot, services)
    program.show_open(MIXED)
    assert row_at(view, view.currentIndex().row()).title.startswith("Mixed Dimension")
    program.show_open(CAUSALITY)
    assert view.currentIndex().row() == 1


def test_time_moves_the_marks_and_neither_the_selection_nor_the_view(qtbot: QtBot, services: Workbench) -> None:
    program, view, _ = shown(qtbot, services)
    tester = QAbstractItemModelTester(view.model(), QAbstractItemModelTester.FailureReportingMode.Warning)
    program.show_open(CAUSALITY)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    before = view.verticalScrollBar().value()
    services.go_to(DURING_PLENARY + timedelta(minutes=25))
    assert row_at(view, 2).chip == "Now: video"
    assert row_at(view, view.currentIndex().row()).talk == CAUSALITY
    assert view.verticalScrollBar().value() == before
    del tester


def test_the_menu_saves_and_removes(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(recordings=False)
    program, view, chosen = shown(qtbot, bench)
    recording = bench.services.program.conference.recordings[1].id  # type: ignore[union-attr]
    menu = program.menu_of(row_at(view, 1))
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Open", "Star", "Save for offline"]
    for action in menu.actions():
        action.trigger()
    assert (chosen, bench.outside.saved) == ([CAUSALITY], [recording])
    bench.save_recordings()
    qtbot.waitUntil(lambda: row_at(view, 1).saved.kind is RecordingKind.SAVED)  # type: ignore[union-attr]
    menu = program.menu_of(row_at(view, 1))
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Open", "Remove the star", "Remove the recording"]
    menu.actions()[2].trigger()
    assert bench.outside.removed == [recording]


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse])
def test_the_menu_is_that_of_the_row(
    qtbot: QtBot, services: Workbench, qapp: QApplication, reason: QContextMenuEvent.Reason
) -> None:
    program, view, chosen = shown(qtbot, services)
    program.show_open(MIXED)
    where = middle_of(view, 2)
    qapp.sendEvent(view.viewport(), QContextMenuEvent(reason, where, view.viewport().mapToGlobal(where)))
    menu = next(found for found in program.findChildren(QMenu) if found.isVisible())
    menu.actions()[0].trigger()
    assert chosen == [MIXED if reason is QContextMenuEvent.Reason.Keyboard else "gpus-for-training"]
    menu.close()


def test_a_session_of_several_talks_has_nothing_to_save(qtbot: QtBot, services: Workbench) -> None:
    program, view, _ = shown(qtbot, services)
    menu = program.menu_of(row_at(view, 4))
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Open", "Star"]


def test_without_a_program_there_is_a_sentence(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(program=False)
    program, view, _ = shown(qtbot, bench)
    assert not view.isVisible()
    bench.show_program()
    assert view.isVisible()
    assert view.model().rowCount() == 8
    del program


def test_the_now_button_brings_what_is_on_into_sight(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(program=False)
    bench.show_program(long_conference(500))
    program, view, _ = shown(qtbot, bench)
    bench.go_to(DAY + timedelta(minutes=30 * 400 + 1))
    program.show_now()
    current = next(row for row in range(view.model().rowCount()) if row_at(view, row).elapsed is not None)
    assert view.viewport().rect().contains(middle_of(view, current))


def test_five_hundred_sessions_are_shown_and_scrolled(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(program=False)
    bench.show_program(long_conference(500))
    program, view, _ = shown(qtbot, bench)
    view.scrollToBottom()
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    bench.go_to(DAY + timedelta(hours=4))
    recording = demo_conference().recordings[0].id
    bench.services.recordings.take(recording, RecordingState(fraction=0.5))
    del program


def long_conference(count: int) -> Conference:
    """A conference of `count` half-hour sessions without a break."""
    conference = demo_conference()
    first, talk = conference.sessions[0], conference.talks[0]
    slot = timedelta(minutes=30)
    sessions = tuple(
        msgspec.structs.replace(
            first,
            id=SessionId(f"session-{number}"),
            talks=(TalkId(f"talk-{number}"),),
            start=DAY + number * slot,
            end=DAY + (number + 1) * slot,
            video_start=DAY + number * slot,
            qa_start=DAY + number * slot + slot / 2,
            qa_end=DAY + (number + 1) * slot,
            items=(),
        )
        for number in range(count)
    )
    talks = tuple(
        msgspec.structs.replace(talk, id=TalkId(f"talk-{number}"), session=SessionId(f"session-{number}"))
        for number in range(count)
    )
    return msgspec.structs.replace(conference, sessions=sessions, talks=talks)


@pytest.mark.parametrize("width", [280, 300, 320])
def test_rows_are_measured_for_the_width_they_have(qtbot: QtBot, services: Workbench, width: int) -> None:
    program, view, _ = shown(qtbot, services)
    delegate = view.itemDelegate()
    assert isinstance(delegate, ScheduleDelegate)
    # At some of these heights the rows fit just because the scroll bar that they called for has gone again.
    for height in range(560, 720, 8):
        program.resize(width, height)
        QApplication.processEvents()
        assert delegate.width == view.viewport().width()


def test_the_key_and_the_menu_star_and_mine_shows_nothing_else(qtbot: QtBot, services: Workbench) -> None:
    program, view, _ = shown(qtbot, services)

    def rows() -> list[str]:
        return [row_at(view, place).id for place in range(view.model().rowCount())]

    all_rows = rows()
    view.setCurrentIndex(view.model().index(all_rows.index(f"session {CAUSALITY}"), 0))
    press(view, Qt.Key.Key_S)
    assert services.services.stars.stars == {f"session {CAUSALITY}"}
    assert services.outside.kept["stars"] == f"session {CAUSALITY}"
    qtbot.waitUntil(lambda: row_at(view, view.currentIndex().row()).starred)
    assert "Starred" in view.currentIndex().data()
    services.services.stars.toggle(f"talk {MIXED}")
    program.mine_button.click()
    assert rows() == [f"session {CAUSALITY}", f"session {RESEARCH}", f"talk {MIXED}"]
    services.services.stars.take(())
    qtbot.waitUntil(lambda: any("Nothing starred" in label.text() for label in program.findChildren(PlainLabel)))
    program.mine_button.click()
    assert rows() == all_rows


def test_starred_sessions_at_the_same_time_say_so(services: Workbench) -> None:
    conference = services.services.program.conference
    assert conference is not None
    first, second, *rest = conference.sessions
    early = msgspec.structs.replace(second, start=second.start - timedelta(minutes=5))
    moved = msgspec.structs.replace(conference, sessions=(first, early, *rest))
    stars = {f"session {first.id}", f"session {second.id}"}
    rows = Timetable(moved, Clockface(moved)).rows(DAY, lambda _: RecordingState(), stars)
    assert [row.clash for row in rows[:3]] == [
        f"At the same time as {second.title}",
        f"At the same time as {first.title}",
        "",
    ]
