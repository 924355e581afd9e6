"""Changes of the program in words: "Moved to 13:20", "Starts 10 min later". Pure; a zone of None is the machine's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from personal_app.conference.program_changes import ChangeKind, ProgramChange
from personal_app.ui.plain_text import one_line
from personal_app.ui.schedule.times import length_words

_TITLE_CHARS = 90
#: A start that moved by less is said as a length, a start that moved by more as a time.
_A_LITTLE = timedelta(minutes=45)


def title_of(change: ProgramChange) -> str:
    """Return what the change is about."""
    return "The whole program" if change.kind is ChangeKind.SHIFTED else one_line(change.title)


def words_of(change: ProgramChange, here: tzinfo | None = None) -> str:
    """Return what became of it, as a sentence without its subject."""
    if change.kind in _TIMES and change.start is not None:
        return _TIMES[change.kind](change, change.start, here)
    if change.kind is ChangeKind.LENGTH and change.end is not None and change.end_was is not None:
        by = change.end - change.end_was
        return f"Ends {length_words(abs(by))} {_direction(by)}, at {_clock(change.end, here)}."
    return _plain_words(change)


def summary(changes: Sequence[ProgramChange], here: tzinfo | None = None) -> str:
    """Return the line that tells of changes that have just come: the first in full, and how many more."""
    first = changes[0]
    rest = len(changes) - 1
    more = "" if not rest else " One more change." if rest == 1 else f" {rest} more changes."
    return f"{title_of(first)}: {_lower(words_of(first, here))}{more}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _plain_words(change: ProgramChange) -> str:
    was, now = one_line(change.was, _TITLE_CHARS), one_line(change.now, _TITLE_CHARS)
    match change.kind:
        case ChangeKind.RENAMED:
            return f"Has a new title; it was “{was}”."
        case ChangeKind.PRESENTERS if now:
            return f"Presented by {now}; it was {was}." if was else f"Presented by {now}."
        case ChangeKind.PRESENTERS:
            return "Has no presenter now."
        case ChangeKind.TALK_ADDED:
            return f"New talk in “{now}”."
        case ChangeKind.TALK_CANCELLED:
            return f"Cancelled; it was in “{was}”."
        case ChangeKind.TALK_MOVED:
            return f"Moved to “{now}”."
    return _OTHERWISE.get(change.kind, "Has changed.")


def _moved(change: ProgramChange, start: datetime, here: tzinfo | None) -> str:
    was = change.start_was or start
    by = start - was
    if abs(by) < _A_LITTLE:
        return f"Starts {length_words(abs(by))} {_direction(by)}, at {_clock(start, here)}."
    return f"Moved to {_when(start, was, here)}; it was to be at {_clock(was, here)}."


def _added(change: ProgramChange, start: datetime, here: tzinfo | None) -> str:
    return f"New in the program, at {_when(start, change.at, here)}."


def _cancelled(change: ProgramChange, start: datetime, here: tzinfo | None) -> str:
    return f"Cancelled; it was to be at {_when(start, change.at, here)}."


_TIMES: Mapping[ChangeKind, Callable[[ProgramChange, datetime, tzinfo | None], str]] = {
    ChangeKind.SHIFTED: _moved,
    ChangeKind.MOVED: _moved,
    ChangeKind.ADDED: _added,
    ChangeKind.CANCELLED: _cancelled,
}
_OTHERWISE = {
    ChangeKind.RECORDING_ADDED: "Has a recording now.",
    ChangeKind.RECORDING_REPLACED: "Has a new recording, in place of the one before.",
    ChangeKind.RECORDING_WITHDRAWN: "Its recording was withdrawn.",
}


def _direction(by: timedelta) -> str:
    return "later" if by > timedelta() else "earlier"


def _when(instant: datetime, beside: datetime, here: tzinfo | None) -> str:
    """Return the time of day, with the day where it is another one than that of `beside`: "13:20 on Friday 29 May"."""
    local, other = instant.astimezone(here), beside.astimezone(here)
    day = "" if local.date() == other.date() else f" on {_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return f"{local:%H:%M}{day}"


def _clock(instant: datetime, here: tzinfo | None) -> str:
    return f"{instant.astimezone(here):%H:%M}"


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
