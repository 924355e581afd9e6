"""Who is who: joining, invitations, second devices, recovery, and the tokens that prove it.

What is written goes through the ledger; whom a token stands for is answered from memory, from any thread. Secrets are
given out once, in the answer, and kept as hashes. This module must never log one, nor decide what a grant allows.
"""

import hmac
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from personal_app.conference.clock import Clock
from personal_app.conference.errors import Refusal
from personal_app.conference.ids import ParticipantId
from personal_app.conference.people import Grant, Participant
from personal_app.conference.text import NAME_CHARS, clean_text
from personal_app.server import codes
from personal_app.server import identity_rows as rows
from personal_app.server.committed import Anew, Committed, KeptToken, News
from personal_app.server.identity_rows import CodeKind
from personal_app.server.ledger import Ledger

S = TypeVar("S")
T = TypeVar("T")

#: Tokens are found by so many bytes of their hash; the rest is compared in constant time.
_PREFIX_BYTES = 8


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What a device is given: whom it speaks for, and its secrets. `recovery_code` is "" where the old one is good."""

    participant: ParticipantId
    name: str
    token: str
    recovery_code: str
    grants: tuple[Grant, ...]


class _Entered(msgspec.Struct, frozen=True):
    """What a job that lets a device in has written: the answer, and the token as it is kept."""

    joined: Joined
    token: KeptToken

    @property
    def newcomer(self) -> News:
        """Tell of somebody who was not here before."""
        who = Participant(id=self.joined.participant, name=self.joined.name, grants=self.joined.grants)
        return News(participants=(who,), tokens=(self.token,))

    @property
    def device(self) -> News:
        """Tell of another device of somebody who is known."""
        return News(tokens=(self.token,))


class Identity:
    """The identities of one conference, over a ledger that has been started."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[bytes, list[KeptToken]] = {}
        ledger.run(self._begin).result()

    def join(self, name: str, invitation: str | None) -> Future[Joined]:
        """Make a participant of that name, with what the invitation grants if there is one.

        The future raises Refusal (invalid) for a name that cannot be kept and InvitationTrouble for a code that cannot
        be used; then nobody has joined.
        """
        try:
            kept = clean_text(name, "your name", NAME_CHARS, lines=False)
        except Refusal as refusal:
            return _failed(refusal)

        def job(connection: sa.Connection) -> _Entered:
            now = self._clock()
            participant = rows.add_participant(connection, kept, now)
            if invitation:
                self._grant(connection, participant, invitation)
            return self._enter(connection, participant, recovery=True)

        return _then(self._ledger.run(job, lambda entered: entered.newcomer), lambda entered: entered.joined)

    def redeem(self, participant: ParticipantId, invitation: str) -> Future[tuple[Grant, ...]]:
        """Add what the invitation grants to a participant; the future gives all grants held then.

        It raises InvitationTrouble for a code that cannot be used.
        """

        def job(connection: sa.Connection) -> Participant:
            self._grant(connection, participant, invitation)
            return rows.person(connection, participant)

        told = self._ledger.run(job, lambda person: News(participants=(person,)))
        return _then(told, lambda person: person.grants)

    def authenticate(self, token: str) -> Participant | None:
        """Return whom a token stands for, or None where it is unknown, revoked or past its time. From any thread."""
        hashed = codes.token_hash(token)
        with self._lock:
            candidates = tuple(self._tokens.get(hashed[:_PREFIX_BYTES], ()))
        for known in candidates:
            if hmac.compare_digest(known.hash, hashed):
                return self.participant(known.participant) if self._clock() < known.expires_at else None
        return None

    def good_until(self, hashed: bytes) -> datetime | None:
        """Return when a token's time is over, by its hash; None where it is not known. From any thread."""
        with self._lock:
            candidates = tuple(self._tokens.get(hashed[:_PREFIX_BYTES], ()))
        return next((known.expires_at for known in candidates if hmac.compare_digest(known.hash, hashed)), None)

    def authenticate_anew(self, token: str) -> Future[Participant | None]:
        """As `authenticate`, after looking at what other servers wrote: one of them may have made the token just now.

        However many ask at once, the database is asked once. The future raises EnvironmentTrouble where it is out of
        reach: then nobody knows.
        """
        return _then(self._ledger.catch_up(), lambda _: self.authenticate(token))

    def participant(self, participant: ParticipantId) -> Participant | None:
        """Return the participant with the present grants, or None. From any thread."""
        return self._ledger.participant(participant)

    def invite(self, grant: Grant) -> Future[str]:
        """Make an invitation to `grant`, good for once; the future gives its code. The caller has checked the scope."""
        return self._ledger.run(lambda connection: rows.add_invitation(connection, grant, self._clock()))

    def device_link(self, participant: ParticipantId) -> Future[str]:
        """Make a code that lets a second device in as `participant`, once, within ten minutes; an older one lapses."""
        return self._ledger.run(lambda connection: rows.add_device_link(connection, participant, self._clock()))

    def claim_link(self, code: str) -> Future[Joined]:
        """Let a second device in by a device link: same participant, own token. The future raises InvitationTrouble."""
        return self._letting_in(lambda connection: self._return(connection, CodeKind.DEVICE_LINK, code))

    def recover(self, recovery_code: str) -> Future[Joined]:
        """Bring a participant back by the recovery code, which a new one replaces. The future raises InvitationTrouble.

        Tokens of other devices stay good: who lost one profile of two goes on with the other.
        """
        return self._letting_in(lambda connection: self._return(connection, CodeKind.RECOVERY, recovery_code))

    def revoke(self, token: str) -> Future[None]:
        """Make a token good for nothing, as when its device is left; an unknown one is passed over."""
        revoked = self._ledger.run(
            lambda connection: rows.revoke_token(connection, token, self._clock()),
            lambda hashed: News(revoked=(hashed,)),
        )
        return _then(revoked, lambda _: None)

    def revoke_others(self, participant: ParticipantId, token: str) -> Future[int]:
        """Make the tokens of all other devices of a participant good for nothing; the future gives how many there were.

        What a lost or borrowed device would need to come back goes with them: device links that were not used yet.
        """

        def job(connection: sa.Connection) -> tuple[bytes, ...]:
            rows.drop_device_links(connection, participant)
            return rows.revoke_other_tokens(connection, participant, token, self._clock())

        return _then(self._ledger.run(job, lambda hashes: News(revoked=hashes)), len)

    def _begin(self, connection: sa.Connection) -> None:
        self._ledger.listen(self._hear)
        for token in rows.good_tokens(connection, self._clock()):
            self._remember(token)

    def _hear(self, said: Committed | Anew) -> None:
        """Take in which tokens were made and revoked, here or by another server."""
        if isinstance(said, Anew):
            with self._lock:
                self._tokens.clear()
        news = News(tokens=said.tokens) if isinstance(said, Anew) else said.news
        for token in news.tokens:
            self._remember(token)
        for hashed in news.revoked:
            self._forget(hashed)

    def _grant(self, connection: sa.Connection, participant: ParticipantId, invitation: str) -> None:
        used = rows.use_code(connection, CodeKind.INVITATION, invitation, self._clock(), participant)
        assert used.grant is not None
        rows.add_grant(connection, participant, used.grant, self._clock())

    def _return(self, connection: sa.Connection, kind: CodeKind, code: str) -> _Entered:
        used = rows.use_code(connection, kind, code, self._clock())
        assert used.participant is not None
        return self._enter(connection, used.participant, recovery=kind is CodeKind.RECOVERY)

    def _enter(self, connection: sa.Connection, participant: ParticipantId, *, recovery: bool) -> _Entered:
        token = codes.new_token()
        kept = rows.add_token(connection, participant, token, self._clock())
        recovery_code = rows.add_recovery(connection, participant, self._clock()) if recovery else ""
        who = rows.person(connection, participant)
        joined = Joined(
            participant=participant, name=who.name, token=token, recovery_code=recovery_code, grants=who.grants
        )
        return _Entered(joined, kept)

    def _letting_in(self, job: Callable[[sa.Connection], _Entered]) -> Future[Joined]:
        return _then(self._ledger.run(job, lambda entered: entered.device), lambda entered: entered.joined)

    def _remember(self, token: KeptToken) -> None:
        with self._lock:
            alike = self._tokens.setdefault(token.hash[:_PREFIX_BYTES], [])
            if token not in alike:
                alike.append(token)

    def _forget(self, hashed: bytes) -> None:
        with self._lock:
            rest = [known for known in self._tokens.get(hashed[:_PREFIX_BYTES], ()) if known.hash != hashed]
            self._tokens[hashed[:_PREFIX_BYTES]] = rest


def _then(source: Future[S], convert: Callable[[S], T]) -> Future[T]:
    """Return a future of what `convert` makes of the source's result; what the source raises it raises too."""
    target: Future[T] = Future()
    target.set_running_or_notify_cancel()

    def pass_on(settled: Future[S]) -> None:
        fault = settled.exception()
        if fault is not None:
            target.set_exception(fault)
        else:
            target.set_result(convert(settled.result()))

    source.add_done_callback(pass_on)
    return target


def _failed(fault: Exception) -> Future[Joined]:
    failed: Future[Joined] = Future()
    failed.set_exception(fault)
    return failed
