"""When questions open, pause and close by themselves: three keys of the conference, and of a session that differs.

Must never know what a session is.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from personal_app.conference.program import QuestionTimes
from personal_app.formats.local_time import NoInstant, instant
from personal_app.formats.toml_table import TableReader

OPEN, PAUSE, CLOSE = "questions_open", "questions_pause", "questions_close"


def question_times(table: TableReader, zone: ZoneInfo, usual: QuestionTimes) -> QuestionTimes:
    """Return the times that `table` states, and for those that it leaves out the `usual` ones.

    Notes a mistake where a time that is stated does not come after the one before it.
    """
    opens, pauses, closes = (_moment(table, key, zone) for key in (OPEN, PAUSE, CLOSE))
    times = QuestionTimes(opens=opens or usual.opens, pauses=pauses or usual.pauses, closes=closes or usual.closes)
    if opens is None and pauses is None and closes is None:
        return times
    told: tuple[str, datetime] | None = None
    for key, at in ((OPEN, times.opens), (PAUSE, times.pauses), (CLOSE, times.closes)):
        if at is not None and told is not None and at <= told[1]:
            # What stands in this table can be mended in it.
            table.fault(
                key if table.has(key) else told[0],
                f"{key} is to come after {told[0]}, and does not: questions open, may be paused, and close.",
            )
        told = told if at is None else (key, at)
    return times


def _moment(table: TableReader, key: str, zone: ZoneInfo) -> datetime | None:
    local = table.moment(key)
    if local is None:
        return None
    try:
        return instant(local, zone)
    except NoInstant as trouble:
        table.fault(key, str(trouble))
        return None
