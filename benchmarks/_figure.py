"""What every benchmark shares: rounds in turn, medians, and the one JSON object on the last line."""

import json
import statistics
import sys
from collections.abc import Callable
from typing import Any


def in_turn(
    ours: Callable[[], float], peer: Callable[[], float], rounds: int, warm_up: int = 1
) -> tuple[list[float], list[float]]:
    """Return `rounds` readings of each, taken in turn after `warm_up` rounds that do not count."""
    readings: tuple[list[float], list[float]] = ([], [])
    for number in range(-warm_up, rounds):
        for kept, measure in zip(readings, (ours, peer), strict=True):
            reading = measure()
            if number >= 0:
                kept.append(reading)
        if number >= 0:
            print(f"round {number + 1:2}: ours {readings[0][-1]:.2f}, peer {readings[1][-1]:.2f}", file=sys.stderr)
    return readings


def report(name: str, ours: list[float], peer: list[float], unit: str, **more: Any) -> None:
    """Print the figure: medians of the readings, their ratio, the unit and how many rounds."""
    mine, theirs = statistics.median(ours), statistics.median(peer)
    figure = {
        "name": name,
        "ours": round(mine, 3),
        "peer": round(theirs, 3),
        "ratio": round(mine / theirs, 3),
        "unit": unit,
        "rounds": len(ours),
        **more,
    }
    print(json.dumps(figure))
