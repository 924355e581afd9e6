"""The first page shows what the lists will show in its place, whatever the hour it was written down at."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.program import Conference
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.ui.first_page.form import FORM, KeptCard, Place
from personal_app.ui.first_page.page import FirstPage
from personal_app.ui.first_page.record import first_page_record
from personal_app.ui.main_window import DESIGN_SIZE, MainWindow
from personal_app.ui.questions.arrangement import Tab, shown_in
from personal_app.ui.theme import Look, Theme
from tests.ui.demo import BEFORE_ALL, CAUSALITY, DAY, DURING_PLENARY, DURING_RESEARCH, MIXED
from tests.ui.workbench import Workbench

WRITTEN = BEFORE_ALL - timedelta(days=3)
AFTER_ALL = DAY + timedelta(days=2)
#: The lists' scroll bars come with the lists.
SCROLL_BAR = 10


def shown(qtbot: QtBot, bench: Workbench) -> MainWindow:
    """Return a window with everything in it, on which nothing has the keyboard."""
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.size() == DESIGN_SIZE and window.places() is not None)
    window.setFocus(Qt.FocusReason.OtherFocusReason)
    return window


def record_of(bench: Workbench, places: tuple[Place, ...], written: datetime) -> str:
    conference = bench.services.program.conference
    assert conference is not None
    return first_page_record(
        conference,
        bench.services.questions.board,
        {each.id: bench.services.recordings.state(each.id) for each in conference.recordings},
        written,
        may_vote=True,
        family=Theme.of_app().font().family(),
        scale=Theme.of_app().scale,
        places=places,
        stars=bench.services.stars.stars,
    )


def record(bench: Workbench, window: MainWindow, written: datetime = WRITTEN) -> str:
    places = window.places()
    assert places is not None
    return record_of(bench, places, written)


def seen(window: QWidget, where: QRect) -> QImage:
    """Return what is painted there, without the differences that no eye can see."""
    return window.grab(where).toImage().convertToFormat(QImage.Format.Format_RGB32)


def is_seen(window: QWidget, name: str) -> bool:
    widget = window.findChild(QWidget, name)
    return widget is not None and widget.isVisible()


def place_of(window: QWidget, name: str) -> QRect:
    widget = window.findChild(QWidget, name)
    assert widget is not None
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(0, 0, -SCROLL_BAR, 0)


@pytest.mark.parametrize("at", [BEFORE_ALL, DURING_PLENARY, DURING_RESEARCH, AFTER_ALL])
def test_it_shows_what_the_lists_show(
    qtbot: QtBot, make_services: Callable[..., Workbench], look: Look, at: datetime, picture: Callable[..., Path]
) -> None:
    bench = make_services(now=at)
    bench.services.stars.take({f"session {CAUSALITY}", f"talk {MIXED}"})
    window = shown(qtbot, bench)
    bare = MainWindow()
    qtbot.addWidget(bare)
    bare.show_first_page(FirstPage(record(bench, window), at))
    bare.show()
    qtbot.waitUntil(lambda: bare.size() == DESIGN_SIZE)
    picture(bare, f"first-page-{at:%d-%H%M}-{look}", 0, 0)
    names = ("program_list", "question_list", "conference_title", "program_day", "program_zones")
    for where in (place_of(window, name) for name in names if is_seen(window, name)):
        assert seen(bare, where) == seen(window, where)


@pytest.fixture(params=[0.8, 1.5])
def scaled(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """Show everything at another size of text."""
    del qapp
    scale = float(request.param)
    Theme.of_app().set_scale(scale)
    yield scale
    Theme.of_app().set_scale(1.0)


def test_it_shows_what_the_lists_show_at_every_size_of_text(
    qtbot: QtBot, make_services: Callable[..., Workbench], picture: Callable[..., Path], scaled: float
) -> None:
    bench = make_services(now=DURING_PLENARY)
    window = shown(qtbot, bench)
    bare = MainWindow()
    qtbot.addWidget(bare)
    bare.show_first_page(FirstPage(record(bench, window), DURING_PLENARY))
    bare.show()
    qtbot.waitUntil(lambda: bare.size() == DESIGN_SIZE)
    picture(bare, f"first-page-scaled-{scaled}", 0, 0)
    names = ("program_list", "question_list", "conference_title", "program_day", "program_zones")
    for where in (place_of(window, name) for name in names if is_seen(window, name)):
        assert seen(bare, where) == seen(window, where)


def test_the_parts_take_its_place_in_steps(
    qtbot: QtBot, qapp: QApplication, make_services: Callable[..., Workbench], picture: Callable[..., Path]
) -> None:
    earlier, bench = (make_services(now=DURING_PLENARY, engine=False) for _ in range(2))
    before = record(earlier, shown(qtbot, earlier))
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_first_page(FirstPage(before, DURING_PLENARY))
    window.show()
    assert window.findChild(FirstPage) is not None
    window.furnish(bench.services)
    steps = 0
    for _ in window.unveil():
        assert window.findChild(FirstPage) is not None
        assert window.childAt(200, 300) is window.findChild(FirstPage), "the parts stay below until all are there"
        steps += 1
        qapp.processEvents()
    assert steps >= 3
    assert is_seen(window, "program_list")
    assert is_seen(window, "question_list")
    assert not is_seen(window, "first_page")
    picture(window, "first-page-gone", 0, 0)
    assert record(bench, window) == before


def test_it_names_whoever_asked_what_was_merged(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(now=DURING_PLENARY)
    window = shown(qtbot, bench)
    talk = bench.services.playback.state.talk
    assert talk is not None
    first = shown_in(Tab.TOP, bench.services.questions.board.of_talk(talk))[0]
    merged = msgspec.structs.replace(first.row, asker="Ada", also_asked=("Gil", "", "Eve"), revision=Revision(10_000))
    changes = Changes(revision=Revision(10_000), tally=Tally(0), set=(merged,))
    bench.services.questions.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])
    kept = json.loads(record(bench, window))
    assert tuple(KeptCard(*kept["cards"][talk][0]).also_asked) == ("Gil", "", "Eve")
    bare = MainWindow()
    qtbot.addWidget(bare)
    bare.show_first_page(FirstPage(json.dumps(kept), DURING_PLENARY))
    bare.show()
    qtbot.waitUntil(lambda: bare.size() == DESIGN_SIZE)
    where = place_of(window, "question_list")
    qtbot.waitUntil(lambda: seen(bare, where) == seen(window, where))


def test_it_keeps_nothing_of_the_hour_it_was_written_at(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    bench = make_services(now=DURING_PLENARY)
    kept = record(bench, shown(qtbot, bench), DURING_PLENARY)
    assert "ago" not in kept
    assert "Next" not in kept


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: kept | {"form": FORM + 1},
        lambda kept: kept | {"family": "A Font That Is Gone"},
        lambda kept: kept | {"scale": 1.25},
        lambda kept: kept | {"until": DURING_PLENARY.timestamp()},
        lambda kept: kept | {"opens": [[DURING_PLENARY.timestamp() + 1, None]]},
        lambda kept: kept | {"rows": [[row, start + 3600, *rest] for row, start, *rest in kept["rows"]]},
    ],
)
def test_one_for_another_program_look_hour_or_zone_is_refused(
    qtbot: QtBot, make_services: Callable[..., Workbench], spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    bench = make_services()
    kept = spoil(json.loads(record(bench, shown(qtbot, bench))))
    with pytest.raises(ValueError, match="first page"):
        FirstPage(json.dumps(kept), DURING_PLENARY)


def test_a_window_whose_lists_are_moved_has_no_places(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    window = shown(qtbot, make_services())
    window.tell("Something happened. Do something.")
    assert window.places() is None
    window.tell("")
    assert window.places() is not None


def test_a_program_with_very_many_hours_is_written_for_the_next_ones(
    qtbot: QtBot, make_services: Callable[..., Workbench]
) -> None:
    bench = make_services(now=BEFORE_ALL, engine=False)
    places = shown(qtbot, bench).places()
    assert places is not None
    bench.show_program(_many_times(bench.services.program.conference, 60))
    kept = json.loads(record_of(bench, places, WRITTEN))
    assert kept["until"] < (DAY + timedelta(days=60)).timestamp()
    assert len(kept["opens"]) < 200


def test_it_is_scrolled_as_the_program_is(qtbot: QtBot, make_services: Callable[..., Workbench]) -> None:
    at = DURING_PLENARY + timedelta(days=4)
    bench = make_services(now=at)
    bench.show_program(_many_times(bench.services.program.conference, 5))
    window = shown(qtbot, bench)
    view = window.findChild(QListView, "program_list")
    assert view is not None
    assert view.verticalScrollBar().value() > 0
    bare = MainWindow()
    qtbot.addWidget(bare)
    bare.show_first_page(FirstPage(record(bench, window), at))
    bare.show()
    qtbot.waitUntil(lambda: bare.size() == DESIGN_SIZE)
    where = place_of(window, "program_list")
    assert seen(bare, where) == seen(window, where)


def _many_times(conference: Conference | None, days: int) -> Conference:
    """Return a conference that lasts so many days; its talks are all on the last one."""
    assert conference is not None
    moved = []
    for day in range(days):
        for session in conference.sessions:
            later = {
                field: getattr(session, field) + timedelta(days=day)
                for field in ("start", "end", "qa_start", "qa_end", "video_start")
                if getattr(session, field) is not None
            }
            empty = {"talks": (), "items": ()} if day < days - 1 else {}
            moved.append(msgspec.structs.replace(session, id=f"{session.id}-{day}", **later, **empty))
    return msgspec.structs.replace(conference, sessions=tuple(moved))
