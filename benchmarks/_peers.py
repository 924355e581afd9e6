"""The peers that a server is held against: the least that C can do, Node's `ws` package, the library `websockets`.

Node's package is installed into the build folder by npm, at the version below, the first time it is wanted.
"""

import os
import shutil
import subprocess
import sys
from types import TracebackType
from typing import Self

from benchmarks._crowd import BUILD, NATIVE, SERVER_CORE, compiled, end, read_line, say_line, start_pinned

WS_VERSION = "8.18.3"
_NODE_FOLDER = BUILD / f"ws-{WS_VERSION}"


class Peer:
    """A peer's process on the server's core; `send` has it send its frame to everyone."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._command = command
        self._environment = environment

    def __enter__(self) -> Self:
        self._process = start_pinned(self._command, SERVER_CORE, before_all=True, env=self._environment)
        self.pid = self._process.pid
        self.port = int(read_line(self._process))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)

    def send(self) -> None:
        """Send the frame to all who are connected."""
        say_line(self._process, "go")
        read_line(self._process)


def bare_send(connections: int, frame_bytes: int) -> Peer:
    """Return the C program that does nothing but send."""
    return Peer([str(compiled("sender")), str(connections), str(frame_bytes)])


def node_ws(frame_bytes: int, state_bytes: int = 0) -> Peer:
    """Return a server of Node's `ws`."""
    modules = {**os.environ, "NODE_PATH": str(_NODE_FOLDER / "node_modules")}
    return Peer(["node", str(NATIVE / "peer.js"), str(frame_bytes), str(state_bytes)], modules)


def stock_websockets(state_bytes: int) -> Peer:
    """Return a server of the library `websockets`, as its documentation has it."""
    return Peer([sys.executable, str(NATIVE / "peer.py"), str(state_bytes)])


def why_no_node() -> str:
    """Return why Node's `ws` cannot be measured here; "" where it can, once this has installed it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "node and npm are not installed: apt-get install -y nodejs npm"
    if (_NODE_FOLDER / "node_modules" / "ws").is_dir():
        return ""
    _NODE_FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = [
        "npm",
        "install",
        "--silent",
        "--no-fund",
        "--no-audit",
        "--prefix",
        str(_NODE_FOLDER),
        f"ws@{WS_VERSION}",
    ]
    done = subprocess.run(wanted, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"npm could not install ws: {done.stderr.strip()[-200:]}"
