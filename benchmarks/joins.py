"""[joins] Server CPU to accept and welcome 5,000 public connections with a state of 50 kB, beside Node's `ws`.

Ours is the real server, for which the state is what its questions make; Node's `ws` sends ready-made bytes of the same
length. The bar is 1.3 times Node. The library `websockets` as it comes stands in `peers`.
CROWD=1000 tries it with fewer.
"""

import os
import statistics
import sys
from contextlib import ExitStack

from benchmarks._crowd import Crowd, allow_many_files, cpu_s
from benchmarks._figure import in_turn, report
from benchmarks._peers import Peer, node_ws, stock_websockets, why_no_node
from benchmarks._server import BenchServer

CONNECTIONS = int(os.environ.get("CROWD", "5000"))
ROUNDS = 5
#: So many questions of the benchmark's length make a state of 50 kB.
QUESTIONS = 165


def main() -> None:
    """Measure and print the figure."""
    allow_many_files()
    without_node = why_no_node()
    with ExitStack() as open_:
        server = open_.enter_context(BenchServer(people=1, questions=QUESTIONS, before_all=True))
        state_bytes = _state_bytes(server)
        stock = open_.enter_context(stock_websockets(state_bytes))
        stock_us = joined(server, stock)
        if without_node:
            print(f"without Node the peer is the library websockets: {without_node}", file=sys.stderr)
        peer = stock if without_node else open_.enter_context(node_ws(300, state_bytes))
        ours, theirs = in_turn(lambda: joined(server, server), lambda: joined(server, peer), ROUNDS)
    peers = {"websockets": round(stock_us, 1), "node_ws": {"left_out": without_node}}
    if not without_node:
        peers["node_ws"] = round(statistics.median(theirs), 1)
    unit = "us of server CPU per join"
    report("joins", ours, theirs, unit, connections=CONNECTIONS, state_bytes=state_bytes, peers=peers)


def joined(ours: BenchServer, server: BenchServer | Peer) -> float:
    """Return the CPU time (us) that one join of many at once takes."""
    before = cpu_s(server.pid)
    with Crowd(server.port) as crowd:
        crowd.open(CONNECTIONS, "view", hellos=ours.hellos)
        return (cpu_s(server.pid) - before) / CONNECTIONS * 1e6


def _state_bytes(server: BenchServer) -> int:
    with Crowd(server.port) as crowd:
        return int(crowd.open(1, "view", hellos=server.hellos)["bytes"])


if __name__ == "__main__":
    main()
