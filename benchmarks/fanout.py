"""[fanout] Server CPU per delivery of a 300-byte change to 10,000 connections, beside the least that C can do.

Ours is the real server, from the question asked to the last connection; the peer does nothing but `send` the same
number of bytes to as many connections; Node's `ws` stands in `peers`. The CPU is utime + stime over deliveries, in
rounds taken in turn. The bars: 1.35 times C and 0.95 of Node at 10,000, 1.45 times C at 1,000.
CROWD=1000 tries it with fewer.
"""

import itertools
import os
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks._crowd import Crowd, allow_many_files, cpu_s
from benchmarks._figure import report
from benchmarks._peers import Peer, bare_send, node_ws, why_no_node
from benchmarks._server import TALK, BenchServer

CONNECTIONS, FEWER = int(os.environ.get("CROWD", "10000")), 1_000
FRAME_BYTES = 300
ROUNDS = 5
#: So many people ask in turn: one alone would soon be asked to slow down.
ASKERS = 32
#: A round sends so many frames that the clock's ticks of 10 ms do not matter.
DELIVERIES = int(os.environ.get("DELIVERIES", "60000"))

Readings = dict[str, list[float]]


def main() -> None:
    """Measure and print the figure."""
    allow_many_files()
    without_node = why_no_node()
    at_fewer = measured(FEWER, with_node=not without_node)
    readings = measured(CONNECTIONS, with_node=not without_node)
    ratio = statistics.median(at_fewer["ours"]) / statistics.median(at_fewer["peer"])
    more: dict[str, object] = {"connections": CONNECTIONS, "frame_bytes": FRAME_BYTES, "at_1000": round(ratio, 3)}
    if without_node:
        more["peers"] = {"node_ws": {"left_out": without_node}}
    else:
        node, ours = statistics.median(readings["node"]), statistics.median(readings["ours"])
        more["peers"] = {"node_ws": round(node, 3)}
        more["of_node_ws"] = round(ours / node, 3)
    report("fanout", readings["ours"], readings["peer"], "us of server CPU per delivery", **more)


def measured(connections: int, *, with_node: bool) -> Readings:
    """Return the readings of all at that many connections, in rounds taken in turn."""
    with ExitStack() as open_:
        rounds: dict[str, Callable[[], float]] = {
            "ours": ours(open_, connections),
            "peer": of_peer(open_, bare_send(connections, FRAME_BYTES), connections, "raw"),
        }
        if with_node:
            rounds["node"] = of_peer(open_, node_ws(FRAME_BYTES), connections, "upgrade")
        readings: Readings = {name: [] for name in rounds}
        for number in range(-1, ROUNDS):
            for name, measure in rounds.items():
                reading = measure()
                if number >= 0:
                    readings[name].append(reading)
            if number >= 0:
                told = ", ".join(f"{name} {each[-1]:.2f}" for name, each in readings.items())
                print(f"{connections} connections, round {number + 1}: {told}", file=sys.stderr)
    return readings


def ours(open_: ExitStack, connections: int) -> Callable[[], float]:
    """Return what measures our server once: it is asked one question after another, each told to everyone."""
    server = open_.enter_context(BenchServer(people=ASKERS, questions=1, before_all=True))
    crowd = open_.enter_context(Crowd(server.port))
    crowd.open(connections, "view", hellos=server.hellos)
    crowd.open(ASKERS, "view", tokens=server.tokens, hellos=server.hellos)
    asked = _asks(crowd, connections)
    chars = 60 + FRAME_BYTES - asked(60)

    def measure() -> float:
        return per_delivery(server.pid, connections, lambda: asked(chars))

    return measure


def _asks(crowd: Crowd, connections: int) -> Callable[[int], int]:
    askers = itertools.cycle(range(connections, connections + ASKERS))

    def asked(chars: int) -> int:
        """Ask with so many characters; return the bytes of the frame that everybody was sent."""
        crowd.tell(f"ask {next(askers)} {TALK} {chars}", f"wait 0 {connections} 1")
        return int(crowd.hear_all()["bytes"])

    return asked


def of_peer(open_: ExitStack, peer: Peer, connections: int, how: str) -> Callable[[], float]:
    """Return what measures a peer once."""
    open_.enter_context(peer)
    crowd = open_.enter_context(Crowd(peer.port))
    crowd.open(connections, how)

    def send() -> None:
        crowd.tell(f"wait 0 {connections} 1")
        peer.send()
        crowd.hear_all()

    return lambda: per_delivery(peer.pid, connections, send)


def per_delivery(pid: int, connections: int, send: Callable[[], object]) -> float:
    """Return the CPU time of a process (us) per delivery while `send` is done again and again."""
    times = DELIVERIES // connections
    before = cpu_s(pid)
    for _ in range(times):
        send()
    return (cpu_s(pid) - before) / (times * connections) * 1e6


if __name__ == "__main__":
    main()
