"""Which part of a recording a person has watched, and where they were last.

Parts are half-open spans [start, end) in ms of the recording, in order and apart from each other. Pure: who watches,
and when, is told by `services.watching`.
"""

from collections.abc import Iterable

import msgspec

Span = tuple[int, int]

#: Parts that are nearer to each other than this are one: the reports of a player leave small gaps.
GAP_MS = 1_500
#: Who was that far from the beginning or from the end has not begun, or has finished: there is nothing to go on with.
EDGE_MS = 15_000
#: More parts than this are no better to look at; the smallest gaps are closed first.
MOST_SPANS = 200


class Watched(msgspec.Struct, frozen=True):
    """What was watched of a recording of `duration_ms`, and the position of the last moment, in ms."""

    spans: tuple[Span, ...] = ()
    last_ms: int = 0
    duration_ms: int = 0

    @property
    def share(self) -> float:
        """How much of the recording was watched, 0 to 1."""
        if self.duration_ms <= 0:
            return 0.0
        return min(1.0, sum(end - start for start, end in self.spans) / self.duration_ms)

    @property
    def resume_ms(self) -> int | None:
        """Where to go on; None where the person was at the beginning, or at the end."""
        return self.last_ms if EDGE_MS <= self.last_ms <= self.duration_ms - EDGE_MS else None


NOTHING = Watched()


def with_span(watched: Watched, start_ms: int, end_ms: int, duration_ms: int) -> Watched:
    """Return `watched` with one more part, which ends where the person was last; brought inside the recording."""
    start, end = (min(max(0, at), max(0, duration_ms)) for at in (start_ms, end_ms))
    # The recording may be a shorter one than it was then.
    spans = tuple((first, min(last, duration_ms)) for first, last in watched.spans if first < duration_ms)
    return Watched(merged((*spans, (start, end))) if end > start else spans, end, duration_ms)


def united(earlier: Watched, later: Watched) -> Watched:
    """Return what was watched both times; where to go on is as of the later one."""
    return Watched(merged((*earlier.spans, *later.spans)), later.last_ms, later.duration_ms)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the parts in order, those that touch or nearly touch as one, and no more of them than `MOST_SPANS`."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + GAP_MS:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    while len(found) > MOST_SPANS:
        at = min(range(1, len(found)), key=lambda place: found[place][0] - found[place - 1][1])
        found[at - 1 : at + 1] = [(found[at - 1][0], found[at][1])]
    return tuple(found)
