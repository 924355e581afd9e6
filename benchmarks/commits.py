"""[commits] Commands a second through the ledger's door, decoded command in, durable acknowledgement out.

The peer is the same ledger with batches of one: what is won is won by sharing transactions, not by sparing the disk.
Votes of 500 people for 300 questions, as fast as they are taken, on SQLite and on PostgreSQL; both sync every commit.
The ratio is the worse of the two; the bar is 6.
"""

import statistics
import threading
from time import perf_counter
from typing import Any

from benchmarks._figure import in_turn, report
from benchmarks._ledger import DATABASES, LedgerToMeasure, ledger_on, loaded_by_others
from personal_app.conference.messages import Done, Refused
from personal_app.server import ledger as ledger_module
from personal_app.server import tray

ROUNDS = 7
SHARED, ALONE = 10_000, 1_000
_SHARE = ledger_module.MOST_PER_BATCH


def main() -> None:
    """Measure and print the figure."""
    # Votes wait for company while they stream; alone they would wait for nobody, and that is not what is compared.
    tray.COMPANY_S = 0.0
    readings = {}
    for database in DATABASES:
        with ledger_on(database) as measured:
            readings[database] = in_turn(
                lambda: commands_per_s(measured, SHARED, _SHARE), lambda: commands_per_s(measured, ALONE, 1), ROUNDS
            )
    ratios = {name: statistics.median(ours) / statistics.median(peer) for name, (ours, peer) in readings.items()}
    worse = min(ratios, key=lambda name: ratios[name])
    more: dict[str, Any] = {
        name: {
            "ours": round(statistics.median(readings[name][0])),
            "peer": round(statistics.median(readings[name][1])),
            "ratio": round(ratios[name], 2),
        }
        for name in DATABASES
    }
    report("commits", *readings[worse], "commands/s", worse=worse, load=loaded_by_others(), **more)


def commands_per_s(measured: LedgerToMeasure, count: int, most_per_batch: int) -> float:
    """Return how many commands a second are acknowledged when so many share a transaction at most."""
    wishes = measured.votes(count)
    ended = threading.Event()
    left = count

    def answered(answer: Done | Refused) -> None:
        nonlocal left
        assert isinstance(answer, Done)
        left -= 1
        if not left:
            ended.set()

    ledger_module.MOST_PER_BATCH = most_per_batch
    began = perf_counter()
    for person, command in wishes:
        measured.ledger.take(person, command, answered)
    ended.wait()
    return count / (perf_counter() - began)


if __name__ == "__main__":
    main()
