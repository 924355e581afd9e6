"""What the person wants and the server does not show yet, in the order it was wanted, each bound to its participant.

A wish leaves the outbox when the view shows it, or when it was refused for good: then its words are kept as a receipt.
This module must never open a transaction of its own, nor give one participant's wishes to another.
"""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.conference.ids import CommandId, Revision, Tally
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.moves_in_a_row import built_on
from personal_app.conference.sent_moves import SentMove
from personal_app.conference.wishes import Wish
from personal_app.store import sent_store, tables
from personal_app.store.bodies import encode, read, read_receipts, read_wishes
from personal_app.store.values import Receipt

_box = tables.outbox.c


def put(connection: Connection, participant: str, wish: Wish) -> None:
    """Keep a wish at the end; one that is there already stays where it is, and is from now on as it comes now.

    So a wish that waited for another one is put again when it may go, with the look that it is then made on.
    """
    kept = upsert(tables.outbox).values(_row(participant, wish))
    connection.execute(
        kept.on_conflict_do_update(
            index_elements=[_box.id], set_={"body": kept.excluded.body}, where=_box.done_revision.is_(None)
        )
    )


def put_where_missing(connection: Connection, participant: str, wish: Wish) -> None:
    """Keep a wish at the end; one that is there already stays as it is."""
    connection.execute(upsert(tables.outbox).values(_row(participant, wish)).on_conflict_do_nothing())


def wishes(connection: Connection, participant: str) -> tuple[Wish, ...]:
    """Return the participant's wishes in the order they were made."""
    columns = select(_box.body, _box.done_revision, _box.done_tally)
    return read_wishes(connection.execute(columns.where(_box.participant == participant).order_by(_box.seq)))


def unanswered(connection: Connection, participant: str) -> tuple[Command, ...]:
    """Return the commands that are to be sent, in order; what waits for another one is not yet."""
    return tuple(wish.command for wish in wishes(connection, participant) if wish.done is None and wish.after is None)


def settle(connection: Connection, answer: Done | Refused, now: datetime) -> None:
    """Take in an acknowledgement or a refusal that came `now`; one after which it may be sent again changes nothing.

    What waited for a command of the same question that was refused for good means nothing without it, and is refused
    with it.
    """
    if isinstance(answer, Done):
        _note_received(connection, answer, now)
        done = update(tables.outbox).where(_box.id == answer.id)
        connection.execute(done.values(done_revision=answer.revision, done_tally=answer.tally))
    elif answer.id is not None and answer.final:
        _refuse(connection, answer, answer.id, now)


def forget_shown(connection: Connection, revision: Revision, tally: Tally) -> None:
    """Forget the acknowledged wishes that a view at these counters shows."""
    connection.execute(delete(tables.outbox).where(_box.done_revision <= revision, _box.done_tally <= tally))


def doubt_done(connection: Connection) -> None:
    """Take acknowledgements back whose counters mean nothing any more; to send such a command again is harmless."""
    connection.execute(update(tables.outbox).values(done_revision=None, done_tally=None))


def receipts(connection: Connection, participant: str) -> tuple[Receipt, ...]:
    """Return the participant's refused moves, oldest first."""
    columns = tables.receipts.c
    bodies = connection.scalars(select(columns.body).where(columns.participant == participant).order_by(columns.seq))
    return read_receipts(bodies)


def forget_receipt(connection: Connection, command: CommandId) -> None:
    """Forget one refused move."""
    connection.execute(delete(tables.receipts).where(tables.receipts.c.id == command))


def _note_received(connection: Connection, done: Done, now: datetime) -> None:
    row = connection.execute(select(tables.outbox).where(_box.id == done.id)).first()
    wish = read(row.body, Wish) if row is not None else None
    if row is not None and wish is not None and row.done_revision is None:
        sent_store.keep(connection, row.participant, SentMove(wish=wish, answered_at=now))


def _refuse(connection: Connection, refusal: Refused, command: CommandId, now: datetime) -> None:
    wish = _put_by(connection, refusal, command, now)
    for behind in _built_on(connection, wish) if wish is not None else ():
        _put_by(connection, refusal, behind, now)


def _put_by(connection: Connection, refusal: Refused, command: CommandId, now: datetime) -> Wish | None:
    """Make a receipt of a wish and return it; None where there is none that can be read."""
    row = connection.execute(select(tables.outbox).where(_box.id == command)).first()
    wish = read(row.body, Wish) if row is not None else None
    if row is not None and wish is not None:
        receipt = Receipt(wish=wish, code=refusal.code, detail=refusal.detail)
        values = {"id": command, "participant": row.participant, "body": encode(receipt)}
        connection.execute(upsert(tables.receipts).values(values).on_conflict_do_nothing())
        connection.execute(delete(tables.outbox).where(_box.id == command))
        told = SentMove(wish=wish, answered_at=now, refused=refusal.detail or "the server gave no reason")
        sent_store.keep(connection, row.participant, told)
    return wish


def _built_on(connection: Connection, fallen: Wish) -> list[CommandId]:
    held = (read(body, Wish) for body in connection.scalars(select(_box.body).order_by(_box.seq)))
    mine = [wish for wish in held if wish is not None]
    return [CommandId(wish.command.id) for wish in built_on(fallen, mine)]


def _row(participant: str, wish: Wish) -> dict[str, object]:
    return {
        "id": wish.command.id,
        "participant": participant,
        "body": encode(msgspec.structs.replace(wish, done=None)),
    }
