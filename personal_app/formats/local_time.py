"""Times as a program prints them, in the conference's zone, to instants; and the days of deadlines.

Where the clocks go back a local time means two instants, where they go forward none: both are told, never guessed.
Must never ask what time it is.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

#: The last place on earth where a day ends: "anywhere on earth" (AoE) is UTC-12.
AOE = timezone(timedelta(hours=-12))
_END_OF_DAY = time(23, 59, 59)


class NoInstant(ValueError):
    """A local time that does not mean one instant; the message says why and what would be right."""


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return `local` in UTC. It is naive and in `zone`, or has the offset that `zone` has then.

    Raises NoInstant where it happens twice or never in `zone`, or where its offset is not the zone's.
    """
    if local.tzinfo is not None:
        return _checked_offset(local, zone)
    early = local.replace(tzinfo=zone, fold=0)
    late = local.replace(tzinfo=zone, fold=1)
    at = early.astimezone(UTC)
    if early.utcoffset() == late.utcoffset():
        return at
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise NoInstant(
            f"{local:%H:%M} on {local:%Y-%m-%d} does not exist in {zone.key}, where the clocks go forward then: "
            f"write {late.astimezone(UTC).astimezone(zone):%H:%M} or {at.astimezone(zone):%H:%M}."
        )
    raise NoInstant(
        f"{local:%H:%M} on {local:%Y-%m-%d} happens twice in {zone.key}, where the clocks go back then: add the "
        f"offset, {early.isoformat()} for the first or {late.isoformat()} for the second."
    )


def end_of_day_anywhere(day: date) -> datetime:
    """Return when `day` has ended everywhere on earth: 23:59:59 at UTC-12, in UTC."""
    return datetime.combine(day, _END_OF_DAY, AOE).astimezone(UTC)


def _checked_offset(local: datetime, zone: ZoneInfo) -> datetime:
    at = local.astimezone(UTC)
    if at.astimezone(zone).utcoffset() != local.utcoffset():
        raise NoInstant(
            f"the offset is not that of {zone.key} then: leave it out, or write {at.astimezone(zone).isoformat()}."
        )
    return at
