"""Secrets that people and devices show: tokens, and codes that can be read aloud.

A code is of Crockford's base32 (crockford.com/base32): no letter in it is taken for another, and reading it back
forgives case, hyphens, spaces, and O, I and L typed for 0 and 1. Kept are hashes alone; a plain SHA-256 is enough, for
the secrets are random and too many to try (60 bits at least). This module must never know whose a secret is.
"""

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})
_GROUP = 4

#: 60 bits: an invitation or a device link, which works once.
SHORT_GROUPS = 3
#: 120 bits: a recovery code, which waits in a drawer.
LONG_GROUPS = 6
_TOKEN_BYTES = 32


def new_token() -> str:
    """Return a token of 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_code(groups: int) -> str:
    """Return a code of `groups` groups of four characters, 20 random bits each, like "7K2M-XW0P-94RB"."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(groups))


def token_hash(token: str) -> bytes:
    """Return the SHA-256 under which a token is known."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def code_hash(code: str) -> bytes:
    """Return the SHA-256 under which a code is known, however it was typed."""
    return hashlib.sha256("".join(code.upper().translate(_FORGIVEN).split()).encode("utf-8", "replace")).digest()
