"""Reminders in words. Pure; a zone of None is the machine's own."""

from datetime import datetime, tzinfo
from typing import NamedTuple

from personal_app.conference.reminders import Reminder, ReminderKind
from personal_app.ui.plain_text import one_line
from personal_app.ui.schedule.times import until_words

_ABOUT_CHARS = 160


class Told(NamedTuple):
    """What a reminder says: a line, and the sentence below it."""

    title: str
    text: str

    def in_one(self) -> str:
        """Return both as they stand in one line of the window."""
        return f"{self.title}: {self.text}"


def words_of(reminder: Reminder, now: datetime, here: tzinfo | None = None) -> Told:
    """Return what `reminder` says at `now`."""
    about = one_line(reminder.about, _ABOUT_CHARS)
    if reminder.kind is ReminderKind.STARTS and reminder.start is not None:
        at = f"{reminder.start.astimezone(here):%H:%M}"
        if reminder.start <= now:
            return Told("It has begun", f"{about}, since {at}.")
        return Told(f"Starts {until_words(reminder.start - now)}", f"{about}, at {at}.")
    title = "Your question is up next" if reminder.kind is ReminderKind.UP_NEXT else "Your question is being answered"
    return Told(title, f"“{about}”")
