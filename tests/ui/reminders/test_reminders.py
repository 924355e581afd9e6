"""Reminders on the screen: their words, the dialog, and both looks of it."""

from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from personal_app.conference.reminders import Reminder, ReminderKind, ReminderWishes
from personal_app.ui.main_window import MainWindow
from personal_app.ui.reminders.dialog import RemindersDialog
from personal_app.ui.reminders.wording import Told, words_of
from personal_app.ui.theme import Look
from tests.ui.demo import CAUSALITY, DAY
from tests.ui.workbench import Workbench

STARTS = Reminder(key="k", kind=ReminderKind.STARTS, about="Time & Causality", talk=CAUSALITY, start=DAY)


def test_reminders_say_what_and_when() -> None:
    assert words_of(STARTS, DAY - timedelta(minutes=10), UTC) == Told("Starts in 10 min", "Time & Causality, at 16:00.")
    assert words_of(STARTS, DAY + timedelta(seconds=30), UTC) == Told("It has begun", "Time & Causality, since 16:00.")
    mine = Reminder(key="q", kind=ReminderKind.UP_NEXT, about="How\nmany?" + "x" * 500)
    title, text = words_of(mine, DAY, UTC)
    assert title == "Your question is up next"
    assert text.startswith("“How many?xxx")
    assert len(text) < 170
    answering = Reminder(key="q", kind=ReminderKind.ANSWERING, about="Why?")
    assert words_of(answering, DAY, UTC).in_one() == "Your question is being answered: “Why?”"


def test_what_is_chosen_holds_at_once(qtbot: QtBot, services: Workbench) -> None:
    reminders = services.services.reminders
    reminders.take_kept("")
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    dialog = RemindersDialog(reminders, window)
    assert dialog.starts.isChecked()
    dialog.lead.setCurrentIndex(4)
    dialog.lead.activated.emit(4)
    assert reminders.wishes == ReminderWishes(lead_min=30)
    dialog.starts.click()
    dialog.questions.click()
    assert reminders.wishes == ReminderWishes(starts=False, lead_min=30, questions=False)
    assert not dialog.lead.isEnabled()
    again = RemindersDialog(reminders, window)
    assert (again.starts.isChecked(), again.lead.currentIndex()) == (False, 4)


def test_one_can_be_tried(qtbot: QtBot, services: Workbench) -> None:
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    window.show()
    window.show_reminders()
    dialog = window.findChild(RemindersDialog)
    assert dialog is not None
    with qtbot.waitSignal(window.reminder_tried):
        dialog.tried.emit()


def test_pictures(
    qtbot: QtBot, services: Workbench, look: Look, picture: Callable[..., Path], make_services: Callable[..., Workbench]
) -> None:
    del make_services
    services.services.reminders.take_kept("")
    window = MainWindow(services.services)
    qtbot.addWidget(window)
    dialog = RemindersDialog(services.services.reminders, window)
    picture(dialog, f"reminders-{look}", 0, 0)
