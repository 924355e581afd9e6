"""The receipts of what was sent, the latest of each participant. Must never open a transaction of its own."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.conference.sent_moves import KEPT, SentMove, is_told
from personal_app.store import tables
from personal_app.store.bodies import encode, read

_sent = tables.sent.c


def keep(connection: Connection, participant: str, move: SentMove) -> None:
    """Keep a receipt; a later one of the same command takes its place, and the oldest go beyond the number kept."""
    if not is_told(move.wish):
        return
    body = encode(move)
    kept = upsert(tables.sent).values(id=move.wish.command.id, participant=participant, body=body)
    connection.execute(kept.on_conflict_do_update(index_elements=[_sent.id], set_={"body": body}))
    mine = select(_sent.seq).where(_sent.participant == participant)
    oldest = mine.order_by(_sent.seq.desc()).offset(KEPT).limit(1).scalar_subquery()
    connection.execute(delete(tables.sent).where(_sent.participant == participant, _sent.seq <= oldest))


def sent(connection: Connection, participant: str) -> tuple[SentMove, ...]:
    """Return the participant's receipts, the latest first; one that this version cannot read is left out."""
    rows = select(_sent.body).where(_sent.participant == participant).order_by(_sent.seq.desc())
    found = (read(body, SentMove) for body in connection.scalars(rows))
    return tuple(move for move in found if move is not None)


def forget(connection: Connection, participant: str) -> None:
    """Forget the participant's receipts."""
    connection.execute(delete(tables.sent).where(_sent.participant == participant))
