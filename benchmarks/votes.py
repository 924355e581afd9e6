"""[votes] 2,000 people who vote and watch, a vote or unvote a second each over 300 questions: how busy is the server?

The figure is the server's CPU in % of one core; the bar (`peer`) is 45. Every vote must be acknowledged, and the
database must hold exactly what was cast and not taken back. `seen_p99_ms` is from sending a vote to the moment when the
last of the 2,000 was sent a count with it; it must be below 200 ms. The limits stand as ever; nobody here meets them.
PEOPLE=500 tries it with fewer, ROUND_S=2 for a shorter time.
"""

import os
import sqlite3
import sys
from contextlib import closing

from benchmarks._crowd import Crowd, Impossible, allow_many_files, busy_percent
from benchmarks._figure import report
from benchmarks._server import TALK, BenchServer

PEOPLE = int(os.environ.get("PEOPLE", "2000"))
ROUND_S = float(os.environ.get("ROUND_S", "10"))
WARM_UP_S = 3.0
QUESTIONS = 300
ROUNDS = 5
BAR_PERCENT = 45.0


def main() -> None:
    """Measure and print the figure."""
    allow_many_files()
    with BenchServer(PEOPLE, QUESTIONS) as server:
        with Crowd(server.port) as crowd:
            crowd.open(PEOPLE, "view", tokens=server.tokens, hellos=server.hellos)
            seconds = WARM_UP_S + ROUNDS * ROUND_S
            crowd.tell(f"run {seconds} 0-{PEOPLE} {PEOPLE} 0 0-{PEOPLE} {server.questions} {TALK}")
            busy = busy_percent(server.pid, WARM_UP_S, ROUND_S, ROUNDS)
            result = crowd.hear()
        print(result, file=sys.stderr)
        server.stop()
        held = votes_held(server)
    if result["acked"] != result["votes"] or result["refused"] or held != result["held"]:
        raise Impossible(f"a vote was lost: {held} are held, and the crowd says {result}")
    report(
        "votes",
        busy,
        [BAR_PERCENT] * ROUNDS,
        "% of one core",
        people=PEOPLE,
        votes=result["votes"],
        questions=QUESTIONS,
        seen_p99_ms=result["vote_seen_ms"]["p99"],
        ack_p99_ms=result["ack_ms"]["p99"],
        crowd_busy=result["busy"],
    )


def votes_held(server: BenchServer) -> int:
    """Return how many votes the database holds, once the server has ended."""
    with closing(sqlite3.connect(server.data / "conference.sqlite")) as database:
        (held,) = database.execute("SELECT count(*) FROM votes").fetchone()
    return int(held)


if __name__ == "__main__":
    main()
