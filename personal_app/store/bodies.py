"""Values of the conference as the bytes that are kept of them: msgspec's JSON. Must never import SQLAlchemy."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from personal_app.conference.ids import PollId, Revision, Tally
from personal_app.conference.polls import PollCount
from personal_app.conference.rows import Beside
from personal_app.conference.wishes import Wish
from personal_app.store.values import Receipt

T = TypeVar("T")

_log = logging.getLogger(__name__)
_encoder = msgspec.json.Encoder()


def encode(value: msgspec.Struct | tuple[int, ...]) -> bytes:
    """Return the value's JSON in UTF-8."""
    return _encoder.encode(value)


def decode_rows(bodies: Iterable[bytes], kind: type[T]) -> tuple[T, ...]:
    """Return the values of many bodies, decoded at once. Raises msgspec.DecodeError where one cannot be read."""
    return msgspec.json.decode(b"[" + b",".join(bodies) + b"]", type=tuple[kind, ...])  # type: ignore[valid-type]


def decode_open(bodies: Iterable[bytes]) -> tuple[Beside, ...]:
    """Return the rows of the kinds that stand beside the questions. Raises msgspec.DecodeError."""
    return msgspec.json.decode(b"[" + b",".join(bodies) + b"]", type=tuple[Beside, ...])


def decode_counts(bodies: Iterable[bytes]) -> tuple[PollCount, ...]:
    """Return the results of polls. Raises msgspec.DecodeError."""
    return msgspec.json.decode(b"[" + b",".join(bodies) + b"]", type=tuple[PollCount, ...])


def decode_ballots(rows: Iterable[Sequence[Any]]) -> tuple[tuple[PollId, tuple[int, ...]], ...]:
    """Return the ballots of rows (poll, body). Raises msgspec.DecodeError."""
    return tuple((PollId(poll), msgspec.json.decode(body, type=tuple[int, ...])) for poll, body in rows)


def read(body: bytes | None, kind: type[T]) -> T | None:
    """Return the value of a body; None where there is none, or it was written in a way this version cannot read."""
    if body is None:
        return None
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as fault:
        # The fault names a place, not the value: no secret gets into the log.
        _log.warning("a kept %s cannot be read and is passed over: %s", kind.__name__, fault)
        return None


def read_receipts(bodies: Iterable[bytes]) -> tuple[Receipt, ...]:
    """Return the receipts that can be read."""
    return tuple(receipt for receipt in (read(body, Receipt) for body in bodies) if receipt is not None)


def read_wishes(rows: Iterable[Sequence[Any]]) -> tuple[Wish, ...]:
    """Return the wishes of rows (body, done revision, done tally) that can be read, with their acknowledgements."""
    wishes = []
    for body, revision, tally in rows:
        wish = read(body, Wish)
        if wish is not None and revision is not None and tally is not None:
            wish = msgspec.structs.replace(wish, done=(Revision(revision), Tally(tally)))
        if wish is not None:
            wishes.append(wish)
    return tuple(wishes)
