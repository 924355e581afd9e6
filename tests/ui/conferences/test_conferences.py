"""The place to switch between conferences: what it lists, what its buttons ask for, and both looks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_app.services.conferences import KnownConference
from personal_app.ui.conferences.dialog import ConferencesDialog
from personal_app.ui.main_window import MainWindow
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import Look
from tests.ui.workbench import Workbench

HERE = KnownConference(
    key="default", title="PeRSonAl 2020", address="https://personal.example", name="Ada Osei", here=True
)
OTHER = KnownConference(
    key="conference-2", title="Workshop on Q&A Systems", address="https://workshop.example:8020", name="Ada"
)
LEFT = KnownConference(key="conference-3", title="RecSys 2019", address="https://recsys.example")


def shown(qtbot: QtBot, bench: Workbench) -> ConferencesDialog:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    window.show_conferences()
    dialog = window.findChild(ConferencesDialog)
    assert dialog is not None
    bench.services.conferences.take((LEFT, OTHER, HERE))
    return dialog


def press(dialog: ConferencesDialog, name: str, said: str = "") -> None:
    button = next(each for each in dialog.findChildren(QPushButton, name) if said in each.accessibleName())
    button.click()


def test_it_lists_them_and_opens_each_as_asked(qtbot: QtBot, services: Workbench) -> None:
    dialog = shown(qtbot, services)
    texts = [label.text() for label in dialog.findChildren(PlainLabel)]
    assert texts.index("PeRSonAl 2020") < texts.index("RecSys 2019")
    assert "Workshop on Q&A Systems" in texts
    press(dialog, "conference_beside", "Workshop")
    press(dialog, "conference_switch", "RecSys")
    press(dialog, "conference_add")
    assert services.outside.conferences == [
        ("look", False),
        ("conference-2", False),
        ("conference-3", True),
        ("add", False),
    ]
    services.services.conferences.take_failure("It could not be started.")
    detail = dialog.findChild(PlainLabel, "conferences_detail")
    assert detail is not None
    assert detail.text() == "It could not be started."
    assert detail.isVisible()


def test_pictures(qtbot: QtBot, services: Workbench, look: Look, picture: Callable[..., Path]) -> None:
    dialog = shown(qtbot, services)
    picture(dialog, f"conferences-{look}", 0, 0)
