"""Conditional and partial requests (RFC 9110, sections 13 and 14): what a client holds, and which bytes it asks for.

This module must never open a file.
"""

import re

import msgspec

_SINGLE = re.compile(r"([0-9]*)-([0-9]*)")

#: Longer numbers are beyond any file; Python would take its time to read them.
_MOST_DIGITS = 18


class Span(msgspec.Struct, frozen=True):
    """Bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes it holds."""
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """A range that is well formed and lies beyond the end of what there is: status 416."""


def names_tag(header: str | None, etag: str) -> bool:
    """Tell whether an If-None-Match header names `etag`; comparison is weak there (section 13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in header.split(","))


def fails_match(header: str | None, etag: str) -> bool:
    """Tell whether an If-Match header asks for another file than `etag`; it compares strongly (section 13.1.1)."""
    return header is not None and header.strip() != "*" and etag not in (tag.strip() for tag in header.split(","))


def asked_span(header: str | None, size: int) -> Span | None:
    """Return the one range that `header` asks for of `size` bytes, or None where the whole is to be sent.

    A unit we do not know, a malformed header and several ranges are passed over, as section 14.2 lets us: the whole is
    sent. Raises Unsatisfiable.
    """
    if header is None:
        return None
    unit, found, ranges = header.partition("=")
    if not found or unit.strip().lower() != "bytes":
        return None
    match = _SINGLE.fullmatch(ranges.strip())
    if match is None:
        return None
    first, last = (int(digits[:_MOST_DIGITS]) if digits else None for digits in match.groups())
    if first is None:
        return None if last is None else _suffix(last, size)
    if last is not None and first > last:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, size - 1 if last is None else min(last, size - 1))


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise Unsatisfiable
    return Span(max(0, size - length), size - 1)
