"""Aliases: what chairs tell askers apart by, without learning who asks.

An alias is keyed with a secret of the server (HMAC-SHA256, RFC 2104), so nobody else can find out whose it is by trying
everyone. It is made per talk for what is asked anonymously and per session for what is asked under a name, from
different inputs: two aliases of one person have nothing in common, and what a person asks anonymously is never joined
with what they ask under their name. This module must never be imported by a client, nor print the secret.
"""

import base64
import hashlib
import hmac

from personal_app.conference.ids import Alias, ParticipantId, SessionId, TalkId
from personal_app.conference.program import Talk

#: 80 bits of the HMAC, so that no two people of a conference share one.
_BYTES = 10


class Aliases:
    """Makes aliases under one secret."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def asking(self, asker: ParticipantId, talk: Talk, *, anonymous: bool) -> Alias:
        """Return what stands for `asker` where they ask about `talk` in this way."""
        return self.anonymous(talk.id, asker) if anonymous else self.named(talk.session, asker)

    def anonymous(self, talk: TalkId, asker: ParticipantId) -> Alias:
        """Return what stands for `asker` where they ask about `talk` anonymously."""
        return self._alias("anonymous", talk, asker)

    def named(self, session: SessionId, asker: ParticipantId) -> Alias:
        """Return what stands for `asker` where they ask under their name in `session`."""
        return self._alias("named", session, asker)

    def _alias(self, kind: str, scope: str, asker: ParticipantId) -> Alias:
        # Neither a slug nor an id has a blank in it.
        made = hmac.digest(self._secret, f"{kind} {scope} {asker}".encode(), hashlib.sha256)
        return Alias(base64.b32encode(made[:_BYTES]).decode().lower())
