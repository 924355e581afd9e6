"""How one list of ids becomes another in few steps, so that a view repaints and moves only what changed.

Pure: no Qt, no values, ids alone. Removals come first, then moves, then insertions; each step names rows as they are
when it is its turn. Rows that keep their order among each other are never moved (the longest increasing run of their
old places stands still), so what a person looks at stays where it is whenever that is possible.
"""

from bisect import bisect_left
from collections.abc import Hashable, Sequence

import msgspec


class Remove(msgspec.Struct, frozen=True):
    """Take out the rows [first, first + count)."""

    first: int
    count: int


class Move(msgspec.Struct, frozen=True):
    """Take out the row at `source` and put it back so that it stands at `target` afterwards."""

    source: int
    target: int


class Insert(msgspec.Struct, frozen=True):
    """Put in the rows that the new list holds at [first, first + count)."""

    first: int
    count: int


class Steps(msgspec.Struct, frozen=True):
    """The whole way from the old list to the new one, in the order in which it is walked.

    `moves` is None where there would be too many to be worth walking: what stays is then laid out again at once.
    """

    removes: tuple[Remove, ...] = ()
    moves: tuple[Move, ...] | None = ()
    inserts: tuple[Insert, ...] = ()


def steps(old: Sequence[Hashable], new: Sequence[Hashable], most_moves: int | None = None) -> Steps:
    """Return the steps from `old` to `new`, with at most `most_moves` moves; an id may stand in each list once."""
    if old == new:
        return Steps()
    wanted, had = set(new), set(old)
    kept = [id_ for id_ in old if id_ in wanted]
    return Steps(
        removes=tuple(Remove(first, count) for first, count in reversed(_runs(old, wanted))),
        moves=_moves(kept, [id_ for id_ in new if id_ in had], most_moves),
        inserts=tuple(Insert(first, count) for first, count in _runs(new, had)),
    )


def _runs(ids: Sequence[Hashable], others: set[Hashable]) -> list[tuple[int, int]]:
    """Return (first, count) of each run of `ids` that are not among `others`."""
    runs: list[tuple[int, int]] = []
    for place, id_ in enumerate(ids):
        if id_ in others:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs


def _moves(now: list[Hashable], wanted: list[Hashable], most: int | None) -> tuple[Move, ...] | None:
    if now == wanted:
        return ()
    place_of = {id_: place for place, id_ in enumerate(now)}
    still = _longest_increasing([place_of[id_] for id_ in wanted])
    if most is not None and len(wanted) - len(still) > most:
        return None
    found: list[Move] = []
    for index, id_ in enumerate(wanted):
        if place_of[id_] in still:
            continue
        source = now.index(id_)
        del now[source]
        target = now.index(wanted[index - 1]) + 1 if index else 0
        now.insert(target, id_)
        if source != target:
            found.append(Move(source, target))
    return tuple(found)


def _longest_increasing(places: Sequence[int]) -> set[int]:
    """Return the members of a longest increasing subsequence of distinct numbers, by patience sorting."""
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        pile = bisect_left(tops, place)
        before.append(tails[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        tails[pile : pile + 1] = [index]
    members: set[int] = set()
    index = tails[-1] if tails else -1
    while index >= 0:
        members.add(places[index])
        index = before[index]
    return members
