"""Everything a person can reach by keyboard has a name for those who do not see it, in every window of ours."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.people import Grant, Role
from personal_app.services.services import Services
from personal_app.ui.author.desk import AuthorDesk
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.saved.window import SavedWindow
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH
from tests.ui.workbench import Workbench


def _panel(services: Services) -> QWidget:
    panel = QuestionPanel(services)
    panel.show_talk(MIXED)
    return panel


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


@pytest.mark.parametrize("make", [_panel, ChairConsole, AuthorDesk, SavedWindow])
def test_every_control_has_a_name(
    make_services: Callable[..., Workbench], qtbot: QtBot, make: Callable[[Services], QWidget]
) -> None:
    bench = make_services(Grant(Role.CHAIR, RESEARCH), Grant(Role.AUTHOR, MIXED), now=DURING_RESEARCH)
    window = make(bench.services)
    qtbot.addWidget(window)
    window.show()
    reached = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QScrollArea)
    ]
    assert len(reached) > 2
    assert [widget.objectName() or repr(widget) for widget in reached if not _name(widget).strip()] == []
