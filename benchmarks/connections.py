"""[connections] Server memory of its own (USS) per connection, after welcome and 30 s at rest; the bar is 12 KiB.

Ours is the real server with public connections that were sent a state. The peer is the library `websockets` as it
comes, Node's `ws` stands in `peers`; both are sent as much. Kernel memory is in nobody's figure.
CROWD=1000 tries it with fewer, REST_S=3 with less rest.
"""

import os
import time
from contextlib import ExitStack

from benchmarks._crowd import Crowd, allow_many_files, uss_kib
from benchmarks._figure import report
from benchmarks._peers import Peer, node_ws, stock_websockets, why_no_node
from benchmarks._server import BenchServer

CONNECTIONS = int(os.environ.get("CROWD", "5000"))
REST_S = float(os.environ.get("REST_S", "30"))
#: Some connections come and go first, so that code and pools of first use are not counted.
FIRST = 100
#: The rest takes the time, and memory does not vary as time does.
ROUNDS = 1
STATE_BYTES = 50_000


def main() -> None:
    """Measure and print the figure."""
    allow_many_files()
    without_node = why_no_node()
    with ExitStack() as open_:
        server = open_.enter_context(BenchServer(people=1, questions=170))
        held = {"ours": opened(open_, server, server)}
        held["peer"] = opened(open_, server, open_.enter_context(stock_websockets(STATE_BYTES)))
        if not without_node:
            held["node_ws"] = opened(open_, server, open_.enter_context(node_ws(300, STATE_BYTES)))
        time.sleep(REST_S)
        kib = {name: (uss_kib(pid) - before) / CONNECTIONS for name, (pid, before) in held.items()}
    peers = {"node_ws": round(kib["node_ws"], 3) if not without_node else {"left_out": without_node}}
    report("connections", [kib["ours"]], [kib["peer"]], "KiB per connection", connections=CONNECTIONS, peers=peers)


def opened(open_: ExitStack, ours: BenchServer, server: BenchServer | Peer) -> tuple[int, int]:
    """Open all connections; return the process and what it held before them (KiB)."""
    with Crowd(server.port) as first:
        first.open(FIRST, "view", hellos=ours.hellos)
    time.sleep(0.5)
    before = uss_kib(server.pid)
    open_.enter_context(Crowd(server.port)).open(CONNECTIONS, "view", hellos=ours.hellos)
    return server.pid, before


if __name__ == "__main__":
    main()
