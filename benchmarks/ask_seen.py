"""[ask-seen] From the asker's write to the last of 10,000 watchers' read, while 1,000 others vote once a second each.

Moderation is off, every vote is durable, and the figure is the 99th percentile over at least 200 asks, in ms: the bars
are 150 at 10,000 watchers (`peer`), 100 at 5,000 and 25 at 1,000 (`at`). The crowd that asks, votes and watches is one
C program on the other core; `crowd_busy` must stay below 0.7, or it would be the crowd that is measured.
WATCHERS=1000 tries one size alone, ASKS=50 with fewer asks.
"""

import os
import sys
from typing import Any

from benchmarks._crowd import Crowd, Impossible, allow_many_files
from benchmarks._figure import report
from benchmarks._server import TALK, BenchServer

#: Watchers, asks a second, and the bar in ms. More people in the room ask no more questions, and each costs more.
SIZES = ((1_000, 8.0, 25.0), (5_000, 5.0, 100.0), (10_000, 2.0, 150.0))
ASKS = int(os.environ.get("ASKS", "200"))
VOTERS = 1_000
QUESTIONS = 300
MOST_BUSY = 0.7


def main() -> None:
    """Measure and print the figure."""
    allow_many_files()
    only = os.environ.get("WATCHERS")
    sizes = [size for size in SIZES if only is None or size[0] == int(only)]
    results = {watchers: asked(watchers, rate) for watchers, rate, _ in sizes}
    watchers, _, bar = sizes[-1]
    at = {str(size): result["ask_seen_ms"]["p99"] for size, result in results.items()}
    busy = max(result["busy"] for result in results.values())
    p99 = results[watchers]["ask_seen_ms"]["p99"]
    report("ask-seen", [p99], [bar], f"ms, p99 over {ASKS} asks", watchers=watchers, at=at, crowd_busy=busy)


def asked(watchers: int, asks_per_s: float) -> dict[str, Any]:
    """Return what a crowd with so many watchers saw."""
    with BenchServer(VOTERS + 1, QUESTIONS) as server, Crowd(server.port) as crowd:
        crowd.open(watchers, "view", hellos=server.hellos)
        crowd.open(VOTERS + 1, "view", tokens=server.tokens, hellos=server.hellos)
        voters = f"{watchers}-{watchers + VOTERS}"
        seconds = ASKS / asks_per_s
        crowd.tell(f"run {seconds} {voters} {VOTERS} {asks_per_s} 0-{watchers} {server.questions} {TALK}")
        result = crowd.hear()
    print(f"{watchers} watchers: {result}", file=sys.stderr)
    if result["acked"] != result["votes"] or result["asks_acked"] != result["asks"] or result["refused"]:
        raise Impossible(f"a vote or a question was lost: {result}")
    if result["ask_seen_ms"]["n"] != result["asks"]:
        raise Impossible(f"a question did not reach everybody: {result}")
    if result["busy"] > MOST_BUSY:
        raise Impossible(f"the crowd itself was too busy to tell: {result}")
    return result


if __name__ == "__main__":
    main()
