"""A server of recordings that a test opens and closes like a tap."""

import socket
import threading

from tests.net.raw_server import RawServer, Request, response
from tools.driving import ROOT


class Tap:
    """A server of recordings that gives the beginning of each and the rest when it is let run."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked: list[str] = []
        #: Recordings that were replaced by another one.
        self.replaced: dict[str, str] = {}
        #: So much is given at first.
        self.begun = 300_000
        self.server = RawServer(self._give)

    def _give(self, request: Request, peer: socket.socket) -> None:
        kind, name = request.path.strip("/").split("/")
        if kind != "recordings":
            peer.sendall(response(404))
            return
        self.asked.append(name)
        body = (ROOT / "assets" / "demo" / "recordings" / f"{self.replaced.get(name, name)}.mp4").read_bytes()
        first = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        headers = {"ETag": request.headers.get("if-match", "")}
        if first:
            headers["Content_Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        rest = body[first:]
        peer.sendall(response(206 if first else 200, rest, **headers)[: -len(rest)] + rest[: self.begun])
        while not self.open.wait(0.02):
            if self.server.over.is_set() or _has_gone(peer):
                return
        peer.sendall(rest[self.begun :])


def _has_gone(peer: socket.socket) -> bool:
    peer.setblocking(False)
    try:
        return peer.recv(1) == b""
    except BlockingIOError:
        return False
    finally:
        peer.setblocking(True)
