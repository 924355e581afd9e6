"""The blocks of a recording: where each lies, which are here, and which is to come next.

A map of blocks is a byte for each, 1 where the block is here. Pure: files and the network belong to others.
"""

from collections.abc import Sequence

from personal_app.conference.recordings import BLOCK_BYTES

HELD, MISSING = 1, 0


def block_count(size_bytes: int) -> int:
    """Return how many blocks a file of that size has."""
    return -(-size_bytes // BLOCK_BYTES)


def block_span(index: int, size_bytes: int) -> tuple[int, int]:
    """Return where a block begins and ends (not included), in bytes from the start of the file."""
    return index * BLOCK_BYTES, min((index + 1) * BLOCK_BYTES, size_bytes)


def next_block(held: bytes | bytearray, needs: Sequence[int]) -> int | None:
    """Return the block to bring next, or None where all are here.

    `needs` are blocks that somebody reads at, the most pressing first: what lies ahead of them comes before the rest.
    """
    for need in needs:
        if (found := held.find(MISSING, need)) >= 0:
            return found
    found = held.find(MISSING)
    return found if found >= 0 else None


def run_end(held: bytes | bytearray, first: int) -> int:
    """Return the first block at or after `first` that is here, or how many there are: one request goes up to it."""
    found = held.find(HELD, first)
    return found if found >= 0 else len(held)


def held_spans(held: bytes | bytearray, size_bytes: int) -> tuple[tuple[int, int], ...]:
    """Return the stretches that are here, in order: where each begins and ends (not included), in bytes."""
    spans: list[tuple[int, int]] = []
    at = held.find(HELD)
    while at >= 0:
        end = held.find(MISSING, at)
        end = end if end >= 0 else len(held)
        spans.append((at * BLOCK_BYTES, min(end * BLOCK_BYTES, size_bytes)))
        at = held.find(HELD, end)
    return tuple(spans)
