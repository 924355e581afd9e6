"""The words on every card: how old a question is, where in a recording it belongs, who asked. Pure.

Nothing that the first paint can do without may be imported here.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personal_app.conference.rows import QuestionRow

ANONYMOUS = "Anonymous"
_ASKERS_NAMED = 3
_ALIAS_SHOWN = 4
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago `then` was: "just now", "5 min ago", "2 h ago", "3 days ago"; never negative."""
    seconds = (now - then).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    days = int(seconds // _DAY)
    return "yesterday" if days == 1 else f"{days} days ago"


def position(position_ms: int) -> str:
    """Return a position in a recording as people say it: "0:07", "12:31", "1:02:03"."""
    seconds = max(0, position_ms) // 1000
    hours, minutes, seconds = seconds // _HOUR, seconds // _MINUTE % _MINUTE, seconds % _MINUTE
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def length(seconds: float) -> str:
    """Return a length of time for a running clock: "0:07", "12:31"; what is below zero counts as zero."""
    return position(int(max(0.0, seconds)) * 1000)


def anonymous(alias: str | None) -> str:
    """Return what somebody is called who asks anonymously: to chairs with the first signs of the alias."""
    return f"{ANONYMOUS} {alias[:_ALIAS_SHOWN].upper()}" if alias else ANONYMOUS


def asker(row: "QuestionRow") -> str:
    """Return who asked, as everyone may know it: "Ada", or with those of what was merged "Ada, Gil and Anonymous"."""
    own = row.asker if row.asker is not None else anonymous(row.alias)
    names = [own, *(name or ANONYMOUS for name in row.also_asked)]
    named = list(dict.fromkeys(names))[:_ASKERS_NAMED]
    more = len(names) - len(named)
    if more:
        return f"{', '.join(named)} and {more} more"
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
