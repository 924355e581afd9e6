"""The conference's row: its epoch, how far its counters have come, and the lock under which they move.

Whoever writes locks the row first and so decides alone, on however many servers. This module must never read or write
what the counters count.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from personal_app.conference.clock import Clock
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import ConferenceId, Epoch, random_id
from personal_app.server import tables
from personal_app.server.prepared import Prepared

#: Bytes of the secret that keys aliases.
SECRET_BYTES = 32

_row = tables.conference.c
_MOVE = Prepared(
    sa.update(tables.conference).values(
        page=sa.bindparam("to_page"), revision=sa.bindparam("to_revision"), tally=sa.bindparam("to_tally")
    )
)


class Place(msgspec.Struct, frozen=True):
    """How far the truth has come: `page` counts transactions, the others what `conference.register` counts."""

    epoch: Epoch
    page: int
    revision: int
    tally: int


def make_where_missing(connection: sa.Connection, conference: ConferenceId, clock: Clock) -> None:
    """See that the database has the row of this conference; the first start makes it, and with it the epoch.

    Raises EnvironmentTrouble where it has another conference's, or has lost it.
    """
    found = connection.execute(sa.select(_row.id)).scalars().all()
    if not found:
        if connection.execute(sa.select(tables.participants.c.id).limit(1)).first() is not None:
            raise EnvironmentTrouble(
                "The database has lost its conference's row, so it is damaged: set it aside and start from a backup."
            )
        new = {"id": conference, "epoch": random_id(), "revision": 0, "tally": 0, "page": 0, "made_at": clock()}
        new["secret"] = secrets.token_bytes(SECRET_BYTES)
        # Another server that starts at the same instant may have been quicker.
        connection.execute(tables.insert_if_new(tables.conference, connection.dialect), [new])
        found = connection.execute(sa.select(_row.id)).scalars().all()
    if list(found) != [conference]:
        raise EnvironmentTrouble(
            f"The data folder holds the conference “{found[0]}”, and “{conference}” was to be served: "
            "give each conference a data folder of its own."
        )


def read(connection: sa.Connection, *, lock: bool = False) -> Place:
    """Return how far the database is; with `lock`, nobody else moves it until this transaction ends."""
    wanted = sa.select(_row.epoch, _row.page, _row.revision, _row.tally)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise EnvironmentTrouble("The database has lost its conference's row: start it again from a backup.")
    return Place(Epoch(row.epoch), row.page, row.revision, row.tally)


def secret(connection: sa.Connection) -> bytes:
    """Return what aliases are keyed with: made with the database, the same for its whole life and on every server."""
    kept: bytes | None = connection.execute(sa.select(_row.secret)).scalar_one()
    if not kept:
        raise EnvironmentTrouble("The database has lost its secret, so it is damaged: start it again from a backup.")
    return bytes(kept)


def write(connection: sa.Connection, place: Place) -> None:
    """Move the counters to `place`."""
    _MOVE.run(connection, [{"to_page": place.page, "to_revision": place.revision, "to_tally": place.tally}])


def renew_epoch(connection: sa.Connection) -> None:
    """Begin another history: who holds anything of the one before is given everything anew."""
    connection.execute(sa.update(tables.conference).values(epoch=random_id()))


def agree_on_rehearsal(connection: sa.Connection, choose: Callable[[datetime | None], datetime]) -> datetime:
    """Return when the rehearsal began, for every server on the database: `choose` is given what was agreed before."""
    kept: Any = connection.execute(sa.select(_row.rehearsal).with_for_update()).scalar_one()
    began = choose(kept)
    if began != kept:
        connection.execute(sa.update(tables.conference).values(rehearsal=began))
    return began
