"""Announcements in words: who says it, since when and until when. Pure; a zone of None is the machine's own."""

from datetime import datetime, timedelta, tzinfo

from personal_app.conference.rows import AnnouncementRow
from personal_app.ui.cards.plain_words import ago

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def about(row: AnnouncementRow, now: datetime, here: tzinfo | None = None) -> str:
    """Return who says it, how long ago and until when: "Olga · 3 min ago · until 14:30"."""
    parts = [row.by, ago(row.at, now)]
    if row.until is not None:
        parts.append(f"until {_instant(row.until, now, here)}")
    return " · ".join(part for part in parts if part)


def _instant(until: datetime, now: datetime, here: tzinfo | None) -> str:
    there, today = until.astimezone(here), now.astimezone(here)
    days = (there.date() - today.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    day = "tomorrow" if days == 1 else _DAYS[there.weekday()] if days < 7 else f"{there:%Y-%m-%d}"
    return f"{day} {there:%H:%M}"


#: How long an announcement may stand, in words, the usual one first; None is for good.
LENGTHS: tuple[tuple[str, timedelta | None], ...] = (
    ("for half an hour", timedelta(minutes=30)),
    ("for 10 minutes", timedelta(minutes=10)),
    ("for 2 hours", timedelta(hours=2)),
    ("for a day", timedelta(days=1)),
    ("until it is taken away", None),
)
