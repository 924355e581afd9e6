"""Everything a person can reach by keyboard has a name for those who do not see it, in every window of ours."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.people import Grant, Role
from personal_app.services.profile import CodeKind
from personal_app.services.services import Services
from personal_app.ui.author.desk import AuthorDesk
from personal_app.ui.chair.console import ChairConsole
from personal_app.ui.changes.dialog import ChangesDialog
from personal_app.ui.conferences.dialog import ConferencesDialog
from personal_app.ui.first_run.own_code import OwnCodeDialog
from personal_app.ui.first_run.sign_out import SignOutDialog
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.reminders.dialog import RemindersDialog
from personal_app.ui.saved.window import SavedWindow
from personal_app.ui.sent.dialog import SentDialog
from tests.ui.demo import DURING_RESEARCH, MIXED, RESEARCH
from tests.ui.workbench import Workbench


def _panel(services: Services) -> QWidget:
    panel = QuestionPanel(services)
    panel.show_talk(MIXED)
    return panel


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def _over(make: Callable[[Services, QWidget], QWidget]) -> Callable[[Services], QWidget]:
    """Return what opens a dialog over a window that is empty but for it."""

    def made(services: Services) -> QWidget:
        below = QWidget()
        make(services, below).show()
        return below

    return made


_DIALOGS = (
    _over(lambda services, below: RemindersDialog(services.reminders, below)),
    _over(lambda services, below: OwnCodeDialog(services.profile, CodeKind.DEVICE, below)),
    _over(SignOutDialog),
    _over(SentDialog),
    _over(ChangesDialog),
    _over(ConferencesDialog),
)


@pytest.mark.parametrize("make", [_panel, ChairConsole, AuthorDesk, SavedWindow, *_DIALOGS])
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
    assert reached
    assert [widget.objectName() or repr(widget) for widget in reached if not _name(widget).strip()] == []
