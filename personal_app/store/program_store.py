"""Who we are and the program, one row each. This module must never open a transaction of its own."""

from sqlalchemy import Connection, delete, insert, select

from personal_app.conference.program import Conference
from personal_app.store import tables
from personal_app.store.bodies import encode, read
from personal_app.store.values import Profile


def profile(connection: Connection) -> Profile | None:
    """Return who we are; None before joining, or where this version cannot read it."""
    return read(connection.scalar(select(tables.profile.c.body)), Profile)


def participant(connection: Connection) -> str | None:
    """Return the present participant's id, or None before joining."""
    return connection.scalar(select(tables.profile.c.participant))


def keep_profile(connection: Connection, kept: Profile) -> None:
    """Keep who we are in place of who we were."""
    connection.execute(delete(tables.profile))
    connection.execute(insert(tables.profile).values(slot=1, participant=kept.participant, body=encode(kept)))


def forget_profile(connection: Connection) -> None:
    """Forget who we are."""
    connection.execute(delete(tables.profile))


def program(connection: Connection) -> tuple[str, Conference] | None:
    """Return the program with its ETag; None where there is none that this version can read, so that it is fetched."""
    row = connection.execute(select(tables.program)).first()
    conference = read(row.body, Conference) if row is not None else None
    return (row.etag, conference) if row is not None and conference is not None else None


def keep_program(connection: Connection, etag: str, conference: Conference) -> None:
    """Keep a program in place of the one before."""
    connection.execute(delete(tables.program))
    connection.execute(insert(tables.program).values(slot=1, etag=etag, body=encode(conference)))
