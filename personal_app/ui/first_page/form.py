"""The form of the record: what its writer and its reader must agree about. Must never import what starts slowly."""

from typing import NamedTuple

from personal_app.ui.schedule.row import NEXT_TONE, ScheduleRow

#: A record of another form is passed over; to be raised whenever what it holds or how it is painted changes.
FORM = 4


class Place(NamedTuple):
    """Words at a place: `area` says what the lengths (logical pixels) count from, `room` is left free at its right.

    `name` tells what stands there: words, or a list whose top this is.
    """

    name: str
    area: str
    x: int
    y: int
    height: int
    room: int = 0
    words: str = ""
    colour: str = "ink"
    bold: bool = False
    small: bool = False


class Stage(NamedTuple):
    """What a row says from `since` (seconds since 1970) on. `next_one` and `running` call for the clock."""

    since: float
    chip: str
    tone: str
    past: bool
    running: bool
    next_one: bool

    @classmethod
    def of(cls, row: ScheduleRow, since: float) -> "Stage":
        """Return the stage that `row` is in."""
        next_one = row.tone == NEXT_TONE
        return cls(since, "" if next_one else row.chip, row.tone, row.past, row.elapsed is not None, next_one)


class KeptAnswer(NamedTuple):
    """A written answer; `written_at` in seconds since 1970."""

    writer: str
    text: str
    written_at: float
    by_author: bool


class KeptCard(NamedTuple):
    """A card's words; `asked_at` in seconds since 1970, `answered_ms` where in the recording it was answered.

    `also_asked` are the askers of what was merged into it, "" for one who is anonymous; `alias` is
    what chairs know of an anonymous asker.
    """

    name: str
    state: str
    tone: str
    note: str
    mark: str
    offers: str
    counts: bool
    can_vote: bool
    text: str
    asker: str | None
    alias: str | None
    also_asked: tuple[str, ...]
    asked_at: float
    position_ms: int | None
    answered_ms: int | None
    votes: int
    voted: bool
    answers: tuple[KeptAnswer, ...]
