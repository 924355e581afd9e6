"""Times of the program in words: in the viewer's zone, with the conference's own beside it. Pure.

A viewer's zone of None is the machine's own.
"""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personal_app.conference.program import Conference, Session


@lru_cache(maxsize=8)
def zone_of(name: str) -> tzinfo | None:
    """Return the zone of that IANA name, or None where this machine does not know it."""
    # Here and not above: the first paint speaks of minutes, and does without zones.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class Clockface:
    """Says the instants of one conference to one viewer."""

    def __init__(self, conference: "Conference", here: tzinfo | None = None) -> None:
        self._there = zone_of(conference.timezone)
        self._here = here

    def same(self, instant: datetime) -> bool:
        """Tell whether the viewer's clock and the conference's agree at `instant`."""
        return self._there is None or self._at_home(instant).utcoffset() == instant.astimezone(self._there).utcoffset()

    def here(self, instant: datetime) -> str:
        """Return the viewer's time of day: "18:15"."""
        return f"{self._at_home(instant):%H:%M}"

    def there(self, instant: datetime) -> str:
        """Return the conference's time of day with its zone: "12:15 EDT"; nothing where its zone is unknown."""
        if self._there is None:
            return ""
        local = instant.astimezone(self._there)
        return f"{local:%H:%M} {zone_words(local)}"

    def both(self, instant: datetime) -> str:
        """Return both times: "12:15 EDT · 18:15 here", or one where they are the same."""
        if self._there is None:
            return f"{self.here(instant)} here"
        return self.there(instant) if self.same(instant) else f"{self.there(instant)} · {self.here(instant)} here"

    def day(self, instant: datetime) -> str:
        """Return the viewer's day: "Friday 29 May 2020"."""
        local = self._at_home(instant)
        return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"

    def brief_day(self, instant: datetime) -> str:
        """Return the viewer's day where room is short: "Fri 29 May"."""
        local = self._at_home(instant)
        return f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1][:3]}"

    def zones(self, instant: datetime) -> str:
        """Return which zone is whose: "CEST here, EDT below", or the one zone."""
        if self._there is None:
            return f"Times in {zone_words(self._at_home(instant))}"
        there = zone_words(instant.astimezone(self._there))
        return (
            f"Times in {there}" if self.same(instant) else f"{zone_words(self._at_home(instant))} here, {there} below"
        )

    def _at_home(self, instant: datetime) -> datetime:
        return instant.astimezone(self._here)


def zone_words(local: datetime) -> str:
    """Return the zone of a local time: "EDT", or "UTC+3" where it has no letters of its own."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name


def length_words(length: timedelta) -> str:
    """Return a length of time in minutes and hours: "30 min", "1 h 15 min", under a minute "40 s"."""
    seconds = round(length.total_seconds())
    if seconds < 60:
        return f"{max(0, seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def until_words(length: timedelta) -> str:
    """Return how long something is away, for people: "in 40 s", "in 6 min", "in 2 h", "in 3 days"."""
    if length >= timedelta(days=2):
        return f"in {round(length / timedelta(days=1))} days"
    if length >= timedelta(hours=2):
        return f"in {round(length / timedelta(hours=1))} h"
    return f"in {length_words(length)}"


def position_words(position_ms: int) -> str:
    """Return a position in a recording: "12:31", "1:02:05"."""
    seconds = max(0, position_ms) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def size_words(size_bytes: int) -> str:
    """Return a size for people: "1.5 MB", "640 KB"."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} KB"
    if size_bytes < 1_000_000_000:
        return f"{size_bytes / 1_000_000:.1f} MB"
    return f"{size_bytes / 1_000_000_000:.1f} GB"


def session_span(session: "Session") -> timedelta:
    """Return how long a session's slot is."""
    return session.end - session.start


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
