"""A row of the program list as a frozen value. Must never import what the first paint can do without."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from personal_app.services.recording_kind import RecordingKind
from personal_app.ui.schedule.times import until_words

if TYPE_CHECKING:
    from personal_app.conference.ids import TalkId


#: A running session's share that has passed is told in so many steps, so that not every tick repaints a row.
_STEPS = 200
#: Nobody watches the last seconds: so much counts as the whole.
WATCHED_WHOLE = 0.95
#: The tone of the chip of what comes next, and of no other.
NEXT_TONE = "good"


class RowKind(StrEnum):
    """A day's heading, a session, or a talk under a session that has several."""

    DAY = "day"
    SESSION = "session"
    TALK = "talk"


class Saved(NamedTuple):
    """Where the row's recording is: not here, on its way (`fraction`), or here and so large."""

    kind: RecordingKind
    words: str = ""
    fraction: float = 0.0


class ScheduleRow(NamedTuple):
    """A row. `elapsed` is the share of a running session that has passed, None while it does not run.

    `past` is True for what is over, `talk` is what opens at a click. `clash` says with what else among the starred it
    is at the same time, `watched` which share of the recording the person has watched, 0 to 1.
    """

    id: str
    kind: RowKind
    title: str
    people: str = ""
    talk: "TalkId | None" = None
    number: int | None = None
    here: str = ""
    there: str = ""
    both: str = ""
    length: str = ""
    chip: str = ""
    tone: str = "neutral"
    elapsed: float | None = None
    past: bool = False
    saved: Saved | None = None
    starred: bool = False
    clash: str = ""
    watched: float = 0.0

    def words(self) -> str:
        """Return the row in one sentence, for those who hear the list."""
        number = f"Paper {self.number}" if self.number is not None else ""
        saved = self.saved.words if self.saved is not None else ""
        starred = "Starred" if self.starred else ""
        watched = watched_words(self.watched)
        said = (self.both, number, self.title, self.people, self.chip, starred, self.clash, saved, watched)
        return ". ".join(filter(None, said))


def watched_words(share: float) -> str:
    """Return how much was watched, for people; nothing where it was nothing."""
    return "" if share <= 0 else "Watched" if share >= WATCHED_WHOLE else f"{max(1, round(share * 100))} % watched"


def elapsed_share(start: datetime, end: datetime, now: datetime) -> float:
    """Return the share of a session that has passed at `now`, 0 to 1; `end` lies after `start`."""
    return round((now - start) / (end - start) * _STEPS) / _STEPS


def next_words(start: datetime, now: datetime) -> str:
    """Return what the chip of the next session says. In whole minutes: a list whose words run is never at rest."""
    minutes = max(1, -(-(start - now) // timedelta(minutes=1)))
    return f"Next, {until_words(minutes * timedelta(minutes=1))}"
