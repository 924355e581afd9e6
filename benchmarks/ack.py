"""[ack] The wait for an acknowledgement at the ledger's door while 10,000 votes a second are offered there.

Offered whether or not it keeps up: a vote's time runs from the instant it was due, so a stall is felt by all that come
meanwhile. Votes come in groups of ten each millisecond, as from a loop with many connections. The bar is a p99 of
25 ms; `ours` is the worse of SQLite and PostgreSQL, which both sync every commit. OFFERED=2000 tries it with fewer.
"""

import gc
import os
import statistics
import sys
import threading
from functools import partial
from time import perf_counter, process_time, sleep
from typing import Any

from benchmarks._figure import report
from benchmarks._ledger import DATABASES, LedgerToMeasure, ledger_on, loaded_by_others
from personal_app.conference.messages import Done, Refused
from personal_app.server.serving import SWITCH_S

BOUND_MS = 25.0
OFFERED_PER_S = int(os.environ.get("OFFERED", "10000"))
GROUP_S = 0.001
ROUND_S = 3.0
ROUNDS = 5


def main() -> None:
    """Measure and print the figure."""
    readings: dict[str, list[float]] = {}
    more: dict[str, Any] = {}
    for database in DATABASES:
        with ledger_on(database) as measured:
            began = process_time()
            readings[database] = [p99_ms(measured) for _ in range(ROUNDS + 1)][1:]
            cpu_us = (process_time() - began) / (OFFERED_PER_S * ROUND_S * (ROUNDS + 1)) * 1e6
            more[database] = {
                "p99_ms": round(statistics.median(readings[database]), 2),
                "cpu_us_per_vote": round(cpu_us, 1),
            }
    worse = max(readings, key=lambda name: statistics.median(readings[name]))
    ours = readings[worse]
    bound = [BOUND_MS] * len(ours)
    report("ack", ours, bound, "ms to the 99th percentile", worse=worse, load=loaded_by_others(), **more)


def p99_ms(measured: LedgerToMeasure) -> float:
    """Return the 99th percentile of the waits of one round, in ms."""
    group = max(1, round(OFFERED_PER_S * GROUP_S))
    count = round(OFFERED_PER_S * ROUND_S / group) * group
    wishes = measured.votes(count)
    # As the server does once it is set up. Commands that wait to be offered are the load's garbage, not the ledger's.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    sys.setswitchinterval(SWITCH_S)
    waits: list[float] = []
    ended = threading.Event()

    def answered(due: float, answer: Done | Refused) -> None:
        assert isinstance(answer, Done)
        waits.append(perf_counter() - due)
        if len(waits) == count:
            ended.set()

    start = perf_counter()
    for first in range(0, count, group):
        due = start + first / OFFERED_PER_S
        ahead = due - perf_counter()
        if ahead > 0:
            sleep(ahead)
        for person, command in wishes[first : first + group]:
            measured.ledger.take(person, command, partial(answered, due))
    ended.wait()
    return statistics.quantiles(waits, n=100)[98] * 1000


if __name__ == "__main__":
    main()
