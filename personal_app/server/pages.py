"""Pages: what each transaction said, numbered without a gap, for the other servers on the same database.

A page is written in the transaction it tells of, under the lock of the conference's row, so whoever sees a number sees
all below it. Only the last ones are kept: a server that lacks more reads everything anew. This module must never know
what a page means.
"""

import msgspec
import sqlalchemy as sa

from personal_app.server import tables
from personal_app.server.committed import Committed

#: How many pages are kept; at a hundred transactions a second a server may be away for twenty seconds.
KEPT = 2000
_PRUNED_EVERY = 200
_decoder = msgspec.msgpack.Decoder(Committed)


class PagesLost(Exception):
    """What a server lacks is not there any more, or this version cannot read it: everything is to be read anew."""


def write(connection: sa.Connection, page: int, committed: Committed) -> None:
    """Write the page of the running transaction."""
    row = {"page": page, "body": msgspec.msgpack.encode(committed)}
    connection.execute(sa.insert(tables.pages), row)
    if page % _PRUNED_EVERY == 0:
        connection.execute(sa.delete(tables.pages).where(tables.pages.c.page <= page - KEPT))


def between(connection: sa.Connection, after: int, last: int) -> list[Committed]:
    """Return the pages with numbers above `after` up to `last`, in order. Raises PagesLost where one is missing."""
    number = tables.pages.c.page
    wanted = sa.select(tables.pages).where(number > after, number <= last).order_by(number)
    rows = connection.execute(wanted).all()
    if len(rows) != last - after:
        raise PagesLost
    try:
        return [_decoder.decode(row.body) for row in rows]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise PagesLost from None
