"""The machine's time; the one place where the client asks for it."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def running_ms() -> float:
    """Return milliseconds that never jump and go on while the machine sleeps.

    Linux stops its monotonic clock in sleep and has another one that goes on (clock_gettime(2), CLOCK_BOOTTIME); on
    macOS it is the plain clock_gettime that goes on, while Python's own stops; on Windows Python's goes on.
    """
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        which: int | None = getattr(time, name, None)
        if which is not None:
            return time.clock_gettime(which) * 1000.0
    return time.monotonic() * 1000.0
