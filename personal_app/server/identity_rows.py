"""Participants, grants, tokens and codes as rows: what a job of `identity` does within the ledger's transaction.

Every function is given the connection and the instant, and raises InvitationTrouble with a sentence for a code that
cannot be used. This module must never keep anything in memory.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from personal_app.conference.errors import InvitationTrouble
from personal_app.conference.ids import ParticipantId, random_id
from personal_app.conference.people import Grant, Participant, Role
from personal_app.server import codes, tables
from personal_app.server.committed import KeptToken
from personal_app.server.register_rows import load_participants

DEVICE_LINK_VALID = timedelta(minutes=10)
TOKEN_VALID = timedelta(days=400)


class CodeKind(StrEnum):
    """What a code is good for."""

    INVITATION = "invitation"
    DEVICE_LINK = "device_link"
    RECOVERY = "recovery"


class UsedCode(msgspec.Struct, frozen=True):
    """What a code that has just been used up stood for: a grant, or a participant."""

    grant: Grant | None
    participant: ParticipantId | None


def good_tokens(connection: sa.Connection, now: datetime) -> Iterator[KeptToken]:
    """Give every token that is good at `now`."""
    token = tables.tokens.c
    good = token.revoked_at.is_(None) & (token.expires_at > now)
    for row in connection.execute(sa.select(tables.tokens).where(good)):
        yield KeptToken(row.hash, row.participant, row.expires_at)


def add_participant(connection: sa.Connection, name: str, now: datetime) -> ParticipantId:
    """Make a participant of that name, without grants."""
    participant = ParticipantId(random_id())
    row = {"id": participant, "name": name, "joined_at": now}
    connection.execute(sa.insert(tables.participants).values(row))
    return participant


def person(connection: sa.Connection, participant: ParticipantId) -> Participant:
    """Return the participant with all grants; an unknown one is a mistake of ours."""
    (found,) = load_participants(connection, [participant])
    return found


def add_token(connection: sa.Connection, participant: ParticipantId, token: str, now: datetime) -> KeptToken:
    """Keep a new token of the participant."""
    kept = KeptToken(codes.token_hash(token), participant, now + TOKEN_VALID)
    connection.execute(sa.insert(tables.tokens).values(made_at=now, **msgspec.structs.asdict(kept)))
    return kept


def revoke_token(connection: sa.Connection, token: str, now: datetime) -> bytes:
    """Make a token good for nothing and return its hash; an unknown one is passed over."""
    hashed = codes.token_hash(token)
    connection.execute(sa.update(tables.tokens).where(tables.tokens.c.hash == hashed).values(revoked_at=now))
    return hashed


def revoke_other_tokens(
    connection: sa.Connection, participant: ParticipantId, token: str, now: datetime
) -> tuple[bytes, ...]:
    """Make every token of the participant good for nothing but this one; return their hashes."""
    known = tables.tokens.c
    others = (known.participant == participant) & (known.hash != codes.token_hash(token)) & known.revoked_at.is_(None)
    hashes = tuple(connection.execute(sa.select(known.hash).where(others)).scalars())
    connection.execute(sa.update(tables.tokens).where(others).values(revoked_at=now))
    return hashes


def add_invitation(connection: sa.Connection, grant: Grant, now: datetime) -> str:
    """Return a new code for the grant, which stays good until it is used."""
    code = codes.new_code(codes.SHORT_GROUPS)
    given = {"role": grant.role.value, "scope": grant.scope, "person": grant.person}
    _add_code(connection, code, kind=CodeKind.INVITATION, **given, made_at=now)
    return code


def add_device_link(connection: sa.Connection, participant: ParticipantId, now: datetime) -> str:
    """Return a new device link of the participant; older ones lapse."""
    _drop_unused(connection, CodeKind.DEVICE_LINK, participant)
    code, until = codes.new_code(codes.SHORT_GROUPS), now + DEVICE_LINK_VALID
    kind = CodeKind.DEVICE_LINK
    _add_code(connection, code, kind=kind, participant=participant, made_at=now, expires_at=until)
    return code


def drop_device_links(connection: sa.Connection, participant: ParticipantId) -> None:
    """Make the participant's device links lapse that were not used yet."""
    _drop_unused(connection, CodeKind.DEVICE_LINK, participant)


def add_recovery(connection: sa.Connection, participant: ParticipantId, now: datetime) -> str:
    """Return a new recovery code of the participant; the one before lapses."""
    _drop_unused(connection, CodeKind.RECOVERY, participant)
    code = codes.new_code(codes.LONG_GROUPS)
    _add_code(connection, code, kind=CodeKind.RECOVERY, participant=participant, made_at=now)
    return code


def use_code(
    connection: sa.Connection, kind: CodeKind, code: str, now: datetime, by: ParticipantId | None = None
) -> UsedCode:
    """Use a code up and return what it stood for; `by` is who does, its own participant where None.

    Raises InvitationTrouble where it is unknown, of another kind, used, or past its time.
    """
    known = tables.codes.c
    hashed = codes.code_hash(code)
    row = connection.execute(sa.select(tables.codes).where(known.hash == hashed)).one_or_none()
    if row is None or row.kind != kind.value:
        raise InvitationTrouble(_UNKNOWN[kind])
    if row.used_at is not None:
        raise InvitationTrouble(_USED[kind])
    if row.expires_at is not None and row.expires_at <= now:
        raise InvitationTrouble(_EXPIRED)
    used_by = by if by is not None else row.participant
    connection.execute(sa.update(tables.codes).where(known.hash == hashed).values(used_at=now, used_by=used_by))
    return UsedCode(None if row.role is None else Grant(Role(row.role), row.scope, row.person), row.participant)


def add_grant(connection: sa.Connection, participant: ParticipantId, grant: Grant, now: datetime) -> None:
    """Grant something to the participant; what is held already stays as it was.

    An author stays whom of the program they are where the grant names nobody.
    """
    row = {
        "participant": participant,
        "role": grant.role.value,
        "scope": grant.scope,
        "granted_at": now,
        "person": grant.person,
    }
    kept = frozenset() if grant.person else frozenset({"person"})
    connection.execute(tables.upsert(tables.grants, connection.dialect, kept=kept), [row])


def _add_code(connection: sa.Connection, code: str, **columns: object) -> None:
    connection.execute(sa.insert(tables.codes).values(hash=codes.code_hash(code), **columns))


def _drop_unused(connection: sa.Connection, kind: CodeKind, participant: ParticipantId) -> None:
    known = tables.codes.c
    unused = (known.kind == kind.value) & (known.participant == participant) & known.used_at.is_(None)
    connection.execute(sa.delete(tables.codes).where(unused))


_UNKNOWN = {
    CodeKind.INVITATION: "There is no such invitation. Look for a slip of the keys, or ask the organizers for another.",
    CodeKind.DEVICE_LINK: "There is no such device link. Look for a slip of the keys, or make one on the first device.",
    CodeKind.RECOVERY: (
        "There is no such recovery code. Look for a slip of the keys; after a recovery only the newest code is good."
    ),
}
_USED = {
    CodeKind.INVITATION: "This invitation has been used; each is good for once. Ask the organizers for another.",
    CodeKind.DEVICE_LINK: "This device link has been used; each is good for once. Make another on your first device.",
    CodeKind.RECOVERY: "This recovery code has been used; the one that was shown then is the good one now.",
}
_EXPIRED = (
    f"This device link has lapsed: it is good for {DEVICE_LINK_VALID // timedelta(minutes=1)} minutes. "
    "Make another on your first device."
)
