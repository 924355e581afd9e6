"""[resume] 2,000 clients come back at once after a restart: how long until the last has its state?

The clock starts when the new server's socket listens; nobody waits a random time. Each client shows a token, says what
it holds and is sent what it missed. The bar (`peer`) is 1.5 s.
PEOPLE=500 tries it with fewer.
"""

import os
import sys

from benchmarks._crowd import Crowd, allow_many_files
from benchmarks._figure import report
from benchmarks._server import BenchServer

PEOPLE = int(os.environ.get("PEOPLE", "2000"))
QUESTIONS = 300
ROUNDS = 5
BAR_S = 1.5


def main() -> None:
    """Measure and print the figure."""
    allow_many_files()
    server = BenchServer(PEOPLE, QUESTIONS)
    with server:
        times = []
        for number in range(ROUNDS):
            server.stop()
            server.write_returns()
            with Crowd(server.port) as crowd:
                server.begin_start()
                crowd.tell("await")
                heard = crowd.open(PEOPLE, "view", tokens=server.tokens, hellos=server.returns)
                server.wait_open()
            times.append(heard["all_s"])
            print(f"round {number + 1}: {heard}", file=sys.stderr)
    report("resume", times, [BAR_S] * ROUNDS, "s until the last has its state", people=PEOPLE)


if __name__ == "__main__":
    main()
