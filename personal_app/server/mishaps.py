"""What keeps the ledger from carrying something out, and what people are told of it.

A fault is the machine's (the command may be sent again) or ours (it is written to the log under a report's number, and
the command is not to be sent again, or it would come back forever). This module must never log or retry anything.
"""

import traceback

import sqlalchemy as sa

from personal_app.conference.errors import EnvironmentTrouble, Refusal, RefusalCode
from personal_app.server.database import disk_full

RETRY_AFTER_MS = 2000

#: What a wrong statement of ours causes, and a machine cannot.
_OURS = sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError | sa.exc.InterfaceError


def is_environment(fault: Exception) -> bool:
    """Tell whether the machine is to blame for what a transaction raised."""
    if disk_full(fault) or isinstance(fault, EnvironmentTrouble | OSError):
        return True
    if not isinstance(fault, sa.exc.DBAPIError):
        return False
    return fault.connection_invalidated or not isinstance(fault, _OURS)


def is_lost(fault: Exception) -> bool:
    """Tell whether `fault`, from a driver used directly, says that its connection is of no use (or never was)."""
    return isinstance(fault, EnvironmentTrouble | OSError) or type(fault).__module__.startswith("psycopg")


def brief(fault: Exception) -> str:
    """Return what went wrong in one line for the log, without the statement and the values that met it."""
    lines = str(getattr(fault, "orig", None) or fault).splitlines()
    # A database adds details, and names people's ids in them.
    return " ".join(line.strip() for line in lines if not line.startswith(("DETAIL:", "CONTEXT:", "LINE ")))


def traced(fault: Exception) -> str:
    """Return where a mistake of ours was met and what it said, for the log."""
    return "".join(traceback.format_tb(fault.__traceback__)) + f"{type(fault).__name__}: {brief(fault)}"


def of_environment(fault: Exception) -> Refusal:
    """Return what is told where the machine did not let a transaction be made durable."""
    if disk_full(fault):
        return Refusal(
            RefusalCode.STORAGE_FULL,
            "The server's disk is full, so this could not be kept. It is sent again until the organizers made room.",
            retry_after_ms=RETRY_AFTER_MS,
        )
    return Refusal(
        RefusalCode.UNAVAILABLE,
        "The server cannot write to its database just now. It is sent again in a moment.",
        retry_after_ms=RETRY_AFTER_MS,
    )


def of_ours(report: str) -> Refusal:
    """Return what is told where a mistake of ours did; `report` is the number it has in the log."""
    return Refusal(
        RefusalCode.INVALID,
        "The server could not carry this out through a fault of its own; nothing was changed. "
        f"Tell the organizers: report {report}.",
    )


def closing() -> Refusal:
    """Return what is told when nothing more is taken in."""
    return Refusal(
        RefusalCode.UNAVAILABLE,
        "The server is closing. It is sent again when the server is back.",
        retry_after_ms=RETRY_AFTER_MS,
    )


def overrun() -> Refusal:
    """Return what is told when too much waits already."""
    return Refusal(
        RefusalCode.SLOW_DOWN,
        "The server has more to do than it can just now. It is sent again in a moment.",
        retry_after_ms=RETRY_AFTER_MS,
    )


def stranger() -> Refusal:
    """Return what is told to somebody whom the ledger does not know."""
    return Refusal(RefusalCode.NOT_ALLOWED, "Join the conference with your name first.")
