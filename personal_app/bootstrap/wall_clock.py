"""The machine's time; the one place where the client asks for it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)
